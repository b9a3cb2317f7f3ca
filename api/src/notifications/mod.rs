//! Mails and text messages to people. Composing them is left to the slices that know what to
//! say; this one carries them. In development everything ends in the mailbox at `/dev/mailbox`.

pub(crate) mod http;
mod mail;
mod mailbox;
pub(crate) mod pages;
mod receiver;
mod sms;
mod sms_ceiling;
mod state;
mod store;

pub(crate) use mail::{Attachment, MAIL_REFUSED, Mail, ascii_address, send_list_mail, send_mail};
pub(crate) use receiver::receive_mail;
pub(crate) use sms::{can_send_sms, send_sms};
pub(crate) use sms_ceiling::{Counted, count_sms};
pub(crate) use state::State;
pub(crate) use store::STATEMENTS;
