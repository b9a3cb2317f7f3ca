//! The pages of cases: the form, what was sent, and what came of it.

mod contact;
mod form;
mod thread;

use actix_web::web::ServiceConfig;
use ticket_core::limits::{CASE_FILES_MAX, CASE_TEXT_CHARS_MAX};
use ticket_core::support::{FileRefused, TextRefused, parse_text};
use uuid::Uuid;

use super::attachment::shown_name;
use super::views::WritingView;
use super::write::BadFile;
use crate::platform::error::{Error, Refusal};
use crate::platform::field::Field;
use crate::platform::page::Words;
use form::Sent;

pub(crate) fn routes(routes: &mut ServiceConfig) {
    contact::routes(routes);
    thread::routes(routes);
}

/// A form for words and files, with an id of its own.
fn fresh_writing() -> WritingView {
    writing(Uuid::new_v4(), "")
}

fn writing(id: Uuid, text: &str) -> WritingView {
    WritingView {
        id: id.to_string(),
        text: Field::required(text),
        text_max: CASE_TEXT_CHARS_MAX,
        files_max: CASE_FILES_MAX,
        files_error: None,
    }
}

/// The form given back with what was typed. Files are chosen anew: a page cannot fill them in.
fn writing_again(sent: &Sent) -> WritingView {
    writing(id_of(sent), sent.text("text"))
}

/// The id that the page made; who sends none gets one.
fn id_of(sent: &Sent) -> Uuid {
    sent.text("id").parse().unwrap_or_else(|_| Uuid::new_v4())
}

/// What is wrong with the words and the files, to be shown at each.
#[derive(Default)]
struct WritingFaults {
    text: Option<TextRefused>,
    file: Option<BadFile>,
}

impl WritingFaults {
    fn is_empty(&self) -> bool {
        self.text.is_none() && self.file.is_none()
    }

    fn show(&self, words: Words, sent: &Sent, view: &mut WritingView) {
        view.text.error = self.text.map(|refused| match refused {
            TextRefused::Empty => words.t("contact-text-empty"),
            TextRefused::TooLong => {
                let count = sent.text("text").chars().count();
                words.count_shown("contact-text-long", count)
            }
        });
        view.files_error = match &self.file {
            Some(bad) => Some(file_words(words, bad)),
            None => sent.had_files.then(|| words.t("contact-files-again")),
        };
    }
}

/// The words and the files, as far as can be seen without looking into them.
fn read_writing(sent: &Sent) -> Result<String, WritingFaults> {
    let text = parse_text(sent.text("text"));
    let file = sent.bad_file.clone();
    match (text, file) {
        (Ok(text), None) => Ok(text),
        (text, file) => Err(WritingFaults {
            text: text.err(),
            file,
        }),
    }
}

fn file_words(words: Words, bad: &BadFile) -> String {
    let key = format!("contact-file-{}", bad.refused.code());
    if bad.refused == FileRefused::TooMany {
        return words.t(&key);
    }
    words.with(&key, "name", shown_name(&bad.name))
}

/// A refusal that belongs on the form; who is not allowed here, or not now, is told so on a page.
fn of_the_form(error: Error) -> Result<Refusal, Error> {
    match error {
        Error::Refused(refused) if refused.code != "sign_in_required" => Ok(refused),
        error @ (Error::Refused(_) | Error::Unavailable(_) | Error::Bug(_)) => Err(error),
    }
}
