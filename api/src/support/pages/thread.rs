//! One's cases: the list, and each with its messages, in the account or behind a mail's link.

use actix_multipart::Multipart;
use actix_web::http::{StatusCode, header};
use actix_web::web::{self, Data, Form, Path, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Deserialize;
use uuid::Uuid;

use super::form::{self, Sent};
use super::{
    WritingFaults, fresh_writing, id_of, of_the_form, read_writing, writing, writing_again,
};
use crate::accounts::Visitor;
use crate::app::App;
use crate::platform::error::Error;
use crate::platform::html;
use crate::platform::page::Words;
use crate::platform::wording;
use crate::support::case::{About, Case, Message};
use crate::support::read;
use crate::support::views::{CaseRow, CaseView, CasesView, FileView, MessageView};
use crate::support::write::{self, By, NewMessage};

pub(super) fn routes(routes: &mut ServiceConfig) {
    routes.service(list);
    for base in ["/account/cases/{id}", "/contact/cases/{id}/{token}"] {
        let files = format!("{base}/attachments/{{file}}");
        routes
            .route(base, web::get().to(show))
            .route(&format!("{base}/messages"), web::post().to(send))
            .route(&format!("{base}/close"), web::post().to(close))
            .route(&files, web::get().to(attachment));
    }
}

/// Where a case is looked at.
#[derive(Deserialize)]
struct At {
    id: Uuid,
    /// Of the link in a mail; none in the account.
    token: Option<String>,
}

impl At {
    fn base(&self) -> String {
        match &self.token {
            None => format!("/account/cases/{}", self.id),
            Some(token) => format!("/contact/cases/{}/{token}", self.id),
        }
    }

    async fn find(&self, app: &App, visitor: &Visitor) -> Result<Case, Error> {
        if let Some(token) = &self.token {
            return read::by_link(app, self.id, token).await;
        }
        let owner = visitor.require_signed_in()?;
        read::of_person(app, self.id, owner.user_id).await
    }
}

#[get("/account/cases")]
async fn list(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
) -> Result<HttpResponse, Error> {
    let owner = visitor.require_signed_in()?;
    let page = visitor.page(&request);
    let words = page.words();
    let row = |case: &Case| CaseRow {
        href: format!("/account/cases/{}", case.id),
        number: case.number.to_string(),
        subject: words.pick("support-subject-", case.subject.name()),
        changed: moment(words, case.changed_at),
        state: case.state.name(),
    };
    let cases = read::list(&app, owner.user_id).await?;
    html::page(&CasesView {
        cases: cases.iter().map(row).collect(),
        page,
    })
}

/// What was just done, as the address says it.
const DONE: [&str; 3] = ["sent", "written", "closed"];

#[derive(Default, Deserialize)]
#[serde(default)]
struct Done {
    done: String,
}

async fn show(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    at: Path<At>,
    done: Query<Done>,
) -> Result<HttpResponse, Error> {
    let case = at.find(&app, &visitor).await?;
    let mut view = view_of(&app, &request, (&visitor, &at), &case).await?;
    let done = DONE.iter().find(|known| **known == done.done);
    view.done = done.map(|done| view.page.pick("case-done-", done));
    html::page(&view)
}

async fn view_of(
    app: &App,
    request: &HttpRequest,
    (visitor, at): (&Visitor, &At),
    case: &Case,
) -> Result<CaseView, Error> {
    let messages = read::messages(app, case).await?;
    let base = at.base();
    let page = visitor.page(request).as_if_at(&base);
    let words = page.words();
    Ok(CaseView {
        number: case.number.to_string(),
        subject: words.pick("support-subject-", case.subject.name()),
        state: case.state.name(),
        opened: moment(words, case.created_at),
        about_href: case.about.map(|about| match about {
            About::Order(id) => format!("/account/orders/{id}"),
            About::Ticket(id) => format!("/account/tickets/{id}"),
        }),
        in_account: at.token.is_none(),
        done: None,
        messages: messages
            .iter()
            .map(|message| message_view(words, message, &base))
            .collect(),
        writing: fresh_writing(),
        error: None,
        base,
        page,
    })
}

fn message_view(words: Words, message: &Message, base: &str) -> MessageView {
    MessageView {
        author: message.author.name(),
        at: message.created_at.to_string().replace('Z', "+00:00"),
        at_words: moment(words, message.created_at),
        text: message.text.clone(),
        files: message
            .files
            .iter()
            .map(|file| FileView {
                href: format!("{base}/attachments/{}", file.id),
                name: file.name.clone(),
                size: size_words(words, file.size_bytes),
            })
            .collect(),
    }
}

fn size_words(words: Words, bytes: i32) -> String {
    let kilobytes = (bytes / 1000).max(1);
    if kilobytes < 1000 {
        return words.with("size-kb", "size", kilobytes);
    }
    let (whole, tenths) = (kilobytes / 1000, kilobytes % 1000 / 100);
    let size = format!("{whole}{}{tenths}", words.t("decimal-mark"));
    words.with("size-mb", "size", size)
}

fn moment(words: Words, at: jiff::Timestamp) -> String {
    let utc = wording::moment(words, wording::at_venue(at, 0));
    words.with("moment-utc", "moment", utc)
}

async fn send(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    at: Path<At>,
    parts: Multipart,
) -> Result<HttpResponse, Error> {
    let mut sent = form::read(&app, parts).await?;
    visitor.check_form(sent.text("csrf"))?;
    let case = at.find(&app, &visitor).await?;
    let outcome = take(&app, &case, &mut sent).await;
    if matches!(outcome, Ok(Ok(()))) {
        return Ok(html::see_other(&format!("{}?done=written", at.base())));
    }
    let mut view = view_of(&app, &request, (&visitor, &at), &case).await?;
    view.writing = writing_again(&sent);
    let words = view.page.words();
    let answer = match outcome {
        Ok(faults) => {
            let faults = faults.err().unwrap_or_default();
            faults.show(words, &sent, &mut view.writing);
            view.error = Some(words.refusal("invalid"));
            HttpResponse::build(StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => {
            let refused = of_the_form(error)?;
            if refused.code == "id_reused" {
                view.writing = writing(Uuid::new_v4(), sent.text("text"));
            }
            WritingFaults::default().show(words, &sent, &mut view.writing);
            view.error = Some(words.refusal(refused.code));
            html::refused(&refused)
        }
    };
    html::render(answer, &view)
}

async fn take(app: &App, case: &Case, sent: &mut Sent) -> Result<Result<(), WritingFaults>, Error> {
    let text = match read_writing(sent) {
        Ok(text) => text,
        Err(faults) => return Ok(Err(faults)),
    };
    match case.writer.user() {
        Some(user) => app.support.limits.person(user).await?,
        None => app.support.limits.follower(case.id).await?,
    }
    let files = match write::check_files(app, std::mem::take(&mut sent.files)).await? {
        Ok(files) => files,
        Err(bad) => {
            return Ok(Err(WritingFaults {
                text: None,
                file: Some(bad),
            }));
        }
    };
    let id = id_of(sent);
    write::write(app, (case, By::Person), NewMessage { id, text, files }).await?;
    Ok(Ok(()))
}

#[derive(Deserialize)]
struct CsrfForm {
    csrf: String,
}

async fn close(
    app: Data<App>,
    visitor: Visitor,
    at: Path<At>,
    form: Form<CsrfForm>,
) -> Result<HttpResponse, Error> {
    visitor.check_form(&form.csrf)?;
    let case = at.find(&app, &visitor).await?;
    write::close(&app, &case, By::Person).await?;
    Ok(html::see_other(&format!("{}?done=closed", at.base())))
}

#[derive(Deserialize)]
struct FileAt {
    file: Uuid,
}

/// Never shown within a page of ours: it is saved, under a name of ours, and can do nothing.
async fn attachment(
    app: Data<App>,
    visitor: Visitor,
    at: Path<At>,
    file: Path<FileAt>,
) -> Result<HttpResponse, Error> {
    let case = at.find(&app, &visitor).await?;
    let content = read::content(&app, &case, file.file).await?;
    let name = format!(
        "{}-{}.{}",
        case.number,
        content.no,
        content.kind.extension()
    );
    Ok(HttpResponse::Ok()
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ))
        .insert_header((
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox",
        ))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .content_type(content.kind.content_type())
        .body(content.bytes.to_vec()))
}
