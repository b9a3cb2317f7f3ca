//! One transaction's worth of tickets, sealed, by column.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};
use ticket_core::credential::{
    self, CredentialKeys, KeysDigest, TicketKey, TicketNumbers, UserKey,
};
use ticket_core::formula::Formula;
use ticket_core::ids::{IssueNumber, OrderId, OrderNumber, TicketSerial, UserId};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::Group;
use super::store::{Orders, Seats};
use crate::catalogue::{Event, EventKeys};
use crate::platform::error::Error;
use crate::platform::seal::{DataKey, Place, random_bytes};
use crate::tickets::issue::place;

const FIRST_NAME: &str = "Camille";
const LAST_NAME: &str = "Martin";

/// People, with their keys where credentials are wanted.
pub(super) type Owners = Vec<(UserId, Option<UserKey>)>;

/// What a credential is made of.
pub(super) struct Made {
    serial: TicketSerial,
    keys: CredentialKeys,
}

impl Made {
    pub(super) fn credential(&self, event: &Event, keys: &EventKeys) -> String {
        let numbers = TicketNumbers {
            event: event.number,
            serial: self.serial,
            issue: IssueNumber(1),
        };
        let digits = credential::issue(&keys.signer, &keys.gate.sealing, numbers, &self.keys);
        digits.as_str().to_owned()
    }

    pub(super) fn keys_digest(&self) -> KeysDigest {
        credential::keys_digest(&self.keys)
    }
}

/// Filled order by order.
pub(super) struct Batch {
    pub(super) orders: Orders,
    pub(super) seats: Seats,
    pub(super) made: Vec<Made>,
    next_serial: i64,
}

/// Whose seat in which order.
struct Owner<'a> {
    id: UserId,
    key: &'a DataKey,
    user_key: Option<&'a UserKey>,
    order: Uuid,
    hold: Uuid,
}

impl Batch {
    pub(super) fn starting_at(serial: i64) -> Self {
        Self {
            orders: Orders::default(),
            seats: Seats::default(),
            made: Vec::new(),
            next_serial: serial,
        }
    }

    /// One order, with its own hold.
    pub(super) fn add(
        &mut self,
        group: &Group<'_>,
        (id, key): (UserId, &DataKey),
        user_key: Option<&UserKey>,
    ) -> Result<(), Error> {
        // As those of real orders and tickets, ids begin with the time.
        let order = Uuid::now_v7();
        let price = group.category.price.amount_cents();
        self.orders.ids.push(order);
        let number = OrderNumber::of(OrderId::from_uuid(order));
        self.orders.numbers.push(number.as_str().to_owned());
        self.orders.owners.push(id.as_uuid());
        self.orders.amounts.push(price * i64::from(group.seats));
        let owner = Owner {
            id,
            key,
            user_key,
            order,
            hold: Uuid::from_bytes(random_bytes()?),
        };
        let mut lines = Vec::new();
        for nth in 0..group.seats {
            lines.push(self.place(group, nth, &owner)?);
            self.ticket(&owner)?;
        }
        self.orders.lines.push(lines.into());
        self.orders
            .seats
            .push(i16::try_from(group.seats).map_err(Error::bug)?);
        Ok(())
    }

    /// The line, as `orders.lines` has it.
    fn place(&mut self, group: &Group<'_>, nth: u16, owner: &Owner<'_>) -> Result<Json, Error> {
        let (seats, row) = (&mut self.seats, &group.row);
        let line_no = u8::try_from(nth + 1).map_err(Error::bug)?;
        let position = group.first + nth;
        seats.orders.push(owner.order);
        seats.line_nos.push(i16::from(line_no));
        seats.holds.push(owner.hold);
        seats.categories.push(i16::from(group.category.no));
        seats
            .rows
            .push(i32::try_from(row.index).map_err(Error::bug)?);
        seats
            .positions
            .push(i16::try_from(position).map_err(Error::bug)?);
        let line = OrderId::from_uuid(owner.order).line_id(line_no);
        let sealed = |column, name| {
            let place = Place::new("order_lines", column, line);
            Ok::<_, Error>(STANDARD.encode(owner.key.seal_text(place, name)?))
        };
        Ok(json!({
            "no": line_no,
            "hold": owner.hold,
            "event": group.event,
            "category": group.category.no,
            "row": row.index,
            "seat": position,
            "formula": formula(group.seats).name(),
            "label": {
                "section": row.section,
                "row": row.label,
                "seat": row.first_number + u32::from(position),
                "standing": row.label.is_none(),
            },
            "cents": group.category.price.amount_cents(),
            "first": sealed("holder_first_name", FIRST_NAME)?,
            "last": sealed("holder_last_name", LAST_NAME)?,
        }))
    }

    fn ticket(&mut self, owner: &Owner<'_>) -> Result<(), Error> {
        let seats = &mut self.seats;
        let id = Uuid::now_v7();
        let secret = Zeroizing::new(random_bytes::<{ TicketKey::LENGTH_BYTES }>()?);
        seats.tickets.push(id);
        seats.serials.push(self.next_serial);
        seats.owners.push(owner.id.as_uuid());
        let key = owner.key.seal(place("ticket_key", id), secret.as_slice())?;
        let first_name = owner
            .key
            .seal_text(place("holder_first_name", id), FIRST_NAME)?;
        let last_name = owner
            .key
            .seal_text(place("holder_last_name", id), LAST_NAME)?;
        seats.keys.push(key);
        seats.ticket_first_names.push(first_name);
        seats.ticket_last_names.push(last_name);
        if let Some(user_key) = owner.user_key {
            let ticket = TicketKey::from_slice(secret.as_slice());
            let user = user_key.clone();
            self.made.push(Made {
                serial: TicketSerial(u32::try_from(self.next_serial).map_err(Error::bug)?),
                keys: CredentialKeys {
                    user,
                    ticket: ticket.ok_or_else(|| Error::bug("a key has another length"))?,
                },
            });
        }
        self.next_serial += 1;
        Ok(())
    }
}

/// Three side by side came alone, as their hold does not say.
const fn formula(seats: u16) -> Formula {
    match seats {
        2 => Formula::Duo,
        4 => Formula::Family,
        _ => Formula::Solo,
    }
}
