//! A hold must cost the same in a hall of 500 and on an avenue of a million: the sizes take turns
//! over several rounds, each round places the same holds and gives them back.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use uuid::Uuid;

use super::redis_server::RedisServer;
use super::{Figure, Settings, median, number, prepare};
use crate::drive::{self, Next, Visit, Visitors};
use crate::meter::Meter;
use crate::say;
use crate::scenarios::fill::{Fill, Held};
use crate::scenarios::rush::formula_of;
use crate::shop::{People, Person, Shop};
use crate::wire::Connection;

/// Few enough that requests do not wait for each other.
const CONNECTIONS: usize = 8;
const ROUND_MAX: Duration = Duration::from_mins(2);
/// Between the dearest size and the cheapest.
const FACTOR_MAX: f64 = 1.3;

/// Halls of one size, and what a hold cost there in each round.
struct Size {
    places: u32,
    shop: Rc<Shop>,
    time_us: Vec<f64>,
    redis_us: Vec<f64>,
}

pub(super) async fn measure(settings: &Settings) -> Result<Vec<Figure>, String> {
    let redis = RedisServer::open(&settings.redis_url).await?;
    let mut sizes = Vec::new();
    for places in &settings.hall_places {
        sizes.push(size(settings, *places).await?);
    }
    for round in 0..=settings.rounds {
        // Another size begins each time; the first round warms up.
        let first = round % sizes.len().max(1);
        sizes.rotate_left(first);
        for size in &mut sizes {
            let (time_us, redis_us) = hold_round(settings, size, &redis).await?;
            if round > 0 {
                size.time_us.push(time_us);
                size.redis_us.push(redis_us);
            }
        }
        say(&format!("round {round} of {}", settings.rounds));
    }
    sizes.sort_by_key(|size| size.places);
    Ok(figures(&sizes))
}

async fn size(settings: &Settings, places: u32) -> Result<Size, String> {
    let events = prepare::events(settings, places, settings.halls)?;
    let people = People::read(&settings.shop.accounts)?;
    let target = settings.shop.target(&settings.shop.url)?;
    let shop = Rc::new(Shop::new(target, people, events, ""));
    shop.shows_events().await?;
    Ok(Size {
        places,
        shop,
        time_us: Vec::new(),
        redis_us: Vec::new(),
    })
}

/// Microseconds of one hold: until it is answered with all others, and of Redis' processor.
async fn hold_round(
    settings: &Settings,
    size: &Size,
    redis: &RedisServer,
) -> Result<(f64, f64), String> {
    let holding = Rc::new(Fill {
        shop: Rc::clone(&size.shop),
        meter: Meter::start(Duration::ZERO),
        wanted: settings.hall_holds,
        held: Held::default(),
        // Nobody twice: a person's limit is not what is measured.
        person: |shop, _| shop.people.next(),
        // As in the rush: alone, in twos, with a family.
        formula: |number| formula_of(number).0,
    });
    let coming = Rc::new(Coming {
        shop: Rc::clone(&size.shop),
        wanted: settings.hall_holds,
        begun: Cell::new(0),
        known: Cell::new(0),
    });
    drive::closed(&coming, &size.shop.target, CONNECTIONS, ROUND_MAX).await;
    if coming.known.get() < settings.hall_holds {
        return Err(format!("halls of {}: not all were answered", size.places));
    }
    let (begun, cpu) = (Instant::now(), redis.cpu_us().await?);
    drive::closed(&holding, &size.shop.target, CONNECTIONS, ROUND_MAX).await;
    let (took, cpu) = (begun.elapsed(), redis.cpu_us().await? - cpu);
    let held = holding.held.take();
    let count = number(held.len());
    if held.len() < settings.hall_holds {
        return Err(format!("halls of {}: only {count} holds", size.places));
    }
    give_back(&size.shop, &held).await;
    Ok((took.as_secs_f64() * 1e6 / count, cpu / count))
}

/// Those who hold next are signed in and known to the shop, as who looks at a hall before. It
/// remembers them for a few seconds and reads others' sessions together, a few milliseconds later:
/// that would be most of what is measured, and for those sizes only that come after a pause.
struct Coming {
    shop: Rc<Shop>,
    wanted: usize,
    begun: Cell<usize>,
    known: Cell<usize>,
}

impl Visitors for Coming {
    async fn visit(&self, connection: &mut Connection, _visit: Visit) -> Next {
        let others = self.begun.replace(self.begun.get() + 1);
        if others >= self.wanted {
            return Next::Over;
        }
        let person = self.shop.people.ahead(others);
        let request = self.shop.target.request("GET /api/v1/me", &person, "");
        let answer = connection.ask(&request).await;
        let is_known = answer.is_ok_and(|answer| answer.status == 200);
        self.known.set(self.known.get() + usize::from(is_known));
        Next::Done
    }
}

async fn give_back(shop: &Shop, held: &[(Person, Uuid)]) {
    let mut connection = Connection::new(&shop.target);
    for (person, hold) in held {
        shop.give_back(&mut connection, person, *hold).await;
    }
}

fn figures(sizes: &[Size]) -> Vec<Figure> {
    let mut figures = Vec::new();
    let kinds = [
        (
            "time",
            &(|size: &Size| median(size.time_us.clone())) as &dyn Fn(&Size) -> f64,
        ),
        ("Redis", &|size: &Size| median(size.redis_us.clone())),
    ];
    for (kind, of) in kinds {
        for size in sizes {
            let what = format!("{kind}: a hold in a hall of {}", size.places);
            figures.push(Figure::new(what, of(size), "µs"));
        }
        let values: Vec<f64> = sizes.iter().map(of).collect();
        let dearest = values.iter().copied().fold(f64::MIN, f64::max);
        let cheapest = values.iter().copied().fold(f64::MAX, f64::min);
        let what = format!("{kind}: dearest size / cheapest size");
        figures.push(Figure::new(what, dearest / cheapest, "").wanted(FACTOR_MAX));
    }
    figures
}
