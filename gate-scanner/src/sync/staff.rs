//! Tablets and agents as the list tells them.

use std::collections::HashMap;

use ticket_core::ids::TabletId;
use ticket_core::manifest::{AgentNumber, GateStaff, ManifestAgent, ManifestTablet};

#[derive(Debug, Clone, Default)]
pub(crate) struct Staff {
    tablets: HashMap<TabletId, ManifestTablet>,
    by_token: HashMap<[u8; 32], TabletId>,
    agents: HashMap<AgentNumber, ManifestAgent>,
}

impl Staff {
    pub(super) fn of(told: GateStaff) -> Self {
        let mut staff = Self::default();
        staff.merge(told);
        staff
    }

    pub(super) fn merge(&mut self, told: GateStaff) {
        for tablet in told.tablets {
            self.by_token.insert(tablet.token_digest, tablet.id);
            self.tablets.insert(tablet.id, tablet);
        }
        for agent in told.agents {
            if agent.is_revoked {
                self.agents.remove(&agent.number);
            } else {
                self.agents.insert(agent.number, agent);
            }
        }
    }

    /// Revoked or not.
    pub(crate) fn tablet(&self, token_digest: &[u8; 32]) -> Option<&ManifestTablet> {
        self.tablets.get(self.by_token.get(token_digest)?)
    }

    pub(crate) fn agent(&self, number: AgentNumber) -> Option<&ManifestAgent> {
        self.agents.get(&number)
    }

    pub(crate) fn revoked_tablets(&self) -> Vec<TabletId> {
        let all = self.tablets.values();
        let revoked = all.filter(|tablet| tablet.is_revoked);
        revoked.map(|tablet| tablet.id).collect()
    }
}
