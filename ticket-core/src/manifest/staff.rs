//! Who works at a gate, as its service knows it without the centre: tablets by the digest of their
//! token, agents by their number and the hash of their PIN. No name, no token, no PIN.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::base64_text;
use crate::ids::{IdRefused, TabletId};

/// What an agent types to sign in on a tablet: four digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AgentNumber(u16);

impl AgentNumber {
    pub fn parse(text: &str) -> Result<Self, IdRefused> {
        let is_number = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = is_number.then(|| text.parse().ok()).flatten();
        number.map(Self).ok_or(IdRefused::NotAgentNumber)
    }
}

impl fmt::Display for AgentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.0)
    }
}

impl FromStr for AgentNumber {
    type Err = IdRefused;

    fn from_str(text: &str) -> Result<Self, IdRefused> {
        Self::parse(text)
    }
}

impl TryFrom<String> for AgentNumber {
    type Error = IdRefused;

    fn try_from(text: String) -> Result<Self, IdRefused> {
        Self::parse(&text)
    }
}

impl From<AgentNumber> for String {
    fn from(number: AgentNumber) -> Self {
        number.to_string()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentRole {
    Agent,
    /// Searches by name, and lets in against the verdict.
    Supervisor,
}

impl AgentRole {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Supervisor => "supervisor",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Agent, Self::Supervisor]
            .into_iter()
            .find(|role| role.name() == text)
    }
}

/// Tablets and agents; in changes, only those that changed. Who is revoked stays in the list of
/// tablets, so that a tablet can be told why it is refused.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateStaff {
    pub tablets: Vec<ManifestTablet>,
    pub agents: Vec<ManifestAgent>,
}

impl GateStaff {
    pub const fn is_empty(&self) -> bool {
        self.tablets.is_empty() && self.agents.is_empty()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestTablet {
    pub id: TabletId,
    pub name: String,
    pub gate: String,
    /// SHA-256 of its token, which is 32 random bytes: nothing to guess.
    #[serde(with = "base64_text")]
    pub token_digest: [u8; 32],
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_revoked: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestAgent {
    pub number: AgentNumber,
    pub role: AgentRole,
    /// Argon2id, with its parameters and salt.
    pub pin_hash: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_revoked: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_number_has_four_digits() {
        let number = AgentNumber::parse("0412").unwrap();
        assert_eq!(serde_json::to_string(&number).unwrap(), "\"0412\"");
        assert_eq!("0412".parse(), Ok(number));
        for bad in ["", "412", "04125", "041a", "+412", "٠٤١٢"] {
            assert_eq!(AgentNumber::parse(bad), Err(IdRefused::NotAgentNumber));
        }
    }

    #[test]
    fn a_role_is_read_back_from_its_name() {
        for role in [AgentRole::Agent, AgentRole::Supervisor] {
            assert_eq!(AgentRole::parse(role.name()), Some(role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.name());
        }
        assert_eq!(AgentRole::parse("root"), None);
    }
}
