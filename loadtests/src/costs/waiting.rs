//! What the servers keep of somebody who waits: everything that can grow is read before and after
//! many have entered a waiting room. Before the draw each account leaves four bits in a filter of a
//! fixed size, and one counter counts; nothing else is kept of anybody. Filter and counters stay in
//! Redis, of the same size, when the queue is closed.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use tokio::time::sleep;

use super::process::resident_bytes;
use super::redis_server::RedisServer;
use super::store::Database;
use super::{Figure, Settings, as_f64, prepare};
use crate::drive::{self, Next, Visit, Visitors};
use crate::meter::{Meter, NO_ANSWER, Step};
use crate::say;
use crate::shop::People;
use crate::wire::{Connection, Target};

const CONNECTIONS: usize = 32;
/// They make the filter and the counters, and fill pools.
const FIRST: u64 = 1_000;
const ENTERING_MAX: Duration = Duration::from_mins(5);
/// Longer than any run.
const OPENS_IN: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);

/// Everything that could hold something of a visitor.
struct Reading {
    redis: f64,
    keys: u64,
    postgresql: u64,
    shop: u64,
}

pub(super) async fn measure(settings: &Settings) -> Result<Vec<Figure>, String> {
    let redis = RedisServer::open(&settings.redis_url).await?;
    let database = Database::open(&settings.database_url).await?;
    let people = People::read(&settings.shop.accounts)?;
    let wanted = settings
        .waiting
        .min(u64::try_from(people.count()).unwrap_or(0));
    let event = prepare::events(settings, 500, 1)?.concat();
    let opens = (jiff::Timestamp::now() + OPENS_IN).to_string();
    let create: [&str; 7] = [
        "queue",
        "create",
        "--event",
        &event,
        "--opens-at",
        &opens,
        "--by-hand",
    ];
    let empty = read(settings, &redis, &database).await?;
    let queue = prepare::api(settings, &create)?;
    sleep(Duration::from_secs(2)).await;
    let entering = Rc::new(Entering {
        target: settings.shop.target(&settings.shop.url)?,
        people,
        meter: Meter::start(Duration::ZERO),
        line: format!("POST /api/v1/queues/{queue}/entry"),
        until: Cell::new(FIRST.min(wanted)),
        entered: Cell::new(0),
    });
    enter(&entering).await?;
    let first = read(settings, &redis, &database).await?;
    entering.until.set(wanted);
    enter(&entering).await?;
    let last = read(settings, &redis, &database).await?;
    prepare::api(settings, &["queue", "close", &queue])?;
    let more = as_f64(wanted.saturating_sub(FIRST)).max(1.0);
    let each = |of: fn(&Reading) -> f64| (of(&last) - of(&first)) / more;
    Ok(vec![
        Figure::new("visitors who entered the waiting room", as_f64(wanted), ""),
        Figure::new("Redis: of one who waits", each(|it| it.redis), "bytes").wanted(1.0),
        Figure::new(
            "PostgreSQL: of one who waits",
            each(|it| as_f64(it.postgresql)),
            "bytes",
        )
        .wanted(1.0),
        Figure::new(
            "the shop's memory: of one who waits",
            each(|it| as_f64(it.shop)),
            "bytes",
        ),
        Figure::new(
            "Redis keys more",
            as_f64(last.keys - first.keys.min(last.keys)),
            "",
        ),
        Figure::new(
            "Redis: the draw's filter and counters, whoever comes",
            (first.redis - empty.redis) / 1e6,
            "MB",
        ),
    ])
}

async fn read(
    settings: &Settings,
    redis: &RedisServer,
    database: &Database,
) -> Result<Reading, String> {
    // What requests left behind is let go within a second or two.
    sleep(Duration::from_secs(3)).await;
    Ok(Reading {
        redis: redis.memory_bytes().await?,
        keys: redis.count_keys().await?,
        postgresql: database.queue_bytes().await?,
        shop: resident_bytes(settings.api_pid)?,
    })
}

async fn enter(entering: &Rc<Entering>) -> Result<(), String> {
    drive::closed(entering, &entering.target, CONNECTIONS, ENTERING_MAX).await;
    let (entered, wanted) = (entering.entered.get(), entering.until.get());
    say(&format!("{entered} wait"));
    if entered < wanted {
        return Err(format!("only {entered} of {wanted} could enter"));
    }
    Ok(())
}

/// Each person once.
struct Entering {
    target: Target,
    people: People,
    meter: Meter,
    line: String,
    until: Cell<u64>,
    entered: Cell<u64>,
}

impl Visitors for Entering {
    async fn visit(&self, connection: &mut Connection, visit: Visit) -> Next {
        if self.entered.get() >= self.until.get() {
            return Next::Over;
        }
        self.entered.set(self.entered.get() + 1);
        let person = self.people.next();
        let request = self.target.request(&self.line, &person, "");
        let answer = connection.ask(&request).await;
        let status = answer.map_or(NO_ANSWER, |answer| answer.status);
        self.meter.note(Step::Page, visit.due.elapsed(), status);
        if status != 200 {
            self.entered.set(self.entered.get() - 1);
            return Next::Again(Duration::from_millis(50));
        }
        Next::Done
    }
}
