//! Three kinds of failure: a refusal (the request is not one that can be answered), unavailable
//! (not now), a bug. A verdict is none of them. How they look in HTTP is left to `http`.

/// Why a request is not answered with a verdict.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("this device is not known here")]
    DeviceUnknown,
    #[error("this device was revoked")]
    DeviceRevoked,
    #[error("an agent must sign in first")]
    SignInNeeded,
    #[error("the agent must sign in again")]
    SessionEnded,
    #[error("no agent has this number and PIN")]
    PinWrong,
    #[error("only a supervisor may do this")]
    SupervisorNeeded,
    #[error("too many tries: wait a little")]
    RateLimited { seconds: u64 },
    #[error("this code is not known here")]
    EnrolmentUnknown,
    #[error("this code is too old")]
    EnrolmentExpired,
    #[error("this code was used already")]
    EnrolmentUsed,
    #[error("the body is too large")]
    BodyTooLarge,
    #[error("the body is not JSON in UTF-8")]
    BadJson,
    #[error("{0}")]
    Invalid(String),
    #[error("no such gate here")]
    GateUnknown,
    #[error("no such event at this gate")]
    EventUnknown,
    #[error("no such scan here")]
    ScanUnknown,
    #[error("no party was opened by this scan, or too long ago")]
    PartyNotOpen,
    #[error("this verdict is never overridden")]
    NotOverridable,
    #[error("a second person is needed, with a PIN of their own")]
    SecondPersonNeeded,
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
    /// Only the centre can answer this, and it does not.
    #[error("the centre cannot be reached")]
    Unreachable,
    #[error("bug: {0}")]
    Bug(String),
}

impl Error {
    pub(crate) fn no_list() -> Self {
        Self::Unavailable("no list of tickets has come yet".into())
    }

    pub(crate) fn bug(source: impl std::fmt::Display) -> Self {
        Self::Bug(source.to_string())
    }
}
