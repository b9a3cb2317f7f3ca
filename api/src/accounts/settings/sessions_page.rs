//! Where an account is open: each session with its device, ending one, ending all others.

use actix_web::web::{Data, Form, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, post};
use jiff::Timestamp;
use serde::Deserialize;

use super::change;
use super::pages::{done, this_session};
use super::store::StoredSession;
use super::views::SessionView;
use crate::accounts::Visitor;
use crate::accounts::device::device_words;
use crate::accounts::session::TokenHash;
use crate::app::App;
use crate::platform::error::Error;
use crate::platform::page::Words;
use crate::platform::wording;

pub(super) fn routes(routes: &mut ServiceConfig) {
    routes.service(end_others).service(end_one);
}

pub(super) fn views(
    words: Words,
    sessions: &[StoredSession],
    this: &TokenHash,
) -> Vec<SessionView> {
    let moment = |at: Timestamp| wording::moment(words, wording::at_venue(at, 0));
    let view = |session: &StoredSession| SessionView {
        id: session.id(),
        device: device_words(words, &session.device),
        seen: session.seen_at.to_string(),
        seen_words: moment(session.seen_at),
        since: session.created_at.to_string(),
        since_words: moment(session.created_at),
        is_this: session.hash == *this,
    };
    sessions.iter().map(view).collect()
}

#[derive(Deserialize)]
struct EndForm {
    csrf: String,
    #[serde(default)]
    session: String,
}

#[post("/account/settings/sessions")]
async fn end_others(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    form: Form<EndForm>,
) -> Result<HttpResponse, Error> {
    visitor.check_form(&form.csrf)?;
    let owner = visitor.require_signed_in()?;
    let session = this_session(&app, &request)?;
    change::end_other_sessions(&app, (owner.user_id, &session)).await?;
    Ok(done("sessions"))
}

#[post("/account/settings/sessions/end")]
async fn end_one(
    app: Data<App>,
    visitor: Visitor,
    form: Form<EndForm>,
) -> Result<HttpResponse, Error> {
    visitor.check_form(&form.csrf)?;
    let owner = visitor.require_signed_in()?;
    change::end_session(&app, owner.user_id, &form.session).await?;
    Ok(done("session"))
}
