//! The scripts on a real Redis: against the reference model, and one by one.

mod ends;
mod model;
mod together;

use clap::Parser;
use jiff::{SignedDuration, Timestamp};
use proptest::test_runner::TestCaseError;
use serde_json::json;
use ticket_core::formula::Formula;
use ticket_core::hold::HoldState;
use ticket_core::ids::{EventId, HoldId, OrderId, UserId};
use ticket_core::money::{Currency, Money};
use ticket_core::venue::{SeatPlan, SeatRef};
use uuid::Uuid;

use super::inventory::{self, Beside, Found, HeldSeats, HoldKey, Wanted};
use super::{audit, dump, load};
use crate::app::App;
use crate::platform::clock::Clock;
use crate::platform::config::Config;
use crate::platform::error::Error;

/// A hold with nothing done beside it.
async fn hold(app: &App, wanted: &Wanted) -> Result<(bool, Found), Error> {
    let beside: Beside =
        |_, batch| Box::pin(async move { batch.iter().map(|_| Ok(true)).collect() });
    inventory::hold(app, wanted.clone(), beside).await?.0
}

#[derive(Parser)]
struct Settings {
    #[command(flatten)]
    config: Config,
}

/// One event with categories of these row lengths, in Redis only: its epoch is known beforehand,
/// so PostgreSQL is never asked.
struct Hall {
    app: App,
    event: EventId,
}

impl Hall {
    async fn of(categories: &[&[u16]]) -> Self {
        let app = App::new(config(), Clock::default()).unwrap();
        let event = EventId::from_uuid(Uuid::new_v4());
        let hall = Self { app, event };
        hall.load(1, categories, &[]).await;
        hall
    }

    async fn load(&self, epoch: i64, categories: &[&[u16]], sold: &[HeldSeats]) {
        let plan = plan(categories);
        load::begin(&self.app, self.event, epoch).await.unwrap();
        let filled = load::fill(&self.app, self.event, epoch, &plan, sold).await;
        filled.unwrap();
        self.app.inventory.epochs.put(self.event, epoch);
    }

    fn wanted(&self, formula: Formula) -> Wanted {
        let now = self.app.clock.now();
        Wanted {
            id: HoldId::from_uuid(Uuid::new_v4()),
            owner: UserId::from_uuid(Uuid::new_v4()),
            event: self.event,
            category_no: 0,
            formula,
            amount: Money::new(1000, Currency::Eur).unwrap(),
            // Redis keeps milliseconds.
            expires_at: Timestamp::from_millisecond(now.as_millisecond()).unwrap()
                + SignedDuration::from_mins(10),
            chosen: None,
        }
    }

    async fn hold(&self, wanted: &Wanted) -> Result<Found, String> {
        code(hold(&self.app, wanted).await.map(|(_, found)| found))
    }

    fn key(&self, wanted: &Wanted) -> HoldKey {
        HoldKey {
            event: self.event,
            owner: wanted.owner,
            hold: wanted.id,
        }
    }

    /// The counters of one category: free, held, taken, capacity.
    async fn counters(&self, category_no: u8) -> [u32; 4] {
        let dump = dump::dump(&self.app, self.event).await.unwrap();
        ["free", "held", "taken", "cap"].map(|name| {
            dump.counters[&format!("{name}:{category_no}")]
                .parse()
                .unwrap()
        })
    }

    async fn disagreements(&self) -> Vec<String> {
        let dump = dump::dump(&self.app, self.event).await.unwrap();
        audit::disagreements(&dump)
    }
}

/// What an order remembers of a hold.
fn held(wanted: &Wanted, seats: &[SeatRef]) -> HeldSeats {
    HeldSeats {
        hold: wanted.id,
        order: OrderId::from_uuid(wanted.id.as_uuid()),
        owner: wanted.owner,
        event: wanted.event,
        category_no: wanted.category_no,
        seats: seats.to_vec(),
    }
}

fn code<T>(outcome: Result<T, Error>) -> Result<T, String> {
    outcome.map_err(|error| match error {
        Error::Refused(refusal) => refusal.code.to_owned(),
        Error::Unavailable(_) | Error::Bug(_) => panic!("{error}"),
    })
}

/// Scripts are asked from the runtime of the service.
fn run<T>(test: impl Future<Output = T>) -> T {
    actix_web::rt::System::new().block_on(test)
}

fn plan(categories: &[&[u16]]) -> SeatPlan {
    let category = |(no, lengths): (usize, &&[u16])| {
        let rows =
            |(row, seats): (usize, &u16)| json!({ "row": (row + 1).to_string(), "seats": seats });
        let rows: Vec<_> = lengths.iter().enumerate().map(rows).collect();
        let sections = json!([{ "name": format!("S{no}"), "seated": rows }]);
        json!({ "code": format!("C{no}"), "sections": sections })
    };
    let categories: Vec<_> = categories.iter().enumerate().map(category).collect();
    serde_json::from_value(json!({ "categories": categories })).unwrap()
}

fn config() -> Config {
    let key = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    let prefix = format!("u{}:", Uuid::new_v4().simple());
    let redis_url = test_support::redis_url();
    let keks = format!("k1:{key}");
    let arguments = [
        ["--mode", "development"],
        ["--database-url", "postgres://nobody@127.0.0.1:1/none"],
        ["--redis-url", &redis_url],
        ["--redis-prefix", &prefix],
        ["--key-encryption-keys", &keks],
        ["--index-key", key],
        ["--cookie-key", key],
        ["--manifest-signing-key", key],
    ];
    let arguments = std::iter::once("api").chain(arguments.into_iter().flatten());
    Settings::try_parse_from(arguments).unwrap().config
}

fn same<T: PartialEq + std::fmt::Debug>(is: &T, wanted: &T, of: &str) -> Result<(), TestCaseError> {
    if is == wanted {
        return Ok(());
    }
    let sentence = format!("{of}: {is:?}, but the model says {wanted:?}");
    Err(TestCaseError::fail(sentence))
}
