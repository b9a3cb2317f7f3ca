//! `GET /terms`.

use actix_web::web::ServiceConfig;
use actix_web::{HttpRequest, HttpResponse, get};
use askama::Template;

use crate::accounts::Visitor;
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
async fn terms(request: HttpRequest, visitor: Visitor) -> Result<HttpResponse, Error> {
    let page = visitor.page(&request);
    html::page(&TermsView { page })
}
