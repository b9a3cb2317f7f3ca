//! One scan as the ledger keeps it: the report for the centre, and what is needed to answer the
//! same `scan_id` alike. Who the holder is, is not kept: it is opened again from the code shown.

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use ticket_core::admission::{Entry as Entered, Reason, Verdict};
use ticket_core::ids::{ScanId, TicketId, TicketSerial};
use ticket_core::manifest::{AdmissionReport, FirstScan};
use ticket_core::ticket::TicketStateName;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) report: AdmissionReport,
    pub(crate) certainty: Certainty,
    /// Of the ticket, when the code led to one; with its state once this scan was decided.
    pub(crate) serial: Option<TicketSerial>,
    pub(crate) state: Option<TicketStateName>,
    pub(crate) first_scan: Option<FirstScan>,
    pub(crate) content: ContentDigest,
    pub(crate) told: Told,
}

/// Whether all gates were asked, or this service decided alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Certainty {
    Confirmed,
    Local,
}

/// What the centre knows of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "told", rename_all = "snake_case")]
pub(crate) enum Told {
    Waiting,
    Acknowledged,
    /// Admitted here, where the centre would have refused.
    Conflict {
        reason: Reason,
        first_scan: Option<FirstScan>,
    },
}

/// Tells whether the same `scan_id` comes with the same gate and code, without keeping the code.
/// Keyed with the device token, which is not in the ledger: a copy of the file gives nothing to try
/// codes against.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct ContentDigest(#[serde(with = "base64_text")] [u8; 32]);

impl ContentDigest {
    pub(crate) fn of(token: &SecretString, gate: &str, code: &str) -> Self {
        let mut mac = Hmac::<Sha256>::new_from_slice(token.expose_secret().as_bytes())
            .expect("HMAC takes keys of any length");
        mac.update(b"guichet-scan-content-v1");
        // The length first, so that no part of a gate's name passes for a part of a code.
        mac.update(&u64::try_from(gate.len()).unwrap_or(u64::MAX).to_be_bytes());
        mac.update(gate.as_bytes());
        mac.update(code.as_bytes());
        Self(mac.finalize().into_bytes().into())
    }
}

impl PartialEq for ContentDigest {
    /// In constant time.
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Entry {
    pub(crate) const fn scan_id(&self) -> ScanId {
        self.report.scan_id
    }

    pub(crate) const fn verdict(&self) -> Verdict {
        Verdict::of(self.report.reason)
    }

    /// The ticket that this entry let in.
    pub(crate) const fn admitted_ticket(&self) -> Option<TicketId> {
        match self.report.verdict {
            // A look lets nobody in; what is not proven takes no ticket from its holder.
            Entered::Admit if self.report.context.look_only => None,
            Entered::Admit if self.report.context.unproven => None,
            Entered::Admit => self.report.ticket_id,
            Entered::Refuse => None,
        }
    }
}

pub(super) mod base64_text {
    //! Bytes as text: a third of what a list of numbers takes.

    use base64::Engine;
    use base64::engine::general_purpose::STANDARD_NO_PAD;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(in crate::ledger) fn serialize<S: Serializer>(
        bytes: &[u8; 32],
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.serialize_str(&STANDARD_NO_PAD.encode(bytes))
    }

    pub(in crate::ledger) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<[u8; 32], D::Error> {
        let text = String::deserialize(from)?;
        let bytes = STANDARD_NO_PAD.decode(text).map_err(D::Error::custom)?;
        let length = |_| D::Error::custom("a digest is 32 bytes");
        bytes.as_slice().try_into().map_err(length)
    }
}
