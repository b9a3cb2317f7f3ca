//! Everything the platform knows of a person, as one JSON document (GDPR, articles 15 and 20).

use serde_json::{Value, json};
use ticket_core::ids::UserId;

use super::store::{self, StoredSession};
use crate::accounts::person::person;
use crate::accounts::two_factors;
use crate::app::App;
use crate::catalogue::{self, Snapshot};
use crate::invoices::{self, PaperFacts};
use crate::notices;
use crate::orders::{self, Order};
use crate::platform::error::Error;
use crate::support::{self, Case, Message};
use crate::tickets::{self, Ticket};

/// # Errors
/// Unavailable.
pub(super) async fn export(app: &App, user: UserId) -> Result<Value, Error> {
    let person = person(app, user).await?;
    let conn = app.db.read().await?;
    let since = store::get_since(&conn, user).await?;
    let sessions = store::list_sessions(&conn, user, app.clock.now()).await?;
    drop(conn);
    let two_factors = two_factors::since(app, user).await?;
    let orders = orders::list(app, user).await?;
    let numbers: Vec<_> = orders.iter().map(|order| order.id).collect();
    let papers = invoices::of_orders(app, &numbers).await?;
    let tickets = tickets::of_user(app, user).await?;
    let cases = support::all_of_user(app, user).await?;
    let catalogue = catalogue::snapshot(app).await?;
    Ok(json!({
        "exported_at": app.clock.now(),
        "account": {
            "id": user,
            "email": person.email,
            "phone": person.phone,
            "first_name": person.first_name,
            "last_name": person.last_name,
            "language": person.locale.code(),
            "role": person.role.name(),
            "created_at": since.created_at,
            "activated_at": since.activated_at,
            "two_factors_since": two_factors,
            "wants_reminders": notices::wants_reminders(app, user).await?,
        },
        "sessions": sessions.iter().map(session).collect::<Vec<_>>(),
        "orders": orders.iter().map(|it| order(it, &papers, &catalogue)).collect::<Vec<_>>(),
        "tickets": tickets.iter().map(|it| ticket(it, &catalogue)).collect::<Vec<_>>(),
        "cases": cases.iter().map(case).collect::<Vec<_>>(),
    }))
}

/// Attachments are at the addresses that are told of them.
fn case((case, messages): &(Case, Vec<Message>)) -> Value {
    let message = |message: &Message| {
        let files = message.files.iter().map(|file| {
            json!({
                "name": file.name,
                "content_type": file.kind.content_type(),
                "size_bytes": file.size_bytes,
                "href": format!("/account/cases/{}/attachments/{}", case.id, file.id),
            })
        });
        json!({
            "author": message.author.name(),
            "written_at": message.created_at,
            "text": message.text,
            "attachments": files.collect::<Vec<_>>(),
        })
    };
    json!({
        "number": case.number.as_str(),
        "subject": case.subject.name(),
        "state": case.state.name(),
        "opened_at": case.created_at,
        "messages": messages.iter().map(message).collect::<Vec<_>>(),
    })
}

fn session(session: &StoredSession) -> Value {
    json!({
        "device": session.device,
        "signed_in_at": session.created_at,
        "seen_at": session.seen_at,
        "expires_at": session.expires_at,
    })
}

fn order(order: &Order, papers: &[PaperFacts], catalogue: &Snapshot) -> Value {
    let papers = papers.iter().filter(|paper| paper.order == order.id);
    let papers = papers.map(|paper| {
        json!({
            "number": paper.number.to_string(),
            "issued_at": paper.issued_at,
            "href": invoices::path(order.id, paper.number.kind),
        })
    });
    let code = |event| catalogue.event(event).map(|event| event.code.to_string());
    let lines: Vec<Value> = order
        .lines
        .iter()
        .map(|line| {
            json!({
                "event": code(line.event),
                "formula": line.formula.name(),
                "seat": line.label,
                "price_cents": line.price.amount_cents(),
                "holder": line.holder,
            })
        })
        .collect();
    json!({
        "number": order.number.as_str(),
        "state": order.state.name(),
        "amount_cents": order.amount.amount_cents(),
        "currency": order.amount.currency().code(),
        "ordered_at": order.created_at,
        "terms_accepted_at": order.created_at,
        "lines": lines,
        "invoices": papers.collect::<Vec<_>>(),
    })
}

fn ticket(ticket: &Ticket, catalogue: &Snapshot) -> Value {
    let event = catalogue.event(ticket.event);
    json!({
        "number": event.map(|event| ticket.number(event)),
        "event": event.map(|event| event.code.to_string()),
        "order": ticket.order_number.as_str(),
        "holder": ticket.holder,
        "seat": ticket.label,
        "state": ticket.state.name(),
        "paid_at": ticket.paid_at,
        "sent_at": ticket.sent_at,
        "scanned_at": ticket.scanned_at,
        "scanned_gate": ticket.scanned_gate,
        "deactivated_at": ticket.deactivated.map(|end| end.at),
    })
}
