//! Text messages through a Twilio-shaped HTTP service.

use std::time::Duration;

use actix_web::http::StatusCode;
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::app::App;
use crate::platform::error::Error;

const TIMEOUT: Duration = Duration::from_secs(10);

pub(super) struct SmsClient {
    http: reqwest::Client,
    endpoint: Url,
    account: String,
    token: SecretString,
}

impl SmsClient {
    /// From `https://sid:token@host/base`.
    pub(super) fn new(url: &SecretString) -> Result<Self, String> {
        let wrong = || "SMS_URL cannot be parsed".to_owned();
        let mut endpoint = Url::parse(url.expose_secret()).map_err(|_| wrong())?;
        let account = match endpoint.username() {
            "" => "development".to_owned(),
            sid => sid.to_owned(),
        };
        let token = endpoint.password().unwrap_or_default().to_owned().into();
        endpoint.set_username("").map_err(|()| wrong())?;
        endpoint.set_password(None).map_err(|()| wrong())?;
        endpoint
            .path_segments_mut()
            .map_err(|()| wrong())?
            .pop_if_empty()
            .extend(["2010-04-01", "Accounts", &account, "Messages.json"]);
        let http = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Self {
            http,
            endpoint,
            account,
            token,
        })
    }

    async fn send(&self, from: &str, to: &str, text: &str) -> Result<(), Error> {
        let answer = self
            .http
            .post(self.endpoint.clone())
            .basic_auth(&self.account, Some(self.token.expose_secret()))
            .form(&[("To", to), ("From", from), ("Body", text)])
            .send()
            .await
            .map_err(|_| Error::unavailable("SMS service"))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(());
        }
        let problem: SmsProblem = answer.json().await.unwrap_or_default();
        tracing::warn!(
            status = status.as_u16(),
            code = problem.code,
            "the SMS service refused a message"
        );
        if status.is_client_error() && status.as_u16() != 429 {
            return Err(Error::refused(
                StatusCode::BAD_GATEWAY,
                "sms_refused",
                "the SMS service refused the message",
            ));
        }
        Err(Error::unavailable("SMS service"))
    }
}

/// The service's own words may quote the number: only its code is kept.
#[derive(Default, Deserialize)]
struct SmsProblem {
    #[serde(default)]
    code: i64,
}

/// Is there any way to send a text message?
pub(crate) fn can_send_sms(app: &App) -> bool {
    app.notifications.sms.is_some() || app.notifications.mailbox.is_some()
}

/// Returns once the service has accepted the message. `to` is a number in E.164.
///
/// # Errors
/// Unavailable when it may succeed later; `sms_refused` when it will not.
pub(crate) async fn send_sms(app: &App, to: &str, text: &str) -> Result<(), Error> {
    let text = without_marks(text);
    match (&app.notifications.sms, &app.notifications.mailbox) {
        (Some(client), _) => client.send(&app.config.sms_from, to, &text).await,
        (None, Some(mailbox)) => {
            mailbox.put_sms(to, &text, app.clock.now());
            Ok(())
        }
        (None, None) => Err(Error::unavailable("no SMS_URL is set")),
    }
}

/// Marks that isolate directions take room, and some telephones show them as boxes.
fn without_marks(text: &str) -> String {
    text.replace(|mark| matches!(mark, '\u{2066}'..='\u{2069}'), "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::i18n::Locale;
    use crate::platform::page::Words;

    /// The letters that a text message carries in seven bits, as far as our texts need them.
    fn is_short_letter(letter: char) -> bool {
        letter.is_ascii() && !"[]{}\\^~|`".contains(letter)
            || "èéùìòÇØøÅåÄÖÑÜßäöñüà£¥€".contains(letter)
    }

    #[test]
    fn a_code_takes_one_segment_in_every_language() {
        for locale in Locale::ALL {
            for key in ["sms-activation", "sms-reset"] {
                let text = Words(locale).with(key, "code", "K7QX41");
                let text = without_marks(&text);
                assert!(text.contains("K7QX41"), "{text}");
                let room = if text.chars().all(is_short_letter) {
                    160
                } else {
                    70
                };
                let length = text.encode_utf16().count();
                assert!(length <= room, "{length} in {}", locale.code());
            }
        }
    }
}
