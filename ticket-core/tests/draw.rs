//! Runs `docs/draw.py`, the draw in another language, against the rules here.

use std::process::Command;

use ticket_core::ids::{QueueId, UserId};
use ticket_core::queue::{Draw, Place, list_hash, seed_hash};
use uuid::Uuid;

fn hex(bytes: &[u8]) -> String {
    let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    digits.concat()
}

#[test]
fn the_script_anyone_may_run_finds_the_same_hashes_and_ranks() {
    let queue = QueueId::from_uuid(Uuid::from_u128(0x1234_5678));
    let account = UserId::from_uuid(Uuid::from_u128(99));
    for (size, seed) in [(0_u64, 1_u8), (1, 2), (5, 3), (257, 4), (100_000, 5)] {
        let seed = [seed; 32];
        let draw = Draw::new(queue, seed, size);
        let numbers: Vec<u64> = (1..=20).chain([size, size + 1, size + 7]).collect();
        let output = Command::new("python3")
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/draw.py"))
            .args([queue.to_string(), hex(&seed), size.to_string()])
            .args(numbers.iter().map(u64::to_string))
            .arg(account.to_string())
            .output()
            .unwrap();
        let told = String::from_utf8(output.stdout).unwrap();
        let mut expected = format!(
            "seed {}\nlist {}\n",
            hex(&seed_hash(&seed)),
            hex(&list_hash(queue, size))
        );
        for number in numbers {
            let rank = draw.rank(Place::Number(number));
            expected += &[number.to_string(), rank.to_string()].join(" ");
            expected.push('\n');
        }
        let rank = draw.rank(Place::Again(account));
        expected += &[account.to_string(), rank.to_string()].join(" ");
        expected.push('\n');
        assert_eq!(
            told,
            expected,
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}
