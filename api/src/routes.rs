//! The whole URL map on one screen, by audience.

use actix_web::web::{self, ServiceConfig};

use crate::app::App;
use crate::platform::{page, static_files};
use crate::{health, notifications};
use crate::{gates, health, notifications};

/// Mounts everything the process answers to.
pub fn configure(app: &App, routes: &mut ServiceConfig) {
    routes.app_data(web::Data::new(app.clone()));
    routes.configure(gates::http::routes);
    routes.configure(health::http::routes);
    if app.config.is_development() {
        routes.configure(notifications::http::routes);
    }
    routes
        .configure(static_files::routes)
        .configure(page::routes);
}
