//! Development only: what was sent, as JSON, and an SMS service shaped like Twilio's.

use actix_web::web::{Data, Form, Json, Path, Query, ServiceConfig};
use actix_web::{HttpResponse, get, post};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::mailbox::{Mailbox, Received};
use crate::app::App;
use crate::platform::error::Error;

/// Mounted in development only.
pub(crate) fn routes(routes: &mut ServiceConfig) {
    routes.service(mailbox_json).service(take_sms);
}

pub(super) fn mailbox(app: &App) -> Result<&Mailbox, Error> {
    app.notifications
        .mailbox
        .as_ref()
        .ok_or_else(Error::not_found)
}

#[derive(Deserialize)]
pub(super) struct Filter {
    #[serde(default)]
    pub to: String,
}

#[derive(Serialize)]
struct MessageJson {
    id: Uuid,
    channel: &'static str,
    to: String,
    subject: String,
    text: String,
    html: Option<String>,
    sent_at: Timestamp,
    attachments: Vec<AttachmentJson>,
}

#[derive(Serialize)]
struct AttachmentJson {
    name: String,
    content_type: String,
    base64: String,
}

#[get("/dev/mailbox.json")]
async fn mailbox_json(
    app: Data<App>,
    filter: Query<Filter>,
) -> Result<Json<Vec<MessageJson>>, Error> {
    // An unescaped `+` of a phone number arrives as a space.
    let to = filter.to.trim();
    let phone = to.bytes().all(|byte| byte.is_ascii_digit()) && !to.is_empty();
    let wanted = if phone {
        format!("+{to}")
    } else {
        to.to_owned()
    };
    let messages = mailbox(&app)?.list(&wanted);
    Ok(Json(
        messages
            .iter()
            .map(|message| message_json(message))
            .collect(),
    ))
}

fn message_json(message: &Received) -> MessageJson {
    let attachments = message.attachments.iter().map(|part| AttachmentJson {
        name: part.name.clone(),
        content_type: part.content_type.clone(),
        base64: STANDARD.encode(&part.bytes),
    });
    MessageJson {
        id: message.id,
        channel: message.channel.name(),
        to: message.to.clone(),
        subject: message.subject.clone(),
        text: message.text.clone(),
        html: message.html.clone(),
        sent_at: message.sent_at,
        attachments: attachments.collect(),
    }
}

#[derive(Deserialize)]
struct SmsForm {
    #[serde(rename = "To")]
    to: String,
    #[serde(rename = "From")]
    _from: String,
    #[serde(rename = "Body")]
    body: String,
}

#[post("/dev/sms/2010-04-01/Accounts/{account}/Messages.json")]
async fn take_sms(
    app: Data<App>,
    account: Path<String>,
    form: Form<SmsForm>,
) -> Result<HttpResponse, Error> {
    if !form.to.starts_with('+') {
        let body = json!({ "code": 21211, "message": "invalid To", "status": 400 });
        return Ok(HttpResponse::BadRequest().json(body));
    }
    let id = mailbox(&app)?.put_sms(&form.to, &form.body, app.clock.now());
    let body = json!({
        "sid": format!("SM{}", id.simple()),
        "account_sid": account.as_str(),
        "status": "queued",
    });
    Ok(HttpResponse::Created().json(body))
}
