"""Recomputes ranks of a waiting room's draw, from docs/waiting-room.md alone.

Usage: draw.py QUEUE_ID SEED_HEX LIST_SIZE PLACE...
A PLACE is the number given at the door, or an account's id for who entered twice.
Prints SHA-256 of the seed and of the list (compare them with what was published before the
opening), then one line for each place: the place and its rank.
"""

import hashlib
import hmac
import sys

ROUNDS = 8


def list_hash(queue, size):
    return hashlib.sha256(f"guichet-queue-list-v1\nqueue {queue}\nnumbers 1..{size}\n".encode())


def number_again(queue, account, size):
    digest = hashlib.sha256(f"guichet-queue-again-v1\n{queue}\n{account}\n".encode()).digest()
    return int.from_bytes(digest[:8], "big") % max(size, 1) + 1


def rank(queue, seed, size, number):
    if not 1 <= number <= size:
        return number
    half = max(4, ((size - 1).bit_length() + 1) // 2)
    mask = (1 << half) - 1
    listed = list_hash(queue, size).digest()
    value = number - 1
    while True:
        left, right = value >> half, value & mask
        for step in range(ROUNDS):
            message = listed + bytes([step]) + right.to_bytes(8, "big")
            mixed = int.from_bytes(hmac.digest(seed, message, "sha256")[:8], "big") & mask
            left, right = right, left ^ mixed
        value = left << half | right
        if value < size:
            return value + 1


def main(queue, seed_hex, size, *places):
    seed, size = bytes.fromhex(seed_hex), int(size)
    print("seed", hashlib.sha256(seed).hexdigest())
    print("list", list_hash(queue, size).hexdigest())
    for place in places:
        number = number_again(queue, place, size) if "-" in place else int(place)
        print(place, rank(queue, seed, size, number))


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
