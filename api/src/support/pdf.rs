//! A PDF may hold programs and other files. What may is refused by the names that such parts
//! must bear, wherever they stand: in the open, written with escapes, or packed away.

use std::io::Read;

use flate2::read::ZlibDecoder;
use ticket_core::support::FileRefused;

/// Parts that act when the file is opened or pressed, or that carry other files.
const ACTIVE: [&[u8]; 8] = [
    b"/JavaScript",
    b"/Launch",
    b"/EmbeddedFile",
    b"/RichMedia",
    b"/XFA",
    b"/SubmitForm",
    b"/ImportData",
    b"/Movie",
];
/// A reader looks for the end within the last kilobyte.
const END_WITHIN: usize = 1_024;
/// The dictionary of a packed part stands before it.
const DICTIONARY_BYTES: usize = 512;
/// All packed parts together, unpacked.
const UNPACKED_BYTES_MAX: usize = 32 << 20;

pub(super) fn check(bytes: &[u8]) -> Result<(), FileRefused> {
    let end = &bytes[bytes.len().saturating_sub(END_WITHIN)..];
    if !holds(end, b"%%EOF") || !holds(bytes, b"startxref") {
        return Err(FileRefused::Broken);
    }
    let plain = without_escapes(bytes);
    if is_web_page(&plain) {
        return Err(FileRefused::WrongKind);
    }
    check_names(&plain)?;
    if holds(&plain, b"/Encrypt") {
        return Err(FileRefused::Locked);
    }
    check_packed(bytes)
}

fn check_names(plain: &[u8]) -> Result<(), FileRefused> {
    if ACTIVE.iter().any(|name| holds(plain, name)) {
        return Err(FileRefused::Active);
    }
    Ok(())
}

/// A file that is two things at once.
fn is_web_page(plain: &[u8]) -> bool {
    let begin = plain[..plain.len().min(END_WITHIN)].to_ascii_lowercase();
    [&b"<html"[..], b"<script", b"<svg", b"<?php"]
        .iter()
        .any(|mark| holds(&begin, mark))
}

/// Unpacks the parts that hold other objects, and looks into them.
fn check_packed(bytes: &[u8]) -> Result<(), FileRefused> {
    let mut left = UNPACKED_BYTES_MAX;
    for start in starts_of(bytes, b"stream") {
        let before = &bytes[start.saturating_sub(DICTIONARY_BYTES)..start];
        if !holds(&without_escapes(before), b"/ObjStm") {
            continue;
        }
        let body = &bytes[start + b"stream".len()..];
        let body = body.strip_prefix(b"\r").unwrap_or(body);
        let body = body.strip_prefix(b"\n").unwrap_or(body);
        let mut unpacked = Vec::new();
        let most = u64::try_from(left).unwrap_or_default() + 1;
        // What is damaged is looked at as far as it goes.
        let _ = ZlibDecoder::new(body).take(most).read_to_end(&mut unpacked);
        if unpacked.len() > left {
            return Err(FileRefused::Broken);
        }
        left -= unpacked.len();
        check_names(&without_escapes(&unpacked))?;
    }
    Ok(())
}

/// A name may be written with `#` and the number of a letter: `/Java#53cript`.
fn without_escapes(bytes: &[u8]) -> Vec<u8> {
    let digit = |at: usize| {
        bytes
            .get(at)
            .and_then(|byte| char::from(*byte).to_digit(16))
    };
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let escaped = (*byte == b'#').then(|| digit(at + 1).zip(digit(at + 2)));
        if let Some(Some((high, low))) = escaped {
            plain.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
            at += 3;
        } else {
            plain.push(*byte);
            at += 1;
        }
    }
    plain
}

fn holds(bytes: &[u8], what: &[u8]) -> bool {
    starts_of(bytes, what).next().is_some()
}

fn starts_of<'a>(bytes: &'a [u8], what: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    bytes
        .windows(what.len())
        .enumerate()
        .filter(move |(_, window)| *window == what)
        .map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;

    use super::*;

    fn pdf(body: &[u8]) -> Vec<u8> {
        let end = b"\nxref\ntrailer << >>\nstartxref\n0\n%%EOF\n";
        [b"%PDF-1.7\n", body, end].concat()
    }

    fn packed(objects: &[u8]) -> Vec<u8> {
        let mut packer = ZlibEncoder::new(Vec::new(), Compression::best());
        packer.write_all(objects).unwrap();
        let body = packer.finish().unwrap();
        let head = b"1 0 obj << /Type /Obj#53tm /Filter /FlateDecode >>\nstream\r\n";
        pdf(&[&head[..], &body, b"\nendstream endobj"].concat())
    }

    #[test]
    fn a_plain_pdf_is_taken() {
        let body = b"1 0 obj << /Type /Catalog /OpenAction [3 0 R /Fit] >> endobj";
        assert_eq!(check(&pdf(body)), Ok(()));
        assert_eq!(check(&packed(b"<< /Type /Page >>")), Ok(()));
    }

    #[test]
    fn a_pdf_that_is_a_program_is_refused() {
        for body in [
            &b"1 0 obj << /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >> endobj"[..],
            b"1 0 obj << /S /Java#53cript >> endobj",
            b"1 0 obj << /S /L#61unch /F (cmd.exe) >> endobj",
            b"1 0 obj << /Type /EmbeddedFile >> endobj",
            b"1 0 obj << /AcroForm << /XFA 2 0 R >> >> endobj",
        ] {
            let told = String::from_utf8_lossy(body);
            assert_eq!(check(&pdf(body)), Err(FileRefused::Active), "{told}");
        }
        let hidden = packed(b"<< /S /JavaScript /JS (x) >>");
        assert!(!holds(&hidden, b"JavaScript"));
        assert_eq!(check(&hidden), Err(FileRefused::Active));
    }

    #[test]
    fn what_only_begins_like_a_pdf_is_refused() {
        assert_eq!(check(b"%PDF-1.7\nrm -rf /"), Err(FileRefused::Broken));
        let page = pdf(b"<html><script>alert(1)</script>");
        assert_eq!(check(&page), Err(FileRefused::WrongKind));
        let locked = pdf(b"trailer << /Encrypt 5 0 R >>");
        assert_eq!(check(&locked), Err(FileRefused::Locked));
    }

    #[test]
    fn a_small_part_that_unfolds_to_gigabytes_is_refused() {
        let bomb = packed(&vec![b' '; UNPACKED_BYTES_MAX + 10]);
        assert_eq!(check(&bomb), Err(FileRefused::Broken));
    }
}
