//! The whole URL map of the gate service.
//!
//! | method, path | who | does |
//! |---|---|---|
//! | `GET /`, `/tablet/…` | anyone | the agent's page; it holds nothing secret |
//! | `POST /v1/enrolments` | anyone with a code | a token for a tablet |
//! | `GET /v1/status` | device | events, link, counts, what waits |
//! | `POST /v1/sign-in`, `/v1/sign-out` | device | an agent's session |
//! | `POST /v1/scans` | agent | decides |
//! | `POST /v1/scans/{id}/party` | agent | lets in the rest of a Duo or Family |
//! | `POST /v1/scans/{id}/identity` | agent | the outcome of an identity check |
//! | `POST /v1/told` | device | what a tablet decided alone |
//! | `GET /v1/scans`, `/v1/tickets/{id}/history` | agent | the history; of one ticket, at all gates |
//! | `GET /v1/list` | device | what a tablet needs to go on alone |
//! | `POST /v1/supervisor/…` | supervisor | search by name; let in against the verdict |
//! | `GET /v1/conflicts` | device | who was let in twice, where, when |
//!
//! A device is the service's own token or a tablet's; an agent is signed in on a tablet, and the
//! service's own token needs none.

use actix_web::HttpResponse;
use actix_web::web::{self, Data, ServiceConfig};

use crate::app::App;
use crate::error::{Error, Refusal};
use crate::{agents, http, scan, supervisor, sync, tablet, tablets};

pub(crate) fn configure(app: &App, config: &mut ServiceConfig) {
    config
        .app_data(Data::new(app.clone()))
        .app_data(http::json_rules())
        .app_data(http::path_rules())
        .app_data(http::query_rules())
        .configure(tablets::http::routes)
        .configure(agents::http::routes)
        .configure(scan::http::routes)
        .configure(supervisor::http::routes)
        .configure(sync::http::routes)
        .configure(tablet::pages::routes)
        .default_service(web::to(nothing_here));
}

async fn nothing_here() -> Result<HttpResponse, Error> {
    Err(Refusal::NotFound.into())
}
