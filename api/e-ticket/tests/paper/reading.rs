//! Reads paper back with programs that know nothing of this crate: poppler and zbar.

use std::path::{Path, PathBuf};
use std::process::Command;

use e_ticket::{Sheet, render};

/// A PDF in the folder that cargo keeps for tests.
pub(crate) fn write(name: &str, sheets: &[Sheet]) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.pdf"));
    std::fs::write(&path, render(sheets, "Billets 2030-0004817").unwrap()).unwrap();
    path
}

pub(crate) fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .output()
        .unwrap_or_else(|error| {
            panic!("{program} did not start ({error}); Debian: poppler-utils and zbar-tools")
        });
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{program} {arguments:?}: {complaint}"
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub(crate) fn text_of(pdf: &Path) -> String {
    run("pdftotext", &["-layout", pdf.to_str().unwrap(), "-"])
}

/// The pictures of the pages, at the resolution of a plain office printer's draft.
pub(crate) fn pictures(pdf: &Path, pages: usize) -> Vec<String> {
    let root = pdf.with_extension("");
    run(
        "pdftoppm",
        &[
            "-r",
            "150",
            "-png",
            pdf.to_str().unwrap(),
            root.to_str().unwrap(),
        ],
    );
    (1..=pages)
        .map(|page| format!("{}-{page}.png", root.display()))
        .collect()
}

/// What a reader of barcodes finds on a picture: QR first, by length.
pub(crate) fn scanned(picture: &str) -> Vec<String> {
    let mut codes: Vec<String> = run("zbarimg", &["--raw", "-q", picture])
        .lines()
        .map(str::to_owned)
        .collect();
    codes.sort_by_key(|code| std::cmp::Reverse(code.len()));
    codes
}

/// Draws the black rectangles of one of our SVGs, four pixels a module, as a plain PGM picture
/// (under the name given): enough of a browser for these two files.
pub(crate) fn image_of(svg: &str, path: &Path) {
    const SCALE: usize = 4;
    let between = |text: &str, open: &str, close: &str| -> String {
        let start = text.find(open).unwrap() + open.len();
        text[start..start + text[start..].find(close).unwrap()].to_owned()
    };
    let numbers = |text: &str| -> Vec<usize> {
        let parts = text
            .split(|c: char| !c.is_ascii_digit())
            .filter(|part| !part.is_empty());
        parts.map(|part| part.parse().unwrap()).collect()
    };
    let size = numbers(&between(svg, "viewBox=\"", "\""));
    let (width, height) = (size[2] * SCALE, size[3] * SCALE);
    let mut pixels = vec![255_u8; width * height];
    for bar in between(svg, "<path d=\"", "\"")
        .split('z')
        .filter(|bar| !bar.is_empty())
    {
        let bar = numbers(bar);
        let (x, y, w, h) = (
            bar[0] * SCALE,
            bar[1] * SCALE,
            bar[2] * SCALE,
            bar[3] * SCALE,
        );
        for row in y..y + h {
            pixels[row * width + x..row * width + x + w].fill(0);
        }
    }
    let mut picture = format!("P5 {width} {height} 255\n").into_bytes();
    picture.extend(pixels);
    std::fs::write(path, picture).unwrap();
}
