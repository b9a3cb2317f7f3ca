//! Forms with files, read as they come. What is too large is let run to its end unread, so that
//! the answer reaches a browser that is still sending, with all that was typed in it.

use std::collections::HashMap;

use actix_multipart::{Field, Multipart};
use actix_web::http::StatusCode;
use futures_util::StreamExt;
use ticket_core::limits::{CASE_FILE_BYTES_MAX, CASE_FILES_MAX};
use ticket_core::support::FileRefused;
use tokio::sync::OwnedSemaphorePermit;

use crate::app::App;
use crate::platform::error::Error;
use crate::support::attachment::Upload;
use crate::support::write::BadFile;

/// Ten thousand letters of any script, to be given back with the refusal.
const FIELD_BYTES_MAX: usize = 64 << 10;
const PARTS_MAX: usize = 32;
/// What is let run to its end.
const FORM_BYTES_MAX: usize = 64 << 20;

/// A form as it came.
#[derive(Default)]
pub(super) struct Sent {
    fields: HashMap<String, String>,
    pub(super) files: Vec<Upload>,
    /// Also after the files were taken on.
    pub(super) had_files: bool,
    /// The first that is refused before anybody looks into it.
    pub(super) bad_file: Option<BadFile>,
    /// Given back when the form is done with.
    room: Option<OwnedSemaphorePermit>,
    kept_bytes: usize,
}

impl Sent {
    pub(super) fn text(&self, name: &str) -> &str {
        self.fields
            .get(name)
            .map(String::as_str)
            .unwrap_or_default()
    }

    fn refuse(&mut self, name: &str, refused: FileRefused) {
        let name = name.to_owned();
        self.bad_file.get_or_insert(BadFile { name, refused });
    }

    /// Memory for so much more, of what all forms together may take.
    fn take_room(&mut self, app: &App, more: usize) -> Result<(), Error> {
        self.kept_bytes += more;
        let wanted = self.kept_bytes.div_ceil(1024);
        let held = self
            .room
            .as_ref()
            .map_or(0, OwnedSemaphorePermit::num_permits);
        let missing = u32::try_from(wanted.saturating_sub(held)).map_err(Error::bug)?;
        let full = |_| Error::unavailable("too many files at once");
        let room = app.support.upload_room.clone();
        let permit = room.try_acquire_many_owned(missing).map_err(full)?;
        match &mut self.room {
            Some(room) => room.merge(permit),
            None => self.room = Some(permit),
        }
        Ok(())
    }
}

/// # Errors
/// `malformed`; `files_too_large` for what even the refusal would take too long to read;
/// unavailable when too much is being sent at once.
pub(super) async fn read(app: &App, mut parts: Multipart) -> Result<Sent, Error> {
    let mut sent = Sent::default();
    let (mut seen_bytes, mut seen_parts) = (0, 0);
    while let Some(part) = parts.next().await {
        let mut part = part.map_err(|_| malformed())?;
        seen_parts += 1;
        if seen_parts > PARTS_MAX {
            return Err(malformed());
        }
        let file = file_name(&part);
        let bytes_max = if file.is_some() {
            CASE_FILE_BYTES_MAX
        } else {
            FIELD_BYTES_MAX
        };
        let read = read_part(app, &mut sent, (&mut part, bytes_max), &mut seen_bytes).await?;
        match file {
            Some(name) => keep_file(&mut sent, &name, read),
            None => keep_field(&mut sent, &part, &read),
        }
    }
    Ok(sent)
}

/// The first bytes of a part, and whether that is all of it.
struct Read {
    bytes: Vec<u8>,
    is_whole: bool,
}

async fn read_part(
    app: &App,
    sent: &mut Sent,
    (part, bytes_max): (&mut Field, usize),
    seen_bytes: &mut usize,
) -> Result<Read, Error> {
    let mut read = Read {
        bytes: Vec::new(),
        is_whole: true,
    };
    while let Some(chunk) = part.next().await {
        let chunk = chunk.map_err(|_| malformed())?;
        *seen_bytes += chunk.len();
        if *seen_bytes > FORM_BYTES_MAX {
            return Err(too_large());
        }
        let left = bytes_max - read.bytes.len();
        let taken = chunk.get(..left).unwrap_or(&chunk);
        read.is_whole &= taken.len() == chunk.len();
        sent.take_room(app, taken.len())?;
        read.bytes.extend_from_slice(taken);
    }
    Ok(read)
}

fn keep_file(sent: &mut Sent, name: &str, read: Read) {
    // A browser sends this when no file was chosen.
    if name.is_empty() && read.bytes.is_empty() {
        return;
    }
    sent.had_files = true;
    if !read.is_whole {
        return sent.refuse(name, FileRefused::TooLarge);
    }
    if sent.files.len() == CASE_FILES_MAX {
        return sent.refuse(name, FileRefused::TooMany);
    }
    let name = name.to_owned();
    let bytes = read.bytes;
    sent.files.push(Upload { name, bytes });
}

fn keep_field(sent: &mut Sent, part: &Field, read: &Read) {
    let name = part.name().unwrap_or_default().to_owned();
    let text = String::from_utf8_lossy(&read.bytes).into_owned();
    sent.fields.entry(name).or_insert(text);
}

fn file_name(part: &Field) -> Option<String> {
    let told = part.content_disposition()?;
    told.get_filename().map(str::to_owned)
}

fn malformed() -> Error {
    let detail = "the form cannot be read";
    Error::refused(StatusCode::BAD_REQUEST, "malformed", detail)
}

fn too_large() -> Error {
    let detail = "at most three files of 5 MB each";
    Error::refused(StatusCode::PAYLOAD_TOO_LARGE, "files_too_large", detail)
}
