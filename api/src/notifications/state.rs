//! What carries messages: clients built once, and the mailbox of development.

use lettre::message::Mailbox as From;

use super::mail::{self, Carrier};
use super::mailbox::Mailbox;
use super::sms::SmsClient;
use super::sms_ceiling::Ceilings;
use crate::platform::config::Config;

pub struct State {
    pub(super) from: From,
    pub(super) carrier: Carrier,
    pub(super) sms: Option<SmsClient>,
    pub(super) ceilings: Ceilings,
    /// Development only.
    pub(super) mailbox: Option<Mailbox>,
}

impl State {
    /// # Errors
    /// A sentence for the operator about the setting at fault.
    pub fn new(config: &Config) -> Result<Self, String> {
        Ok(Self {
            from: config
                .mail_from
                .parse()
                .map_err(|_| "MAIL_FROM is not `Name <address>`".to_owned())?,
            carrier: mail::carrier(config)?,
            sms: config.sms_url.as_ref().map(SmsClient::new).transpose()?,
            ceilings: config.sms_ceilings.parse()?,
            mailbox: config.is_development().then(Mailbox::default),
        })
    }
}
