//! The bounds of everything, each with its unit in its name and its reason beside it.

/// Long enough to type names and a card, short enough that seats are not parked.
pub const HOLD_TTL_SECONDS: i64 = 600;

/// From order to captured payment: a bank's 3-D Secure step with a slow telephone fits.
pub const PAY_WINDOW_SECONDS: i64 = 900;

/// Two families; above that it is a group, and resale becomes tempting.
pub const MAX_TICKETS_PER_PERSON_AND_EVENT: u32 = 8;

/// As many solos as one person may buy for one event.
pub const MAX_HOLDS_PER_ORDER: usize = 8;

/// An activation code is six characters of an unambiguous alphabet.
pub const ACTIVATION_CODE_LENGTH: usize = 6;
/// Ten minutes: the requirement (X1).
pub const ACTIVATION_CODE_TTL_SECONDS: i64 = 600;
/// Five tries at 30^6 possible codes: one chance in 146 million to guess.
pub const ACTIVATION_TRIES_MAX: u32 = 5;

/// A typing error, and a friend who comes in another's place, twice: above that it is resale.
pub const NAME_CORRECTIONS_MAX: u32 = 3;

/// Rows are strings of bits in Redis: short rows keep every script call short.
/// Standing areas are cut into rows of this length.
pub const ROW_SEATS_MAX: u16 = 100;
/// More price zones than this cannot be told apart on a plan.
pub const CATEGORIES_MAX: usize = 16;
/// The largest stadium in use holds 132,000; along an avenue or a river a million find room.
pub const EVENT_PLACES_MAX: u32 = 1_048_576;
/// Bounds the JSON of one seat plan.
pub const SECTIONS_PER_CATEGORY_MAX: usize = 1_024;
/// Bounds the JSON of one seat plan.
pub const ROW_RUNS_PER_SECTION_MAX: usize = 512;
/// Printed on the ticket beside the row and the seat.
pub const SECTION_NAME_CHARS_MAX: usize = 40;
/// Printed on the ticket.
pub const ROW_LABEL_CHARS_MAX: usize = 8;

/// First name or last name: longer than any name on a European identity card.
pub const NAME_CHARS_MAX: usize = 100;
/// RFC 5321: the longest address that can be delivered.
pub const EMAIL_BYTES_MAX: usize = 254;
/// NIST asks 8 at least; guessing is slowed by Argon2id and by limits per account.
pub const PASSWORD_CHARS_MIN: usize = 10;
/// Room for a phrase; bounds what Argon2id has to read.
pub const PASSWORD_CHARS_MAX: usize = 200;
/// A title fits on one line of a card.
pub const EVENT_TITLE_CHARS_MAX: usize = 200;
/// A price in cents above this (100,000 euros) is a typing error.
pub const PRICE_CENTS_MAX: i64 = 10_000_000;

/// Gates open this long before the start: a stadium needs two hours to fill (UEFA: one turnstile
/// per 660 seats), and one more for those who come early.
pub const GATES_OPEN_BEFORE_START_SECONDS: i64 = 3 * 3600;
/// A match may run late; after this the ticket is over.
pub const GATES_CLOSE_AFTER_END_SECONDS: i64 = 3600;

/// RFC 6238's step, halved: a screenshot sent to a friend is stale on arrival.
pub const LIVE_CODE_STEP_SECONDS: i64 = 15;
/// Telephone clocks drift: two steps of tolerance either way.
pub const LIVE_CODE_STEPS_TOLERANCE: i64 = 2;

/// A claim with its story fits on two pages; who needs more attaches a file.
pub const CASE_TEXT_CHARS_MAX: usize = 5_000;
/// Files of one message.
pub const CASE_FILES_MAX: usize = 3;
/// A photograph or a scanned page.
pub const CASE_FILE_BYTES_MAX: usize = 5 << 20;
/// Files of a whole case: a claim is no place to store things.
pub const CASE_BYTES_MAX: i64 = 40 << 20;
/// Messages of a case, answers included: who has more to say opens another.
pub const CASE_MESSAGES_MAX: usize = 200;
