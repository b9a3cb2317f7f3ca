//! Taking seats: the holds that are asked of one event at the same time share one script call, so
//! that a rush costs Redis one look at the event, and each asker still gets an own answer.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use redis::Value;
use ticket_core::ids::EventId;
use ticket_core::limits::MAX_TICKETS_PER_PERSON_AND_EVENT;

use super::epoch::ask;
use super::inventory::{Found, Wanted, found, odd, words};
use super::scripts;
use crate::app::App;
use crate::platform::batch::{Batcher, Bounds, all_failed};
use crate::platform::error::Error;
use crate::script_values;

/// A batch keeps Redis for a millisecond or two.
const BOUNDS: Bounds = Bounds {
    batch_max: 64,
    queue_max: 1024,
    writers_max: 2,
};
/// Values of one hold in the script's list.
const VALUES_EACH: usize = 10;

type Door = Batcher<Wanted, (bool, Found)>;

/// What is waiting to be held, by event. One hall's slowness is its own.
#[derive(Default)]
pub(super) struct Doors(Mutex<HashMap<EventId, Door>>);

impl Doors {
    fn of(&self, event: EventId) -> Door {
        let mut doors = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        doors
            .entry(event)
            .or_insert_with(|| Batcher::new(BOUNDS))
            .clone()
    }
}

/// Takes seats for a hold; true when this call made it, false when it was there already.
pub async fn hold(app: &App, wanted: &Wanted) -> Result<(bool, Found), Error> {
    let (asker, event) = (app.clone(), wanted.event);
    let take = move |batch: Vec<Wanted>| {
        let app = asker.clone();
        async move {
            take_all(&app, event, &batch)
                .await
                .unwrap_or_else(|error| all_failed(error, batch.len()))
        }
    };
    let door = app.inventory.doors.of(event);
    door.submit(wanted.clone(), take).await
}

async fn take_all(
    app: &App,
    event: EventId,
    batch: &[Wanted],
) -> Result<Vec<Result<(bool, Found), Error>>, Error> {
    let mut values = Vec::with_capacity(1 + batch.len() * VALUES_EACH);
    values.push(MAX_TICKETS_PER_PERSON_AND_EVENT.to_string().into_bytes());
    for wanted in batch {
        values.extend(values_of(wanted));
    }
    let Value::Array(answers) = ask(app, event, &scripts::HOLD, &values).await? else {
        return Err(odd(&[]));
    };
    if answers.len() != batch.len() {
        return Err(odd(&[]));
    }
    Ok(answers.into_iter().map(taken).collect())
}

fn taken(answer: Value) -> Result<(bool, Found), Error> {
    let words = words(answer)?;
    let created = words.get(1).is_some_and(|word| word == "1");
    Ok((created, found(&words)?))
}

fn values_of(wanted: &Wanted) -> [Vec<u8>; VALUES_EACH] {
    let [row, first] = wanted.chosen.map_or_else(
        || [String::new(), String::new()],
        |seat| [seat.row.to_string(), seat.position.to_string()],
    );
    script_values![
        wanted.id,
        wanted.owner,
        wanted.category_no,
        wanted.formula.seats(),
        wanted.formula.name(),
        wanted.amount.amount_cents(),
        wanted.amount.currency().code(),
        wanted.expires_at.as_millisecond(),
        row,
        first,
    ]
}
