//! The waiting room in a browser, with scripts or without.

use actix_web::web::{Data, Form, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::Deserialize;
use ticket_core::ids::QueueId;
use ticket_core::queue::{Place, minutes_left, people_before};

use super::http::{
    give_admission, give_place, hex, own_place, shown_admission, shown_place, take_place,
};
use super::queue::{self, Queue, QueueState};
use super::views::{DrawView, QueueView};
use super::{admit, enter};
use crate::accounts::Visitor;
use crate::app::App;
use crate::catalogue::{self, Event, EventView, SaleState};
use crate::platform::error::{Error, Refusal};
use crate::platform::html;
use crate::platform::page::{Page, Words, percent};
use crate::platform::proof_of_work::{Proof, ProofField};
use crate::platform::seal::random_bytes;
use crate::platform::spoken::Spoken;
use crate::platform::wording;

pub(crate) fn routes(routes: &mut ServiceConfig) {
    routes
        .service(show)
        .service(show_draw)
        .service(enter_form)
        .service(come_in_form)
        .service(more_time_form);
}

#[derive(Deserialize)]
struct CsrfForm {
    csrf: String,
}

/// Entering, with what a crowded hour asks for.
#[derive(Deserialize)]
struct EnterForm {
    csrf: String,
    #[serde(default)]
    altcha: String,
    #[serde(default)]
    waited: String,
}

/// What the page shows besides the queue: why the form before it was refused, and what the next
/// one must carry.
#[derive(Default)]
struct Sent {
    refused: Option<Refusal>,
    proof: Option<ProofField>,
}

#[get("/queues/{id}")]
async fn show(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    id: Path<QueueId>,
) -> Result<HttpResponse, Error> {
    let queue = queue::get(&app, *id).await?;
    let entrance = &app.waiting_room.entrance;
    let is_placed = shown_place(&app, &request, queue.id).is_some();
    let proof = match visitor.signed_in()? {
        Some(person) if !is_placed => entrance.field(&person.user_id.to_string()).await?,
        _ => None,
    };
    let sent = Sent {
        refused: None,
        proof,
    };
    queue_page(&app, &request, (&visitor, &queue), sent).await
}

#[post("/queues/{id}/enter")]
async fn enter_form(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    id: Path<QueueId>,
    form: Form<EnterForm>,
) -> Result<HttpResponse, Error> {
    visitor.check_form(&form.csrf)?;
    let here = format!("/queues/{id}");
    let Some(person) = visitor.signed_in()? else {
        return Ok(html::see_other(&format!(
            "/sign-in?next={}",
            percent(&here)
        )));
    };
    let queue = queue::get(&app, *id).await?;
    let shown = shown_place(&app, &request, queue.id);
    let proof = Proof::of_form(&form.altcha, &form.waited);
    match enter::enter(&app, &queue, person.user_id, (shown, proof)).await {
        Ok(pass) => {
            let mut answer = HttpResponse::SeeOther();
            give_place(&app, &mut answer, &pass);
            Ok(answer.insert_header(("Location", here)).finish())
        }
        Err(Error::Refused(refused)) => {
            let (entrance, who) = (&app.waiting_room.entrance, person.user_id.to_string());
            let sent = Sent {
                proof: entrance.field_again(&who, &refused, proof).await?,
                refused: Some(refused),
            };
            queue_page(&app, &request, (&visitor, &queue), sent).await
        }
        Err(error) => Err(error),
    }
}

#[post("/queues/{id}/admission")]
async fn come_in_form(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    id: Path<QueueId>,
    form: Form<CsrfForm>,
) -> Result<HttpResponse, Error> {
    visitor.check_form(&form.csrf)?;
    let person = visitor.require_signed_in()?;
    let queue = queue::get(&app, *id).await?;
    let pass = own_place(&app, &request, (queue.id, person.user_id))?;
    match admit::admit(&app, &queue, &pass).await {
        Ok(stay) => {
            let mut answer = HttpResponse::SeeOther();
            give_admission(&app, &mut answer, &stay.admission);
            let to = subject(&app, &queue, visitor.page(&request).words()).await?;
            Ok(answer.insert_header(("Location", to.href)).finish())
        }
        Err(error) if error.code() == "queue_place_used" => {
            let mut answer = HttpResponse::SeeOther();
            take_place(&app, &mut answer, &queue);
            let here = format!("/queues/{id}");
            Ok(answer.insert_header(("Location", here)).finish())
        }
        Err(error) => refused(&app, &request, (&visitor, &queue), error).await,
    }
}

#[post("/queues/{id}/more-time")]
async fn more_time_form(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    id: Path<QueueId>,
    form: Form<CsrfForm>,
) -> Result<HttpResponse, Error> {
    visitor.check_form(&form.csrf)?;
    let person = visitor.require_signed_in()?;
    let queue = queue::get(&app, *id).await?;
    match admit::extend(&app, &queue, person.user_id).await {
        Ok(stay) => {
            let mut answer = HttpResponse::SeeOther();
            give_admission(&app, &mut answer, &stay.admission);
            let here = format!("/queues/{id}");
            Ok(answer.insert_header(("Location", here)).finish())
        }
        Err(error) => refused(&app, &request, (&visitor, &queue), error).await,
    }
}

async fn refused(
    app: &App,
    request: &HttpRequest,
    shown: (&Visitor, &Queue),
    error: Error,
) -> Result<HttpResponse, Error> {
    match error {
        Error::Refused(refusal) => {
            let sent = Sent {
                refused: Some(refusal),
                proof: None,
            };
            queue_page(app, request, shown, sent).await
        }
        Error::Unavailable(_) | Error::Bug(_) => Err(error),
    }
}

async fn queue_page(
    app: &App,
    request: &HttpRequest,
    (visitor, queue): (&Visitor, &Queue),
    sent: Sent,
) -> Result<HttpResponse, Error> {
    let page = visitor
        .page(request)
        .as_if_at(&format!("/queues/{}", queue.id));
    let words = page.words();
    let account = visitor.signed_in()?.map(|person| person.user_id);
    let pass = shown_place(app, request, queue.id).filter(|it| Some(it.account) == account);
    let stay = shown_admission(app, request, queue.id)
        .filter(|it| Some(it.account) == account && it.until > app.clock.now());
    let rank = pass.and_then(|pass| queue.rank(pass.place));
    let before = rank.map_or(0, |rank| people_before(rank, queue.inlet.serving));
    let subject = subject(app, queue, words).await?;
    let step = match step(queue, (pass.is_some(), rank)) {
        "closed" => subject.why_closed,
        _ if stay.is_some() => "inside",
        other => other,
    };
    let moment = |at: jiff::Timestamp| {
        let utc = wording::at_venue(at, 0);
        words.with("queue-utc", "time", wording::moment(words, utc))
    };
    let waits = matches!(step, "waiting" | "drawn_later" | "sold_out");
    let [jitter] = random_bytes::<1>()?;
    let refused = sent.refused.as_ref();
    let view = QueueView {
        queue_id: queue.id.to_string(),
        subject: subject.title,
        plate: subject.plate,
        href: subject.href,
        step,
        opens: moment(queue.opens_at),
        position: words.count_shown("queue-before", i64::try_from(before).unwrap_or(i64::MAX)),
        estimate: estimate(words, before, queue.inlet.called_per_minute),
        rank: rank.unwrap_or_default(),
        serving: queue.inlet.serving,
        refresh_seconds: waits.then_some(10 + u32::from(jitter % 11)),
        until: stay.map_or_else(String::new, |stay| moment(stay.until)),
        error: refused.map(|refusal| words.refusal(refusal.code)),
        proof: sent.proof.filter(|_| step == "outside"),
        page,
    };
    let builder = refused.map_or_else(HttpResponse::Ok, html::refused);
    html::render(builder, &view)
}

/// Where somebody stands who is not inside: whether they have a place, and its rank when known.
fn step(queue: &Queue, (has_place, rank): (bool, Option<u64>)) -> &'static str {
    if queue.state == QueueState::Closed {
        return "closed";
    }
    match rank.filter(|_| has_place) {
        Some(rank) if rank <= queue.inlet.serving => "called",
        _ if queue.inlet.sold_out => "sold_out",
        Some(_) => "waiting",
        None if has_place => "drawn_later",
        None => "outside",
    }
}

fn estimate(words: Words, before: u64, called_per_minute: u32) -> String {
    match minutes_left(before, called_per_minute) {
        None => words.t("queue-estimate-unknown"),
        Some((_, most)) if most <= 1 => words.t("queue-estimate-soon"),
        Some((least, most)) => words.with_all(
            "queue-estimate",
            &[("least", least.to_string()), ("most", most.to_string())],
        ),
    }
}

/// What is waited for, where it is, and what a closed queue says of it.
struct Subject {
    title: Spoken,
    plate: &'static str,
    href: String,
    why_closed: &'static str,
}

async fn subject(app: &App, queue: &Queue, words: Words) -> Result<Subject, Error> {
    let snapshot = catalogue::snapshot(app).await?;
    let event = queue.event.and_then(|event| snapshot.event(event));
    let Some(event) = event else {
        return Ok(Subject {
            title: Spoken::own(words.t("queue-shop")),
            plate: "festival",
            href: "/".to_owned(),
            why_closed: "closed",
        });
    };
    Ok(Subject {
        title: event.title.spoken(words),
        plate: EventView::of(event, words).plate,
        href: format!("/events/{}", event.code),
        why_closed: why_closed(event, app.clock.now()),
    })
}

fn why_closed(event: &Event, now: jiff::Timestamp) -> &'static str {
    match event.sale_state(now) {
        SaleState::NotYet | SaleState::Open => "closed",
        SaleState::Closed => "sale_over",
        SaleState::Cancelled => "cancelled",
    }
}

#[get("/queues/{id}/draw")]
async fn show_draw(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    id: Path<QueueId>,
) -> Result<HttpResponse, Error> {
    let queue = queue::get(&app, *id).await?;
    let page: Page = visitor.page(&request);
    let own = shown_place(&app, &request, queue.id).map(|pass| match pass.place {
        Place::Number(number) => number.to_string(),
        Place::Again(account) => account.to_string(),
    });
    let seed = queue.seed.map(|seed| hex(&seed));
    let size = queue.list_size.map(|size| size.to_string());
    let or = |text: &Option<String>, other: &str| text.clone().unwrap_or(other.to_owned());
    let view = DrawView {
        command: format!(
            "python3 draw.py {} {} {} {}",
            queue.id,
            or(&seed, "SEED"),
            or(&size, "SIZE"),
            or(&own, "NUMBER")
        ),
        queue_id: queue.id.to_string(),
        seed_hash: hex(&queue.seed_hash),
        list_size: size,
        list_hash: queue.list_hash.map(|hash| hex(&hash)).unwrap_or_default(),
        seed,
        own,
        page,
    };
    html::page(&view)
}
