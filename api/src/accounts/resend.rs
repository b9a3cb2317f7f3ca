//! Another code, for a mail that never came. Unknown addresses get the same answer.

use super::codes::{self, SignUpId};
use super::details::EmailAddress;
use super::limits::Entering;
use super::sign_up::{Profile, locked_data_key, takes_codes, texted};
use super::store::{self, Account};
use crate::app::App;
use crate::notifications::{self, Counted};
use crate::platform::db::Tx;
use crate::platform::error::Error;

/// # Errors
/// `rate_limited` after three in ten minutes, known address or not; `proof_of_work_required`;
/// `invalid`; unavailable.
pub(crate) async fn resend_code(
    app: &App,
    email: &str,
    sign_up: Option<SignUpId>,
    from: Entering<'_>,
) -> Result<(), Error> {
    let email = EmailAddress::parse(email)?;
    let index = app.email_index(&email);
    app.accounts.limits.resend(from, &index).await?;
    app.db
        .write(
            "accounts.resend_code",
            async |tx| match store::lock_by_email(tx, &index).await? {
                Some(account) => again(app, tx, &account, sign_up).await,
                None => Ok(()),
            },
        )
        .await?;
    app.wake.now();
    Ok(())
}

/// A new code of the same sign-up, or of the latest one; nothing for an account that takes none,
/// or for a telephone or a country that got enough: saying so would tell that the account is there.
pub(super) async fn again(
    app: &App,
    tx: &Tx<'_>,
    account: &Account,
    sign_up: Option<SignUpId>,
) -> Result<(), Error> {
    let wanted = sign_up.map(|id| id.0);
    let Some((sign_up, asked)) = codes::store::find_sign_up(tx, account.id, wanted).await? else {
        return Ok(());
    };
    let key = locked_data_key(app, tx, account.id).await?;
    let profile = codes::open_sign_up(&key, sign_up, &asked)?;
    let is_due = takes_codes(tx, account, profile.channel).await?;
    if !is_due || !may_text(app, tx, &profile).await? {
        return Ok(());
    }
    codes::issue(app, tx, (account.id, &key), (SignUpId(sign_up), &asked)).await
}

async fn may_text(app: &App, tx: &Tx<'_>, profile: &Profile) -> Result<bool, Error> {
    let Some(phone) = texted(profile) else {
        return Ok(true);
    };
    let index = app.keyring.blind_index("phone", phone);
    if app.accounts.limits.text_here(&index).is_err() {
        return Ok(false);
    }
    Ok(notifications::count_sms(app, tx, phone).await? == Counted::Within)
}
