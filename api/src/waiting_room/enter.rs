//! Getting a place in line: one number from a counter, and nothing kept of who got it but four
//! bits of a filter, so that an account is drawn once.

use ring::digest::{SHA256, digest};
use ticket_core::ids::{QueueId, UserId};
use ticket_core::queue::Place;

use super::pass::PlacePass;
use super::queue::{self, Queue, QueueState};
use super::{QueueRefused, keys, store};
use crate::app::App;
use crate::platform::entrance::Pressure;
use crate::platform::error::Error;
use crate::platform::proof_of_work::Proof;

/// Numbers that PostgreSQL is told of at a time.
const RESERVED_AT_ONCE: i64 = 5_000;
/// The filter's size: with 500,000 accounts in it, one in 90,000 others is taken for one of them
/// (and drawn all the same).
const FILTER_BITS: u32 = 1 << 25;

/// The same place again for who shows it, else a new one; for a proof of work when it is crowded.
pub(super) async fn enter(
    app: &App,
    queue: &Queue,
    account: UserId,
    (shown, proof): (Option<PlacePass>, Proof<'_>),
) -> Result<PlacePass, Error> {
    if queue.state == QueueState::Closed {
        return Err(QueueRefused::Closed.into());
    }
    if let Some(shown) = shown.filter(|it| it.queue == queue.id && it.account == account) {
        return Ok(shown);
    }
    if queue.inlet.sold_out {
        return Err(QueueRefused::SoldOut.into());
    }
    let (entrance, who) = (&app.waiting_room.entrance, account.to_string());
    entrance.enter(&who, proof, Pressure::Normal).await?;
    let place = match next_number(app, queue, account).await? {
        0 => Place::Again(account),
        number => Place::Number(number),
    };
    Ok(PlacePass {
        queue: queue.id,
        account,
        place,
    })
}

async fn next_number(app: &App, queue: &Queue, account: UserId) -> Result<u64, Error> {
    for _ in 0..3 {
        if let Some(number) = ask(app, queue, account).await? {
            return Ok(number);
        }
        let _one_at_a_time = app.waiting_room.reserving.lock().await;
        if let Some(number) = ask(app, queue, account).await? {
            return Ok(number);
        }
        reserve(app, queue.id).await?;
    }
    Err(Error::unavailable("numbers of the queue"))
}

async fn ask(app: &App, queue: &Queue, account: UserId) -> Result<Option<u64>, Error> {
    let keys = [
        keys::counters(&app.redis, queue.id),
        keys::seen(&app.redis, queue.id),
        keys::admissions(&app.redis, queue.id),
    ];
    let drawn = u8::from(queue.state == QueueState::PreQueue).to_string();
    let mut values = vec![account.to_string(), drawn];
    values.extend(filter_bits(queue.id, account).map(|bit| bit.to_string()));
    let number: i64 = app.redis.run(&keys::ENTER, &keys, &values).await?;
    Ok(u64::try_from(number).ok())
}

fn filter_bits(queue: QueueId, account: UserId) -> [u32; 4] {
    let hash = digest(&SHA256, format!("{queue}|{account}").as_bytes());
    let mut words = hash.as_ref().chunks_exact(4).map(|word| {
        let word = word.first_chunk().copied().unwrap_or_default();
        u32::from_be_bytes(word) % FILTER_BITS
    });
    [(); 4].map(|()| words.next().unwrap_or_default())
}

/// Numbers are known to PostgreSQL before they are given: what Redis forgets is not given twice.
async fn reserve(app: &App, id: QueueId) -> Result<(), Error> {
    let ceiling = app
        .db
        .write("waiting_room.reserve", async |tx| {
            store::reserve(tx, id, RESERVED_AT_ONCE).await
        })
        .await?;
    let keys = [keys::counters(&app.redis, id)];
    let values = [ceiling - RESERVED_AT_ONCE, ceiling];
    let _: i64 = app.redis.run(&keys::RESERVE, &keys, &values).await?;
    queue::refresh(app).await.map(drop)
}
