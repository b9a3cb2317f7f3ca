//! The credential round trip, its refusals, and the codes derived beside it.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::*;

fn slot(number: u8) -> SigningSlot {
    SigningSlot::new(number).unwrap()
}

fn numbers(event: u32, serial: u32, issue: u8) -> TicketNumbers {
    TicketNumbers {
        event: EventNumber::new(event).unwrap(),
        serial: TicketSerial(serial),
        issue: IssueNumber(issue),
    }
}

fn keys(byte: u8) -> CredentialKeys {
    CredentialKeys {
        user: UserKey::from_bytes([byte; 16]),
        ticket: TicketKey::from_bytes([byte ^ 0xff; 16]),
    }
}

fn signer() -> EventSigner {
    EventSigner::from_bytes(slot(3), &[9; 32])
}

fn sealing() -> SealingKey {
    SealingKey::from_bytes([5; 32])
}

fn event_keys(signers: &[&EventSigner]) -> EventKeys {
    let verifiers = signers
        .iter()
        .map(|signer| (signer.slot(), signer.verifier()));
    EventKeys {
        verifiers: verifiers.collect::<BTreeMap<_, _>>(),
        sealing: sealing(),
    }
}

fn issued() -> CredentialDigits {
    issue(&signer(), &sealing(), numbers(771, 80_000, 2), &keys(1))
}

fn reopen(digits: &str, known: &EventKeys) -> Result<Opened, CredentialRefused> {
    let ours = EventNumber::new(771).unwrap();
    let digits = CredentialDigits::parse(digits).unwrap();
    open(&digits, |event| (event == ours).then_some(known))
}

#[test]
fn an_issued_credential_opens_with_the_same_numbers_and_keys() {
    let known = event_keys(&[&signer()]);
    let opened = reopen(issued().as_str(), &known).unwrap();
    assert_eq!(opened.slot, slot(3));
    assert_eq!(opened.numbers, numbers(771, 80_000, 2));
    assert_eq!(opened.keys, keys(1));
    assert_eq!(issued().as_str().len(), 253);
}

#[test]
fn any_changed_digit_is_refused() {
    let known = event_keys(&[&signer()]);
    let good = issued();
    for place in 0..253 {
        let mut bad = good.as_str().to_owned().into_bytes();
        bad[place] = b'0' + (bad[place] - b'0' + 1) % 10;
        assert!(
            reopen(std::str::from_utf8(&bad).unwrap(), &known).is_err(),
            "digit {place}"
        );
    }
}

#[test]
fn each_refusal_has_its_cause() {
    let other = EventSigner::from_bytes(slot(3), &[8; 32]);
    let other_slot = EventSigner::from_bytes(slot(4), &[9; 32]);
    let known = event_keys(&[&signer()]);
    let by = |signer: &EventSigner, numbers| issue(signer, &sealing(), numbers, &keys(1));
    let refusal = |digits: &CredentialDigits| reopen(digits.as_str(), &known).unwrap_err();

    let ours = numbers(771, 1, 0);
    assert_eq!(
        refusal(&by(&other, ours)),
        CredentialRefused::WrongSignature
    );
    assert_eq!(
        refusal(&by(&other_slot, ours)),
        CredentialRefused::UnknownSlot
    );
    let elsewhere = numbers(772, 1, 0);
    assert_eq!(
        refusal(&by(&signer(), elsewhere)),
        CredentialRefused::UnknownEvent(elsewhere.event)
    );
    assert_eq!(
        reopen(&"9".repeat(253), &known),
        Err(CredentialRefused::Overflow)
    );
    assert_eq!(
        reopen(&"0".repeat(253), &known),
        Err(CredentialRefused::UnknownVersion)
    );
}

#[test]
fn the_largest_105_bytes_fit_and_one_more_overflows() {
    let largest = CredentialDigits::from_bytes(&[0xff; 105]);
    assert_eq!(largest.as_str().len(), 253);
    assert_eq!(largest.to_bytes(), Ok([0xff; 105]));
    // 2^840 - 1 ends in 5, so the next number differs in the last digit only.
    let text = largest.as_str();
    let next = format!("{}6", text.strip_suffix('5').unwrap());
    assert_eq!(
        CredentialDigits::parse(&next).unwrap().to_bytes(),
        Err(digits::Overflow)
    );
}

#[test]
fn codes_are_told_apart_by_length() {
    let full = issued();
    let short = ShortCode::of(&keys(1).ticket, numbers(771, 80_000, 2));
    let now = Timestamp::from_second(1_900_000_000).unwrap();
    let live = live_digits(&full, &keys(1).ticket, now);
    assert_eq!(classify(full.as_str()), Ok(Presented::Full(full.clone())));
    assert_eq!(
        classify(short.as_str()),
        Ok(Presented::Short(short.clone()))
    );
    let (head, tail) = short.as_str().split_at(11);
    assert_eq!(
        classify(&format!(" {head} {tail}\r\n")),
        Ok(Presented::Short(short))
    );
    let code = LiveCode::at(&keys(1).ticket, now);
    assert_eq!(
        classify(live.as_str()),
        Ok(Presented::Live(full.clone(), code))
    );
    let letters = format!("{}x", &full.as_str()[..252]);
    let arabic = "٣".repeat(11);
    for bad in [
        "",
        "1",
        &letters,
        &arabic,
        &"1".repeat(10_000),
        &format!("{}1", full.as_str()),
    ] {
        assert_eq!(classify(bad), Err(Unreadable));
    }
}

#[test]
fn a_mistyped_short_code_is_unreadable() {
    let code = ShortCode::of(&keys(1).ticket, numbers(771, 80_000, 2));
    let digits = code.as_str().as_bytes().to_vec();
    for place in 0..22 {
        let mut wrong = digits.clone();
        wrong[place] = b'0' + (wrong[place] - b'0' + 1) % 10;
        assert_eq!(
            ShortCode::parse(std::str::from_utf8(&wrong).unwrap()),
            Err(Unreadable)
        );
    }
    for place in 0..21 {
        let mut swapped = digits.clone();
        swapped.swap(place, place + 1);
        let read = ShortCode::parse(std::str::from_utf8(&swapped).unwrap());
        assert_eq!(read.is_ok(), swapped == digits);
    }
}

#[test]
fn a_live_code_lives_for_two_steps_either_way() {
    let key = keys(1).ticket;
    let at = |second: i64| Timestamp::from_second(1_900_000_005 + second).unwrap();
    let code = LiveCode::at(&key, at(0));
    for second in [-30, -16, 0, 14, 44] {
        assert_eq!(check_live(&key, code, at(second)), Ok(()), "{second}");
    }
    for second in [-31, 45, 3600] {
        assert_eq!(
            check_live(&key, code, at(second)),
            Err(LiveCodeStale),
            "{second}"
        );
    }
    assert_eq!(check_live(&keys(2).ticket, code, at(0)), Err(LiveCodeStale));
    for away in -6..=6 {
        let found = live_steps(&key, code, at(-15 * away), 5);
        assert_eq!(found, (-5..=5).contains(&away).then_some(away), "{away}");
    }
    assert_eq!(live_steps(&keys(2).ticket, code, at(0), 200), None);
}

#[test]
fn totp_agrees_with_rfc_6238() {
    // Appendix B, SHA-256, 30 s steps.
    let seed = b"12345678901234567890123456789012";
    for (second, code) in [
        (59, 46_119_246),
        (1_111_111_109, 68_084_774),
        (20_000_000_000, 77_737_706),
    ] {
        assert_eq!(live::totp(seed, second / 30), code);
    }
}

#[test]
fn nothing_secret_is_printed() {
    let printed = format!(
        "{:?} {:?} {:?} {:?} {:?}",
        keys(7),
        sealing(),
        signer(),
        issued(),
        ShortCode::of(&keys(7).ticket, numbers(1, 1, 1))
    );
    assert_eq!(
        printed,
        "CredentialKeys { user: UserKey(secret), ticket: TicketKey(secret) } SealingKey(secret) \
         EventSigner(slot 3, secret) CredentialDigits(secret) ShortCode(secret)"
    );
}
