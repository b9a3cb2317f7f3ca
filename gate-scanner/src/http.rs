//! What every route shares: who may ask, how failures look, how bodies are read, which headers
//! every answer carries.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::error::JsonPayloadError;
use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, JsonConfig, QueryConfig};
use actix_web::{FromRequest, HttpRequest, HttpResponse, ResponseError};
use serde_json::json;
use subtle::ConstantTimeEq;

use crate::app::{App, token_digest};
use crate::error::{Error, Refusal};

/// Nothing but what this service itself sends: no inline script, nothing from another host.
pub(crate) const SECURITY_HEADERS: [(&str, &str); 5] = [
    (
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
         font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "geolocation=(), microphone=()"),
];

/// A scan is 300 bytes; a code as long as a page is no code.
const BODY_BYTES_MAX: usize = 8 * 1024;

/// Whoever presents the device's token.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Device;

impl FromRequest for Device {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(if is_known(request) {
            Ok(Self)
        } else {
            Err(Refusal::DeviceUnknown.into())
        })
    }
}

fn is_known(request: &HttpRequest) -> bool {
    let presented = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    let app = request.app_data::<Data<App>>();
    app.zip(presented).is_some_and(|(app, token)| {
        let digest = token_digest(token.trim());
        digest.ct_eq(&app.token_digest).into()
    })
}

impl Refusal {
    const fn code(&self) -> &'static str {
        match self {
            Self::DeviceUnknown => "device_unknown",
            Self::BodyTooLarge => "too_large",
            Self::BadJson => "malformed",
            Self::Invalid(_) => "invalid",
            Self::GateUnknown => "gate_unknown",
            Self::IdReused => "id_reused",
            Self::NotFound => "not_found",
        }
    }

    const fn status(&self) -> StatusCode {
        match self {
            Self::DeviceUnknown => StatusCode::UNAUTHORIZED,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BadJson => StatusCode::BAD_REQUEST,
            Self::Invalid(_) | Self::GateUnknown => StatusCode::UNPROCESSABLE_ENTITY,
            Self::IdReused => StatusCode::CONFLICT,
            Self::NotFound => StatusCode::NOT_FOUND,
        }
    }
}

impl Error {
    fn code_and_detail(&self) -> (&'static str, String) {
        match self {
            Self::Refused(refusal) => (refusal.code(), refusal.to_string()),
            Self::Unavailable(what) => ("unavailable", what.clone()),
            Self::Bug(_) => ("internal", "something went wrong on our side".into()),
        }
    }

    fn log(&self) {
        match self {
            Self::Refused(refusal) => tracing::info!(code = refusal.code(), "refused"),
            Self::Unavailable(what) => tracing::warn!(what, "unavailable"),
            Self::Bug(what) => tracing::error!(what, "bug"),
        }
    }
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Refused(refusal) => refusal.status(),
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Bug(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// RFC 9457, with a stable `code`.
    fn error_response(&self) -> HttpResponse {
        self.log();
        let status = self.status_code();
        let (code, detail) = self.code_and_detail();
        let mut answer = HttpResponse::build(status);
        answer.insert_header((header::CACHE_CONTROL, "no-store"));
        if status == StatusCode::UNAUTHORIZED {
            answer.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            answer.insert_header((header::RETRY_AFTER, "1"));
        }
        answer.content_type("application/problem+json").json(json!({
            "type": "about:blank",
            "title": status.canonical_reason().unwrap_or("Error"),
            "status": status.as_u16(),
            "code": code,
            "detail": detail,
        }))
    }
}

pub(crate) fn json_rules() -> JsonConfig {
    JsonConfig::default()
        .limit(BODY_BYTES_MAX)
        .content_type_required(false)
        .error_handler(|error, _| body_refusal(&error).into_actix())
}

pub(crate) fn query_rules() -> QueryConfig {
    QueryConfig::default()
        .error_handler(|error, _| Refusal::Invalid(error.to_string()).into_actix())
}

impl Refusal {
    fn into_actix(self) -> actix_web::Error {
        Error::Refused(self).into()
    }
}

fn body_refusal(error: &JsonPayloadError) -> Refusal {
    match error {
        JsonPayloadError::OverflowKnownLength { .. } | JsonPayloadError::Overflow { .. } => {
            Refusal::BodyTooLarge
        }
        JsonPayloadError::Deserialize(error) if error.is_data() => {
            Refusal::Invalid("scan_id (a UUID), gate and code (texts) are needed".into())
        }
        JsonPayloadError::ContentType
        | JsonPayloadError::Deserialize(_)
        | JsonPayloadError::Serialize(_)
        | JsonPayloadError::Payload(_)
        | _ => Refusal::BadJson,
    }
}
