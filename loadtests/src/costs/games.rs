//! Redis' memory for a whole Games: the catalogue from its files, every inventory loaded, then one
//! place in twenty held, all categories alike: once as people come (alone, in twos, with a family)
//! and once with nobody but people alone, which is as many holds as there can be.

use std::cell::{Cell, RefCell};
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::time::sleep;
use uuid::Uuid;

use super::redis_server::RedisServer;
use super::{Figure, Settings, as_f64, prepare};
use crate::drive::{self, Next, Visit, Visitors};
use crate::meter::Meter;
use crate::say;
use crate::scenarios::checkout::{Formula, SOLO};
use crate::scenarios::rush::formula_of;
use crate::shop::{People, Shop, Told};
use crate::wire::{Connection, Target};

/// Of the free places.
const HELD_PERCENT: u64 = 5;
const CONNECTIONS: usize = 64;
/// Holds live for ten minutes: by then all must be there.
const HOLDING_MAX: Duration = Duration::from_mins(8);
const LOADED_WITHIN: Duration = Duration::from_mins(5);
const MEGABYTES_MAX: f64 = 100.0;

/// What the visitor of a number wishes for.
type Wishes = fn(u64) -> Formula;

/// Places of one category that are still to be held.
struct Slot {
    event: String,
    category: String,
    left: Cell<u64>,
}

pub(super) async fn measure(settings: &Settings) -> Result<Vec<Figure>, String> {
    let Some(folder) = &settings.games else {
        say("skipped: GAMES_FOLDER names no folder with venues.csv and sessions.csv");
        return Ok(Vec::new());
    };
    if !settings.erase_redis {
        say("skipped: this erases Redis, which only --erase-redis allows");
        return Ok(Vec::new());
    }
    let codes = import(settings, folder)?;
    let target = settings.shop.target(&settings.shop.url)?;
    let redis = RedisServer::open(&settings.redis_url).await?;
    let mut figures = Vec::new();
    let kinds: [(&str, Wishes); 2] = [("as people come", formula_of), ("all alone", |_| SOLO)];
    for (name, formula) in kinds {
        let people = People::read(&settings.shop.accounts)?;
        let shop = Rc::new(Shop::new(target.clone(), people, codes.clone(), ""));
        figures.extend(hold_games(settings, &redis, &shop, (name, formula)).await?);
    }
    Ok(figures)
}

/// The codes of the events.
fn import(settings: &Settings, folder: &Path) -> Result<Vec<String>, String> {
    let (venues, sessions) = (folder.join("venues.csv"), folder.join("sessions.csv"));
    let (venues, events) = (venues.to_string_lossy(), sessions.to_string_lossy());
    let files: [&str; 6] = [
        "import",
        "catalogue",
        "--venues",
        &venues,
        "--events",
        &events,
    ];
    prepare::api(settings, &[&files[..], &["--shift-to-future"]].concat())?;
    let text = std::fs::read_to_string(&sessions).map_err(|error| error.to_string())?;
    let codes = text
        .lines()
        .skip(1)
        .filter_map(|line| line.split(',').next());
    Ok(codes.map(str::to_owned).collect())
}

async fn hold_games(
    settings: &Settings,
    redis: &RedisServer,
    shop: &Rc<Shop>,
    (name, formula): (&str, Wishes),
) -> Result<Vec<Figure>, String> {
    redis.erase().await?;
    let empty = redis.memory_bytes().await?;
    load(settings).await?;
    shop.shows_events().await?;
    let loaded = redis.memory_bytes().await?;
    let slots = slots(shop).await?;
    let wanted: u64 = slots.iter().map(|slot| slot.left.get()).sum();
    let crowd = Rc::new(Crowd {
        shop: Rc::clone(shop),
        meter: Meter::start(Duration::ZERO),
        formula,
        slots: RefCell::new(slots),
        turn: Cell::new(0),
        holds: Cell::new(0),
        places: Cell::new(0),
    });
    let progress = drive::Progress::of(&crowd.meter, "games");
    let begun = Instant::now();
    drive::closed(&crowd, &shop.target, CONNECTIONS, HOLDING_MAX).await;
    drop(progress);
    let held = redis.memory_bytes().await?;
    let (holds, places) = (as_f64(crowd.holds.get()), as_f64(crowd.places.get()));
    say(&format!("{holds} holds in {:.0?}", begun.elapsed()));
    if crowd.places.get() * 100 < wanted * 99 {
        return Err(format!("only {places} of {wanted} places are held"));
    }
    let line = |what: &str, value, unit| Figure::new(format!("{name}: {what}"), value, unit);
    Ok(vec![
        line("places held", places, ""),
        line("holds", holds, ""),
        line(
            "all inventories, nothing held",
            (loaded - empty) / 1e6,
            "MB",
        ),
        line("a hold", (held - loaded) / holds.max(1.0), "bytes"),
        line("all inventories and the holds", (held - empty) / 1e6, "MB").wanted(MEGABYTES_MAX),
    ])
}

/// Every event once; a worker may be at it already.
async fn load(settings: &Settings) -> Result<(), String> {
    let patience = Instant::now() + LOADED_WITHIN;
    loop {
        match prepare::api(settings, &["inventory", "rebuild"]) {
            Ok(_) => return Ok(()),
            Err(error) if Instant::now() > patience => return Err(error),
            Err(_) => sleep(Duration::from_secs(2)).await,
        }
    }
}

/// Category by category over all events.
async fn slots(shop: &Shop) -> Result<Vec<Slot>, String> {
    let mut connection = Connection::new(&shop.target);
    let mut slots = Vec::new();
    for event in shop.events() {
        let categories = free_places(&mut connection, &shop.target, event).await?;
        for (order, (category, free)) in categories.into_iter().enumerate() {
            let left = Cell::new(free.saturating_mul(HELD_PERCENT).div_ceil(100));
            let event = event.clone();
            let slot = Slot {
                event,
                category,
                left,
            };
            slots.push((order, slot));
        }
    }
    slots.sort_by_key(|(order, _)| *order);
    Ok(slots.into_iter().map(|(_, slot)| slot).collect())
}

async fn free_places(
    connection: &mut Connection,
    target: &Target,
    event: &str,
) -> Result<Vec<(String, u64)>, String> {
    let line = format!("GET /api/v1/events/{event}/availability");
    let request = target.request(&line, "", "");
    let patience = Instant::now() + Duration::from_secs(30);
    loop {
        let answer = connection
            .ask(&request)
            .await
            .map_err(|error| error.to_string())?;
        if answer.status == 200 {
            let body: Value = serde_json::from_slice(connection.body(&answer))
                .map_err(|error| error.to_string())?;
            let categories = body.get("categories").and_then(Value::as_array);
            let read = |category: &Value| {
                let code = category.get("category")?;
                Some((code.as_str()?.to_owned(), category.get("free")?.as_u64()?))
            };
            return Ok(categories.into_iter().flatten().filter_map(read).collect());
        }
        if Instant::now() > patience {
            return Err(format!("{event}: {} instead of its places", answer.status));
        }
        sleep(Duration::from_millis(200)).await;
    }
}

struct Crowd {
    shop: Rc<Shop>,
    meter: Meter,
    formula: Wishes,
    slots: RefCell<Vec<Slot>>,
    turn: Cell<usize>,
    holds: Cell<u64>,
    places: Cell<u64>,
}

impl Crowd {
    /// Where the next ones sit: the categories in turn, as long as places are left to hold.
    fn next(&self, seats: u64) -> Option<(String, String)> {
        let mut slots = self.slots.borrow_mut();
        loop {
            let at = self.turn.get() % slots.len().max(1);
            let slot = slots.get(at)?;
            if slot.left.get() == 0 {
                slots.remove(at);
                continue;
            }
            slot.left.set(slot.left.get().saturating_sub(seats));
            self.turn.set(at + 1);
            return Some((slot.event.clone(), slot.category.clone()));
        }
    }
}

impl Visitors for Crowd {
    async fn visit(&self, connection: &mut Connection, visit: Visit) -> Next {
        let (formula, seats) = (self.formula)(visit.number);
        let seats = u64::try_from(seats).unwrap_or(1);
        let Some((event, category)) = self.next(seats) else {
            return Next::Over;
        };
        let to = (connection, &self.meter);
        // Nobody twice for one event: who holds there is counted by name.
        let person = self.shop.people.next();
        let what = (Uuid::new_v4(), event.as_str(), formula);
        let told = self
            .shop
            .hold_in(to, &person, (what, &category), visit.due)
            .await;
        if told == Told::Yes {
            self.meter.goal(seats);
            self.holds.set(self.holds.get() + 1);
            self.places.set(self.places.get() + seats);
        }
        Next::Done
    }
}
