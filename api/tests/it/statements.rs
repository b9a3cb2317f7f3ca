//! Every SQL statement of the service is valid against the migrated schema.

use std::collections::HashSet;

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
