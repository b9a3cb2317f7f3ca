//! Codes for the day the telephone is lost: ten, shown once, each good for one sign-in.

use ticket_core::account::{activation_code, normalize_activation_code};
use ticket_core::ids::UserId;

use crate::app::App;

pub(super) const CODES: usize = 10;

/// Twelve characters of the unambiguous alphabet, 58 bits, in two halves: `ABCDEF-GHJKMN`.
pub(super) fn make() -> Vec<String> {
    let half = || activation_code(&mut rand::rng());
    (0..CODES)
        .map(|_| format!("{}-{}", half(), half()))
        .collect()
}

/// Keyed, so that a copy of the database cannot be searched for codes.
pub(super) fn digest(app: &App, user: UserId, typed: &str) -> Vec<u8> {
    let code = normalize_activation_code(typed);
    let text = format!("{user}|{code}");
    app.keyring.blind_index("recovery_code", &text)
}
