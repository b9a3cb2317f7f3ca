//! Development only: the mailbox as a person reads it.

use actix_web::http::header::{self, ContentDisposition, DispositionParam, DispositionType};
use actix_web::web::{Data, Path, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get};
use askama::Template;
use uuid::Uuid;

use super::http::{Filter, mailbox};
use super::mailbox::Received;
use crate::accounts::Visitor;
use crate::app::App;
use crate::platform::error::Error;
use crate::platform::html;
use crate::platform::page::Page;

/// A mail's own page may style itself and nothing else.
const LETTER_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
                             frame-ancestors 'self'; sandbox";

/// Mounted in development only.
pub(crate) fn routes(routes: &mut ServiceConfig) {
    routes
        .service(list)
        .service(read)
        .service(letter)
        .service(download);
}

#[derive(Template)]
#[template(path = "dev/mailbox.html")]
struct MailboxView {
    page: Page,
    to: String,
    messages: Vec<MessageLine>,
}

struct MessageLine {
    href: String,
    sent_at: String,
    to: String,
    subject: String,
    attachments: usize,
}

#[derive(Template)]
#[template(path = "dev/message.html")]
struct MessagePageView {
    page: Page,
    message: MessageView,
}

struct MessageView {
    subject: String,
    channel: &'static str,
    to: String,
    sent_at: String,
    text: String,
    html_href: Option<String>,
    attachments: Vec<AttachmentLink>,
}

struct AttachmentLink {
    name: String,
    href: String,
}

/// A text message has no subject: its own words stand for it.
fn subject(message: &Received) -> String {
    if message.subject.is_empty() {
        message.text.clone()
    } else {
        message.subject.clone()
    }
}

#[get("/dev/mailbox")]
async fn list(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    filter: Query<Filter>,
) -> Result<HttpResponse, Error> {
    let messages = mailbox(&app)?.list(&filter.to);
    let line = |message: &Received| MessageLine {
        href: format!("/dev/mailbox/{}", message.id),
        sent_at: format!("{:.0}", message.sent_at),
        to: message.to.clone(),
        subject: subject(message),
        attachments: message.attachments.len(),
    };
    html::page(&MailboxView {
        page: visitor.page(&request),
        to: filter.into_inner().to,
        messages: messages.iter().map(|message| line(message)).collect(),
    })
}

#[get("/dev/mailbox/{id}")]
async fn read(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    id: Path<Uuid>,
) -> Result<HttpResponse, Error> {
    let message = mailbox(&app)?.find(*id).ok_or_else(Error::not_found)?;
    let attachments = message.attachments.iter().enumerate();
    let view = MessageView {
        subject: subject(&message),
        channel: message.channel.name(),
        to: message.to.clone(),
        sent_at: format!("{:.0}", message.sent_at),
        text: message.text.clone(),
        html_href: message
            .html
            .is_some()
            .then(|| format!("/dev/mailbox/{id}/letter")),
        attachments: attachments
            .map(|(no, part)| AttachmentLink {
                name: part.name.clone(),
                href: format!("/dev/mailbox/{id}/attachments/{no}"),
            })
            .collect(),
    };
    html::page(&MessagePageView {
        page: visitor.page(&request),
        message: view,
    })
}

#[get("/dev/mailbox/{id}/letter")]
async fn letter(app: Data<App>, id: Path<Uuid>) -> Result<HttpResponse, Error> {
    let message = mailbox(&app)?.find(*id).ok_or_else(Error::not_found)?;
    let body = message.html.clone().ok_or_else(Error::not_found)?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_SECURITY_POLICY, LETTER_POLICY))
        .insert_header((header::X_FRAME_OPTIONS, "SAMEORIGIN"))
        .content_type("text/html; charset=utf-8")
        .body(body))
}

#[get("/dev/mailbox/{id}/attachments/{no}")]
async fn download(app: Data<App>, at: Path<(Uuid, usize)>) -> Result<HttpResponse, Error> {
    let (id, no) = at.into_inner();
    let message = mailbox(&app)?.find(id).ok_or_else(Error::not_found)?;
    let part = message.attachments.get(no).ok_or_else(Error::not_found)?;
    let disposition = ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::Filename(part.name.clone())],
    };
    Ok(HttpResponse::Ok()
        .insert_header(disposition)
        .content_type(part.content_type.as_str())
        .body(part.bytes.clone()))
}
