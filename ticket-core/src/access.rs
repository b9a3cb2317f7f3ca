//! Who may do what. Roles are granted to accounts; pages and routes ask for a permission, never
//! for a role.

use std::fmt;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Not signed in.
    Visitor,
    /// A spectator's active account.
    User,
    Editor,
    GateAgent,
    Manager,
    Administrator,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    SeeCatalogue,
    /// Hold, order, pay; see one's own orders and tickets.
    Buy,
    EnterBackoffice,
    /// See and edit content as drafts.
    EditContent,
    /// Validate or invalidate what editors did.
    ReviewContent,
    /// Declare editors and see the tasks they did.
    ManageEditors,
    SeeStatistics,
    FollowSales,
    /// Grant and withdraw roles below one's own.
    ManageRights,
    Scan,
    SeeScans,
    /// Open the file of a spectator, answer claims.
    SeeSpectators,
    GrantRefunds,
    /// Events, venues, seat plans, prices, release rules.
    ManageEvents,
    /// Gates, devices and their tokens.
    ManageGates,
    /// Grant the roles of manager and administrator, settings.
    ManageSystem,
}

impl Role {
    pub const ALL: [Self; 6] = [
        Self::Visitor,
        Self::User,
        Self::Editor,
        Self::GateAgent,
        Self::Manager,
        Self::Administrator,
    ];

    /// The machine form, as stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Visitor => "visitor",
            Self::User => "user",
            Self::Editor => "editor",
            Self::GateAgent => "gate_agent",
            Self::Manager => "manager",
            Self::Administrator => "administrator",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == text)
    }

    pub fn is_staff(self) -> bool {
        allows(self, Permission::EnterBackoffice)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Permission {
    pub const ALL: [Self; 16] = [
        Self::SeeCatalogue,
        Self::Buy,
        Self::EnterBackoffice,
        Self::EditContent,
        Self::ReviewContent,
        Self::ManageEditors,
        Self::SeeStatistics,
        Self::FollowSales,
        Self::ManageRights,
        Self::Scan,
        Self::SeeScans,
        Self::SeeSpectators,
        Self::GrantRefunds,
        Self::ManageEvents,
        Self::ManageGates,
        Self::ManageSystem,
    ];
}

/// The whole table of rights.
pub const fn allows(role: Role, permission: Permission) -> bool {
    use Permission as P;
    use Role as R;
    match permission {
        P::SeeCatalogue => true,
        P::Buy => !matches!(role, R::Visitor),
        P::EnterBackoffice => !matches!(role, R::Visitor | R::User),
        P::EditContent => matches!(role, R::Editor | R::Manager | R::Administrator),
        P::Scan | P::SeeScans => matches!(role, R::GateAgent | R::Manager | R::Administrator),
        P::ReviewContent
        | P::ManageEditors
        | P::SeeStatistics
        | P::FollowSales
        | P::ManageRights
        | P::SeeSpectators
        | P::GrantRefunds
        | P::ManageEvents
        | P::ManageGates => matches!(role, R::Manager | R::Administrator),
        P::ManageSystem => matches!(role, R::Administrator),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One line per permission; columns as in [`Role::ALL`].
    const TABLE: [(Permission, &str); 16] = [
        (Permission::SeeCatalogue, "VUEGMA"),
        (Permission::Buy, "-UEGMA"),
        (Permission::EnterBackoffice, "--EGMA"),
        (Permission::EditContent, "--E-MA"),
        (Permission::ReviewContent, "----MA"),
        (Permission::ManageEditors, "----MA"),
        (Permission::SeeStatistics, "----MA"),
        (Permission::FollowSales, "----MA"),
        (Permission::ManageRights, "----MA"),
        (Permission::Scan, "---GMA"),
        (Permission::SeeScans, "---GMA"),
        (Permission::SeeSpectators, "----MA"),
        (Permission::GrantRefunds, "----MA"),
        (Permission::ManageEvents, "----MA"),
        (Permission::ManageGates, "----MA"),
        (Permission::ManageSystem, "-----A"),
    ];

    #[test]
    fn the_table_of_rights_is_as_written_here() {
        assert_eq!(TABLE.map(|(permission, _)| permission), Permission::ALL);
        for (permission, row) in TABLE {
            for (role, mark) in Role::ALL.into_iter().zip(row.chars()) {
                assert_eq!(
                    allows(role, permission),
                    mark != '-',
                    "{role} {permission:?}"
                );
            }
        }
    }

    #[test]
    fn every_role_is_read_back_from_its_name() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.name()), Some(role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.name());
        }
        assert_eq!(Role::parse("root"), None);
    }
}
