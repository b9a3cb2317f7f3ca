//! The manifest of a gate: its events' keys, and every ticket with digests and a sealed holder.
//! Nothing in it opens a gate or shows a name without the code that a holder presents.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use rand::SeedableRng;
use rand::rngs::StdRng;
use secrecy::ExposeSecret;
use ticket_core::credential::{
    self, CredentialKeys, SealingKey, ShortCode, TicketNumbers, holder_key_from_keys,
    holder_key_from_short, keys_digest, short_code_digest,
};
use ticket_core::formula::Formula;
use ticket_core::ids::{EventId, IssueNumber, TicketId, TicketSerial};
use ticket_core::manifest::{
    AdmissionConflict, FirstScan, HolderKeys, HolderRecord, MANIFEST_VERSION, Manifest,
    ManifestEvent, ManifestGate, ManifestSigner, ManifestSigningKey, ManifestTicket,
    NAMES_KEPT_AFTER_CLOSING, SealedHolder, SignedManifest, seal_holder,
};
use ticket_core::ticket::TicketStateName;
use uuid::Uuid;

use super::conflicts;
use super::device::Device;
use super::holders::{Opener, Parties};
use super::people;
use super::store::{self, TicketRow};
use crate::app::App;
use crate::catalogue::{self, Event, Snapshot};
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::i18n::Locale;
use crate::platform::seal;

/// The platform's key for manifests.
pub(super) fn signer(app: &App) -> Result<ManifestSigner, Error> {
    let text = app.config.manifest_signing_key.expose_secret();
    let seed = seal::decode_key("MANIFEST_SIGNING_KEY", text).map_err(Error::bug)?;
    Ok(ManifestSigner::from_bytes(&seed))
}

/// The full list for the device's gate, or what changed since a cursor it was given.
pub(super) async fn build(
    app: &App,
    device: &Device,
    since: Option<i64>,
) -> Result<SignedManifest, Error> {
    let snapshot = catalogue::snapshot(app).await?;
    let now = app.clock.now();
    let entering = entering_events(&snapshot, now, device);
    let here: Vec<_> = entering.iter().map(|event| event.number).collect();
    let mut keys = Vec::with_capacity(entering.len());
    for event in &entering {
        keys.push(catalogue::event_keys(app, event.id).await?.gate);
    }
    let conn = app.db.read().await?;
    // Taken before the lists are read: what commits meanwhile is told again next time.
    let cursor = store::feed_cursor(&conn).await?;
    // A cursor from before a restore of the database means nothing here: begin again.
    let since = since.filter(|since| *since <= cursor);
    let mut read = Vec::with_capacity(entering.len());
    for (event, keys) in entering.into_iter().zip(keys) {
        read.push(ReadEvent::read(&conn, event, keys, since).await?);
    }
    let numbers = read
        .iter()
        .map(|read| (read.event.id.as_uuid(), read.event.number));
    let numbers: Vec<_> = numbers.collect();
    let entered = match since {
        None => Vec::new(),
        Some(since) => store::list_entered(&conn, &numbers, since).await?,
    };
    let conflicts = conflicts::list(&conn, &numbers, since.unwrap_or(0)).await?;
    let ids: Vec<Uuid> = numbers.iter().map(|(id, _)| *id).collect();
    let live_only = store::list_live_only(&conn, &ids).await?;
    for read in &mut read {
        read.live_only = live_only.contains(&read.event.id.as_uuid());
    }
    let staff = people::staff(&conn, &device.gate, since).await?;
    let elsewhere = match since {
        None => people::elsewhere(&conn, &snapshot, &here, now).await?,
        Some(_) => Vec::new(),
    };
    drop(conn);
    let manifest = Manifest {
        version: MANIFEST_VERSION,
        generated_at: now,
        since,
        cursor,
        gates: vec![ManifestGate {
            name: device.gate.clone(),
            venue_id: device.venue_id.into(),
            events: here,
        }],
        staff,
        elsewhere,
        events: Vec::new(),
        entered,
        conflicts,
    };
    let app = app.clone();
    // Seconds of work for 100,000 tickets: not on a thread that serves people.
    tokio::task::spawn_blocking(move || seal_and_sign(&app, manifest, read))
        .await
        .map_err(Error::bug)?
}

/// An event as read, before its tickets are sealed for the gate.
struct ReadEvent {
    event: Arc<Event>,
    keys: credential::EventKeys,
    rows: Vec<TicketRow>,
    live_only: bool,
    /// The tickets of the same orders, when `rows` are not all of the event.
    beside: Vec<TicketRow>,
}

impl ReadEvent {
    async fn read(
        conn: &Conn,
        event: Arc<Event>,
        keys: credential::EventKeys,
        since: Option<i64>,
    ) -> Result<Self, Error> {
        let id = event.id.as_uuid();
        let rows = store::list_tickets(conn, id, since.unwrap_or(0)).await?;
        let beside = match since {
            None => Vec::new(),
            Some(_) => store::list_of_orders(conn, id, &orders_of_parties(&rows)).await?,
        };
        Ok(Self {
            event,
            keys,
            rows,
            beside,
            live_only: false,
        })
    }
}

fn seal_and_sign(
    app: &App,
    mut manifest: Manifest,
    read: Vec<ReadEvent>,
) -> Result<SignedManifest, Error> {
    for event in read {
        let now = manifest.generated_at;
        manifest.events.push(manifest_event(app, event, now));
    }
    signer(app)?.sign(&manifest).map_err(Error::bug)
}

/// What was let in more than once at events that enter at the device's gate.
pub(super) async fn list_conflicts(
    app: &App,
    device: &Device,
) -> Result<Vec<(AdmissionConflict, Arc<Event>)>, Error> {
    let events = events_of(app, device).await?;
    let numbers = events
        .iter()
        .map(|event| (event.id.as_uuid(), event.number));
    let numbers: Vec<_> = numbers.collect();
    let found = conflicts::list(&app.db.read().await?, &numbers, 0).await?;
    let with_event = |conflict: AdmissionConflict| {
        let mut events = events.iter();
        let event = events.find(|event| event.number == conflict.event)?;
        Some((conflict, Arc::clone(event)))
    };
    Ok(found.into_iter().filter_map(with_event).collect())
}

/// The gate's own events, or those of its venue that are not over.
fn entering_events(snapshot: &Snapshot, now: Timestamp, device: &Device) -> Vec<Arc<Event>> {
    let all = snapshot.events();
    let chosen = all.iter().filter(|event| {
        device.lets_in(event.id.as_uuid(), event.venue.id.as_uuid())
            && (!device.event_ids.is_empty() || event.admission().closes_at > now)
    });
    chosen.cloned().collect()
}

/// What enters at a device's gate.
pub(super) async fn events_of(app: &App, device: &Device) -> Result<Vec<Arc<Event>>, Error> {
    let snapshot = catalogue::snapshot(app).await?;
    Ok(entering_events(&snapshot, app.clock.now(), device))
}

fn orders_of_parties(rows: &[TicketRow]) -> Vec<Uuid> {
    let of_parties = rows
        .iter()
        .filter(|row| row.formula != Formula::Solo.name());
    let orders: BTreeSet<_> = of_parties.map(|row| row.order_id).collect();
    orders.into_iter().collect()
}

fn manifest_event(app: &App, read: ReadEvent, now: Timestamp) -> ManifestEvent {
    let ReadEvent {
        event,
        keys,
        rows,
        live_only,
        beside,
    } = read;
    let window = event.admission();
    let until = window.closes_at.checked_add(NAMES_KEPT_AFTER_CLOSING);
    let until = until.unwrap_or(window.closes_at);
    let all = if beside.is_empty() { &rows } else { &beside };
    let sealer = Sealer {
        event: &event,
        sealing: &keys.sealing,
        opener: Opener::new(app),
        parties: Parties::of(all),
        names: until > now,
        rng: StdRng::from_rng(&mut rand::rng()),
    };
    ManifestEvent {
        event_id: event.id,
        number: event.number,
        code: event.code.clone(),
        venue_id: event.venue.id,
        title: event.title.of(Locale::Fr).to_owned(),
        starts_at: event.starts_at,
        gates_open_at: window.opens_at,
        gates_close_at: window.closes_at,
        live_code_required: live_only,
        signing_keys: signing_keys(&keys),
        tickets: sealer.tickets(&rows),
        sealing_key: keys.sealing,
    }
}

fn signing_keys(keys: &credential::EventKeys) -> Vec<ManifestSigningKey> {
    keys.verifiers
        .iter()
        .map(|(slot, public_key)| ManifestSigningKey {
            slot: *slot,
            public_key: *public_key,
        })
        .collect()
}

/// Turns rows into sealed tickets.
struct Sealer<'a> {
    event: &'a Event,
    sealing: &'a SealingKey,
    opener: Opener<'a>,
    parties: Parties<'a>,
    /// After the event nobody's name is needed at a gate any more.
    names: bool,
    rng: StdRng,
}

impl Sealer<'_> {
    /// An erased person's ticket cannot be opened by anyone any more. A row that should open and
    /// does not is no reason to keep the others outside.
    fn tickets(mut self, rows: &[TicketRow]) -> Vec<ManifestTicket> {
        let mut tickets = Vec::with_capacity(rows.len());
        for row in rows {
            tickets.extend(or_left_out(row, self.ticket(row)));
        }
        tickets
    }

    fn ticket(&mut self, row: &TicketRow) -> Result<Option<ManifestTicket>, Error> {
        let Some(keys) = self.opener.keys(row)? else {
            return Ok(None);
        };
        let numbers = TicketNumbers {
            event: self.event.number,
            serial: TicketSerial(u32::try_from(row.serial).map_err(Error::bug)?),
            issue: IssueNumber(u8::try_from(row.issue).map_err(Error::bug)?),
        };
        let short = ShortCode::of(&keys.ticket, numbers);
        let record = if self.names { self.record(row)? } else { None };
        let holder = record.map(|record| self.holder(row.id, &record, &keys, &short));
        Ok(Some(ManifestTicket {
            ticket_id: TicketId::from_uuid(row.id),
            serial: numbers.serial,
            issue: numbers.issue,
            state: TicketStateName::parse(&row.state).ok_or_else(|| Error::bug("ticket state"))?,
            keys_digest: keys_digest(&keys),
            short_digest: short_code_digest(self.sealing, &short),
            holder: holder.transpose()?,
            first_scan: first_scan(row),
        }))
    }

    /// The holder, and with whom they come.
    fn record(&mut self, row: &TicketRow) -> Result<Option<HolderRecord>, Error> {
        let Some(mut record) = self.opener.holder(row, self.event)? else {
            return Ok(None);
        };
        for other in self.parties.beside(row) {
            let member = or_left_out(other, self.opener.member(other));
            record.party.extend(member);
        }
        Ok(Some(record))
    }

    fn holder(
        &mut self,
        ticket: Uuid,
        record: &HolderRecord,
        keys: &CredentialKeys,
        short: &ShortCode,
    ) -> Result<SealedHolder, Error> {
        let holder_keys = HolderKeys {
            by_keys: holder_key_from_keys(keys),
            by_short: holder_key_from_short(self.sealing, short),
        };
        seal_holder(
            record,
            TicketId::from_uuid(ticket),
            &holder_keys,
            &mut self.rng,
        )
        .map_err(Error::bug)
    }
}

/// What came of a row, unless it does not open: then the log tells.
pub(super) fn or_left_out<T>(row: &TicketRow, opened: Result<Option<T>, Error>) -> Option<T> {
    opened.unwrap_or_else(|error| {
        tracing::error!(ticket.id = %row.id, %error, "a ticket is left out: it does not open");
        None
    })
}

fn first_scan(row: &TicketRow) -> Option<FirstScan> {
    Some(FirstScan {
        at: row.scanned_at?,
        gate: row.scanned_gate.clone()?,
    })
}

/// The events that a gate may be given, by their codes.
pub(super) async fn event_ids(app: &App, codes: &[String]) -> Result<Vec<EventId>, String> {
    let snapshot = catalogue::snapshot(app)
        .await
        .map_err(|error| error.to_string())?;
    let find = |code: &String| {
        let parsed = code
            .parse()
            .map_err(|_| format!("{code} is no event code"))?;
        let event = snapshot
            .event_by_code(&parsed)
            .ok_or(format!("no event {code}"))?;
        Ok(event.id)
    };
    codes.iter().map(find).collect()
}
