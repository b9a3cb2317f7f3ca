//! The whole URL map on one screen, by audience.

use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{self, ServiceConfig};
use utoipa::OpenApi;

use crate::app::App;
use crate::openapi::Document;

/// Mounts everything the process answers to: one line a slice and audience.
pub fn configure(app: &App, routes: &mut ServiceConfig) {
    routes.app_data(web::Data::new(app.clone()));
    let paused = crate::platform::page::SalePaused(app.config.maintenance);
    routes.app_data(web::Data::new(paused));
    crate::platform::http::configure(routes);
    // What a rush asks for: JSON, with nothing around it that it does not need.
    routes.configure(crate::holds::http::routes);
    routes.configure(crate::orders::http::routes);
    routes.configure(crate::payments::routes);
    let all_else = web::scope("")
        .wrap(from_fn(crate::content::show_errors))
        .wrap(from_fn(crate::accounts::give_visitor_cookie))
        .wrap(Compress::default())
        .configure(|routes| configure_all_else(app, routes));
    routes.service(all_else);
}

fn configure_all_else(app: &App, routes: &mut ServiceConfig) {
    routes.default_service(web::to(crate::platform::http::nothing_here));
    // Machines
    routes.configure(crate::health::http::routes);
    // Spectators, JSON
    routes.configure(crate::platform::proof_of_work::routes);
    routes.configure(crate::accounts::http::routes);
    routes.route("/api/openapi.json", web::get().to(openapi));
    routes.configure(crate::catalogue::http::routes);
    routes.configure(crate::availability::http::routes);
    routes.configure(crate::tickets::http::routes);
    routes.configure(crate::waiting_room::http::routes);
    // Gates
    routes.configure(crate::gates::http::routes);
    // Pages
    routes.configure(crate::platform::static_files::routes);
    routes.configure(crate::platform::page::routes);
    routes.configure(crate::catalogue::pages::routes);
    routes.configure(crate::holds::pages::routes);
    routes.configure(crate::basket::pages::routes);
    routes.configure(crate::accounts::pages::routes);
    routes.configure(crate::orders::pages::routes);
    routes.configure(crate::tickets::pages::routes);
    routes.configure(crate::invoices::pages::routes);
    routes.configure(crate::notices::pages::routes);
    routes.configure(crate::waiting_room::pages::routes);
    routes.configure(crate::support::pages::routes);
    routes.configure(crate::content::pages::routes);
    // Development only
    if app.config.is_development() {
        routes.configure(crate::notifications::http::routes);
        routes.configure(crate::notifications::pages::routes);
        routes.configure(crate::content::components_page::routes);
        routes.configure(crate::content::failures_page::routes);
        crate::payments::sandbox_bank_routes(app, routes);
    }
}

/// The JSON API described for machines.
async fn openapi() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "public, max-age=60"))
        .json(Document::openapi())
}
