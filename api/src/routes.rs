//! The whole URL map on one screen, by audience.

use actix_web::web::{self, ServiceConfig};

use crate::app::App;
use crate::{availability, health, holds, notifications};

/// Mounts everything the process answers to.
pub fn configure(app: &App, routes: &mut ServiceConfig) {
    routes.app_data(web::Data::new(app.clone()));
    routes.configure(health::http::routes);
    routes.configure(availability::http::routes);
    routes.configure(holds::http::routes);
    if app.config.is_development() {
        routes.configure(notifications::http::routes);
    }
}
