//! Files that people attach: each is what it says it is, by its content and not by its name.

use std::io::Cursor;
use std::path::Path;

use image::{ImageFormat, ImageReader, Limits};
use ticket_core::limits::CASE_FILE_BYTES_MAX;
use ticket_core::support::FileRefused;

use super::pdf;

const NAME_CHARS_MAX: usize = 80;
/// Beyond any telephone's camera; bounds what a small file may unfold to.
const PIXELS_A_SIDE_MAX: u32 = 16_384;
const DECODED_BYTES_MAX: u64 = 256 << 20;

/// What may be attached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Pdf,
    Jpeg,
    Png,
}

impl Kind {
    pub(super) const ALL: [Self; 3] = [Self::Pdf, Self::Jpeg, Self::Png];

    pub(crate) const fn content_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    pub(super) const fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Jpeg => "jpg",
            Self::Png => "png",
        }
    }

    pub(super) fn parse(content_type: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.content_type() == content_type)
    }

    fn of(bytes: &[u8]) -> Option<Self> {
        let begins: [(&[u8], Self); 3] = [
            (b"%PDF-", Self::Pdf),
            (b"\xff\xd8\xff", Self::Jpeg),
            (b"\x89PNG\r\n\x1a\n", Self::Png),
        ];
        let known = begins.iter().find(|(magic, _)| bytes.starts_with(magic));
        known.map(|(_, kind)| *kind)
    }
}

/// A file as it came.
#[derive(Debug, Clone)]
pub(super) struct Upload {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// A file that is what it says.
#[derive(Debug)]
pub(super) struct Attachment {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) bytes: Vec<u8>,
}

/// Reads the file through; takes some tens of milliseconds of a core.
pub(super) fn check(upload: Upload) -> Result<Attachment, FileRefused> {
    let Upload { name, bytes } = upload;
    if bytes.is_empty() {
        return Err(FileRefused::Empty);
    }
    if bytes.len() > CASE_FILE_BYTES_MAX {
        return Err(FileRefused::TooLarge);
    }
    let kind = Kind::of(&bytes).ok_or(FileRefused::WrongKind)?;
    match kind {
        Kind::Pdf => pdf::check(&bytes)?,
        Kind::Jpeg => decode(&bytes, ImageFormat::Jpeg)?,
        Kind::Png => decode(&bytes, ImageFormat::Png)?,
    }
    Ok(Attachment {
        name: clean_name(&name, kind),
        kind,
        bytes,
    })
}

fn decode(bytes: &[u8], format: ImageFormat) -> Result<(), FileRefused> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(PIXELS_A_SIDE_MAX);
    limits.max_image_height = Some(PIXELS_A_SIDE_MAX);
    limits.max_alloc = Some(DECODED_BYTES_MAX);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    reader.decode().map(drop).map_err(|_| FileRefused::Broken)
}

/// The name without folders, and without what cannot be seen or turns the direction of reading.
pub(super) fn shown_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars()
        .filter(|c| !c.is_control() && !turns_direction(*c))
        .take(NAME_CHARS_MAX)
        .collect()
}

/// With the ending of what the file is.
fn clean_name(name: &str, kind: Kind) -> String {
    let seen = shown_name(name);
    let ending = format!(".{}", kind.extension());
    let told = Path::new(&seen).extension().unwrap_or_default();
    let is = |extension: &str| told.eq_ignore_ascii_case(extension);
    let has_ending = is(kind.extension()) || (kind == Kind::Jpeg && is("jpeg"));
    let stem = seen.trim().trim_matches('.');
    match (stem, has_ending) {
        ("", _) => format!("file{ending}"),
        (stem, true) => stem.to_owned(),
        (stem, false) => format!("{stem}{ending}"),
    }
}

fn turns_direction(c: char) -> bool {
    let marks = ['\u{200e}', '\u{200f}', '\u{61c}'];
    let embeddings = '\u{202a}'..='\u{202e}';
    let isolates = '\u{2066}'..='\u{2069}';
    marks.contains(&c) || embeddings.contains(&c) || isolates.contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        image::DynamicImage::new_rgb8(3, 2)
            .write_to(&mut bytes, format)
            .unwrap();
        bytes.into_inner()
    }

    fn check_bytes(name: &str, bytes: &[u8]) -> Result<Attachment, FileRefused> {
        check(Upload {
            name: name.to_owned(),
            bytes: bytes.to_vec(),
        })
    }

    #[test]
    fn pictures_are_taken_for_what_they_are() {
        let png = check_bytes("../../holiday.jpeg", &picture(ImageFormat::Png)).unwrap();
        assert_eq!(
            (png.name.as_str(), png.kind),
            ("holiday.jpeg.png", Kind::Png)
        );
        let jpeg = check_bytes("\u{202e}gpj.txt", &picture(ImageFormat::Jpeg)).unwrap();
        assert_eq!((jpeg.name.as_str(), jpeg.kind), ("gpj.txt.jpg", Kind::Jpeg));
    }

    #[test]
    fn what_is_something_else_is_refused_whatever_its_name() {
        for bytes in [
            &b"MZ\x90\0"[..],
            b"\x7fELF",
            b"#!/bin/sh\n",
            b"<html><script>alert(1)</script>",
            b"PK\x03\x04",
            b"GIF89a",
        ] {
            let refused = check_bytes("invoice.pdf", bytes).unwrap_err();
            assert_eq!(refused, FileRefused::WrongKind);
        }
        assert_eq!(check_bytes("x.png", b"").unwrap_err(), FileRefused::Empty);
        let mut torn = picture(ImageFormat::Png);
        torn.truncate(torn.len() / 2);
        assert_eq!(
            check_bytes("x.png", &torn).unwrap_err(),
            FileRefused::Broken
        );
        let large = vec![0; CASE_FILE_BYTES_MAX + 1];
        assert_eq!(
            check_bytes("x.png", &large).unwrap_err(),
            FileRefused::TooLarge
        );
    }

    #[test]
    fn a_small_file_that_unfolds_to_a_huge_picture_is_refused() {
        let mut png = picture(ImageFormat::Png);
        // Width and height stand after the length and the name of the first chunk.
        png[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
        assert_eq!(check_bytes("x.png", &png).unwrap_err(), FileRefused::Broken);
    }
}
