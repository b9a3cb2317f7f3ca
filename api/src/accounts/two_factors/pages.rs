//! Two factors in one's settings: set up with a QR code or by typing, codes to keep, switching
//! off. Plain forms, as all of them.

use actix_web::web::{Data, Form, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::Deserialize;

use super::set_up::{self, Stage};
use super::views::{FormError, RecoveryCodesView, StageView, TwoFactorsView};
use crate::accounts::pages::settle;
use crate::accounts::person::person;
use crate::accounts::settings::this_session;
use crate::accounts::{SignedIn, Visitor};
use crate::app::App;
use crate::platform::error::{Error, Refusal};
use crate::platform::page::Page;
use crate::platform::{html, wording};

const PATH: &str = "/account/two-factors";

pub(in crate::accounts) fn routes(routes: &mut ServiceConfig) {
    routes
        .service(show)
        .service(send_begin)
        .service(send_confirm)
        .service(send_codes)
        .service(send_off);
}

#[get("/account/two-factors")]
async fn show(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
) -> Result<HttpResponse, Error> {
    let owner = visitor.require_signed_in()?;
    html::page(&view_of(&app, &request, (&visitor, owner)).await?)
}

async fn view_of(
    app: &App,
    request: &HttpRequest,
    (visitor, owner): (&Visitor, SignedIn),
) -> Result<TwoFactorsView, Error> {
    let page = visitor.page(request).as_if_at(PATH);
    let stage = match set_up::stage(app, owner.user_id).await? {
        Stage::Off => StageView::Off,
        Stage::Begun(secret) => {
            let address = secret.address(&person(app, owner.user_id).await?.email);
            let title = page.t("two-factors-qr");
            StageView::Begun {
                qr: e_ticket::qr_text_svg(&address, &title).map_err(Error::bug)?,
                secret: secret.in_groups(),
                address,
            }
        }
        Stage::On { since, codes_left } => StageView::On {
            since: wording::moment(page.words(), wording::at_venue(since, 0)),
            codes_left,
        },
    };
    Ok(TwoFactorsView {
        page,
        stage,
        error: None,
    })
}

#[derive(Deserialize)]
struct ProofForm {
    csrf: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    code: String,
}

#[post("/account/two-factors/begin")]
async fn send_begin(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    form: Form<ProofForm>,
) -> Result<HttpResponse, Error> {
    visitor.check_form(&form.csrf)?;
    let owner = visitor.require_signed_in()?;
    let password = form.into_inner().password.into();
    match settle(set_up::begin(&app, owner.user_id, password).await)? {
        Ok(()) => Ok(html::see_other(PATH)),
        Err(refused) => refuse(&app, &request, (&visitor, owner), ("begin", &refused)).await,
    }
}

/// The codes to keep are shown in the answer itself, since they are nowhere else.
#[post("/account/two-factors/confirm")]
async fn send_confirm(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    form: Form<ProofForm>,
) -> Result<HttpResponse, Error> {
    visitor.check_form(&form.csrf)?;
    let owner = visitor.require_signed_in()?;
    let session = this_session(&app, &request)?;
    let who = (owner.user_id, &session);
    match settle(set_up::confirm(&app, who, &form.code).await)? {
        Ok(codes) => html::page(&RecoveryCodesView {
            page: visitor.page(&request).as_if_at(PATH),
            codes,
            is_new: true,
        }),
        // Nothing awaits a code: it is on already, or must be begun again. The page says which.
        Err(refused) if refused.code == "code_expired" => Ok(html::see_other(PATH)),
        Err(refused) => refuse(&app, &request, (&visitor, owner), ("confirm", &refused)).await,
    }
}

#[post("/account/two-factors/codes")]
async fn send_codes(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    form: Form<ProofForm>,
) -> Result<HttpResponse, Error> {
    visitor.check_form(&form.csrf)?;
    let owner = visitor.require_signed_in()?;
    let ProofForm { password, code, .. } = form.into_inner();
    let proof = (password.into(), code.as_str());
    match settle(set_up::fresh_codes(&app, owner.user_id, proof).await)? {
        Ok(codes) => html::page(&RecoveryCodesView {
            page: visitor.page(&request).as_if_at(PATH),
            codes,
            is_new: false,
        }),
        Err(refused) => refuse(&app, &request, (&visitor, owner), ("codes", &refused)).await,
    }
}

#[post("/account/two-factors/off")]
async fn send_off(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    form: Form<ProofForm>,
) -> Result<HttpResponse, Error> {
    visitor.check_form(&form.csrf)?;
    let owner = visitor.require_signed_in()?;
    let ProofForm { password, code, .. } = form.into_inner();
    let proof = (password.into(), code.as_str());
    match settle(set_up::switch_off(&app, owner.user_id, proof).await)? {
        Ok(()) => Ok(html::see_other("/account/settings?done=two-factors-off")),
        Err(refused) => refuse(&app, &request, (&visitor, owner), ("off", &refused)).await,
    }
}

/// The page again, with what was refused in its form.
async fn refuse(
    app: &App,
    request: &HttpRequest,
    who: (&Visitor, SignedIn),
    (form, refused): (&'static str, &Refusal),
) -> Result<HttpResponse, Error> {
    let mut view = view_of(app, request, who).await?;
    let words = refusal_words(&view.page, refused);
    view.error = Some(FormError { form, words });
    html::render(html::refused(refused), &view)
}

/// What was refused, in the words of this matter.
pub(super) fn refusal_words(page: &Page, refused: &Refusal) -> String {
    match refused.code {
        "credentials_wrong" => page.t("settings-wrong-password"),
        "code_wrong" => page.t("two-factors-wrong"),
        other => page.refusal(other),
    }
}
