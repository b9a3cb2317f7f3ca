//! The manifest of a gate: its events' keys, and every ticket with digests and a sealed holder.
//! Nothing in it opens a gate or shows a name without the code that a holder presents.

use std::collections::HashMap;
use std::sync::Arc;

use rand::SeedableRng;
use rand::rngs::StdRng;
use secrecy::ExposeSecret;
use ticket_core::credential::{
    self, CredentialKeys, SealingKey, ShortCode, TicketKey, TicketNumbers, UserKey,
    holder_key_from_keys, holder_key_from_short, keys_digest, short_code_digest,
};
use ticket_core::ids::{EventId, IssueNumber, TicketId, TicketSerial};
use ticket_core::manifest::{
    AdmissionConflict, FirstScan, HolderKeys, HolderRecord, MANIFEST_VERSION, Manifest,
    ManifestEvent, ManifestGate, ManifestSigner, ManifestSigningKey, ManifestTicket, SealedHolder,
    SignedManifest, seal_holder,
};
use ticket_core::ticket::TicketStateName;
use ticket_core::venue::SeatLabel;
use uuid::Uuid;

use super::conflicts;
use super::device::Device;
use super::store::{self, GateRow, TicketRow};
use crate::app::App;
use crate::catalogue::{self, Event};
use crate::platform::error::Error;
use crate::platform::i18n::Locale;
use crate::platform::seal::{self, DataKey, Place, Wrapped};

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
    let gate = find_gate(app, device).await?;
    let entering = entering_events(app, gate.venue_id, &gate.event_ids).await?;
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
    let mut entered = Vec::new();
    for (event, keys) in entering.into_iter().zip(keys) {
        let id = event.id.as_uuid();
        let rows = store::list_tickets(&conn, id, since.unwrap_or(0)).await?;
        if let Some(since) = since {
            let event = (id, event.number);
            entered.extend(store::list_entered(&conn, event, since).await?);
        }
        read.push(ReadEvent {
            event,
            keys,
            rows,
            live_only: false,
        });
    }
    let numbers = read
        .iter()
        .map(|read| (read.event.id.as_uuid(), read.event.number));
    let numbers: Vec<_> = numbers.collect();
    let conflicts = conflicts::list(&conn, &numbers, since.unwrap_or(0)).await?;
    let ids: Vec<Uuid> = numbers.iter().map(|(id, _)| *id).collect();
    let live_only = store::list_live_only(&conn, &ids).await?;
    for read in &mut read {
        read.live_only = live_only.contains(&read.event.id.as_uuid());
    }
    drop(conn);
    let manifest = Manifest {
        version: MANIFEST_VERSION,
        generated_at: app.clock.now(),
        since,
        cursor,
        gates: vec![ManifestGate {
            name: device.gate.clone(),
            venue_id: gate.venue_id.into(),
            events: read.iter().map(|read| read.event.number).collect(),
        }],
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
}

fn seal_and_sign(
    app: &App,
    mut manifest: Manifest,
    read: Vec<ReadEvent>,
) -> Result<SignedManifest, Error> {
    for event in read {
        manifest.events.push(manifest_event(app, event)?);
    }
    signer(app)?.sign(&manifest).map_err(Error::bug)
}

async fn find_gate(app: &App, device: &Device) -> Result<GateRow, Error> {
    let conn = app.db.read().await?;
    store::find_gate(&conn, &device.gate)
        .await?
        .ok_or_else(Error::not_found)
}

/// What was let in more than once at events that enter at the device's gate.
pub(super) async fn list_conflicts(
    app: &App,
    device: &Device,
) -> Result<Vec<(AdmissionConflict, Arc<Event>)>, Error> {
    let gate = find_gate(app, device).await?;
    let events = entering_events(app, gate.venue_id, &gate.event_ids).await?;
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
async fn entering_events(app: &App, venue: Uuid, ids: &[Uuid]) -> Result<Vec<Arc<Event>>, Error> {
    let snapshot = catalogue::snapshot(app).await?;
    let now = app.clock.now();
    let all = snapshot.events();
    let chosen = all.iter().filter(|event| {
        if ids.is_empty() {
            event.venue.id.as_uuid() == venue && event.admission().closes_at > now
        } else {
            ids.contains(&event.id.as_uuid())
        }
    });
    Ok(chosen.cloned().collect())
}

fn manifest_event(app: &App, read: ReadEvent) -> Result<ManifestEvent, Error> {
    let ReadEvent {
        event,
        keys,
        rows,
        live_only,
    } = read;
    let window = event.admission();
    Ok(ManifestEvent {
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
        tickets: Sealer::new(app, &event, &keys.sealing).tickets(&rows)?,
        sealing_key: keys.sealing,
    })
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

/// Turns rows into sealed tickets; a person's data key is unwrapped once for all of theirs.
struct Sealer<'a> {
    app: &'a App,
    event: &'a Event,
    sealing: &'a SealingKey,
    data_keys: HashMap<Uuid, Option<DataKey>>,
    rng: StdRng,
}

impl<'a> Sealer<'a> {
    fn new(app: &'a App, event: &'a Event, sealing: &'a SealingKey) -> Self {
        let rng = StdRng::from_rng(&mut rand::rng());
        Self {
            app,
            event,
            sealing,
            data_keys: HashMap::new(),
            rng,
        }
    }

    fn tickets(mut self, rows: &[TicketRow]) -> Result<Vec<ManifestTicket>, Error> {
        let mut tickets = Vec::with_capacity(rows.len());
        for row in rows {
            // An erased person's ticket cannot be opened by anyone any more.
            tickets.extend(self.ticket(row)?);
        }
        Ok(tickets)
    }

    fn ticket(&mut self, row: &TicketRow) -> Result<Option<ManifestTicket>, Error> {
        let person = Person::of(row);
        let data_key = match self.data_keys.entry(row.user_id) {
            std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::hash_map::Entry::Vacant(new) => {
                new.insert(open_data_key(self.app, row.user_id, row.data_key.as_ref())?)
            }
        };
        let Some(data_key) = data_key else {
            return Ok(None);
        };
        let keys = person.credential_keys(data_key)?;
        let record = holder_record(data_key, row, self.event)?;
        let numbers = TicketNumbers {
            event: self.event.number,
            serial: TicketSerial(u32::try_from(row.serial).map_err(Error::bug)?),
            issue: IssueNumber(u8::try_from(row.issue).map_err(Error::bug)?),
        };
        let short = ShortCode::of(&keys.ticket, numbers);
        Ok(Some(ManifestTicket {
            ticket_id: TicketId::from_uuid(row.id),
            serial: numbers.serial,
            issue: numbers.issue,
            state: TicketStateName::parse(&row.state).ok_or_else(|| Error::bug("ticket state"))?,
            keys_digest: keys_digest(&keys),
            short_digest: short_code_digest(self.sealing, &short),
            holder: Some(self.holder(row.id, &record, &keys, &short)?),
            first_scan: first_scan(row),
        }))
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

/// `None` for an erased person.
pub(super) fn open_data_key(
    app: &App,
    person: Uuid,
    stored: Option<&(String, Vec<u8>)>,
) -> Result<Option<DataKey>, Error> {
    let Some((kek_id, bytes)) = stored else {
        return Ok(None);
    };
    let wrapped = Wrapped {
        kek_id: kek_id.clone(),
        bytes: bytes.clone(),
    };
    app.keyring
        .data_key(Place::data_key(person), &wrapped)
        .map(Some)
}

/// The two sealed keys of a credential, with whose they are.
pub(super) struct Person<'a> {
    pub(super) user_id: Uuid,
    pub(super) user_key: &'a [u8],
    pub(super) ticket_id: Uuid,
    pub(super) ticket_key: &'a [u8],
}

impl<'a> Person<'a> {
    fn of(row: &'a TicketRow) -> Self {
        Self {
            user_id: row.user_id,
            user_key: &row.user_key,
            ticket_id: row.id,
            ticket_key: &row.ticket_key,
        }
    }

    pub(super) fn credential_keys(&self, data_key: &DataKey) -> Result<CredentialKeys, Error> {
        let user = data_key.open(Place::new("users", "user_key", self.user_id), self.user_key)?;
        let place = Place::new("tickets", "ticket_key", self.ticket_id);
        let ticket = data_key.open(place, self.ticket_key)?;
        let length = || Error::bug("a key has another length");
        Ok(CredentialKeys {
            user: UserKey::from_slice(&user).ok_or_else(length)?,
            ticket: TicketKey::from_slice(&ticket).ok_or_else(length)?,
        })
    }
}

fn holder_record(key: &DataKey, row: &TicketRow, event: &Event) -> Result<HolderRecord, Error> {
    let ticket = |column| Place::new("tickets", column, row.id);
    let category = u8::try_from(row.category_no)
        .ok()
        .and_then(|no| event.category_no(no));
    Ok(HolderRecord {
        first_name: key.open_text(ticket("holder_first_name"), &row.first_name)?,
        last_name: key.open_text(ticket("holder_last_name"), &row.last_name)?,
        email: key.open_text(Place::new("users", "email", row.user_id), &row.email)?,
        formula: row.formula.parse().map_err(Error::bug)?,
        category: category
            .ok_or_else(|| Error::bug("no such category"))?
            .code
            .clone(),
        seat: seat_text(&row.seat_label)?,
    })
}

/// `Tribune Nord · F · 12`
fn seat_text(label: &serde_json::Value) -> Result<String, Error> {
    let label: SeatLabel = serde_json::from_value(label.clone()).map_err(Error::bug)?;
    let mut parts = vec![label.section];
    parts.extend(label.row);
    parts.push(label.seat.to_string());
    Ok(parts.join(" · "))
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
