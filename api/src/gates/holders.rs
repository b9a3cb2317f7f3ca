//! Opening what is sealed at rest of tickets and their holders, for the manifest and for whoever
//! searches; and which tickets are one party.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use ticket_core::credential::{CredentialKeys, TicketKey, UserKey};
use ticket_core::ids::{TicketId, TicketSerial};
use ticket_core::manifest::{HolderRecord, PartyMember};
use ticket_core::venue::SeatLabel;
use uuid::Uuid;

use super::store::TicketRow;
use crate::app::App;
use crate::catalogue::Event;
use crate::platform::error::Error;
use crate::platform::seal::{DataKey, Place, Wrapped};

/// Opens rows; a person's data key is unwrapped once for all of theirs.
pub(super) struct Opener<'a> {
    app: &'a App,
    data_keys: HashMap<Uuid, Option<DataKey>>,
}

impl<'a> Opener<'a> {
    pub(super) fn new(app: &'a App) -> Self {
        Self {
            app,
            data_keys: HashMap::new(),
        }
    }

    /// `None` for an erased person, as in all of these.
    fn data_key(&mut self, row: &TicketRow) -> Result<Option<&DataKey>, Error> {
        let known = match self.data_keys.entry(row.user_id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                new.insert(open_data_key(self.app, row.user_id, row.data_key.as_ref())?)
            }
        };
        Ok(known.as_ref())
    }

    pub(super) fn keys(&mut self, row: &TicketRow) -> Result<Option<CredentialKeys>, Error> {
        let key = self.data_key(row)?;
        key.map(|key| Person::of(row).credential_keys(key))
            .transpose()
    }

    /// Without the party.
    pub(super) fn holder(
        &mut self,
        row: &TicketRow,
        event: &Event,
    ) -> Result<Option<HolderRecord>, Error> {
        let Some(key) = self.data_key(row)? else {
            return Ok(None);
        };
        let (first_name, last_name) = names(key, row)?;
        let category = u8::try_from(row.category_no)
            .ok()
            .and_then(|no| event.category_no(no));
        Ok(Some(HolderRecord {
            first_name,
            last_name,
            email: key.open_text(Place::new("users", "email", row.user_id), &row.email)?,
            formula: row.formula.parse().map_err(Error::bug)?,
            category: category
                .ok_or_else(|| Error::bug("no such category"))?
                .code
                .clone(),
            seat: seat_text(&row.seat_label)?,
            party: Vec::new(),
        }))
    }

    pub(super) fn member(&mut self, row: &TicketRow) -> Result<Option<PartyMember>, Error> {
        let Some(key) = self.data_key(row)? else {
            return Ok(None);
        };
        let (first_name, last_name) = names(key, row)?;
        Ok(Some(PartyMember {
            ticket_id: TicketId::from_uuid(row.id),
            serial: TicketSerial(u32::try_from(row.serial).map_err(Error::bug)?),
            first_name,
            last_name,
            seat: seat_text(&row.seat_label)?,
        }))
    }
}

/// Tickets by the hold they were bought with: one hold is one Solo, Duo or Family.
pub(super) struct Parties<'a>(HashMap<(Uuid, Uuid), Vec<&'a TicketRow>>);

impl<'a> Parties<'a> {
    pub(super) fn of(rows: &'a [TicketRow]) -> Self {
        let mut parties: HashMap<_, Vec<&TicketRow>> = HashMap::new();
        for row in rows {
            let party = parties.entry((row.order_id, row.hold_id)).or_default();
            party.push(row);
        }
        Self(parties)
    }

    /// The others.
    pub(super) fn beside(&self, row: &TicketRow) -> Vec<&'a TicketRow> {
        let party = self.0.get(&(row.order_id, row.hold_id));
        let others = party.into_iter().flatten();
        others.filter(|other| other.id != row.id).copied().collect()
    }
}

fn names(key: &DataKey, row: &TicketRow) -> Result<(String, String), Error> {
    let place = |column| Place::new("tickets", column, row.id);
    Ok((
        key.open_text(place("holder_first_name"), &row.first_name)?,
        key.open_text(place("holder_last_name"), &row.last_name)?,
    ))
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

/// `Tribune Nord · F · 12`
fn seat_text(label: &serde_json::Value) -> Result<String, Error> {
    let label: SeatLabel = serde_json::from_value(label.clone()).map_err(Error::bug)?;
    let mut parts = vec![label.section];
    parts.extend(label.row);
    parts.push(label.seat.to_string());
    Ok(parts.join(" · "))
}
