//! The two codes of a ticket, made from the owner's key and the ticket's own when they are shown.

use ticket_core::credential::{
    self, CredentialDigits, CredentialKeys, KeysDigest, ShortCode, TicketKey,
};

use zeroize::Zeroizing;

use super::issue::place;
use super::store;
use super::ticket::Ticket;
use crate::accounts;
use crate::app::App;
use crate::catalogue::{self, Event};
use crate::platform::error::Error;

/// What the QR code and the Code 128 of a ticket say.
pub(crate) struct Codes {
    pub(crate) credential: CredentialDigits,
    pub(crate) short: ShortCode,
    /// For the phone that shows live codes.
    pub(crate) live_seed: Zeroizing<[u8; 32]>,
    /// What a gate's report is compared with.
    pub(super) keys_digest: KeysDigest,
}

/// Makes the codes. The same ticket always has the same, until it is issued anew.
pub(crate) async fn credential_digits(
    app: &App,
    ticket: &Ticket,
    event: &Event,
) -> Result<Codes, Error> {
    let sealed = store::get_key(&app.db.read().await?, ticket.id).await?;
    let data_key = accounts::data_key(app, ticket.owner).await?;
    let opened = data_key.open(place("ticket_key", ticket.id.as_uuid()), &sealed)?;
    let keys = CredentialKeys {
        user: accounts::user_key(app, ticket.owner).await?,
        ticket: TicketKey::from_slice(&opened)
            .ok_or_else(|| Error::bug("a ticket key has the wrong length"))?,
    };
    let event_keys = catalogue::event_keys(app, ticket.event).await?;
    let numbers = ticket.numbers(event);
    Ok(Codes {
        credential: credential::issue(&event_keys.signer, &event_keys.gate.sealing, numbers, &keys),
        short: ShortCode::of(&keys.ticket, numbers),
        live_seed: credential::live_seed(&keys.ticket),
        keys_digest: credential::keys_digest(&keys),
    })
}
