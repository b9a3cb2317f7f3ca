"""A verifier of credentials written from docs/credential.md alone, run on its test vectors.

Usage: verifier.py docs/credential-vectors.json
Says what differs and exits with 1, if anything does.
Needs the package `cryptography`.
"""

import base64
import hashlib
import hmac
import json
import sys
import uuid

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Refused(Exception):
    """Carries one of the results of section 6."""


def mac(key, message):
    return hmac.digest(key, message, "sha256")


def hkdf(ikm, info, salt=None):
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(ikm)


def crypt(sealing_key, header, data):
    """Section 2.1; encrypting and decrypting are the same."""
    cipher = Cipher(algorithms.AES(sealing_key), modes.CTR(header + bytes(7))).encryptor()
    return cipher.update(data) + cipher.finalize()


def short_code(ticket_key, numbers):
    body = int.from_bytes(mac(ticket_key, b"guichet-short-v1" + numbers), "big") % 10**20
    return f"{body:020d}{98 - body * 100 % 97:02d}"


def time_code(ticket_key, step):
    digest = mac(hkdf(ticket_key, b"guichet-live-v1"), step.to_bytes(8, "big"))
    offset = digest[-1] & 15
    word = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{word % 10**8:08d}"


def keys_digest(keys):
    return hashlib.sha256(b"guichet-keys-v1" + keys).digest()


def short_digest(sealing_key, code):
    return mac(sealing_key, b"guichet-short-digest-v1" + code.encode())


class Gate:
    """What a gate knows: keys of events, and the list of tickets as digests."""

    def __init__(self, vectors):
        self.sealing, self.signing, self.by_serial, self.by_short = {}, {}, {}, set()
        for event in vectors["events"]:
            self.sealing[event["number"]] = bytes.fromhex(event["sealing_key_hex"])
            for key in event["signing_keys"]:
                public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key["public_key_hex"]))
                self.signing[event["number"], key["slot"]] = public
        for ticket in vectors["tickets"]:
            listed = (ticket["issue"], bytes.fromhex(ticket["keys_digest_hex"]))
            self.by_serial[ticket["event"], ticket["serial"]] = listed
            self.by_short.add(bytes.fromhex(ticket["short_digest_hex"]))

    def check(self, presented, at):
        """Section 6: the result for what is presented at an instant."""
        digits = "".join(c for c in presented if c not in " \t\r\n\f")
        try:
            if not (digits.isascii() and digits.isdigit()) or len(digits) not in (22, 253, 261):
                raise Refused("unreadable")
            if len(digits) == 22:
                self.check_short(digits)
            else:
                keys = self.open(digits[:253])
                if len(digits) == 261:
                    check_live(keys[16:], digits[253:], at)
        except Refused as refused:
            return str(refused)
        return "accepted"

    def check_short(self, digits):
        if int(digits) % 97 != 1:
            raise Refused("unreadable")
        if not any(short_digest(key, digits) in self.by_short for key in self.sealing.values()):
            raise Refused("unknown")

    def open(self, digits):
        """Steps 3 to 8: user key and ticket key of a genuine full code."""
        if int(digits) >= 2**840:
            raise Refused("overflow")
        data = int(digits).to_bytes(105, "big")
        header, sealed, signature = data[:9], data[9:41], data[41:]
        if data[0] >> 4 != 1:
            raise Refused("unknown_version")
        event, serial = int.from_bytes(data[1:4], "big"), int.from_bytes(data[4:8], "big")
        if event not in self.sealing:
            raise Refused("unknown_event")
        public = self.signing.get((event, data[0] & 15))
        if public is None:
            raise Refused("unknown_slot")
        try:
            public.verify(signature, b"guichet-credential-v1" + data[:41])
        except InvalidSignature:
            raise Refused("wrong_signature") from None
        keys = crypt(self.sealing[event], header, sealed)
        if (event, serial) not in self.by_serial:
            raise Refused("unknown")
        issue, digest = self.by_serial[event, serial]
        if issue != data[8]:
            raise Refused("other_issue")
        if not hmac.compare_digest(digest, keys_digest(keys)):
            raise Refused("keys_differ")
        return keys


def check_live(ticket_key, code, at):
    step = at // 15
    if code not in [time_code(ticket_key, near) for near in range(step - 2, step + 3)]:
        raise Refused("live_code_stale")


def remade(ticket, event):
    """Everything that sections 2 to 5 derive, from the keys of a ticket."""
    unhex = bytes.fromhex
    sealing_key = unhex(event["sealing_key_hex"])
    private = next(k for k in event["signing_keys"] if k["slot"] == ticket["slot"])
    keys = unhex(ticket["user_key_hex"]) + unhex(ticket["ticket_key_hex"])
    numbers = ticket["event"].to_bytes(3, "big") + ticket["serial"].to_bytes(4, "big")
    numbers += bytes([ticket["issue"]])
    header = bytes([0x10 | ticket["slot"]]) + numbers
    body = header + crypt(sealing_key, header, keys)
    signer = Ed25519PrivateKey.from_private_bytes(unhex(private["private_key_hex"]))
    data = body + signer.sign(b"guichet-credential-v1" + body)
    digits, short = str(int.from_bytes(data, "big")).zfill(253), short_code(keys[16:], numbers)
    by_short = hkdf(short.encode(), b"guichet-holder-short-v1", sealing_key)
    return {
        "bytes_hex": data.hex(),
        "digits": digits,
        "short_code": short,
        "live": [
            {"at": live["at"], "digits": digits + time_code(keys[16:], live["at"] // 15)}
            for live in ticket["live"]
        ],
        "keys_digest_hex": keys_digest(keys).hex(),
        "short_digest_hex": short_digest(sealing_key, short).hex(),
        "holder_key_by_keys_hex": hkdf(keys, b"guichet-holder-v1").hex(),
        "holder_key_by_short_hex": by_short.hex(),
    }


def opened_holder(ticket, field, key, text):
    """Section 5: the holder's record by one of its two keys."""
    unseal = lambda key, field, text: AESGCM(key).decrypt(
        (sealed := base64.b64decode(ticket["holder"][field]))[:12],
        sealed[12:],
        text + uuid.UUID(ticket["ticket_id"]).bytes,
    )
    record_key = unseal(key, field, text)
    return json.loads(unseal(record_key, "sealed", b"guichet-holder-record-v1"))


def differences(vectors):
    events = {event["number"]: event for event in vectors["events"]}
    for ticket in vectors["tickets"]:
        made = remade(ticket, events[ticket["event"]])
        for field, value in made.items():
            if ticket[field] != value:
                yield f"ticket {ticket['name']!r}: {field} is made as {value}"
        for field, key, text in [
            ("key_by_keys", "holder_key_by_keys_hex", b"guichet-holder-key-v1"),
            ("key_by_short", "holder_key_by_short_hex", b"guichet-holder-key-short-v1"),
        ]:
            record = opened_holder(ticket, field, bytes.fromhex(made[key]), text)
            if record != ticket["holder_record"]:
                yield f"ticket {ticket['name']!r}: holder opens to {record}"
    gate = Gate(vectors)
    for case in vectors["cases"]:
        result = gate.check(case["presented"], case["at"])
        if result != case["result"]:
            yield f"case {case['name']!r}: {result}, expected {case['result']}"


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        vectors = json.load(file)
    found = list(differences(vectors))
    for difference in found:
        sys.stdout.write(difference + "\n")
    accepted = sum(case["result"] == "accepted" for case in vectors["cases"])
    refused = len(vectors["cases"]) - accepted
    sys.stdout.write(f"{len(vectors['tickets'])} tickets, {accepted} accepted, {refused} refused\n")
    sys.exit(1 if found or not accepted or not refused else 0)


if __name__ == "__main__":
    main()
