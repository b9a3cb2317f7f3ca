//! `GET /healthz` and `GET /readyz`.

use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpResponse, get};
use serde_json::json;

use super::{clock, store};
use crate::app::App;

pub(crate) fn routes(routes: &mut ServiceConfig) {
    routes.service(alive).service(ready);
}

#[get("/healthz")]
async fn alive() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "ok" }))
}

#[get("/readyz")]
async fn ready(app: Data<App>) -> HttpResponse {
    let postgresql = store::ping(&app.db).await.is_ok();
    let redis = app.redis.ping().await.is_ok();
    // Nothing is sold by a clock that nobody has looked at.
    let clock = app.clock.is_compared() || clock::compare(&app).await.is_ok();
    let all = postgresql && redis && clock;
    let word = |up: bool| if up { "ok" } else { "unavailable" };
    let body = json!({
        "status": word(all),
        "postgresql": word(postgresql),
        "redis": word(redis),
        "clock": word(clock),
    });
    if all {
        HttpResponse::Ok().json(body)
    } else {
        HttpResponse::ServiceUnavailable().json(body)
    }
}
