//! The whole URL map on one screen, by audience.

use actix_web::web::{self, ServiceConfig};

use crate::app::App;
use crate::health;

/// Mounts everything the process answers to.
pub fn configure(app: &App, routes: &mut ServiceConfig) {
    routes.app_data(web::Data::new(app.clone()));
    routes.configure(health::http::routes);
}
