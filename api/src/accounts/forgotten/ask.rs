//! Asking for a new password: the same answer and the same row for every address, and a code for
//! those that have an account.

use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::SignedDuration;
use serde_json::json;
use ticket_core::account::activation_code;
use ticket_core::ids::UserId;
use uuid::Uuid;

use super::store::{self, NewReset};
use crate::accounts::codes::{self, CODE_TTL, CODES_PER_TEN_MINUTES_MAX};
use crate::accounts::details::EmailAddress;
use crate::accounts::limits::Entering;
use crate::accounts::person::{data_key, person, place};
use crate::accounts::sign_up::locked_data_key;
use crate::accounts::store::{self as accounts_store, Account, AccountState};
use crate::app::App;
use crate::notifications::{self, Counted, Mail};
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::jobs::{self, Job};
use crate::platform::page::Words;
use crate::platform::seal::DataKey;

pub(crate) const SEND_RESET_CODE: &str = "accounts.send_reset_code";
/// How long a code is still recognised, to be called expired.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// `id` is made by the page, which must hand it back beside the code: the same again sends nothing
/// more.
///
/// # Errors
/// `invalid` for what is no address; `rate_limited` after three in ten minutes, known address or
/// not; `proof_of_work_required`; unavailable.
pub(super) async fn ask(
    app: &App,
    (id, email): (Uuid, &str),
    from: Entering<'_>,
) -> Result<(), Error> {
    let email = EmailAddress::parse(email)?;
    let index = app.email_index(&email);
    app.accounts.limits.resend(from, &index).await?;
    app.db
        .write("accounts.ask_reset", async |tx| {
            begin(app, tx, &index, id).await
        })
        .await?;
    app.wake.now();
    Ok(())
}

async fn begin(app: &App, tx: &Tx<'_>, index: &[u8], id: Uuid) -> Result<(), Error> {
    let now = app.clock.now();
    store::delete_stale(tx, now - KEPT).await?;
    let account = accounts_store::lock_by_email(tx, index).await?;
    let code = activation_code(&mut rand::rng());
    let due = match &account {
        Some(account) => due(app, tx, account).await?,
        None => None,
    };
    let row = NewReset {
        id,
        user: due.as_ref().map(|due| due.user),
        digest: codes::digest(app, id, &code)?,
    };
    if !store::insert(tx, &row, now, now + CODE_TTL).await? {
        return Ok(());
    }
    let Some(Due { user, key, by_sms }) = due else {
        return Ok(());
    };
    let sealed = STANDARD.encode(codes::seal(&key, id, &code)?);
    let payload = json!({ "reset_id": id, "user_id": user, "by_sms": by_sms, "code": sealed });
    jobs::enqueue(tx, SEND_RESET_CODE, &payload, (now, now)).await
}

/// Whom a code is sent to, and how.
struct Due {
    user: UserId,
    key: DataKey,
    by_sms: bool,
}

/// None for an account that gets no code: it is not open, or got enough of them.
async fn due(app: &App, tx: &Tx<'_>, account: &Account) -> Result<Option<Due>, Error> {
    let (user, since) = (account.id, app.clock.now() - CODE_TTL);
    if account.state != AccountState::Active
        || store::count_since(tx, user, since).await? >= CODES_PER_TEN_MINUTES_MAX
    {
        return Ok(None);
    }
    let key = locked_data_key(app, tx, user).await?;
    // Nobody has shown that the address is theirs: only the telephone is the owner's.
    let by_sms = account.by_phone_only;
    if by_sms && !may_text(app, tx, (user, &key)).await? {
        return Ok(None);
    }
    Ok(Some(Due { user, key, by_sms }))
}

async fn may_text(app: &App, tx: &Tx<'_>, (user, key): (UserId, &DataKey)) -> Result<bool, Error> {
    let Some(sealed) = store::get_phone(tx, user).await? else {
        return Ok(false);
    };
    let phone = key.open_text(place("phone", user), &sealed)?;
    let index = app.keyring.blind_index("phone", &phone);
    if !notifications::can_send_sms(app) || app.accounts.limits.text_here(&index).is_err() {
        return Ok(false);
    }
    Ok(notifications::count_sms(app, tx, &phone).await? == Counted::Within)
}

#[derive(Template)]
#[template(path = "mail/reset.txt")]
struct CodeText<'a> {
    words: Words,
    first_name: &'a str,
    code: &'a str,
}

#[derive(Template)]
#[template(path = "mail/reset.html")]
struct CodeHtml<'a> {
    words: Words,
    subject: &'a str,
    first_name: &'a str,
    code: &'a str,
}

/// Sends a code, unless it was used or expired meanwhile.
pub(crate) async fn send_reset_code(app: &App, job: &Job) -> Result<(), Error> {
    let text = |field: &str| job.payload[field].as_str().unwrap_or_default();
    let id = Uuid::parse_str(text("reset_id")).map_err(Error::bug)?;
    let user = UserId::from_uuid(Uuid::parse_str(text("user_id")).map_err(Error::bug)?);
    let conn = app.db.read().await?;
    if !store::is_live(&conn, id, app.clock.now()).await? {
        return Ok(());
    }
    drop(conn);
    let key = data_key(app, user).await?;
    let code = codes::open(&key, id, &job.payload)?;
    let owner = person(app, user).await?;
    let words = Words(owner.locale);
    if job.payload["by_sms"] == true {
        // Taken away meanwhile: nobody has shown that the mailbox is theirs.
        let Some(phone) = &owner.phone else {
            return Ok(());
        };
        let text = words.with("sms-reset", "code", &code);
        return notifications::send_sms(app, phone, &text).await;
    }
    let subject = words.with("mail-reset-subject", "code", &code);
    let (first_name, code) = (owner.first_name.as_str(), code.as_str());
    let plain = CodeText {
        words,
        first_name,
        code,
    };
    let html = CodeHtml {
        words,
        subject: &subject,
        first_name,
        code,
    };
    let mail = Mail {
        to: owner.email.clone(),
        text: plain.render().map_err(Error::bug)?,
        html: Some(html.render().map_err(Error::bug)?),
        subject,
        attachments: Vec::new(),
    };
    notifications::send_mail(app, &mail).await
}
