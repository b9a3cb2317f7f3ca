//! What every route shares: how failures look, how bodies are read, which headers every answer
//! carries, how a request shows in the log. Who asks is left to `device`.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::JsonPayloadError;
use actix_web::http::{StatusCode, header};
use actix_web::web::{JsonConfig, PathConfig, QueryConfig};
use actix_web::{HttpMessage, HttpResponse, ResponseError};
use serde_json::json;
use tracing::Span;
use tracing_actix_web::{RequestId, RootSpanBuilder};

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

/// The span around every request: method, route and request id. Never an address with its query,
/// a token or who works at the gate; nothing that costs when nobody follows it.
pub(crate) struct RequestSpan;

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let id = request.extensions().get::<RequestId>().copied();
        tracing::info_span!(
            "request",
            method = request.method().as_str(),
            route = request.match_pattern(),
            request_id = id.map(tracing::field::display),
        )
    }

    fn on_request_end<B: MessageBody>(_: Span, _: &Result<ServiceResponse<B>, actix_web::Error>) {}
}

impl Refusal {
    const fn code(&self) -> &'static str {
        match self {
            Self::DeviceUnknown => "device_unknown",
            Self::DeviceRevoked => "device_revoked",
            Self::SignInNeeded => "sign_in_needed",
            Self::SessionEnded => "session_ended",
            Self::PinWrong => "pin_wrong",
            Self::SupervisorNeeded => "supervisor_needed",
            Self::RateLimited { .. } => "rate_limited",
            Self::EnrolmentUnknown => "enrolment_unknown",
            Self::EnrolmentExpired => "enrolment_expired",
            Self::EnrolmentUsed => "enrolment_used",
            Self::BodyTooLarge => "too_large",
            Self::BadJson => "malformed",
            Self::Invalid(_) => "invalid",
            Self::GateUnknown => "gate_unknown",
            Self::EventUnknown => "event_unknown",
            Self::ScanUnknown => "scan_unknown",
            Self::PartyNotOpen => "party_not_open",
            Self::NotOverridable => "not_overridable",
            Self::SecondPersonNeeded => "second_person_needed",
            Self::IdReused => "id_reused",
            Self::NotFound => "not_found",
        }
    }

    const fn status(&self) -> StatusCode {
        match self {
            Self::DeviceUnknown
            | Self::DeviceRevoked
            | Self::SignInNeeded
            | Self::SessionEnded
            | Self::PinWrong => StatusCode::UNAUTHORIZED,
            Self::SupervisorNeeded | Self::SecondPersonNeeded => StatusCode::FORBIDDEN,
            Self::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BadJson => StatusCode::BAD_REQUEST,
            Self::Invalid(_) | Self::GateUnknown | Self::EventUnknown => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Self::IdReused | Self::EnrolmentUsed | Self::PartyNotOpen | Self::NotOverridable => {
                StatusCode::CONFLICT
            }
            Self::EnrolmentExpired => StatusCode::GONE,
            Self::NotFound | Self::EnrolmentUnknown | Self::ScanUnknown => StatusCode::NOT_FOUND,
        }
    }

    const fn retry_after_seconds(&self) -> Option<u64> {
        if let Self::RateLimited { seconds } = self {
            Some(*seconds)
        } else {
            None
        }
    }
}

impl Error {
    fn code_and_detail(&self) -> (&'static str, String) {
        match self {
            Self::Refused(refusal) => (refusal.code(), refusal.to_string()),
            Self::Unreachable => ("centre_unreachable", self.to_string()),
            Self::Unavailable(what) => ("unavailable", what.clone()),
            Self::Bug(_) => ("internal", "something went wrong on our side".into()),
        }
    }

    const fn retry_after_seconds(&self) -> Option<u64> {
        match self {
            Self::Refused(refusal) => refusal.retry_after_seconds(),
            Self::Unavailable(_) | Self::Unreachable => Some(1),
            Self::Bug(_) => None,
        }
    }

    fn log(&self) {
        match self {
            Self::Refused(refusal) => tracing::info!(code = refusal.code(), "refused"),
            Self::Unreachable => tracing::info!("asked for what only the centre knows"),
            Self::Unavailable(what) => tracing::warn!(what, "unavailable"),
            Self::Bug(what) => tracing::error!(what, "bug"),
        }
    }
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Refused(refusal) => refusal.status(),
            Self::Unavailable(_) | Self::Unreachable => StatusCode::SERVICE_UNAVAILABLE,
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
        if let Some(seconds) = self.retry_after_seconds() {
            answer.insert_header((header::RETRY_AFTER, seconds));
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
    json_rules_up_to(BODY_BYTES_MAX)
}

pub(crate) fn json_rules_up_to(bytes: usize) -> JsonConfig {
    JsonConfig::default()
        .limit(bytes)
        .content_type_required(false)
        .error_handler(|error, _| body_refusal(&error).into_actix())
}

/// What is no id names nothing.
pub(crate) fn path_rules() -> PathConfig {
    PathConfig::default().error_handler(|_, _| Refusal::NotFound.into_actix())
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
            // What serde says of a body names fields and types, and may quote what was sent.
            Refusal::Invalid("a field is missing or is no value of its kind".into())
        }
        JsonPayloadError::ContentType
        | JsonPayloadError::Deserialize(_)
        | JsonPayloadError::Serialize(_)
        | JsonPayloadError::Payload(_)
        | _ => Refusal::BadJson,
    }
}
