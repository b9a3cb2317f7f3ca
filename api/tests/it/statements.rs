//! Every SQL statement of the service is valid against the migrated schema.

use std::collections::HashSet;

use api::platform::db::Sql;
use tokio_postgres::{Client, SimpleQueryMessage};

use crate::harness::{TestApp, schema_name};

#[actix_web::test]
async fn every_statement_prepares_as_the_services_role() {
    let app = TestApp::start().await;
    let client = app.database.app().await;
    let mut names = HashSet::new();
    for sql in api::statements() {
        assert!(
            names.insert(sql.name),
            "two statements are called {}",
            sql.name
        );
        let prepared = client.prepare(sql.text).await;
        assert!(prepared.is_ok(), "{}: {:?}", sql.name, prepared.err());
    }
    assert!(!names.is_empty());
}

/// Tables that a Games makes long.
const LONG: [&str; 14] = [
    "activation_codes",
    "audit_log",
    "data_keys",
    "invoices",
    "orders",
    "outbox",
    "payment_inbox",
    "payments",
    "scans",
    "seat_claims",
    "sessions",
    "support_messages",
    "tickets",
    "users",
];

/// What the audit asks, and what an import asks before it changes an event, is asked of all.
fn reads_all(name: &str) -> bool {
    name.starts_with("audit.") || name == "catalogue.count_sold"
}

#[actix_web::test]
async fn no_statement_reads_a_whole_long_table() {
    let app = TestApp::start().await;
    let owner = app.database.owner().await;
    let as_the_service = "SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan";
    owner.batch_execute(as_the_service).await.unwrap();
    for sql in api::statements() {
        let plan = plan_of(&owner, &sql).await;
        for table in LONG.iter().filter(|_| !reads_all(sql.name)) {
            let whole = format!("Seq Scan on {table} ");
            assert!(!plan.contains(&whole), "{}: {plan}", sql.name);
        }
        match sql.name {
            "gates.list_tickets" => assert!(plan.contains("tickets_feed"), "changes alone: {plan}"),
            // It would be seen.
            "audit.numbered_twice" => assert!(plan.contains("Seq Scan on orders "), "{plan}"),
            _ => {}
        }
    }
}

async fn plan_of(client: &Client, sql: &Sql) -> String {
    let values = client.prepare(sql.text).await.unwrap().params().len();
    let nulls = vec!["NULL"; values].join(", ");
    let values = if nulls.is_empty() {
        nulls
    } else {
        format!("({nulls})")
    };
    let asked = format!(
        "PREPARE asked AS {}; EXPLAIN EXECUTE asked{values}; DEALLOCATE asked",
        sql.text
    );
    let answers = client.simple_query(&asked).await.unwrap();
    let mut lines = Vec::new();
    for answer in &answers {
        if let SimpleQueryMessage::Row(row) = answer {
            lines.extend(row.get(0));
        }
    }
    lines.join("\n")
}

#[actix_web::test]
async fn what_runs_as_the_owner_looks_where_no_caller_puts_anything() {
    let app = TestApp::start().await;
    let owner = app.database.owner().await;
    let fixed = "SELECT count(*), count(*) FILTER (WHERE proconfig @>
            ARRAY['search_path=pg_catalog, public, pg_temp'])
        FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace";
    let row = owner.query_one(fixed, &[]).await.unwrap();
    let (all, fixed): (i64, i64) = (row.get(0), row.get(1));
    assert!(all > 0);
    assert_eq!(fixed, all);
    // A copy has rights of its own: the migrated one is asked.
    let template = format!("guichet_template_{}", schema_name());
    let may = "SELECT has_database_privilege('guichet_app', $1, 'TEMPORARY')";
    let row = owner.query_one(may, &[&template]).await.unwrap();
    assert!(!row.get::<_, bool>(0));
}
