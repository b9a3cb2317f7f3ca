//! What must hold for every input: the choice of seats, seat plans, money, digits, credentials.
#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::collections::{BTreeMap, BTreeSet};

use proptest::{collection::vec, prelude::*};
use ticket_core::{
    credential::{
        CredentialDigits, CredentialKeys, EventKeys, EventSigner, Presented, SealingKey, ShortCode,
        SigningSlot, TicketKey, TicketNumbers, UserKey, classify, issue, open,
    },
    formula::Formula,
    ids::{CategoryCode, EventNumber, IssueNumber, TicketSerial},
    seating::Inventory,
    venue::{SeatPlan, SeatRef},
};

#[derive(Debug, Clone)]
enum Step {
    Hold(Formula),
    Choose(Formula, SeatRef),
    /// Gives back the hold of this index, modulo their number.
    Release(usize),
}

fn formula() -> impl Strategy<Value = Formula> {
    prop::sample::select(Formula::ALL.to_vec())
}

fn step() -> impl Strategy<Value = Step> {
    let seat = (0_u32..8, 0_u16..12).prop_map(|(row, position)| SeatRef { row, position });
    prop_oneof![
        5 => formula().prop_map(Step::Hold),
        2 => (formula(), seat).prop_map(|(formula, seat)| Step::Choose(formula, seat)),
        3 => any::<usize>().prop_map(Step::Release),
    ]
}

/// What a hold takes away and leaves, told by trying every window of k free places.
struct Choices {
    any: bool,
    without_new_single: bool,
}

fn choices(hall: &Inventory, rows: &[u16], k: u16) -> Choices {
    let mut found = Choices {
        any: false,
        without_new_single: false,
    };
    // Only a solo can use a single place up, and then it leaves none: fewer or as many means no new
    // one.
    let before = singles(hall);
    for (row, length) in (0_u32..).zip(rows) {
        for first in 0..length.saturating_sub(k - 1) {
            let window: Vec<SeatRef> = (first..first + k)
                .map(|position| SeatRef { row, position })
                .collect();
            let mut after = hall.clone();
            if after.take(&window).is_ok() {
                found.any = true;
                found.without_new_single |= singles(&after) <= before;
            }
        }
    }
    found
}

fn singles(hall: &Inventory) -> usize {
    hall.run_lengths()
        .into_iter()
        .filter(|length| *length == 1)
        .count()
}

fn check_adjacent(seats: &[SeatRef], k: u16) {
    assert_eq!(seats.len(), usize::from(k));
    for pair in seats.windows(2) {
        assert_eq!(pair[0].row, pair[1].row);
        assert_eq!(pair[0].position + 1, pair[1].position);
    }
}

fn hold_best(hall: &mut Inventory, rows: &[u16], k: u16) -> Option<Vec<SeatRef>> {
    let before = hall.clone();
    let possible = choices(&before, rows, k);
    let held = hall.hold(k);
    assert_eq!(
        held.is_some(),
        possible.any,
        "sold out only when no {k} adjacent seats are free"
    );
    let seats = held?;
    check_adjacent(&seats, k);
    if possible.without_new_single {
        assert!(
            singles(hall) <= singles(&before),
            "a new single, though another choice leaves none"
        );
    }
    Some(seats)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn seats_are_never_given_twice_stay_adjacent_and_add_up(
        rows in vec(1_u16..12, 1..8),
        steps in vec(step(), 1..60),
    ) {
        let mut hall = Inventory::new(&rows);
        let mut taken: BTreeSet<SeatRef> = BTreeSet::new();
        let mut holds: Vec<Vec<SeatRef>> = Vec::new();
        for step in steps {
            let seats = match step {
                Step::Hold(formula) => hold_best(&mut hall, &rows, formula.seats()),
                Step::Choose(formula, first) => {
                    let wanted: Vec<SeatRef> = (0..formula.seats())
                        .map(|away| SeatRef { position: first.position + away, ..first })
                        .collect();
                    let chosen = hall.take_chosen(&wanted, formula).ok();
                    let exist = wanted.iter().all(|seat| {
                        rows.get(seat.row as usize).is_some_and(|length| seat.position < *length)
                    });
                    let free = wanted.iter().all(|seat| !taken.contains(seat));
                    prop_assert_eq!(chosen.is_some(), exist && free);
                    chosen
                }
                Step::Release(index) if !holds.is_empty() => {
                    let given_back = holds.swap_remove(index % holds.len());
                    prop_assert_eq!(hall.release(&given_back), Ok(()));
                    prop_assert!(hall.release(&given_back).is_err());
                    taken.retain(|seat| !given_back.contains(seat));
                    None
                }
                Step::Release(_) => None,
            };
            if let Some(seats) = seats {
                for seat in &seats {
                    prop_assert!(taken.insert(*seat), "given twice: {seat:?}");
                }
                holds.push(seats);
            }
            prop_assert_eq!(hall.free() + taken.len(), hall.capacity());
            prop_assert!(taken.iter().all(|seat| !hall.is_free(*seat)));
        }
    }

    #[test]
    fn a_hall_sells_out_to_the_last_seat(rows in vec(1_u16..30, 1..10)) {
        let mut hall = Inventory::new(&rows);
        for k in [4, 2, 1] {
            while hall.hold(k).is_some() {}
        }
        prop_assert_eq!(hall.free(), 0);
    }

    #[test]
    fn generated_plans_have_the_capacity_and_label_each_place_once(
        capacity in 1_u32..3_000, count in 1_usize..5,
    ) {
        let codes: Vec<CategoryCode> = ["A", "B", "C", "D"]
            .iter()
            .take(count)
            .map(|code| CategoryCode::parse(code).unwrap())
            .collect();
        let plan = SeatPlan::generate(capacity, &codes);
        prop_assert_eq!(plan.validate(), Ok(()));
        prop_assert_eq!(plan.capacity(), capacity);
        let mut labels = BTreeSet::new();
        for category in &plan.categories {
            for row in category.rows() {
                for position in 0..row.seats {
                    let label = category.label(SeatRef { row: row.index, position }).unwrap();
                    prop_assert_eq!(&label.row, &row.label);
                    labels.insert((label.section, label.row, label.seat));
                }
            }
        }
        prop_assert_eq!(labels.len(), capacity as usize);
        let json = serde_json::to_string(&plan).unwrap();
        prop_assert_eq!(serde_json::from_str::<SeatPlan>(&json).unwrap(), plan);
    }

    #[test]
    fn classify_never_panics_and_accepts_only_digits(text in "[0-9 x\u{0660}]{0,300}") {
        if let Ok(Presented::Full(digits)) = classify(&text) {
            prop_assert_eq!(digits.as_str().len(), 253);
        }
    }
}

fn numbers() -> impl Strategy<Value = TicketNumbers> {
    (0_u32..1 << 24, any::<u32>(), any::<u8>()).prop_map(|(event, serial, issue)| TicketNumbers {
        event: EventNumber::new(event).unwrap(),
        serial: TicketSerial(serial),
        issue: IssueNumber(issue),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn every_credential_opens_to_what_was_issued_and_changed_ones_do_not(
        numbers in numbers(), slot in 0_u8..16, secrets in any::<[[u8; 32]; 3]>(),
        place in 0_usize..253, add in 1_u8..10,
    ) {
        let signer = EventSigner::from_bytes(SigningSlot::new(slot).unwrap(), &secrets[0]);
        let sealing = SealingKey::from_bytes(secrets[1]);
        let keys = CredentialKeys {
            user: UserKey::from_slice(&secrets[2][..16]).unwrap(),
            ticket: TicketKey::from_slice(&secrets[2][16..]).unwrap(),
        };
        let known = EventKeys {
            verifiers: BTreeMap::from([(signer.slot(), signer.verifier())]),
            sealing: sealing.clone(),
        };
        let digits = issue(&signer, &sealing, numbers, &keys);
        let opened = open(&digits, |event| (event == numbers.event).then_some(&known)).unwrap();
        prop_assert_eq!((opened.slot, opened.numbers, opened.keys), (signer.slot(), numbers, keys));

        let mut changed = digits.as_str().to_owned().into_bytes();
        changed[place] = b'0' + (changed[place] - b'0' + add) % 10;
        let changed = CredentialDigits::parse(std::str::from_utf8(&changed).unwrap()).unwrap();
        prop_assert!(open(&changed, |_| Some(&known)).is_err());
    }

    #[test]
    fn short_codes_are_read_back(numbers in numbers(), key in any::<[u8; 16]>()) {
        let code = ShortCode::of(&TicketKey::from_bytes(key), numbers);
        prop_assert_eq!(ShortCode::parse(code.as_str()), Ok(code.clone()));
    }
}
