//! Typed identifiers: one type per noun, so that a hold's id can never be passed for an order's.
//! Numbers and codes printed on tickets or packed into credentials live here too. Ids are made
//! by callers; nothing here draws randomness.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Why a text or a number is not an identifier of the wanted kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdRefused {
    #[error("not a UUID")]
    NotUuid,
    #[error("an event number is below 2^24")]
    EventNumberTooLarge,
    #[error("an event code is 1 to 32 of A-Z, 0-9 and '-'")]
    NotEventCode,
    #[error("a category code is 1 to 16 of A-Z, 0-9 and '-'")]
    NotCategoryCode,
    #[error("not an order number")]
    NotOrderNumber,
    #[error("an agent's number is four digits")]
    NotAgentNumber,
}

macro_rules! uuid_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// A version 4 id from 16 random bytes drawn by the caller.
            pub const fn from_random_bytes(bytes: [u8; 16]) -> Self {
                Self(uuid::Builder::from_random_bytes(bytes).into_uuid())
            }

            /// A version 7 id: milliseconds since 1970, then random bytes drawn by the caller. Ids
            /// of one moment stand together in an index; whoever sees one sees when it was made.
            pub const fn from_moment(since_1970_ms: u64, random: &[u8; 10]) -> Self {
                Self(uuid::Builder::from_unix_timestamp_millis(since_1970_ms, random).into_uuid())
            }

            pub const fn as_uuid(&self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = IdRefused;

            fn from_str(text: &str) -> Result<Self, IdRefused> {
                Uuid::from_str(text).map(Self).map_err(|_| IdRefused::NotUuid)
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )+};
}

uuid_ids! {
    /// An account, of a spectator or of staff.
    UserId,
    VenueId,
    EventId,
    /// Made by the caller: the idempotency key of a hold.
    HoldId,
    /// Made by the caller: the idempotency key of an order.
    OrderId,
    PaymentId,
    TicketId,
    /// Made by the device: the idempotency key of a scan.
    ScanId,
    /// A tablet enrolled at a gate.
    TabletId,
    SessionId,
    RefundId,
    /// A waiting room, of an event or of the whole shop.
    QueueId,
}

/// The number of an event inside credentials. Invariant: below 2^24 (three bytes).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct EventNumber(u32);

impl EventNumber {
    const LIMIT: u32 = 1 << 24;

    pub const fn new(number: u32) -> Result<Self, IdRefused> {
        if number < Self::LIMIT {
            Ok(Self(number))
        } else {
            Err(IdRefused::EventNumberTooLarge)
        }
    }

    pub const fn get(self) -> u32 {
        self.0
    }

    /// The three bytes of the credential, big-endian.
    pub const fn to_be_bytes(self) -> [u8; 3] {
        let [_, high, middle, low] = self.0.to_be_bytes();
        [high, middle, low]
    }

    pub const fn from_be_bytes(bytes: [u8; 3]) -> Self {
        let [high, middle, low] = bytes;
        Self(u32::from_be_bytes([0, high, middle, low]))
    }
}

impl TryFrom<u32> for EventNumber {
    type Error = IdRefused;

    fn try_from(number: u32) -> Result<Self, IdRefused> {
        Self::new(number)
    }
}

impl From<EventNumber> for u32 {
    fn from(number: EventNumber) -> Self {
        number.0
    }
}

impl fmt::Display for EventNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The number of a ticket within its event, counted up from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TicketSerial(pub u32);

/// How often the credential of one ticket was made anew (after a loss or a transfer).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IssueNumber(pub u8);

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident, $max:expr, $refusal:expr);+ $(;)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            pub fn parse(text: &str) -> Result<Self, IdRefused> {
                let allowed = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-';
                if text.is_empty() || text.len() > $max || !text.bytes().all(allowed) {
                    return Err($refusal);
                }
                Ok(Self(text.to_owned()))
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdRefused;

            fn from_str(text: &str) -> Result<Self, IdRefused> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdRefused;

            fn try_from(text: String) -> Result<Self, IdRefused> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(code: $name) -> Self {
                code.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

codes! {
    /// The public code of an event, as in its address: `ARC001`.
    EventCode, 32, IdRefused::NotEventCode;
    /// The code of a price category within an event: `A`.
    CategoryCode, 16, IdRefused::NotCategoryCode;
}

/// What people read out on the telephone: `G-7K2M-9QXA-4TC8`, made from the order's id.
///
/// 60 bits of a digest: ten million orders meet in one chance in 20,000; good for finding an
/// order, not for proving that one owns it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OrderNumber(String);

impl OrderId {
    /// The id of one of its lines, counted from 1. Made of the two, so that nobody keeps it.
    pub fn line_id(&self, line_no: u8) -> Uuid {
        let digest = Sha256::new()
            .chain_update(b"guichet-order-line-v1")
            .chain_update(self.0.as_bytes())
            .chain_update([line_no])
            .finalize();
        let mut bytes = [0; 16];
        for (byte, of_digest) in bytes.iter_mut().zip(digest) {
            *byte = of_digest;
        }
        uuid::Builder::from_custom_bytes(bytes).into_uuid()
    }
}

impl PaymentId {
    /// The first payment of an order.
    pub const fn first_of(order: OrderId) -> Self {
        Self(order.0)
    }

    /// The order whose first payment this is, unless it is a later one of any order.
    pub const fn as_first(&self) -> OrderId {
        OrderId(self.0)
    }
}

impl OrderNumber {
    /// Crockford's base 32: no I, L, O or U, which are misread or misheard.
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    pub fn of(order: OrderId) -> Self {
        let digest = Sha256::new()
            .chain_update(b"guichet-order-number-v1")
            .chain_update(order.as_uuid().as_bytes())
            .finalize();
        let mut bits = digest
            .iter()
            .take(8)
            .fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
        let mut text = String::from("G-");
        for place in 0..12 {
            if place == 4 || place == 8 {
                text.push('-');
            }
            let digit = usize::try_from(bits >> 59).unwrap_or_default();
            text.push(Self::ALPHABET.get(digit).copied().map_or('0', char::from));
            bits <<= 5;
        }
        Self(text)
    }

    /// Reads a number as typed: any case, with or without its dashes.
    pub fn parse(text: &str) -> Result<Self, IdRefused> {
        let plain: String = text
            .trim()
            .chars()
            .filter(|c| *c != '-')
            .map(|c| c.to_ascii_uppercase())
            .collect();
        let digits = plain.strip_prefix('G').ok_or(IdRefused::NotOrderNumber)?;
        if digits.len() != 12 || !digits.bytes().all(|b| Self::ALPHABET.contains(&b)) {
            return Err(IdRefused::NotOrderNumber);
        }
        let (first, rest) = digits.split_at(4);
        let (second, third) = rest.split_at(4);
        Ok(Self(format!("G-{first}-{second}-{third}")))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for OrderNumber {
    type Error = IdRefused;

    fn try_from(text: String) -> Result<Self, IdRefused> {
        Self::parse(&text)
    }
}

impl From<OrderNumber> for String {
    fn from(number: OrderNumber) -> Self {
        number.0
    }
}

impl fmt::Display for OrderNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_number_has_three_bytes() {
        let number = EventNumber::new(0x01_02_03).unwrap();
        assert_eq!(number.to_be_bytes(), [1, 2, 3]);
        assert_eq!(EventNumber::from_be_bytes([1, 2, 3]), number);
        assert_eq!(
            EventNumber::new(1 << 24),
            Err(IdRefused::EventNumberTooLarge)
        );
    }

    #[test]
    fn a_code_refuses_other_letters_and_lengths() {
        assert_eq!(EventCode::parse("ARC-001").unwrap().as_str(), "ARC-001");
        for bad in ["", "arc001", "ARC 001", "É", &"A".repeat(33)] {
            assert_eq!(EventCode::parse(bad), Err(IdRefused::NotEventCode), "{bad}");
        }
        assert!(CategoryCode::parse(&"A".repeat(17)).is_err());
        assert!(serde_json::from_str::<CategoryCode>("\"a\"").is_err());
    }

    #[test]
    fn an_order_number_is_stable_and_read_back_as_typed() {
        let number = OrderNumber::of(OrderId::from_uuid(Uuid::from_u128(7)));
        assert_eq!(
            number,
            OrderNumber::of(OrderId::from_uuid(Uuid::from_u128(7)))
        );
        assert_ne!(
            number,
            OrderNumber::of(OrderId::from_uuid(Uuid::from_u128(8)))
        );
        assert_eq!(number.as_str().len(), 16);
        let typed = format!(" {} ", number.as_str().to_lowercase().replace('-', ""));
        assert_eq!(OrderNumber::parse(&typed), Ok(number));
        assert_eq!(
            OrderNumber::parse("G-0000-0000-000I"),
            Err(IdRefused::NotOrderNumber)
        );
        assert_eq!(
            OrderNumber::parse("G-0000-0000-00É"),
            Err(IdRefused::NotOrderNumber)
        );
    }

    #[test]
    fn ids_are_transparent_on_the_wire() {
        let id = HoldId::from_uuid(Uuid::from_u128(1));
        let text = serde_json::to_string(&id).unwrap();
        assert_eq!(text, "\"00000000-0000-0000-0000-000000000001\"");
        assert_eq!(id.to_string().parse::<HoldId>(), Ok(id));
    }
}
