//! Mail: one message in text and HTML with its attachments, handed to the SMTP server.

use std::mem::ManuallyDrop;
use std::time::Duration;

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment as Part, Mailbox as Address, MultiPart, SinglePart};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use secrecy::ExposeSecret;
use uuid::Uuid;

use super::mailbox::Mailbox;
use crate::app::App;
use crate::platform::config::Config;
use crate::platform::error::Error;

/// What is sent to one person.
pub(crate) struct Mail {
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: Option<String>,
    pub attachments: Vec<Attachment>,
}

pub(crate) struct Attachment {
    pub name: String,
    /// As in `application/pdf`.
    pub content_type: String,
    pub bytes: Vec<u8>,
}

/// The code of a mail that will never be taken.
pub(crate) const MAIL_REFUSED: &str = "mail_refused";
/// A server that takes longer is tried again later; it must not hold up other mails.
const SMTP_TIMEOUT: Duration = Duration::from_secs(10);

/// Who takes the mails.
pub(super) enum Carrier {
    /// Never dropped: its farewell to the server asks for the runtime, which is gone by then.
    Smtp(ManuallyDrop<AsyncSmtpTransport<Tokio1Executor>>),
    /// Development without a mail server: straight into the mailbox.
    Mailbox,
    None,
}

pub(super) fn carrier(config: &Config) -> Result<Carrier, String> {
    let Some(url) = &config.smtp_url else {
        return Ok(if config.is_development() {
            Carrier::Mailbox
        } else {
            Carrier::None
        });
    };
    let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose_secret())
        .map_err(|_| "SMTP_URL cannot be parsed".to_owned())?
        .timeout(Some(SMTP_TIMEOUT))
        .build();
    Ok(Carrier::Smtp(ManuallyDrop::new(transport)))
}

/// Returns once the mail server has accepted the message.
///
/// # Errors
/// Unavailable when it may succeed later; `mail_refused` when it will not.
pub(crate) async fn send_mail(app: &App, mail: &Mail) -> Result<(), Error> {
    hand_over(app, compose(&app.notifications.from, mail, None)?).await
}

/// The same for a mail that its reader may do without, with the address that ends such mails at
/// one press of the mail program's button (RFC 8058).
///
/// # Errors
/// As [`send_mail`].
pub(crate) async fn send_list_mail(app: &App, mail: &Mail, stop_url: &str) -> Result<(), Error> {
    hand_over(app, compose(&app.notifications.from, mail, Some(stop_url))?).await
}

async fn hand_over(app: &App, message: Message) -> Result<(), Error> {
    match (&app.notifications.carrier, &app.notifications.mailbox) {
        (Carrier::Smtp(transport), _) => transport
            .send(message)
            .await
            .map(|_| ())
            .map_err(|error| refused_by_server(&error)),
        (Carrier::Mailbox, Some(mailbox)) => deposit(mailbox, &message, app),
        (Carrier::Mailbox | Carrier::None, _) => Err(Error::unavailable("no SMTP_URL is set")),
    }
}

fn deposit(mailbox: &Mailbox, message: &Message, app: &App) -> Result<(), Error> {
    for to in message.envelope().to() {
        mailbox.put_mail(to.as_ref(), &message.formatted(), app.clock.now())?;
    }
    Ok(())
}

fn compose(from: &Address, mail: &Mail, stop_url: Option<&str>) -> Result<Message, Error> {
    let to = ascii_address(&mail.to)
        .and_then(|to| to.parse().ok())
        .ok_or_else(|| Error::bug("a stored e-mail address cannot be mailed to"))?;
    // Machines must not answer machines (RFC 3834).
    let auto = raw_header("Auto-Submitted", "auto-generated".to_owned())?;
    let id = format!("<{}@{}>", Uuid::new_v4(), from.email.domain());
    let body = match &mail.html {
        Some(html) => MultiPart::alternative_plain_html(mail.text.clone(), html.clone()),
        None => MultiPart::alternative().singlepart(SinglePart::plain(mail.text.clone())),
    };
    let mut parts = MultiPart::mixed().multipart(body);
    for attachment in &mail.attachments {
        let kind = ContentType::parse(&attachment.content_type).map_err(Error::bug)?;
        let part = Part::new(attachment.name.clone()).body(attachment.bytes.clone(), kind);
        parts = parts.singlepart(part);
    }
    let mut builder = Message::builder();
    if let Some(url) = stop_url {
        builder = builder
            .raw_header(raw_header("List-Unsubscribe", format!("<{url}>"))?)
            .raw_header(raw_header(
                "List-Unsubscribe-Post",
                "List-Unsubscribe=One-Click".to_owned(),
            )?);
    }
    builder
        .from(from.clone())
        .to(Address::new(None, to))
        .subject(mail.subject.as_str())
        .message_id(Some(id))
        .raw_header(auto)
        .multipart(parts)
        .map_err(Error::bug)
}

fn raw_header(name: &str, value: String) -> Result<HeaderValue, Error> {
    let name = HeaderName::new_from_ascii(name.to_owned()).map_err(Error::bug)?;
    Ok(HeaderValue::new(name, value))
}

/// The same address with its domain in ASCII, lower case: what mail servers understand.
/// `None` when it has no domain that could exist.
pub(crate) fn ascii_address(address: &str) -> Option<String> {
    let (local, domain) = address.rsplit_once('@')?;
    let domain = idna::domain_to_ascii_strict(domain).ok()?;
    Some(format!("{local}@{domain}"))
}

/// The server's own words may quote the address: only its code is kept.
fn refused_by_server(error: &lettre::transport::smtp::Error) -> Error {
    let code = error.status().map(|status| status.to_string());
    if error.is_permanent() {
        tracing::warn!(code, "the mail server refused a message for good");
        return Error::refused(
            actix_web::http::StatusCode::BAD_GATEWAY,
            MAIL_REFUSED,
            "the mail server refused the message",
        );
    }
    Error::unavailable(format!("mail server {}", code.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_written_in_ascii_and_a_bad_one_is_none() {
        assert_eq!(
            ascii_address("Zoé@Müller.Example").as_deref(),
            Some("Zoé@xn--mller-kva.example")
        );
        for bad in [
            "nobody",
            "a@",
            "a@b c.example",
            "a@-x.example",
            "a@x..example",
        ] {
            assert_eq!(ascii_address(bad), None, "{bad}");
        }
    }
}
