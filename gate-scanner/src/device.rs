//! Who asks: the device itself, a tablet by the token of its enrolment, and the agent who is signed
//! in on it. Known from the list, so also without the centre; revoked within a poll of it.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use subtle::ConstantTimeEq;
use ticket_core::ids::TabletId;
use ticket_core::manifest::{AgentRole, TabletFacts};

use crate::agents::{SignedIn, sessions};
use crate::app::{App, token_digest};
use crate::error::{Error, Refusal};

/// Where the session of an agent travels.
const AGENT_HEADER: &str = "X-Agent";

/// Whoever presents a token that is known here.
#[derive(Debug, Clone)]
pub(crate) struct Device {
    /// `None`: the service's own token, of a fixed reader.
    pub(crate) tablet: Option<TabletFacts>,
}

/// A device with its agent. A tablet without one decides nothing; a fixed reader needs none.
#[derive(Debug, Clone)]
pub(crate) struct Worker {
    pub(crate) device: Device,
    pub(crate) agent: Option<SignedIn>,
}

impl Device {
    pub(crate) fn tablet_id(&self) -> Option<TabletId> {
        self.tablet.as_ref().map(|tablet| tablet.id)
    }

    fn of(request: &HttpRequest) -> Result<Self, Error> {
        let app = app(request)?;
        let presented = request
            .headers()
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or(Refusal::DeviceUnknown)?;
        let digest = token_digest(presented.trim());
        if digest.ct_eq(&app.token_digest).into() {
            return Ok(Self { tablet: None });
        }
        // Who is known is in the list: without one nobody is refused for good.
        let list = app.list().ok_or_else(Error::no_list)?;
        let Some(tablet) = list.staff.tablet(&digest) else {
            return Err(unknown(app));
        };
        if tablet.is_revoked {
            return Err(Refusal::DeviceRevoked.into());
        }
        Ok(Self {
            tablet: Some(TabletFacts {
                id: tablet.id,
                name: tablet.name.clone(),
                gate: tablet.gate.clone(),
            }),
        })
    }
}

impl Worker {
    fn of(request: &HttpRequest) -> Result<Self, Error> {
        let device = Device::of(request)?;
        let presented = request.headers().get(AGENT_HEADER);
        let Some(presented) = presented else {
            return match device.tablet {
                Some(_) => Err(Refusal::SignInNeeded.into()),
                None => Ok(Self {
                    device,
                    agent: None,
                }),
            };
        };
        let app = app(request)?;
        let token = presented.to_str().map_err(|_| Refusal::SessionEnded)?;
        let session = sessions::find(app, token, device.tablet_id());
        let session = session.ok_or(Refusal::SessionEnded)?;
        let list = app.list().ok_or_else(Error::no_list)?;
        let known = list.staff.agent(session.agent);
        let known = known.filter(|known| session.is_of(known));
        let known = known.ok_or(Refusal::SessionEnded)?;
        Ok(Self {
            device,
            agent: Some(SignedIn {
                number: known.number,
                role: known.role,
            }),
        })
    }

    /// # Errors
    /// `supervisor_needed`, also for a device without an agent.
    pub(crate) fn supervisor(&self) -> Result<SignedIn, Refusal> {
        match self.agent {
            Some(agent) if agent.role == AgentRole::Supervisor => Ok(agent),
            Some(_) | None => Err(Refusal::SupervisorNeeded),
        }
    }
}

/// The session that is presented, whether or not it still holds.
#[derive(Debug)]
pub(crate) struct Presented(pub(crate) Option<String>);

impl FromRequest for Presented {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let presented = request.headers().get(AGENT_HEADER);
        let presented = presented.and_then(|value| value.to_str().ok());
        ready(Ok(Self(presented.map(str::to_owned))))
    }
}

/// A list from the disk may lack a tablet of the last minutes, and a page that is told that it is
/// not known gives its token up for good.
fn unknown(app: &App) -> Error {
    if app.follower.has_pulled() {
        Refusal::DeviceUnknown.into()
    } else {
        Error::Unavailable("the centre has not told yet which devices are known".into())
    }
}

fn app(request: &HttpRequest) -> Result<&Data<App>, Error> {
    let app = request.app_data::<Data<App>>();
    app.ok_or_else(|| Error::bug("no app"))
}

impl FromRequest for Device {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

impl FromRequest for Worker {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}
