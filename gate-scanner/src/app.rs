//! What the parts of the service share: settings, ledger, list, link and the turns of tickets.

use std::ops::Deref;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};
use ticket_core::ids::{ScanId, TicketId};

use crate::agents::Agents;
use crate::clock::Clock;
use crate::config::Config;
use crate::ledger::Ledger;
use crate::scan::{Parties, Skew, Tally};
use crate::sync::{self, Asks, Centre, Changes, Follower, HeadCounts, KeptList, Link, List};
use crate::tablets::Enrolments;
use crate::turns::Turns;

/// Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct App(Arc<Body>);

#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) config: Config,
    pub(crate) clock: Clock,
    /// Compared with that of the token presented.
    pub(crate) token_digest: [u8; 32],
    pub(crate) ledger: Ledger,
    pub(crate) link: Link,
    pub(crate) centre: Centre,
    pub(crate) asks: Asks,
    pub(crate) skew: Skew,
    pub(crate) kept: KeptList,
    pub(crate) follower: Follower,
    pub(crate) agents: Agents,
    pub(crate) enrolments: Enrolments,
    pub(crate) parties: Parties,
    pub(crate) tally: Tally,
    pub(crate) heads: HeadCounts,
    pub(crate) changes: Changes,
    pub(crate) scan_turns: Turns<ScanId>,
    pub(crate) ticket_turns: Turns<TicketId>,
    list: RwLock<Option<List>>,
}

/// The list as long as it is looked at; never across an `await`.
pub(crate) struct ListRead<'a>(RwLockReadGuard<'a, Option<List>>);

impl App {
    /// Opens the ledger and the list kept beside it.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub(crate) fn open(config: Config) -> Result<Self, String> {
        if let Some(key) = &config.manifest_public_key
            && sync::parse_key(key).is_none()
        {
            return Err("MANIFEST_PUBLIC_KEY is no base64 of a public key".into());
        }
        let ledger = Ledger::open(&config.ledger)
            .map_err(|error| format!("{}: {error}", config.ledger.display()))?;
        let centre = Centre::new(&config.api_url, config.gate_token.clone())
            .map_err(|error| error.to_string())?;
        let clock = Clock;
        let app = Self(Arc::new(Body {
            clock,
            token_digest: token_digest(config.gate_token.expose_secret()),
            link: Link::new(clock.now()),
            kept: KeptList::beside(&config.ledger),
            follower: Follower::default(),
            asks: Asks::default(),
            skew: Skew::default(),
            agents: Agents::default(),
            enrolments: Enrolments::default(),
            parties: Parties::default(),
            tally: Tally::of(&ledger, clock.now()).map_err(|error| error.to_string())?,
            heads: HeadCounts::default(),
            changes: Changes::starting(clock.now()),
            scan_turns: Turns::default(),
            ticket_turns: Turns::default(),
            list: RwLock::new(None),
            config,
            ledger,
            centre,
        }));
        if let Some(list) = sync::known_key(&app).and_then(|key| app.kept.load(&key)) {
            app.set_list(list);
        }
        Ok(app)
    }

    /// `None` until the first list has come.
    pub(crate) fn list(&self) -> Option<ListRead<'_>> {
        let guard = self.list.read().unwrap_or_else(PoisonError::into_inner);
        guard.is_some().then_some(ListRead(guard))
    }

    pub(crate) fn set_list(&self, list: List) {
        // The old list is let go after the lock.
        let mut list = Some(list);
        let mut guard = self.list.write().unwrap_or_else(PoisonError::into_inner);
        std::mem::swap(&mut *guard, &mut list);
    }

    pub(crate) fn change_list<T>(&self, change: impl FnOnce(&mut List) -> T) -> Option<T> {
        let mut guard = self.list.write().unwrap_or_else(PoisonError::into_inner);
        guard.as_mut().map(change)
    }
}

impl Deref for App {
    type Target = Body;

    fn deref(&self) -> &Body {
        &self.0
    }
}

impl Deref for ListRead<'_> {
    type Target = List;

    fn deref(&self) -> &List {
        self.0
            .as_ref()
            .unwrap_or_else(|| unreachable!("made only when there is a list"))
    }
}

pub(crate) fn token_digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
