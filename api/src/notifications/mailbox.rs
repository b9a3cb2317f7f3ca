//! The mailbox of development: the last messages, in memory, bounded.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use mail_parser::{MessageParser, MimeHeaders};
use uuid::Uuid;

use super::mail::{Attachment, ascii_address};
use crate::platform::error::Error;

const MESSAGES_MAX: usize = 1000;
const BYTES_MAX: usize = 64 << 20;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Channel {
    Email,
    Sms,
}

impl Channel {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
        }
    }
}

pub(super) struct Received {
    pub id: Uuid,
    pub channel: Channel,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: Option<String>,
    pub sent_at: Timestamp,
    pub attachments: Vec<Attachment>,
}

impl Received {
    fn size_bytes(&self) -> usize {
        let attached: usize = self.attachments.iter().map(|part| part.bytes.len()).sum();
        attached + self.text.len() + self.html.as_ref().map_or(0, String::len)
    }
}

/// Cheap to clone; newest first.
#[derive(Clone, Default)]
pub(super) struct Mailbox(Arc<Mutex<VecDeque<Arc<Received>>>>);

impl Mailbox {
    /// Keeps a mail as it came over the wire.
    pub(super) fn put_mail(&self, to: &str, raw: &[u8], now: Timestamp) -> Result<(), Error> {
        let mail = MessageParser::default()
            .parse(raw)
            .ok_or_else(|| Error::bug("a mail cannot be parsed"))?;
        let attachments = mail.attachments().map(attachment).collect();
        let has_html = mail
            .html_bodies()
            .any(mail_parser::MessagePart::is_text_html);
        self.put(Received {
            id: Uuid::new_v4(),
            channel: Channel::Email,
            to: to.to_owned(),
            subject: mail.subject().unwrap_or_default().to_owned(),
            text: mail.body_text(0).unwrap_or_default().into_owned(),
            html: has_html
                .then(|| mail.body_html(0).map(std::borrow::Cow::into_owned))
                .flatten(),
            sent_at: now,
            attachments,
        });
        Ok(())
    }

    pub(super) fn put_sms(&self, to: &str, text: &str, now: Timestamp) -> Uuid {
        let id = Uuid::new_v4();
        self.put(Received {
            id,
            channel: Channel::Sms,
            to: to.to_owned(),
            subject: String::new(),
            text: text.to_owned(),
            html: None,
            sent_at: now,
            attachments: Vec::new(),
        });
        id
    }

    fn put(&self, message: Received) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_front(Arc::new(message));
        let mut bytes = 0;
        let fits = kept
            .iter()
            .take(MESSAGES_MAX)
            .take_while(|message| {
                bytes += message.size_bytes();
                bytes <= BYTES_MAX
            })
            .count();
        kept.truncate(fits);
    }

    /// Newest first; `to` is an address or a phone number, empty for all.
    pub(super) fn list(&self, to: &str) -> Vec<Arc<Received>> {
        let wanted = comparable(to);
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter()
            .filter(|message| wanted.is_empty() || comparable(&message.to) == wanted)
            .cloned()
            .collect()
    }

    pub(super) fn find(&self, id: Uuid) -> Option<Arc<Received>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|message| message.id == id).cloned()
    }
}

fn comparable(to: &str) -> String {
    let to = to.trim().to_lowercase();
    ascii_address(&to).unwrap_or(to)
}

fn attachment(part: &mail_parser::MessagePart<'_>) -> Attachment {
    let content_type = part.content_type().map_or_else(
        || "application/octet-stream".to_owned(),
        |kind| match kind.subtype() {
            Some(subtype) => format!("{}/{subtype}", kind.ctype()),
            None => kind.ctype().to_owned(),
        },
    );
    Attachment {
        name: part.attachment_name().unwrap_or("attachment").to_owned(),
        content_type,
        bytes: part.contents().to_vec(),
    }
}
