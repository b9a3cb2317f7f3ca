//! `GET /terms`.

use actix_web::web::ServiceConfig;
use actix_web::{HttpRequest, HttpResponse, get};
use askama::Template;

use crate::accounts::Reader;
use crate::platform::error::Error;
use crate::platform::html;
use crate::platform::page::Page;

pub(crate) fn routes(routes: &mut ServiceConfig) {
    routes.service(terms);
}

#[derive(Template)]
#[template(path = "content/terms.html")]
struct TermsView {
    page: Page,
}

#[get("/terms")]
async fn terms(request: HttpRequest, reader: Reader) -> Result<HttpResponse, Error> {
    let view = TermsView {
        page: reader.page(&request),
    };
    html::browse_page(&view.page, &view)
}
