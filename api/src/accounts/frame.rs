//! The frame of every page for whoever asks: their language, their forms' token, and whether the
//! masthead offers to sign in or out.

use actix_web::HttpRequest;

use super::signed_in::app_of;
use super::{Reader, Visitor};
use crate::basket;
use crate::platform::page::Page;

impl Reader {
    /// The same for everybody signed out, with no token in it.
    pub(crate) fn page(&self, request: &HttpRequest) -> Page {
        match self {
            Self::Anybody(locale) => Page::new(request).speaking(*locale).for_anybody(),
            Self::Somebody(visitor) => visitor.page(request),
        }
    }
}

impl Visitor {
    pub(crate) fn page(&self, request: &HttpRequest) -> Page {
        let page = Page::new(request)
            .speaking(self.locale)
            .with_csrf(self.csrf_token.clone());
        if !self.is_seen_signed_in() {
            return page;
        }
        let held = app_of(request).map_or(0, |app| basket::badge(&app, request));
        page.for_signed_in().with_basket(held)
    }
}
