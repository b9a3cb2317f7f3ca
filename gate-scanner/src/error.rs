//! Three kinds of failure: a refusal (the request is not one that can be answered), unavailable
//! (not now), a bug. A verdict is none of them. How they look in HTTP is left to `http`.

/// Why a request is not answered with a verdict.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("this device is not known here")]
    DeviceUnknown,
    #[error("the body is larger than 8 KiB")]
    BodyTooLarge,
    #[error("the body is not JSON in UTF-8")]
    BadJson,
    #[error("{0}")]
    Invalid(String),
    #[error("no such gate here")]
    GateUnknown,
    #[error("this scan_id was used for another code or gate")]
    IdReused,
    #[error("nothing is here")]
    NotFound,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Cannot be known or kept now; the caller may try again with the same `scan_id`.
    #[error("unavailable: {0}")]
    Unavailable(String),
    #[error("bug: {0}")]
    Bug(String),
}

impl Error {
    pub(crate) fn bug(source: impl std::fmt::Display) -> Self {
        Self::Bug(source.to_string())
    }
}
