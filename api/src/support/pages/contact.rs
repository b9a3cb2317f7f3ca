//! The form that opens a case, for whoever is signed in and whoever is not.

use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::Deserialize;
use ticket_core::ids::UserId;
use ticket_core::support::{CaseNumber, Subject};

use super::form::{self, Sent};
use super::{
    WritingFaults, fresh_writing, id_of, of_the_form, read_writing, writing, writing_again,
};
use crate::accounts::{EmailAddress, Visitor};
use crate::app::App;
use crate::catalogue::{self, EventView};
use crate::orders;
use crate::platform::error::{Error, Refusal};
use crate::platform::field::Field;
use crate::platform::html;
use crate::platform::http::caller;
use crate::platform::page::Words;
use crate::platform::proof_of_work::Proof;
use crate::support::case::{About, Writer};
use crate::support::open::{self, Draft};
use crate::support::views::{Choice, ContactView, SentView};
use crate::support::write;
use crate::tickets;

pub(super) fn routes(routes: &mut ServiceConfig) {
    routes.service(show).service(send).service(show_sent);
}

/// What a link to the form may choose beforehand.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Chosen {
    subject: String,
    about: String,
}

#[get("/contact")]
async fn show(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    chosen: Query<Chosen>,
) -> Result<HttpResponse, Error> {
    let mut view = view_of(&app, &request, &visitor, &chosen).await?;
    if view.email.is_some() {
        let caller = caller(&request, &app.config);
        view.proof = app.support.limits.strangers.field(&caller).await?;
    }
    html::page(&view)
}

async fn view_of(
    app: &App,
    request: &HttpRequest,
    visitor: &Visitor,
    chosen: &Chosen,
) -> Result<ContactView, Error> {
    let page = visitor.page(request).as_if_at("/contact");
    let words = page.words();
    let owner = visitor.signed_in()?;
    let (orders, tickets) = match owner {
        Some(owner) => own(app, words, (owner.user_id, &chosen.about)).await?,
        None => Default::default(),
    };
    let subject = |subject: Subject| Choice {
        value: subject.name().to_owned(),
        words: words.pick("support-subject-", subject.name()),
        is_chosen: subject.name() == chosen.subject,
    };
    Ok(ContactView {
        subjects: Subject::ALL.into_iter().map(subject).collect(),
        subject_error: None,
        orders,
        tickets,
        email: owner.is_none().then(|| Field::required("")),
        writing: fresh_writing(),
        error: None,
        proof: None,
        page,
    })
}

/// The orders and tickets that somebody may write about.
async fn own(
    app: &App,
    words: Words,
    (owner, chosen): (UserId, &str),
) -> Result<(Vec<Choice>, Vec<Choice>), Error> {
    let catalogue = catalogue::snapshot(app).await?;
    let choice = |value: String, said: &[&str]| Choice {
        is_chosen: value == chosen,
        words: said.join(" · "),
        value,
    };
    let orders = orders::list(app, owner).await?;
    let order_choices = orders.iter().filter_map(|order| {
        let event = catalogue.event(order.lines.first()?.event)?;
        let title = EventView::of(event, words).title;
        let value = format!("order:{}", order.id);
        Some(choice(value, &[order.number.as_str(), title.as_str()]))
    });
    let tickets = tickets::of_user(app, owner).await?;
    let ticket_choices = tickets.iter().filter_map(|ticket| {
        let event = catalogue.event(ticket.event)?;
        let title = EventView::of(event, words).title;
        let holder = format!("{} {}", ticket.holder.first_name, ticket.holder.last_name);
        let value = format!("ticket:{}", ticket.id);
        Some(choice(
            value,
            &[&ticket.number(event), title.as_str(), &holder],
        ))
    });
    Ok((order_choices.collect(), ticket_choices.collect()))
}

/// What is wrong with a form, to be shown at each field.
#[derive(Default)]
struct Faults {
    subject: bool,
    about: bool,
    email: bool,
    writing: WritingFaults,
}

impl Faults {
    fn is_empty(&self) -> bool {
        !self.subject && !self.about && !self.email && self.writing.is_empty()
    }

    fn show(&self, sent: &Sent, view: &mut ContactView) {
        let words = view.page.words();
        view.subject_error = self.subject.then(|| words.t("contact-subject-empty"));
        if let Some(email) = &mut view.email {
            email.error = self.email.then(|| words.t("field-error-email"));
        }
        self.writing.show(words, sent, &mut view.writing);
        view.error = Some(words.refusal("invalid"));
    }
}

/// Why a form is shown again.
enum Again {
    Faults(Faults),
    Refused(Refusal),
}

#[post("/contact")]
async fn send(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    parts: Multipart,
) -> Result<HttpResponse, Error> {
    let mut sent = form::read(&app, parts).await?;
    visitor.check_form(sent.text("csrf"))?;
    let caller = caller(&request, &app.config);
    let again = match take(&app, (&visitor, &caller), &mut sent).await {
        Ok(Ok((draft, number))) => {
            return Ok(html::see_other(&match draft.writer {
                Writer::Person(_) => format!("/account/cases/{}?done=sent", draft.id),
                Writer::Stranger { .. } => format!("/contact/sent?number={number}"),
            }));
        }
        Ok(Err(faults)) => Again::Faults(faults),
        Err(error) => Again::Refused(of_the_form(error)?),
    };
    let chosen = Chosen {
        subject: sent.text("subject").to_owned(),
        about: sent.text("about").to_owned(),
    };
    let mut view = view_of(&app, &request, &visitor, &chosen).await?;
    view.writing = writing_again(&sent);
    if let Some(email) = &mut view.email {
        sent.text("email").clone_into(&mut email.value);
    }
    let answer = match again {
        Again::Faults(faults) => {
            faults.show(&sent, &mut view);
            HttpResponse::build(StatusCode::UNPROCESSABLE_ENTITY)
        }
        Again::Refused(refused) => {
            WritingFaults::default().show(view.page.words(), &sent, &mut view.writing);
            view.error = Some(view.page.refusal(refused.code));
            if refused.code == "id_reused" {
                view.writing = writing(uuid::Uuid::new_v4(), sent.text("text"));
            }
            if view.email.is_some() {
                let proof = Proof::of_form(sent.text("altcha"), sent.text("waited"));
                let strangers = &app.support.limits.strangers;
                view.proof = strangers.field_again(&caller, &refused, proof).await?;
            }
            html::refused(&refused)
        }
    };
    html::render(answer, &view)
}

/// Opens the case, once.
async fn take(
    app: &App,
    (visitor, caller): (&Visitor, &str),
    sent: &mut Sent,
) -> Result<Result<(Draft, CaseNumber), Faults>, Error> {
    let draft = match read(app, visitor, sent).await? {
        Ok(draft) => draft,
        Err(faults) => return Ok(Err(faults)),
    };
    let digest = open::digest(app, &draft, &sent.files);
    if let Some(number) = open::find_sent(app, draft.id, &digest).await? {
        return Ok(Ok((draft, number)));
    }
    match &draft.writer {
        Writer::Person(user) => app.support.limits.person(*user).await?,
        Writer::Stranger { email } => {
            let proof = Proof::of_form(sent.text("altcha"), sent.text("waited"));
            let address = EmailAddress::parse(email)?;
            let limits = &app.support.limits;
            limits
                .stranger((caller, proof), address.normalised())
                .await?;
        }
    }
    let files = match write::check_files(app, std::mem::take(&mut sent.files)).await? {
        Ok(files) => files,
        Err(bad) => {
            let mut faults = Faults::default();
            faults.writing.file = Some(bad);
            return Ok(Err(faults));
        }
    };
    let number = open::open(app, &draft, (files, digest)).await?;
    Ok(Ok((draft, number)))
}

async fn read(app: &App, visitor: &Visitor, sent: &Sent) -> Result<Result<Draft, Faults>, Error> {
    let mut faults = Faults::default();
    let owner = visitor.signed_in()?;
    let writer = if let Some(owner) = owner {
        Writer::Person(owner.user_id)
    } else {
        let address = EmailAddress::parse(sent.text("email"));
        faults.email = address.is_err();
        let email = address.map_or_else(|_| String::new(), |it| it.as_typed().to_owned());
        Writer::Stranger { email }
    };
    let about = about(app, owner.map(|it| it.user_id), sent.text("about")).await?;
    faults.about = about.is_err();
    let subject = Subject::parse(sent.text("subject"));
    faults.subject = subject.is_none();
    let text = read_writing(sent).unwrap_or_else(|wrong| {
        faults.writing = wrong;
        String::new()
    });
    let (Some(subject), Ok(about), true) = (subject, about, faults.is_empty()) else {
        return Ok(Err(faults));
    };
    Ok(Ok(Draft {
        id: id_of(sent),
        writer,
        locale: visitor.locale,
        subject,
        about,
        text,
    }))
}

/// One of their own orders or tickets.
async fn about(
    app: &App,
    owner: Option<UserId>,
    text: &str,
) -> Result<Result<Option<About>, ()>, Error> {
    let (Some(owner), Some((kind, id))) = (owner, text.split_once(':')) else {
        return Ok(if text.is_empty() { Ok(None) } else { Err(()) });
    };
    let found = match kind {
        "order" => {
            let orders = orders::list(app, owner).await?;
            let own = orders.iter().find(|order| order.id.to_string() == id);
            own.map(|order| About::Order(order.id))
        }
        "ticket" => {
            let tickets = tickets::of_user(app, owner).await?;
            let own = tickets.iter().find(|ticket| ticket.id.to_string() == id);
            own.map(|ticket| About::Ticket(ticket.id))
        }
        _ => None,
    };
    Ok(found.map(Some).ok_or(()))
}

#[derive(Deserialize)]
struct Told {
    #[serde(default)]
    number: String,
}

/// What whoever is not signed in is told; the number is in their mail too.
#[get("/contact/sent")]
async fn show_sent(
    request: HttpRequest,
    visitor: Visitor,
    told: Query<Told>,
) -> Result<HttpResponse, Error> {
    let number = CaseNumber::parse(&told.number).ok_or_else(Error::not_found)?;
    html::page(&SentView {
        page: visitor.page(&request),
        number: number.to_string(),
    })
}
