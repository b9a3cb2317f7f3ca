//! The waiting room in a browser, with scripts or without.

use actix_web::http::StatusCode;
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
use crate::catalogue;
use crate::platform::error::Error;
use crate::platform::html;
use crate::platform::page::{Page, Words, percent};
use crate::platform::seal::random_bytes;
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

#[get("/queues/{id}")]
async fn show(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    id: Path<QueueId>,
) -> Result<HttpResponse, Error> {
    let queue = queue::get(&app, *id).await?;
    queue_page(&app, &request, (&visitor, &queue), None).await
}

#[post("/queues/{id}/enter")]
async fn enter_form(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    id: Path<QueueId>,
    form: Form<CsrfForm>,
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
    match enter::enter(&app, &queue, person.user_id, shown).await {
        Ok(pass) => {
            let mut answer = HttpResponse::SeeOther();
            give_place(&app, &mut answer, &pass);
            Ok(answer.insert_header(("Location", here)).finish())
        }
        Err(error) => refused(&app, &request, (&visitor, &queue), error).await,
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
            let (_, href) = subject(&app, &queue, visitor.page(&request).words()).await?;
            Ok(answer.insert_header(("Location", href)).finish())
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
            queue_page(app, request, shown, Some((refusal.status, refusal.code))).await
        }
        Error::Unavailable(_) | Error::Bug(_) => Err(error),
    }
}

async fn queue_page(
    app: &App,
    request: &HttpRequest,
    (visitor, queue): (&Visitor, &Queue),
    refused: Option<(StatusCode, &'static str)>,
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
    let serving = queue.inlet.serving;
    let before = rank.map_or(0, |rank| people_before(rank, serving));
    let step = match (queue.state, rank) {
        (QueueState::Closed, _) => "closed",
        _ if stay.is_some() => "inside",
        (_, Some(rank)) if rank <= serving => "called",
        _ if queue.inlet.sold_out => "sold_out",
        _ if pass.is_none() => "outside",
        (_, Some(_)) => "waiting",
        (_, None) => "drawn_later",
    };
    let moment = |at: jiff::Timestamp| {
        let utc = wording::at_venue(at, 0);
        words.with("queue-utc", "time", wording::moment(words, utc))
    };
    let (subject, href) = subject(app, queue, words).await?;
    let waits = matches!(step, "waiting" | "drawn_later" | "sold_out");
    let [jitter] = random_bytes::<1>()?;
    let view = QueueView {
        queue_id: queue.id.to_string(),
        subject,
        href,
        step,
        opens: moment(queue.opens_at),
        position: words.count_shown("queue-before", i64::try_from(before).unwrap_or(i64::MAX)),
        estimate: estimate(words, before, queue.inlet.called_per_minute),
        rank: rank.unwrap_or_default(),
        serving,
        refresh_seconds: waits.then_some(10 + u32::from(jitter % 11)),
        until: stay.map_or_else(String::new, |stay| moment(stay.until)),
        error: refused.map(|(_, code)| words.refusal(code)),
        page,
    };
    let status = refused.map_or(StatusCode::OK, |(status, _)| status);
    html::render(HttpResponse::build(status), &view)
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

/// What is waited for, and where it is.
async fn subject(app: &App, queue: &Queue, words: Words) -> Result<(String, String), Error> {
    let snapshot = catalogue::snapshot(app).await?;
    let event = queue.event.and_then(|event| snapshot.event(event));
    Ok(event.map_or_else(
        || (words.t("queue-shop"), "/".to_owned()),
        |event| {
            let title = wording::typeset(words, event.title.of(words.0));
            (title, format!("/events/{}", event.code))
        },
    ))
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
