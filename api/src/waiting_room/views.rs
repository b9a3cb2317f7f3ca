//! What the waiting room's templates are fed with.

use askama::Template;

use crate::platform::page::Page;
use crate::platform::proof_of_work::ProofField;
use crate::platform::spoken::Spoken;

#[derive(Template)]
#[template(path = "waiting_room/queue.html")]
pub(super) struct QueueView {
    pub page: Page,
    pub queue_id: String,
    /// The event's title and address; the shop's for a queue of the whole shop.
    pub subject: Spoken,
    /// Of its sport: the picture's name, and with it the spot colour.
    pub plate: &'static str,
    pub href: String,
    /// `outside`, `drawn_later`, `waiting`, `called`, `inside`, `sold_out`, `closed`,
    /// `sale_over` or `cancelled`.
    pub step: &'static str,
    pub opens: String,
    /// What the position is, in a sentence.
    pub position: String,
    pub estimate: String,
    pub rank: u64,
    pub serving: u64,
    pub refresh_seconds: Option<u32>,
    pub until: String,
    pub error: Option<String>,
    pub proof: Option<ProofField>,
}

#[derive(Template)]
#[template(path = "waiting_room/draw.html")]
pub(super) struct DrawView {
    pub page: Page,
    pub queue_id: String,
    pub seed_hash: String,
    pub list_size: Option<String>,
    pub list_hash: String,
    pub seed: Option<String>,
    /// The command that recomputes a rank.
    pub command: String,
    /// The reader's own number or account, when they have a place.
    pub own: Option<String>,
}
