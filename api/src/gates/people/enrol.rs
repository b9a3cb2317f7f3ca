//! Enrolling a tablet: a code made by staff, used once, within minutes, at its own gate. The code
//! is kept as a keyed digest only, the tablet's token as a digest.

use actix_web::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use serde_json::json;
use ticket_core::ids::TabletId;
use ticket_core::manifest::{DESK_TEXT_LENGTH_MAX, Enrolled, EnrolmentRequest, TabletFacts};
use uuid::Uuid;

use super::store::{self, NewTablet};
use crate::app::App;
use crate::audit_log;
use crate::gates::device::{Device, token_hash};
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::seal::random_bytes;

/// No 0, O, 1 or I: 32 signs, so that five bits choose one.
const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const CODE_LENGTH: usize = 8;
const TOKEN_BYTES: usize = 32;
/// What a QR of the code says, so that a reader on the page knows what it is.
pub(crate) const QR_PREFIX: &str = "guichet-enrol:";
/// In production; a demonstration stands longer.
const VALID_MINUTES_MAX: i64 = 60;

#[derive(Debug)]
pub(crate) struct NewEnrolment {
    pub(crate) gate: String,
    /// Of the tablet, unless it is given another.
    pub(crate) name: String,
    pub(crate) valid_minutes: i64,
}

/// A code for one tablet.
///
/// # Errors
/// `invalid` for an unknown gate, a name or a time that cannot be.
pub(crate) async fn make_enrolment(app: &App, new: &NewEnrolment) -> Result<String, Error> {
    let name = parse_name(&new.name)?;
    let is_long = new.valid_minutes > VALID_MINUTES_MAX && !app.config.is_development();
    if new.valid_minutes < 1 || is_long {
        return Err(Error::invalid("minutes", "1 to 60"));
    }
    let code = random_code()?;
    let now = app.clock.now();
    let expires_at = now
        .checked_add(SignedDuration::from_mins(new.valid_minutes))
        .map_err(|_| Error::invalid("minutes", "too many"))?;
    let hash = code_hash(app, &code);
    app.db
        .write("gates.make_enrolment", async |tx| {
            let made =
                store::insert_enrolment(tx, (&new.gate, &name), &hash, (now, expires_at)).await?;
            if !made {
                return Err(Error::invalid("gate", "no such gate"));
            }
            let entry = audit_log::Entry {
                actor: None,
                action: "gate.enrolment_made",
                subject: format!("gate:{}", new.gate),
                detail: json!({ "name": name, "minutes": new.valid_minutes }),
            };
            audit_log::record(tx, &entry, now).await
        })
        .await?;
    Ok(code)
}

/// Makes the tablet that a code stands for, and its token.
///
/// # Errors
/// `enrolment_unknown`, also for another gate's code; `enrolment_expired`; `enrolment_used`.
pub(super) async fn enrol(
    app: &App,
    device: &Device,
    request: &EnrolmentRequest,
) -> Result<Enrolled, Error> {
    let code = normalise(&request.code).ok_or_else(unknown)?;
    let given = Some(request.name.trim()).filter(|name| !name.is_empty());
    let given = given.map(parse_name).transpose()?;
    let token = URL_SAFE_NO_PAD.encode(random_bytes::<TOKEN_BYTES>()?);
    let tablet = app
        .db
        .write("gates.enrol", async |tx| {
            use_code(app, tx, device, (&code, given.clone(), &token)).await
        })
        .await?;
    Ok(Enrolled { token, tablet })
}

async fn use_code(
    app: &App,
    tx: &Tx<'_>,
    device: &Device,
    (code, given, token): (&str, Option<String>, &str),
) -> Result<TabletFacts, Error> {
    let now = app.clock.now();
    let hash = code_hash(app, code);
    let enrolment = store::lock_enrolment(tx, &hash).await?;
    let enrolment = enrolment.filter(|found| found.gate == device.gate);
    let enrolment = enrolment.ok_or_else(unknown)?;
    if enrolment.is_used {
        return Err(used());
    }
    if enrolment.expires_at <= now {
        return Err(expired());
    }
    let tablet = TabletFacts {
        id: TabletId::from_uuid(Uuid::new_v4()),
        name: given.unwrap_or(enrolment.name),
        gate: enrolment.gate,
    };
    let row = NewTablet {
        facts: &tablet,
        token_hash: &token_hash(token),
    };
    store::insert_tablet(tx, &row, now).await?;
    store::mark_enrolment_used(tx, &hash, tablet.id, now).await?;
    let entry = audit_log::Entry {
        actor: None,
        action: "gate.tablet_enrolled",
        subject: format!("tablet:{}", tablet.id),
        detail: json!({ "gate": tablet.gate, "name": tablet.name, "device": device.id }),
    };
    audit_log::record(tx, &entry, now).await?;
    Ok(tablet)
}

fn unknown() -> Error {
    let status = StatusCode::NOT_FOUND;
    Error::refused(status, "enrolment_unknown", "this code is not known here")
}

fn used() -> Error {
    let status = StatusCode::CONFLICT;
    Error::refused(status, "enrolment_used", "this code was used already")
}

fn expired() -> Error {
    let status = StatusCode::GONE;
    Error::refused(status, "enrolment_expired", "this code is too old")
}

fn parse_name(text: &str) -> Result<String, Error> {
    let name = text.trim();
    let is_name = (1..=DESK_TEXT_LENGTH_MAX).contains(&name.chars().count())
        && !name.chars().any(char::is_control);
    if is_name {
        Ok(name.to_owned())
    } else {
        Err(Error::invalid("name", "1 to 120 characters on one line"))
    }
}

fn code_hash(app: &App, code: &str) -> Vec<u8> {
    app.keyring.blind_index("gate-enrolment", code)
}

fn random_code() -> Result<String, Error> {
    let bytes = random_bytes::<CODE_LENGTH>()?;
    let sign = |byte: &u8| ALPHABET.get(usize::from(byte & 31)).copied();
    let signs = bytes.iter().filter_map(sign);
    Ok(signs.map(char::from).collect())
}

/// As typed in any case, with dashes or spaces, or as the QR says it.
fn normalise(text: &str) -> Option<String> {
    let text = text.trim();
    let code = text.strip_prefix(QR_PREFIX).unwrap_or(text);
    let signs = code.chars().filter(|sign| !matches!(sign, ' ' | '-'));
    let code: String = signs
        .map(|sign| sign.to_ascii_uppercase())
        .take(CODE_LENGTH + 1)
        .collect();
    let is_code = code.len() == CODE_LENGTH && code.bytes().all(|sign| ALPHABET.contains(&sign));
    is_code.then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_back_however_it_is_typed() {
        let code = random_code().unwrap();
        assert_eq!(code.len(), CODE_LENGTH);
        let (left, right) = code.split_at(4);
        let typed = format!(" {}-{} ", left.to_lowercase(), right);
        assert_eq!(normalise(&typed), Some(code.clone()));
        assert_eq!(normalise(&format!("{QR_PREFIX}{code}")), Some(code));
        for bad in [
            "",
            "ABCD",
            "ABCDEFG0",
            "ABCDEFGHJ",
            "ÀBCDEFGH",
            "https://example.org",
        ] {
            assert_eq!(normalise(bad), None, "{bad}");
        }
    }
}
