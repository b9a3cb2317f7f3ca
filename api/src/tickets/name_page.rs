//! The form that corrects the name on a ticket, on the ticket's own page.

use actix_web::web::{Data, Form, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, post};
use serde::Deserialize;
use ticket_core::ids::TicketId;
use ticket_core::limits::NAME_CORRECTIONS_MAX;
use ticket_core::naming::CorrectionRefused;

use super::views::NamingView;
use super::{Ticket, correct, pages};
use crate::accounts::Visitor;
use crate::app::App;
use crate::catalogue::Event;
use crate::orders::Holder;
use crate::platform::error::{Error, Refusal};
use crate::platform::field::Field;
use crate::platform::html;
use crate::platform::page::Words;

pub(super) fn routes(routes: &mut ServiceConfig) {
    routes.service(send_name);
}

#[derive(Deserialize)]
struct NameForm {
    csrf: String,
    #[serde(default)]
    first_name: String,
    #[serde(default)]
    last_name: String,
}

#[post("/account/tickets/{id}/name")]
async fn send_name(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    id: Path<TicketId>,
    form: Form<NameForm>,
) -> Result<HttpResponse, Error> {
    visitor.check_form(&form.csrf)?;
    let owner = visitor.require_signed_in()?;
    let form = form.into_inner();
    let wanted = Holder {
        first_name: form.first_name,
        last_name: form.last_name,
    };
    match correct::correct(&app, (*id, owner.user_id), &wanted).await {
        Ok(()) => Ok(html::see_other(&format!("/account/tickets/{id}?done=name"))),
        Err(Error::Refused(refused)) if refused.code != "unknown_ticket" => {
            let page = visitor.page(&request);
            let page = page.as_if_at(&format!("/account/tickets/{id}"));
            let mut view = pages::view_of(&app, page, (*id, owner.user_id)).await?;
            let words = view.page.words();
            match &mut view.naming {
                Some(naming) => show_wrong(words, naming, (&wanted, &refused)),
                None => view.names_closed = Some(words.refusal(refused.code)),
            }
            html::render(html::refused(&refused), &view)
        }
        Err(error) => Err(error),
    }
}

fn show_wrong(words: Words, naming: &mut NamingView, (wanted, refused): (&Holder, &Refusal)) {
    naming.first_name = Field::required(&wanted.first_name);
    naming.last_name = Field::required(&wanted.last_name);
    naming.error = Some(words.refusal(refused.code));
    let field = match refused.field {
        Some("first_name") => &mut naming.first_name,
        Some("last_name") => &mut naming.last_name,
        _ => return,
    };
    field.error = Some(words.t("field-error-name"));
}

/// The form, or why there is none.
pub(super) async fn form(
    app: &App,
    words: Words,
    (ticket, event): (&Ticket, &Event),
) -> Result<Result<NamingView, Option<String>>, Error> {
    let made = match correct::check(app, ticket, event).await? {
        Ok(made) => made,
        // The timeline says that it is over.
        Err(CorrectionRefused::TicketOver) => return Ok(Err(None)),
        Err(refused) => return Ok(Err(Some(words.refusal(refused.code())))),
    };
    Ok(Ok(NamingView {
        action: format!("/account/tickets/{}/name", ticket.id),
        first_name: Field::required(&ticket.holder.first_name),
        last_name: Field::required(&ticket.holder.last_name),
        until: pages::local(words, event, event.names_until()),
        left: NAME_CORRECTIONS_MAX.saturating_sub(made),
        error: None,
    }))
}
