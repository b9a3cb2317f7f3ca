//! Alive and ready.

use crate::harness::TestApp;

#[actix_web::test]
async fn a_started_service_is_alive_and_ready() {
    let app = TestApp::start().await;
    let client = app.client();
    assert_eq!(client.get("/healthz").await.status, 200);
    let ready = client.get("/readyz").await.expect(200).json();
    assert_eq!(ready["postgresql"], "ok");
    assert_eq!(ready["redis"], "ok");
}

#[actix_web::test]
async fn a_service_without_redis_says_which_dependency_fails() {
    let app = TestApp::start_with(&["--redis-url", "redis://127.0.0.1:1/"]).await;
    let ready = app.client().get("/readyz").await.expect(503).json();
    assert_eq!(ready["postgresql"], "ok");
    assert_eq!(ready["redis"], "unavailable");
}
