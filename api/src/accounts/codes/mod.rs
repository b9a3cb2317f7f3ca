//! Activation codes: made, sealed into the job that sends them, found again by keyed digest.
//! The code itself is nowhere in the database in clear.

pub(super) mod store;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::SignedDuration;
use serde_json::{Value, json};
use ticket_core::account::activation_code;
use ticket_core::ids::UserId;
use ticket_core::limits::ACTIVATION_CODE_TTL_SECONDS;
use uuid::Uuid;

use self::store::NewCode;
use super::sign_up::Profile;
use crate::app::App;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::jobs;
use crate::platform::seal::{DataKey, Place};

pub(crate) const SEND_CODE: &str = "accounts.send_code";
pub(super) const CODE_TTL: SignedDuration = SignedDuration::from_secs(ACTIVATION_CODE_TTL_SECONDS);
/// The first and three more, per account and ten minutes, whichever entrance asks for them.
pub(super) const CODES_PER_TEN_MINUTES_MAX: i64 = 4;

/// One submission of the sign-up form; its codes activate what it asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub(crate) struct SignUpId(pub Uuid);

/// Makes a code and the job that sends it. Beyond the limit it does nothing and says nothing, so
/// that the answer tells nothing.
pub(super) async fn issue(
    app: &App,
    tx: &Tx<'_>,
    (user, key): (UserId, &DataKey),
    (sign_up, asked): (SignUpId, &[u8]),
) -> Result<(), Error> {
    let now = app.clock.now();
    if store::count_codes(tx, user, now - CODE_TTL).await? >= CODES_PER_TEN_MINUTES_MAX {
        return Ok(());
    }
    let code = activation_code(&mut rand::rng());
    let id = Uuid::new_v4();
    let row = NewCode {
        id,
        user,
        sign_up: sign_up.0,
        asked,
        digest: digest(app, id, &code)?,
    };
    store::insert_code(tx, &row, now, now + CODE_TTL).await?;
    let sealed = seal(key, id, &code)?;
    let payload = json!({ "code_id": id, "user_id": user, "code": STANDARD.encode(sealed) });
    jobs::enqueue(tx, SEND_CODE, &payload, (now, now)).await
}

/// Keyed, so that a copy of the database cannot be searched for the few possible codes.
pub(super) fn digest(app: &App, id: Uuid, code: &str) -> Result<[u8; 32], Error> {
    app.keyring
        .blind_index("activation_code", &format!("{id}|{code}"))
        .try_into()
        .map_err(|_| Error::bug("a blind index has 32 bytes"))
}

/// For a job's payload.
pub(super) fn seal(key: &DataKey, id: Uuid, code: &str) -> Result<Vec<u8>, Error> {
    key.seal_text(code_place(id), code)
}

/// The code inside a job's payload.
pub(super) fn open(key: &DataKey, id: Uuid, payload: &Value) -> Result<String, Error> {
    let text = payload["code"].as_str().unwrap_or_default();
    let sealed = STANDARD.decode(text).map_err(Error::bug)?;
    key.open_text(code_place(id), &sealed)
}

pub(super) fn seal_sign_up(
    key: &DataKey,
    sign_up: SignUpId,
    profile: &Profile,
) -> Result<Vec<u8>, Error> {
    let json = serde_json::to_vec(profile).map_err(Error::bug)?;
    key.seal(sign_up_place(sign_up.0), &json)
}

pub(super) fn open_sign_up(key: &DataKey, sign_up: Uuid, sealed: &[u8]) -> Result<Profile, Error> {
    let json = key.open(sign_up_place(sign_up), sealed)?;
    serde_json::from_slice(&json).map_err(Error::bug)
}

fn code_place(id: Uuid) -> Place {
    Place::new("outbox", "code", id)
}

/// By sign-up and not by row: a code that is sent again carries the same sealed bytes.
fn sign_up_place(sign_up: Uuid) -> Place {
    Place::new("activation_codes", "sign_up", sign_up)
}
