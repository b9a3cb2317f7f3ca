//! SQL of tablets, enrolments, agents and identity checks.

use jiff::Timestamp;
use ticket_core::ids::{ScanId, TabletId, UserId};
use ticket_core::manifest::{
    AgentNumber, AgentRole, IdentityCheck, IdentityReason, KnownScan, ManifestAgent,
    ManifestTablet, ScanContext, TabletFacts,
};
use tokio_postgres::Row;
use uuid::Uuid;

use crate::platform::db::{Conn, Sql, Tx};
use crate::platform::error::Error;
use crate::sql;

pub(crate) const STATEMENTS: &[&Sql] = &[
    &INSERT_ENROLMENT,
    &LOCK_ENROLMENT,
    &MARK_ENROLMENT_USED,
    &INSERT_TABLET,
    &MARK_TABLET_REVOKED,
    &HAS_TABLET,
    &LIST_TABLETS,
    &FIND_NUMBER_OF,
    &UPSERT_AGENT,
    &FIND_AGENT,
    &FIND_ACCOUNT_OF,
    &LIST_AGENTS,
    &LIST_AGENTS_CHANGED,
    &LIST_GATES,
    &INSERT_CHECK,
    &LIST_SCANS_OF,
];

const INSERT_ENROLMENT: Sql = sql!(
    "gates.insert_enrolment",
    "INSERT INTO enrolments (code_hash, gate, name, made_at, expires_at)
     SELECT $1, name, $3, $4, $5 FROM gates WHERE name = $2"
);
/// False when there is no such gate.
pub(super) async fn insert_enrolment(
    tx: &Tx<'_>,
    (gate, name): (&str, &str),
    code_hash: &[u8],
    (now, expires_at): (Timestamp, Timestamp),
) -> Result<bool, Error> {
    let inserted = tx
        .execute(
            &INSERT_ENROLMENT,
            &[&code_hash, &gate, &name, &now, &expires_at],
        )
        .await?;
    Ok(inserted == 1)
}

pub(super) struct EnrolmentRow {
    pub(super) gate: String,
    pub(super) name: String,
    pub(super) expires_at: Timestamp,
    pub(super) is_used: bool,
}

const LOCK_ENROLMENT: Sql = sql!(
    "gates.lock_enrolment",
    "SELECT gate, name, expires_at, used_at IS NOT NULL AS is_used
     FROM enrolments WHERE code_hash = $1 FOR UPDATE"
);
pub(super) async fn lock_enrolment(
    tx: &Tx<'_>,
    code_hash: &[u8],
) -> Result<Option<EnrolmentRow>, Error> {
    let row = tx.query_opt(&LOCK_ENROLMENT, &[&code_hash]).await?;
    Ok(row.map(|row| EnrolmentRow {
        gate: row.get("gate"),
        name: row.get("name"),
        expires_at: row.get("expires_at"),
        is_used: row.get("is_used"),
    }))
}

const MARK_ENROLMENT_USED: Sql = sql!(
    "gates.mark_enrolment_used",
    "UPDATE enrolments SET used_at = $3, tablet_id = $2
     WHERE code_hash = $1 AND used_at IS NULL"
);
pub(super) async fn mark_enrolment_used(
    tx: &Tx<'_>,
    code_hash: &[u8],
    tablet: TabletId,
    now: Timestamp,
) -> Result<(), Error> {
    let tablet = tablet.as_uuid();
    tx.execute_one(&MARK_ENROLMENT_USED, &[&code_hash, &tablet, &now])
        .await
}

pub(super) struct NewTablet<'a> {
    pub(super) facts: &'a TabletFacts,
    pub(super) token_hash: &'a [u8],
}

const INSERT_TABLET: Sql = sql!(
    "gates.insert_tablet",
    "INSERT INTO tablets (id, name, gate, token_hash, enrolled_at) VALUES ($1, $2, $3, $4, $5)"
);
pub(super) async fn insert_tablet(
    tx: &Tx<'_>,
    new: &NewTablet<'_>,
    now: Timestamp,
) -> Result<(), Error> {
    let TabletFacts { id, name, gate } = new.facts;
    let id = id.as_uuid();
    tx.execute_one(&INSERT_TABLET, &[&id, name, gate, &new.token_hash, &now])
        .await
}

const MARK_TABLET_REVOKED: Sql = sql!(
    "gates.mark_tablet_revoked",
    "UPDATE tablets SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL"
);
/// False when it was revoked already, or never was.
pub(super) async fn mark_tablet_revoked(
    tx: &Tx<'_>,
    id: Uuid,
    now: Timestamp,
) -> Result<bool, Error> {
    Ok(tx.execute(&MARK_TABLET_REVOKED, &[&id, &now]).await? == 1)
}

const HAS_TABLET: Sql = sql!(
    "gates.has_tablet",
    "SELECT EXISTS (SELECT FROM tablets WHERE id = $1) AS found"
);
pub(super) async fn has_tablet(tx: &Tx<'_>, id: Uuid) -> Result<bool, Error> {
    Ok(tx.query_one(&HAS_TABLET, &[&id]).await?.get("found"))
}

const LIST_TABLETS: Sql = sql!(
    "gates.list_tablets",
    "SELECT id, name, gate, token_hash, revoked_at IS NOT NULL AS is_revoked FROM tablets
     WHERE gate = $1 AND changed_in >= $2 ORDER BY enrolled_at DESC LIMIT 10000"
);
/// Those that changed in or after a transaction; 0: all, the revoked ones too.
pub(super) async fn list_tablets(
    conn: &Conn,
    gate: &str,
    since: i64,
) -> Result<Vec<ManifestTablet>, Error> {
    let rows = conn.query(&LIST_TABLETS, &[&gate, &since]).await?;
    rows.iter().map(tablet).collect()
}

fn tablet(row: &Row) -> Result<ManifestTablet, Error> {
    let digest: &[u8] = row.get("token_hash");
    Ok(ManifestTablet {
        id: TabletId::from_uuid(row.get("id")),
        name: row.get("name"),
        gate: row.get("gate"),
        token_digest: digest.try_into().map_err(Error::bug)?,
        is_revoked: row.get("is_revoked"),
    })
}

pub(super) struct AgentRow {
    pub(super) number: AgentNumber,
    pub(super) user: UserId,
    pub(super) role: AgentRole,
    pub(super) pin_hash: String,
}

const FIND_NUMBER_OF: Sql = sql!(
    "gates.find_number_of",
    "SELECT number FROM agents WHERE user_id = $1"
);
pub(super) async fn find_number_of(tx: &Tx<'_>, user: UserId) -> Result<Option<String>, Error> {
    let row = tx.query_opt(&FIND_NUMBER_OF, &[&user.as_uuid()]).await?;
    Ok(row.map(|row| row.get("number")))
}

const UPSERT_AGENT: Sql = sql!(
    "gates.upsert_agent",
    "INSERT INTO agents (number, user_id, pin_hash, role, made_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (number) DO UPDATE SET pin_hash = $3, role = $4, revoked_at = NULL
         WHERE agents.user_id = $2"
);
/// False when the number is somebody else's.
pub(super) async fn upsert_agent(
    tx: &Tx<'_>,
    agent: &AgentRow,
    now: Timestamp,
) -> Result<bool, Error> {
    let number = agent.number.to_string();
    let touched = tx
        .execute(
            &UPSERT_AGENT,
            &[
                &number,
                &agent.user.as_uuid(),
                &agent.pin_hash,
                &agent.role.name(),
                &now,
            ],
        )
        .await?;
    Ok(touched == 1)
}

const FIND_AGENT: Sql = sql!(
    "gates.find_agent",
    "SELECT user_id, role FROM agents WHERE number = $1 AND revoked_at IS NULL"
);
pub(super) async fn find_agent(
    conn: &Conn,
    number: AgentNumber,
) -> Result<Option<(UserId, AgentRole)>, Error> {
    let number = number.to_string();
    let row = conn.query_opt(&FIND_AGENT, &[&number]).await?;
    row.map(|row| Ok((UserId::from_uuid(row.get("user_id")), role(&row)?)))
        .transpose()
}

const FIND_ACCOUNT_OF: Sql = sql!(
    "gates.find_account_of",
    "SELECT user_id FROM agents WHERE number = $1"
);
/// Whose number it is or was: what was done before a revocation is still theirs.
pub(in crate::gates) async fn find_account_of(
    tx: &Tx<'_>,
    number: AgentNumber,
) -> Result<Option<UserId>, Error> {
    let row = tx
        .query_opt(&FIND_ACCOUNT_OF, &[&number.to_string()])
        .await?;
    Ok(row.map(|row| UserId::from_uuid(row.get("user_id"))))
}

const LIST_AGENTS: Sql = sql!(
    "gates.list_agents",
    "SELECT number, role, pin_hash, false AS is_revoked FROM agents
     WHERE revoked_at IS NULL ORDER BY number LIMIT 10000"
);
const LIST_AGENTS_CHANGED: Sql = sql!(
    "gates.list_agents_changed",
    "SELECT number, role, pin_hash, revoked_at IS NOT NULL AS is_revoked FROM agents
     WHERE changed_in >= $1 ORDER BY number LIMIT 10000"
);
/// All who are agents; or whoever changed in or after a transaction, the revoked ones too.
pub(super) async fn list_agents(
    conn: &Conn,
    since: Option<i64>,
) -> Result<Vec<ManifestAgent>, Error> {
    let rows = match since {
        None => conn.query(&LIST_AGENTS, &[]).await?,
        Some(since) => conn.query(&LIST_AGENTS_CHANGED, &[&since]).await?,
    };
    rows.iter().map(agent).collect()
}

fn agent(row: &Row) -> Result<ManifestAgent, Error> {
    Ok(ManifestAgent {
        number: AgentNumber::parse(row.get("number")).map_err(Error::bug)?,
        role: role(row)?,
        pin_hash: row.get("pin_hash"),
        is_revoked: row.get("is_revoked"),
    })
}

fn role(row: &Row) -> Result<AgentRole, Error> {
    AgentRole::parse(row.get("role")).ok_or_else(|| Error::bug("a role of an agent is unknown"))
}

/// A gate, wherever it is.
pub(super) struct GateAnywhere {
    pub(super) name: String,
    pub(super) venue_id: Uuid,
    pub(super) event_ids: Vec<Uuid>,
}

const LIST_GATES: Sql = sql!(
    "gates.list_gates",
    "SELECT name, venue_id, event_ids FROM gates ORDER BY name LIMIT 5000"
);
pub(super) async fn list_gates(conn: &Conn) -> Result<Vec<GateAnywhere>, Error> {
    let rows = conn.query(&LIST_GATES, &[]).await?;
    let gate = |row: &Row| GateAnywhere {
        name: row.get("name"),
        venue_id: row.get("venue_id"),
        event_ids: row.get("event_ids"),
    };
    Ok(rows.iter().map(gate).collect())
}

const INSERT_CHECK: Sql = sql!(
    "gates.insert_check",
    "INSERT INTO identity_checks (device_id, id, scan_id, at, received_at, outcome, reason, agent)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (device_id, id) DO NOTHING"
);
pub(super) async fn insert_check(
    tx: &Tx<'_>,
    (device, check): (Uuid, &IdentityCheck),
    now: Timestamp,
) -> Result<(), Error> {
    let reason = check.reason.map(IdentityReason::name);
    let agent = check.agent.map(|agent| agent.to_string());
    tx.execute(
        &INSERT_CHECK,
        &[
            &device,
            &check.id,
            &check.scan_id.as_uuid(),
            &check.at,
            &now,
            &check.outcome.name(),
            &reason,
            &agent,
        ],
    )
    .await?;
    Ok(())
}

const LIST_SCANS_OF: Sql = sql!(
    "gates.list_scans_of",
    "SELECT s.id, d.name AS device, s.gate, s.scanned_at, s.verdict, s.reason, s.admission,
         s.conflict, s.context
     FROM (SELECT * FROM scans WHERE ticket_id = $1 AND admission
           UNION ALL
           SELECT * FROM scans WHERE ticket_id = $1 AND NOT admission) s
     JOIN devices d ON d.id = s.device_id ORDER BY s.scanned_at DESC LIMIT 500"
);
/// Newest first.
pub(super) async fn list_scans_of(conn: &Conn, ticket: Uuid) -> Result<Vec<KnownScan>, Error> {
    let rows = conn.query(&LIST_SCANS_OF, &[&ticket]).await?;
    rows.iter().map(known_scan).collect()
}

fn known_scan(row: &Row) -> Result<KnownScan, Error> {
    use ticket_core::admission::{Entry, Reason};
    let context: Option<serde_json::Value> = row.get("context");
    let context = context.map(serde_json::from_value::<ScanContext>);
    let verdict: &str = row.get("verdict");
    let reason = Reason::parse(row.get("reason"));
    Ok(KnownScan {
        scan_id: ScanId::from_uuid(row.get("id")),
        device: row.get("device"),
        gate: row.get("gate"),
        scanned_at: row.get("scanned_at"),
        verdict: if verdict == "admit" {
            Entry::Admit
        } else {
            Entry::Refuse
        },
        reason: reason.ok_or_else(|| Error::bug("a reason of a scan is unknown"))?,
        admission: row.get("admission"),
        conflict: row.get("conflict"),
        context: context.transpose().map_err(Error::bug)?.unwrap_or_default(),
    })
}
