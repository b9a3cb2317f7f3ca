//! The waiting room: who comes in when, and how anyone can check it.
//!
//! Before the opening everybody who enters gets a number, and at the opening the numbers are
//! drawn: [`Draw`] is a permutation of `1..=size` under a seed whose hash was published
//! beforehand. Who comes later goes behind the draw, in order of arrival. `docs/waiting-room.md`
//! specifies it for strangers and `docs/draw.py` is written from that alone.

mod inlet;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::ids::{QueueId, UserId};
pub use inlet::{Inlet, Look, PACE_MAX, PACE_MIN};

/// Rounds of the network; four are enough for a random-looking permutation.
const ROUNDS: u8 = 8;
/// Bits of half a number, at least: small lists would otherwise see few permutations.
const HALF_BITS_MIN: u32 = 4;

/// Where one account stands in line before ranks are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The number given at the door.
    Number(u64),
    /// Entered the draw again without showing the first place: a number of the list that depends
    /// on the account alone, so that trying again and again changes nothing.
    Again(UserId),
}

/// What is drawn, under which seed.
#[derive(Debug, Clone, Copy)]
pub struct Draw {
    queue: QueueId,
    seed: [u8; 32],
    size: u64,
}

/// The commitment published when the queue is made.
pub fn seed_hash(seed: &[u8; 32]) -> [u8; 32] {
    Sha256::digest(seed).into()
}

/// The list of those who are drawn, in full: the numbers from 1 to `size`.
pub fn list_text(queue: QueueId, size: u64) -> String {
    format!("guichet-queue-list-v1\nqueue {queue}\nnumbers 1..{size}\n")
}

/// Published once the list is closed, before the seed is told.
pub fn list_hash(queue: QueueId, size: u64) -> [u8; 32] {
    Sha256::digest(list_text(queue, size)).into()
}

/// The number of an account that entered the draw again.
fn number_again(queue: QueueId, account: UserId, size: u64) -> u64 {
    let digest: [u8; 32] =
        Sha256::digest(format!("guichet-queue-again-v1\n{queue}\n{account}\n")).into();
    first_u64(&digest) % size.max(1) + 1
}

impl Draw {
    pub const fn new(queue: QueueId, seed: [u8; 32], size: u64) -> Self {
        Self { queue, seed, size }
    }

    /// From 1. Numbers above the list keep their own: they came after the draw.
    pub fn rank(&self, place: Place) -> u64 {
        let number = match place {
            Place::Number(number) => number,
            Place::Again(account) => number_again(self.queue, account, self.size),
        };
        if number == 0 || number > self.size {
            return number;
        }
        self.permute(number - 1) + 1
    }

    /// A balanced Feistel network over the least even number of bits that holds the list, walked
    /// until it falls on the list.
    fn permute(&self, index: u64) -> u64 {
        let list = list_hash(self.queue, self.size);
        let half = half_bits(self.size);
        let mask = (1_u64 << half) - 1;
        let mut value = index;
        loop {
            let (mut left, mut right) = (value >> half, value & mask);
            for round in 0..ROUNDS {
                let mixed = left ^ (self.round(&list, round, right) & mask);
                (left, right) = (right, mixed);
            }
            value = left << half | right;
            if value < self.size {
                return value;
            }
        }
    }

    fn round(&self, list: &[u8; 32], round: u8, right: u64) -> u64 {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.seed).expect("any length");
        mac.update(list);
        mac.update(&[round]);
        mac.update(&right.to_be_bytes());
        first_u64(&mac.finalize().into_bytes().into())
    }
}

/// Half of the bits of the greatest index, rounded up; at most 31, for lists up to 2^62.
fn half_bits(size: u64) -> u32 {
    let bits = u64::BITS - size.saturating_sub(1).leading_zeros();
    bits.div_ceil(2).clamp(HALF_BITS_MIN, 31)
}

fn first_u64(digest: &[u8; 32]) -> u64 {
    let first = digest.first_chunk::<8>().copied().unwrap_or_default();
    u64::from_be_bytes(first)
}

/// How many are still to be called before this rank.
pub const fn people_before(rank: u64, serving: u64) -> u64 {
    rank.saturating_sub(serving).saturating_sub(1)
}

/// From so many to so many minutes, at the pace of the last minute give or take a third; nothing
/// when nobody is being called.
pub fn minutes_left(people_before: u64, called_per_minute: u32) -> Option<(u64, u64)> {
    let pace = u64::from(called_per_minute);
    if pace == 0 {
        return None;
    }
    let least = people_before.saturating_mul(3) / (pace * 4);
    let most = people_before.saturating_mul(4).div_ceil(pace * 3) + 1;
    Some((least, most))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use uuid::Uuid;

    use super::*;

    fn queue() -> QueueId {
        QueueId::from_uuid(Uuid::from_u128(7))
    }

    #[test]
    fn every_number_has_one_rank_and_every_rank_one_number() {
        for size in [1, 2, 3, 10, 255, 256, 257, 1000, 5000] {
            let draw = Draw::new(queue(), [9; 32], size);
            let ranks: BTreeSet<u64> = (1..=size).map(|n| draw.rank(Place::Number(n))).collect();
            assert_eq!(ranks, (1..=size).collect(), "{size}");
        }
    }

    #[test]
    fn another_seed_queue_or_size_is_another_draw() {
        let ranks =
            |draw: Draw| -> Vec<u64> { (1..=50).map(|n| draw.rank(Place::Number(n))).collect() };
        let one = ranks(Draw::new(queue(), [9; 32], 1000));
        let other_queue = QueueId::from_uuid(Uuid::from_u128(8));
        assert_ne!(one, ranks(Draw::new(queue(), [8; 32], 1000)));
        assert_ne!(one, ranks(Draw::new(other_queue, [9; 32], 1000)));
        assert_ne!(one, ranks(Draw::new(queue(), [9; 32], 1001)));
    }

    #[test]
    fn coming_early_to_the_draw_is_no_advantage() {
        let places = 200;
        let mean = |numbers: std::ops::RangeInclusive<u64>| {
            let mut sum = 0;
            for seed in 0..40 {
                let draw = Draw::new(queue(), [seed; 32], places);
                sum += numbers
                    .clone()
                    .map(|n| draw.rank(Place::Number(n)))
                    .sum::<u64>();
            }
            sum / 40 / 50
        };
        for range in [1..=50, 151..=200] {
            let mean = mean(range.clone());
            assert!((90..=111).contains(&mean), "{range:?}: {mean}");
        }
    }

    #[test]
    fn who_comes_after_the_draw_is_served_in_order_behind_it() {
        let draw = Draw::new(queue(), [9; 32], 100);
        assert_eq!(draw.rank(Place::Number(101)), 101);
        assert_eq!(draw.rank(Place::Number(4000)), 4000);
        let nobody = Draw::new(queue(), [9; 32], 0);
        assert_eq!(nobody.rank(Place::Number(1)), 1);
    }

    #[test]
    fn entering_again_always_gives_the_same_rank_of_the_draw() {
        let draw = Draw::new(queue(), [9; 32], 100);
        let rank = |n| draw.rank(Place::Again(UserId::from_uuid(Uuid::from_u128(n))));
        assert_eq!(rank(1), rank(1));
        let ranks: BTreeSet<u64> = (0..200).map(rank).collect();
        assert!(ranks.iter().all(|rank| (1..=100).contains(rank)));
        assert!(ranks.len() > 60, "{}", ranks.len());
    }

    #[test]
    fn the_estimate_is_a_range_around_the_pace_and_absent_without_one() {
        assert_eq!(minutes_left(600, 60), Some((7, 15)));
        assert_eq!(minutes_left(0, 60), Some((0, 1)));
        assert_eq!(minutes_left(600, 0), None);
        assert!(minutes_left(u64::MAX, u32::MAX).is_some());
        assert_eq!(people_before(1205, 0), 1204);
        assert_eq!(people_before(5, 10), 0);
    }
}
