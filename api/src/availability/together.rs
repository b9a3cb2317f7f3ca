//! What is asked of one event at the same time shares one script call, so that a rush costs Redis
//! one look at the event, and each asker still gets an own answer.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use redis::{Script, Value};
use ticket_core::ids::EventId;

use super::epoch::ask;
use super::inventory::odd;
use crate::app::App;
use crate::platform::batch::{Batcher, Bounds, all_failed};
use crate::platform::error::Error;

/// One writer: what comes while a batch is under way is the next one, and a call costs Redis far
/// more than one more in it. A batch keeps Redis for well under a millisecond.
const fn bounds((gather, enough): (Duration, usize)) -> Bounds {
    Bounds {
        batch_max: 128,
        queue_max: 2048,
        writers_max: 1,
        gather,
        enough,
    }
}

/// What is waiting to be asked, by event. One hall's slowness is its own.
pub(super) struct Doors<I, O>(Mutex<HashMap<EventId, Batcher<I, O>>>);

impl<I, O> Default for Doors<I, O> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<I: 'static, O: 'static> Doors<I, O> {
    pub(super) fn of(&self, event: EventId, gather: (Duration, usize)) -> Batcher<I, O> {
        let mut doors = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        doors
            .entry(event)
            .or_insert_with(|| Batcher::new(bounds(gather)))
            .clone()
    }
}

/// A question that many may ask together: each is a value for the script after the leading ones,
/// and has an answer in the script's list.
pub(super) struct Question<I, O> {
    /// How long one waits for others while they are fewer than so many.
    pub(super) gather: (Duration, usize),
    pub(super) script: fn() -> &'static Script,
    pub(super) lead: fn() -> Vec<Vec<u8>>,
    pub(super) value: fn(&I) -> Result<Vec<u8>, Error>,
    pub(super) answer: fn(&I, &[u8]) -> Result<O, Error>,
}

impl<I: 'static, O: 'static> Question<I, O> {
    pub(super) async fn ask(
        &'static self,
        app: &App,
        doors: &Doors<I, O>,
        (event, item): (EventId, I),
    ) -> Result<O, Error> {
        let asker = app.clone();
        let write = move |batch: Vec<I>| {
            let app = asker.clone();
            async move {
                self.ask_all(&app, event, &batch)
                    .await
                    .unwrap_or_else(|error| all_failed(error, batch.len()))
            }
        };
        doors.of(event, self.gather).submit(item, write).await
    }

    pub(super) async fn ask_all(
        &self,
        app: &App,
        event: EventId,
        batch: &[I],
    ) -> Result<Vec<Result<O, Error>>, Error> {
        let mut values = (self.lead)();
        for item in batch {
            values.push((self.value)(item)?);
        }
        let Value::Array(answers) = ask(app, event, (self.script)(), &values).await? else {
            return Err(odd(b""));
        };
        if answers.len() != batch.len() {
            return Err(odd(b""));
        }
        let read = |(item, answer): (&I, Value)| {
            let Value::BulkString(bytes) = answer else {
                return Err(odd(b""));
            };
            (self.answer)(item, &bytes)
        };
        Ok(batch.iter().zip(answers).map(read).collect())
    }
}
