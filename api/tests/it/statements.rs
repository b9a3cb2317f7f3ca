//! Every SQL statement of the service is valid against the migrated schema.

use std::collections::HashSet;

use crate::harness::TestApp;

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
