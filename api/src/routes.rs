//! The whole URL map on one screen, by audience.

use actix_web::web::{self, ServiceConfig};

use crate::app::App;
use crate::platform::{page, static_files};

/// Mounts everything the process answers to.
pub fn configure(app: &App, routes: &mut ServiceConfig) {
    routes.app_data(web::Data::new(app.clone()));
    routes.configure(crate::gates::http::routes);
    routes.configure(crate::health::http::routes);
    if app.config.is_development() {
        routes.configure(crate::notifications::http::routes);
    }
    routes
        .configure(crate::static_files::routes)
        .configure(crate::page::routes);
}
