//! Three kinds of failure, three fates: a refusal (the rules said no), unavailable (cannot know
//! now), a bug (should not happen). Bodies are RFC 9457 problems with a stable `code`.

use std::borrow::Cow;
use std::fmt;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;

/// A `no` that the caller can understand. `code` is stable; `field` names a form field.
#[derive(Debug, Clone)]
pub struct Refusal {
    pub status: StatusCode,
    pub code: &'static str,
    pub detail: Cow<'static, str>,
    pub field: Option<&'static str>,
    /// For whom is refused only for now.
    pub retry_after_seconds: Option<u64>,
}

#[derive(Debug)]
pub enum Error {
    Refused(Refusal),
    /// A store or a third party does not answer; the caller may try again.
    Unavailable(String),
    /// Logged once with its chain; the caller sees a bare 500.
    Bug(Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    pub fn refused(
        status: StatusCode,
        code: &'static str,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::Refused(Refusal {
            status,
            code,
            detail: detail.into(),
            field: None,
            retry_after_seconds: None,
        })
    }

    /// 422 about one field of the request.
    pub fn invalid(field: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::Refused(Refusal {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            code: "invalid",
            detail: detail.into(),
            field: Some(field),
            retry_after_seconds: None,
        })
    }

    /// 429 `rate_limited` with `Retry-After`.
    pub fn rate_limited(retry_after_seconds: u64) -> Self {
        let detail = "too many tries: wait a little";
        Self::too_many("rate_limited", detail, retry_after_seconds)
    }

    /// 429 with `Retry-After`.
    pub fn too_many(code: &'static str, detail: &'static str, retry_after_seconds: u64) -> Self {
        Self::Refused(Refusal {
            status: StatusCode::TOO_MANY_REQUESTS,
            code,
            detail: detail.into(),
            field: None,
            retry_after_seconds: Some(retry_after_seconds),
        })
    }

    pub fn not_found() -> Self {
        Self::refused(StatusCode::NOT_FOUND, "not_found", "nothing is here")
    }

    pub fn unavailable(what: impl fmt::Display) -> Self {
        Self::Unavailable(what.to_string())
    }

    pub fn bug(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Bug(source.into())
    }

    /// The stable code of this failure.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code,
            Self::Unavailable(_) => "unavailable",
            Self::Bug(_) => "internal",
        }
    }

    /// When to come back: known of a limit, short for what is not there now.
    pub fn retry_after_seconds(&self) -> Option<u64> {
        const SOON_SECONDS: u64 = 2;
        match self {
            Self::Refused(refusal) => refusal.retry_after_seconds.or_else(|| {
                (refusal.status == StatusCode::TOO_MANY_REQUESTS).then_some(SOON_SECONDS)
            }),
            Self::Unavailable(_) => Some(SOON_SECONDS),
            Self::Bug(_) => None,
        }
    }

    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Refused(_))
    }

    pub(crate) fn log(&self) {
        match self {
            Self::Refused(refusal) => tracing::info!(code = refusal.code, "refused"),
            Self::Unavailable(what) => tracing::warn!(what, "unavailable"),
            Self::Bug(source) => {
                let mut chain = told(&**source);
                let mut cause = source.source();
                while let Some(next) = cause {
                    chain = format!("{chain}: {}", told(next));
                    cause = next.source();
                }
                tracing::error!(chain, "bug");
            }
        }
    }
}

/// One link of the chain. PostgreSQL tells the whole failing row and a parser the value it did not
/// expect, which may be personal: of the one only code and constraint are kept, of the other where.
fn told(error: &(dyn std::error::Error + 'static)) -> String {
    if let Some(json) = error.downcast_ref::<serde_json::Error>() {
        let (what, line, column) = (json.classify(), json.line(), json.column());
        return format!("json {what:?}, line {line}, column {column}");
    }
    let Some(db) = error.downcast_ref::<tokio_postgres::error::DbError>() else {
        return error.to_string();
    };
    let constraint = db.constraint().unwrap_or("-");
    format!("postgresql {} constraint {constraint}", db.code().code())
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => write!(f, "{}: {}", refusal.code, refusal.detail),
            Self::Unavailable(what) => write!(f, "unavailable: {what}"),
            Self::Bug(source) => write!(f, "bug: {source}"),
        }
    }
}

impl std::error::Error for Error {}

/// RFC 9457 problem details, plus `code` and, where one field is at fault, `field`.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Problem {
    pub r#type: &'static str,
    pub title: &'static str,
    pub status: u16,
    pub code: &'static str,
    pub detail: Cow<'static, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<&'static str>,
}

impl Error {
    pub fn problem(&self) -> Problem {
        let status = self.status_code();
        let (detail, field) = match self {
            Self::Refused(refusal) => (refusal.detail.clone(), refusal.field),
            Self::Unavailable(_) => ("try again in a moment".into(), None),
            Self::Bug(_) => ("something went wrong on our side".into(), None),
        };
        Problem {
            r#type: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            code: self.code(),
            detail,
            field,
        }
    }
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Refused(refusal) => refusal.status,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Bug(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        self.log();
        let mut answer = HttpResponse::build(self.status_code());
        answer.insert_header((header::CACHE_CONTROL, "no-store"));
        if let Some(seconds) = self.retry_after_seconds() {
            answer.insert_header((header::RETRY_AFTER, seconds));
        }
        answer
            .content_type("application/problem+json")
            .json(self.problem())
    }
}

impl From<deadpool_postgres::PoolError> for Error {
    fn from(error: deadpool_postgres::PoolError) -> Self {
        Self::unavailable(format!("postgresql pool: {error}"))
    }
}

impl From<tokio_postgres::Error> for Error {
    /// A lost connection, or a server that is shutting down, overloaded or too slow, is
    /// unavailable; the rest is a bug.
    fn from(error: tokio_postgres::Error) -> Self {
        let transient = error.as_db_error().map_or_else(
            || error.is_closed() || std::error::Error::source(&error).is_some_and(is_io),
            |db| is_transient(db.code().code()),
        );
        if transient {
            Self::unavailable("postgresql")
        } else {
            Self::bug(error)
        }
    }
}

/// By SQLSTATE: connection (08), resources (53), shutdown (57P), statement or lock that took too
/// long (57014, 55P03), a standby that was asked to write (25006).
fn is_transient(code: &str) -> bool {
    ["08", "53", "57P"]
        .iter()
        .any(|class| code.starts_with(class))
        || matches!(code, "57014" | "55P03" | "25006")
}

fn is_io(source: &(dyn std::error::Error + 'static)) -> bool {
    source.is::<std::io::Error>()
}

impl From<redis::RedisError> for Error {
    fn from(error: redis::RedisError) -> Self {
        use redis::ErrorKind;
        if error.is_io_error()
            || error.is_timeout()
            || error.is_connection_dropped()
            || error.is_connection_refusal()
            || matches!(
                error.kind(),
                ErrorKind::Io | ErrorKind::ClusterConnectionNotFound
            )
        {
            return Self::unavailable("redis");
        }
        let busy = error.code().is_some_and(|code| {
            matches!(
                code,
                "LOADING"
                    | "NOSCRIPT"
                    | "MOVED"
                    | "ASK"
                    | "BUSY"
                    | "MASTERDOWN"
                    | "READONLY"
                    | "OOM"
                    | "CLUSTERDOWN"
                    | "MISCONF"
                    | "TRYAGAIN"
                    | "NOREPLICAS"
            )
        });
        if busy {
            Self::unavailable("redis")
        } else {
            Self::bug(error)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::told;

    #[test]
    fn what_a_parser_did_not_expect_is_not_told() {
        let error = serde_json::from_str::<u32>(r#""camille@example.org""#).unwrap_err();
        assert!(error.to_string().contains("camille"));
        assert_eq!(told(&error), "json Data, line 1, column 21");
    }
}
