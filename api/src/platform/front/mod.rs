//! The front door: what every request meets first. A page that is the same for everybody is
//! answered from memory, before routes, templates, spans or compression; all others pass one of
//! the bounded doors, and whoever finds a door full is told so at once.

mod body;
mod doors;
mod later;
mod orders;
mod pages;
mod refusals;
mod request;
mod stored;
mod width;

use std::future::{Ready, ready};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_web::body::{EitherBody, MessageBody, to_bytes};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use actix_web::http::Method;
use actix_web::http::header::HeaderMap;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, error};
use futures_util::future::{Either, LocalBoxFuture};
use tokio::time::timeout;

use super::clock::Clock;
use super::config::Config;
use super::error::Error;
use doors::{Class, Doors};
use pages::{Look, Pages, Slot};
use refusals::Audience;
use request::Wishes;
pub(super) use request::{Packing, knows};
use stored::Stored;

/// What is told here, by the name of its texts, for who wants to look at it.
pub fn refusal(kind: &str, request: &HttpRequest) -> Option<HttpResponse<Bytes>> {
    let audience = Audience::of(request);
    match kind {
        "busy" => Some(refusals::busy(audience, &doors::TurnedAway::SOON)),
        "too-large" => Some(refusals::unread(audience, body::Fault::TooLong)),
        "unread" => Some(refusals::unread(audience, body::Fault::TooSlow)),
        _ => None,
    }
}

/// So long a reader waits for a page that somebody else is making.
const WAIT_MAX: Duration = Duration::from_secs(1);

/// Whether a request shows a right to come in that holds now.
pub type IsAdmitted = Box<dyn Fn(&HeaderMap) -> bool + Send + Sync>;

/// What the front door has to know of cookies that it does not make.
pub struct FrontCookies {
    pub session: &'static str,
    pub is_admitted: IsAdmitted,
}

/// What all workers of a process share.
pub struct Front {
    pages: Pages,
    doors: Doors,
    is_admitted: IsAdmitted,
    is_paused: bool,
}

impl Front {
    pub fn new(config: &Config, clock: &Clock, cookies: FrontCookies) -> Arc<Self> {
        Arc::new(Self {
            pages: Pages::new(clock.clone(), cookies.session),
            doors: Doors::new(config),
            is_admitted: cookies.is_admitted,
            is_paused: config.maintenance,
        })
    }

    /// Whose turn has come takes seats through the door of those who hold some.
    fn door_of(&self, class: Class, request: &ServiceRequest) -> Class {
        if class == Class::Arriving && (self.is_admitted)(request.headers()) {
            return Class::Admitted;
        }
        body::class(class, request)
    }

    /// An order is being placed: those who arrive leave it room. Told also when it ends.
    pub fn order_begins(&self) {
        self.doors.orders.begin();
    }

    pub fn order_ends(&self, took: Duration) {
        self.doors.orders.end(took);
    }

    /// What is shown everywhere has changed: nothing stored so far is shown again.
    pub fn forget_pages(&self) {
        self.pages.forget_all();
    }
}

/// The middleware; it belongs outermost.
pub struct FrontDoor(pub Arc<Front>);

impl<S, B> Transform<S, ServiceRequest> for FrontDoor
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = error::Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B, Bytes>>;
    type Error = error::Error;
    type InitError = ();
    type Transform = AtTheDoor<S>;
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(AtTheDoor {
            front: self.0.clone(),
            inner: Rc::new(inner),
        }))
    }
}

pub struct AtTheDoor<S> {
    front: Arc<Front>,
    inner: Rc<S>,
}

type Answer<B> = Result<ServiceResponse<EitherBody<B, Bytes>>, error::Error>;

impl<S, B> Service<ServiceRequest> for AtTheDoor<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = error::Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B, Bytes>>;
    type Error = error::Error;
    /// An answer from memory is ready at once: nothing is boxed for it.
    type Future = Either<Ready<Answer<B>>, LocalBoxFuture<'static, Answer<B>>>;

    forward_ready!(inner);

    fn call(&self, mut request: ServiceRequest) -> Self::Future {
        // The connection remembers that no body may follow; everybody else sees a `GET`.
        if *request.method() == Method::HEAD {
            request.head_mut().method = Method::GET;
        }
        let look = self.front.pages.look(&request);
        if let Look::Stored(stored, now) = look {
            let answer = stored.answer(&Wishes::of(request.headers()), now);
            return Either::Left(ready(Ok(stored_answer(request, answer))));
        }
        let (front, inner) = (self.front.clone(), self.inner.clone());
        Either::Right(match look {
            Look::Stale(slot) => Box::pin(fill(front, inner, slot, request)),
            Look::Stored(..) | Look::Nothing => {
                let class = class_of(&request);
                Box::pin(pass(front, inner, class, request))
            }
        })
    }
}

/// By the address that routes are found by: an escaped letter does not make it another.
fn class_of(request: &ServiceRequest) -> Class {
    Class::of(request.method(), request.match_info().as_str())
}

fn stored_answer<B>(
    request: ServiceRequest,
    answer: HttpResponse<Bytes>,
) -> ServiceResponse<EitherBody<B, Bytes>> {
    request.into_response(answer).map_into_right_body()
}

/// Through a door with a bounded number of places.
async fn pass<S, B>(
    front: Arc<Front>,
    inner: Rc<S>,
    class: Class,
    mut request: ServiceRequest,
) -> Answer<B>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = error::Error>,
{
    let audience = Audience::of(request.request());
    // Whose turn had come before the pause begins like anybody else.
    if front.is_paused && doors::begins(class, request.method()) {
        return Ok(stored_answer(request, refusals::paused(audience)));
    }
    let class = front.door_of(class, &request);
    if let Err(fault) = body::read(class, &mut request).await {
        return Ok(stored_answer(request, refusals::unread(audience, fault)));
    }
    let place = match front.doors.enter(class).await {
        Ok(place) => place,
        Err(away) => {
            let busy = refusals::busy(audience, &away);
            return Ok(stored_answer(request, busy));
        }
    };
    if let Ok(answer) = timeout(class.within_max(), inner.call(request)).await {
        let mut answer = answer?;
        let status = answer.status();
        place.leave(answer.headers_mut(), status);
        return Ok(answer.map_into_left_body());
    }
    tracing::warn!(?class, "a request was not served in time");
    let mut late = match class {
        // They send as they are served.
        Class::Sending => refusals::unread(audience, body::Fault::TooSlow),
        Class::Open | Class::Looking | Class::Entering | Class::Arriving | Class::Admitted => {
            refusals::late(audience)
        }
    };
    let status = late.status();
    place.leave(late.headers_mut(), status);
    let late = late.map_into_boxed_body();
    Err(error::InternalError::from_response("not served in time", late).into())
}

/// Renders a page for everybody, as for somebody without cookies. One does; who comes meanwhile
/// gets the page before, or waits if there is none.
async fn fill<S, B>(
    front: Arc<Front>,
    inner: Rc<S>,
    slot: Arc<Slot>,
    mut request: ServiceRequest,
) -> Answer<B>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = error::Error>,
    B: MessageBody,
{
    let wishes = Wishes::of(request.headers());
    let found = |stored: &Stored| stored.answer(&wishes, front.pages.now());
    let Ok(_turn) = slot.turn.try_lock() else {
        if let Some(stored) = front.pages.bearable(&slot) {
            let answer = found(&stored);
            return Ok(stored_answer(request, answer));
        }
        drop(timeout(WAIT_MAX, slot.turn.lock()).await);
        if let Some(stored) = front.pages.fresh(&slot) {
            let answer = found(&stored);
            return Ok(stored_answer(request, answer));
        }
        // Whoever waited in vain makes nobody wait in turn.
        return pass(front, inner, Class::Looking, request).await;
    };
    if let Some(stored) = front.pages.fresh(&slot) {
        let answer = found(&stored);
        return Ok(stored_answer(request, answer));
    }
    let wishes = wishes.kept();
    request::make_anonymous(&mut request, slot.locale);
    let began = front.pages.begin();
    let answer = inner.call(request).await?;
    if !stored::may_be_shared(&answer) {
        front.pages.remove(&slot);
        return Ok(answer.map_into_left_body());
    }
    let (request, answer) = answer.into_parts();
    let (head, body) = answer.into_parts();
    let body = to_bytes(body)
        .await
        .map_err(|_| Error::bug("a page could not be read"))?;
    let stored = slot.store(|before| Stored::new(head.headers(), body, began, before));
    let answer = stored.answer(&wishes.lent(), front.pages.now());
    Ok(ServiceResponse::new(request, answer).map_into_right_body())
}
