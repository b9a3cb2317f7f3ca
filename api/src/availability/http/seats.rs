//! `GET /api/v1/events/{code}/seats` and `/live`: what is free on the seat map, once or as a
//! stream of what changes. Streams are bounded, for a process and for each caller; who finds no
//! room asks again from time to time instead.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::http::header;
use actix_web::rt::time::sleep;
use actix_web::web::{Bytes, Data, Path, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get};
use futures_util::stream;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ticket_core::hold::HoldRefused;
use ticket_core::ids::EventCode;
use ticket_core::venue::BlockRef;

use crate::app::App;
use crate::availability::{SeatRows, seat_rows};
use crate::catalogue::{self, Event};
use crate::platform::error::{Error, Problem};
use crate::platform::http::caller;

/// Streams of one process: each costs a connection and a look at shared memory every two seconds.
const STREAMS_MAX: usize = 2000;
/// A household with several browsers, each with a few pages open.
const STREAMS_PER_CALLER_MAX: usize = 12;
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// After so many looks a stream ends, and the browser comes back to any process.
const LOOKS_MAX: u32 = 150;
/// Proxies close what is silent for long.
const SAY_SOMETHING_EVERY: u32 = 10;
const RETRY_AFTER_SECONDS: u64 = 20;

pub(super) fn routes(routes: &mut ServiceConfig) {
    routes.service(show_seats).service(stream_seats);
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct BlockQuery {
    /// A block of the plan, counted from 0; without one only the counters are told.
    block: Option<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(crate) struct SeatsAnswer {
    event: String,
    /// When this was true.
    #[schema(value_type = String)]
    as_of: Timestamp,
    categories: Vec<CategoryStock>,
    /// Free places of each block, by its index.
    free_by_block: Vec<u32>,
    block: Option<BlockAnswer>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(crate) struct CategoryStock {
    category: String,
    free: u32,
    /// In other people's baskets: they may come back.
    held: u32,
    taken: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(crate) struct BlockAnswer {
    index: usize,
    section: String,
    category: String,
    rows: Vec<RowAnswer>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(crate) struct RowAnswer {
    /// As a hold names it.
    row: u32,
    /// Absent where one stands.
    label: Option<String>,
    first_number: u32,
    /// `0` for each free place, `1` for each other.
    seats: String,
}

#[utoipa::path(get, path = "/api/v1/events/{code}/seats", tag = "catalogue",
    params(("code" = String, Path, description = "the event's code"), BlockQuery),
    responses(
        (status = 200, body = SeatsAnswer),
        (status = 404, description = "`unknown_event`, `not_found`: no such block", body = Problem),
        (status = 503, description = "`unavailable`", body = Problem),
    ))]
#[get("/api/v1/events/{code}/seats")]
pub(crate) async fn show_seats(
    app: Data<App>,
    code: Path<String>,
    wanted: Query<BlockQuery>,
) -> Result<HttpResponse, Error> {
    let event = find(&app, &code).await?;
    let answer = seats(&app, &event, wanted.block).await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, max-age=1, s-maxage=1"))
        .insert_header((header::VARY, "accept-encoding"))
        .json(answer))
}

async fn find(app: &App, code: &str) -> Result<Arc<Event>, Error> {
    let snapshot = catalogue::snapshot(app).await?;
    let found = EventCode::parse(code).ok();
    let found = found.and_then(|code| snapshot.event_by_code(&code).cloned());
    Ok(found.ok_or(HoldRefused::UnknownEvent)?)
}

async fn seats(app: &App, event: &Event, block: Option<usize>) -> Result<SeatsAnswer, Error> {
    let seen = seat_rows(app, event).await?;
    let categories = event.categories.iter().zip(&seen.categories);
    let blocks = event.plan.blocks();
    let block = match block {
        None => None,
        Some(index) => {
            let block = blocks.get(index).ok_or_else(Error::not_found)?;
            Some(block_answer(event, block, &seen))
        }
    };
    Ok(SeatsAnswer {
        event: event.code.to_string(),
        as_of: seen.as_of,
        categories: categories
            .map(|(category, rows)| CategoryStock {
                category: category.code.to_string(),
                free: rows.free,
                held: rows.held,
                taken: rows.taken,
            })
            .collect(),
        free_by_block: seen.free_by_block.clone(),
        block,
    })
}

fn block_answer(event: &Event, block: &BlockRef<'_>, seen: &SeatRows) -> BlockAnswer {
    let category_no = event.category(block.category).map_or(0, |it| it.no);
    let rows = block.rows().map(|row| RowAnswer {
        row: row.index,
        seats: seen.row(category_no, &row),
        first_number: row.first_number,
        label: row.label,
    });
    BlockAnswer {
        index: block.index,
        section: block.section.name.clone(),
        category: block.category.to_string(),
        rows: rows.collect(),
    }
}

/// Who is watching, so that nobody watches too often.
#[derive(Default)]
pub(in crate::availability) struct Watchers(Mutex<HashMap<String, usize>>);

/// A place among those who watch; it is free again when this is dropped.
struct Watching {
    app: App,
    caller: String,
}

impl Watching {
    /// # Errors
    /// 429 when there is no room.
    fn begin(app: &App, caller: String) -> Result<Self, Error> {
        let watchers = &app.inventory.watchers.0;
        let mut watchers = watchers.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = watchers.values().sum();
        let own = watchers.entry(caller.clone()).or_default();
        if all >= STREAMS_MAX || *own >= STREAMS_PER_CALLER_MAX {
            if *own == 0 {
                watchers.remove(&caller);
            }
            let detail = "many are watching: ask for /seats from time to time";
            return Err(Error::too_many("rate_limited", detail, RETRY_AFTER_SECONDS));
        }
        *own += 1;
        Ok(Self {
            app: app.clone(),
            caller,
        })
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let watchers = &self.app.inventory.watchers.0;
        let mut watchers = watchers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = watchers.get_mut(&self.caller) {
            *own = own.saturating_sub(1);
            if *own == 0 {
                watchers.remove(&self.caller);
            }
        }
    }
}

/// One stream and what it told last.
struct Stream {
    watching: Watching,
    code: String,
    block: Option<usize>,
    told: Option<SeatsAnswer>,
    looks: u32,
}

#[utoipa::path(get, path = "/api/v1/events/{code}/live", tag = "catalogue",
    params(("code" = String, Path, description = "the event's code"), BlockQuery),
    responses(
        (status = 200, content_type = "text/event-stream", description = "`seats` events, each \
            with what `/seats` answers; after the first, only the rows that changed"),
        (status = 404, description = "`unknown_event`, `not_found`: no such block", body = Problem),
        (status = 429, description = "`rate_limited`: ask `/seats` instead", body = Problem),
        (status = 503, description = "`unavailable`", body = Problem),
    ))]
#[get("/api/v1/events/{code}/live")]
pub(crate) async fn stream_seats(
    app: Data<App>,
    request: HttpRequest,
    code: Path<String>,
    wanted: Query<BlockQuery>,
) -> Result<HttpResponse, Error> {
    let event = find(&app, &code).await?;
    // Whatever is wrong is told before the stream begins.
    let _ = seats(&app, &event, wanted.block).await?;
    let watching = Watching::begin(&app, caller(&request, &app.config))?;
    let begun = Stream {
        watching,
        code: event.code.to_string(),
        block: wanted.block,
        told: None,
        looks: 0,
    };
    let told = stream::unfold(begun, |mut stream| async {
        let said = stream.next().await?;
        Some((Ok::<_, std::convert::Infallible>(said), stream))
    });
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        // Nothing on the way may gather what is to be seen at once.
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .insert_header(("x-accel-buffering", "no"))
        .content_type("text/event-stream")
        .streaming(told))
}

impl Stream {
    /// What is to be said next, when there is something; `None`: this is the end.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if self.looks >= LOOKS_MAX {
                return None;
            }
            if self.looks > 0 {
                sleep(LOOK_EVERY).await;
            }
            self.looks += 1;
            let said = self.look().await.ok().flatten();
            if said.is_some() {
                return said;
            }
            if self.looks.is_multiple_of(SAY_SOMETHING_EVERY) {
                return Some(Bytes::from_static(b": still here\n\n"));
            }
        }
    }

    async fn look(&mut self) -> Result<Option<Bytes>, Error> {
        let app = self.watching.app.clone();
        let event = find(&app, &self.code).await?;
        let seen = seats(&app, &event, self.block).await?;
        let news = match &self.told {
            None => seen.clone(),
            Some(told) => match seen.since(told) {
                Some(news) => news,
                None => return Ok(None),
            },
        };
        self.told = Some(seen);
        let json = serde_json::to_string(&news).map_err(Error::bug)?;
        Ok(Some(format!("event: seats\ndata: {json}\n\n").into()))
    }
}

impl SeatsAnswer {
    /// What is otherwise than it was told, with changed rows only; `None`: nothing is.
    fn since(&self, told: &Self) -> Option<Self> {
        let mut news = self.clone();
        if let (Some(block), Some(before)) = (&mut news.block, &told.block) {
            block.rows.retain(|row| !before.rows.contains(row));
        }
        let is_same = news
            .block
            .as_ref()
            .is_none_or(|block| block.rows.is_empty())
            && self.categories == told.categories
            && self.free_by_block == told.free_by_block;
        (!is_same).then_some(news)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_changed_rows_are_told_again() {
        let row = |row, seats: &str| RowAnswer {
            row,
            label: None,
            first_number: 1,
            seats: seats.to_owned(),
        };
        let answer = |rows| SeatsAnswer {
            event: "E".into(),
            as_of: Timestamp::UNIX_EPOCH,
            categories: Vec::new(),
            free_by_block: vec![4],
            block: Some(BlockAnswer {
                index: 0,
                section: "S".into(),
                category: "A".into(),
                rows,
            }),
        };
        let before = answer(vec![row(0, "00"), row(1, "00")]);
        let after = answer(vec![row(0, "00"), row(1, "01")]);
        assert_eq!(before.since(&before), None);
        let news = after.since(&before).unwrap();
        assert_eq!(news.block.unwrap().rows, [row(1, "01")]);
    }
}
