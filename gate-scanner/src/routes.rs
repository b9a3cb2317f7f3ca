//! The whole URL map of the gate service.
//!
//! | method, path | who | does |
//! |---|---|---|
//! | `GET /`, `/tablet/…` | anyone | the agent's page; it holds nothing secret |
//! | `POST /v1/scans` | device | decides |
//! | `GET /v1/scans` | device | the history |
//! | `GET /v1/conflicts` | device | who was let in twice, where, when |
//! | `GET /v1/status` | device | events, link, what waits |

use actix_web::HttpResponse;
use actix_web::web::{self, Data, ServiceConfig};

use crate::app::App;
use crate::error::{Error, Refusal};
use crate::{http, scan, sync, tablet};

pub(crate) fn configure(app: &App, config: &mut ServiceConfig) {
    config
        .app_data(Data::new(app.clone()))
        .app_data(http::json_rules())
        .app_data(http::query_rules())
        .configure(scan::http::routes)
        .configure(sync::http::routes)
        .configure(tablet::pages::routes)
        .default_service(web::to(nothing_here));
}

async fn nothing_here() -> Result<HttpResponse, Error> {
    Err(Refusal::NotFound.into())
}
