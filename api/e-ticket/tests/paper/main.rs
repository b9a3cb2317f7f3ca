//! What a spectator gets: the PDF rendered to pictures and read back by programs that know
//! nothing of this crate: poppler (`pdftoppm`, `pdftotext`, `pdffonts`, `pdfinfo`) and zbar.
#![expect(
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]

mod invoices;
mod reading;
mod sheets;

use e_ticket::{Language, Place, Sheet, code128_svg, qr_svg, render};

use reading::{image_of, pictures, run, scanned, text_of, write};
use sheets::{QR, SHORT, arabic, english, named, sheet};

#[test]
fn both_barcodes_of_every_page_are_read_exactly() {
    assert_eq!((QR.len(), SHORT.len()), (253, 22));
    let pdf = write("both", &[sheet(), english()]);
    for picture in pictures(&pdf, 2) {
        assert_eq!(scanned(&picture), [QR, SHORT], "{picture}");
    }
}

#[test]
fn other_digits_make_other_codes() {
    for (name, qr, short) in [("nines", "9", "9"), ("zeros", "0", "0"), ("ones", "1", "1")] {
        let (qr, short) = (qr.repeat(253), short.repeat(22));
        let sheet = Sheet {
            qr_digits: qr.clone(),
            short_digits: short.clone(),
            ..sheet()
        };
        let pdf = write(name, &[sheet]);
        assert_eq!(scanned(&pictures(&pdf, 1)[0]), [qr, short]);
    }
}

#[test]
fn everything_on_the_sheet_can_be_read_as_text() {
    let sheet = sheet();
    let pdf = write("text", std::slice::from_ref(&sheet));
    let text = run("pdftotext", &["-raw", pdf.to_str().unwrap(), "-"]);
    let bare = |text: &str| text.split_whitespace().collect::<String>();
    let found = bare(&text);
    let said = [
        &sheet.event_title,
        &sheet.sport,
        &sheet.venue,
        &sheet.city,
        &sheet.starts_at_text,
        &sheet.doors_text,
        &sheet.category,
        &sheet.formula,
        &sheet.holder_first_name,
        &sheet.holder_last_name,
        &sheet.price_text,
        &sheet.order_number,
        &sheet.ticket_number,
        &sheet.sold_at_text,
        &sheet.sold_place,
        &sheet.seller,
        &sheet.short_digits,
    ];
    for value in said.into_iter().chain(&sheet.conditions) {
        assert!(found.contains(&bare(value)), "{value} is not on:\n{text}");
    }
    for place in ["SectionK12", "Rang27", "Place143"] {
        assert!(found.contains(place), "{place} is not on:\n{text}");
    }
}

#[test]
fn labels_are_in_the_language_of_the_sheet() {
    for (language, labels) in [
        (
            Language::Es,
            ["Titular", "Apertura de puertas", "Código corto"],
        ),
        (Language::De, ["Inhaber", "Einlass ab", "Kurzcode"]),
    ] {
        let name = format!("labels-{language:?}");
        let pdf = write(
            &name,
            &[Sheet {
                language,
                ..sheet()
            }],
        );
        let text = text_of(&pdf);
        for label in labels {
            assert!(text.contains(label), "{label}: {text}");
        }
        for picture in pictures(&pdf, 1) {
            assert_eq!(scanned(&picture), [QR, SHORT], "{picture}");
        }
    }
}

/// Without the marks of direction that extraction wraps lines in.
fn unmarked(text: &str) -> String {
    let is_mark = |c: &char| ('\u{200E}'..='\u{202E}').contains(c);
    text.chars().filter(|c| !is_mark(c)).collect()
}

#[test]
fn a_sheet_in_arabic_begins_at_the_right_and_its_codes_are_read_all_the_same() {
    let pdf = write("arabic", &[arabic(), sheet()]);
    for picture in pictures(&pdf, 2) {
        assert_eq!(scanned(&picture), [QR, SHORT], "{picture}");
    }
    let text = unmarked(&text_of(&pdf));
    for said in ["حامل", "محمد", "البوابات", "الشروط", "K12", "2030-0004817"]
    {
        assert!(text.contains(said), "{said} is not on:\n{text}");
    }
    // Where things stand on the two pages, in points: the wordmark begins each.
    let boxes = run("pdftotext", &["-bbox", pdf.to_str().unwrap(), "-"]);
    let left_of = |page: &str| -> f32 {
        let line = page
            .lines()
            .find(|line| line.contains(">Guichet<"))
            .unwrap();
        let from = line.find("xMin=\"").unwrap() + 6;
        line[from..].split('"').next().unwrap().parse().unwrap()
    };
    let pages: Vec<&str> = boxes.split("</page>").collect();
    assert!(left_of(pages[0]) > 480.0, "at the right");
    assert!(left_of(pages[1]) < 40.0, "at the left");
}

#[test]
fn names_in_every_script_come_out_as_text() {
    let names = [
        ("Ελένη", "Παπαδοπούλου"),
        ("Дмитро", "Шевченко"),
        ("小明", "王"),
        ("さくら", "髙橋"),
        ("철수", "김"),
        ("Nguyễn", "Thị"),
        ("สมชาย", "ใจดี"),
        ("Łukasz", "Żółć"),
    ];
    for (index, (first, last)) in names.iter().enumerate() {
        let text = text_of(&write(&format!("name-{index}"), &[named(first, last)]));
        assert!(
            text.contains(first) && text.contains(last),
            "{first} {last} is not on:\n{text}"
        );
    }
}

#[test]
fn arabic_and_hebrew_names_keep_every_letter_in_order() {
    for (index, (first, last)) in [("محمد", "الخوارزمي"), ("יעל", "כהן")].iter().enumerate()
    {
        let text = text_of(&write(&format!("rtl-{index}"), &[named(first, last)]));
        let bare = unmarked(&text);
        assert!(
            bare.contains(first) && bare.contains(last),
            "{first} {last} is not on:\n{bare}"
        );
    }
}

#[test]
fn what_no_font_shows_is_printed_as_its_code_point() {
    let text = text_of(&write("exotic", &[named("Ana 🎉", "𠮷野\u{E000}")]));
    for found in ["Ana", "U+1F389", "U+20BB7", "野", "U+E000"] {
        assert!(text.contains(found), "{found} is not on:\n{text}");
    }
}

#[test]
fn a_name_of_200_letters_is_whole_and_spoils_no_barcode() {
    let name: String = ('a'..='z').cycle().take(200).collect();
    let pdf = write("long", &[named(&name, "Fin")]);
    let text: String = text_of(&pdf).split_whitespace().collect();
    assert!(text.contains(&format!("{name}Fin")), "{text}");
    assert_eq!(scanned(&pictures(&pdf, 1)[0]), [QR, SHORT]);
}

#[test]
fn long_texts_everywhere_still_make_one_page_with_both_codes() {
    let long = "Très long texte avec Donaudampfschifffahrtsgesellschaft ".repeat(6);
    let sheet = Sheet {
        event_title: long.clone(),
        sport: long.clone(),
        venue: long.clone(),
        starts_at_text: long.clone(),
        doors_text: long.clone(),
        category: long.clone(),
        formula: long.clone(),
        price_text: long.clone(),
        order_number: long.clone(),
        ticket_number: long.clone(),
        seller: long.clone(),
        conditions: vec![long.clone(); 12],
        place: Place::Seat {
            section: long.clone(),
            row: long.clone(),
            seat: long,
        },
        ..sheet()
    };
    let pdf = write("crowded", &[sheet]);
    assert_eq!(scanned(&pictures(&pdf, 1)[0]), [QR, SHORT]);
}

#[test]
fn the_document_is_tagged_titled_and_embeds_every_font() {
    let pdf = write("facts", &[sheet(), named("محمد", "王")]);
    let path = pdf.to_str().unwrap();
    let bytes = std::fs::read(&pdf).unwrap();
    let says = |text: &str| {
        bytes
            .windows(text.len())
            .any(|part| part == text.as_bytes())
    };
    assert!(says("pdfuaid:part"), "the metadata claim PDF/UA");
    let info = run("pdfinfo", &[path]);
    for fact in [
        "Billets 2030-0004817",
        "Pages:           2",
        "Tagged:          yes",
        "(A4)",
    ] {
        assert!(info.contains(fact), "{fact} is not in:\n{info}");
    }
    assert!(
        !info.contains("Author") && !info.contains("Subject"),
        "{info}"
    );
    let structure = run("pdfinfo", &["-struct-text", path]);
    for tag in ["H1", "H2", "Figure", "LBody"] {
        assert!(structure.contains(tag), "{tag} is not in:\n{structure}");
    }
    for font in run("pdffonts", &[path]).lines().skip(2) {
        let columns: Vec<&str> = font.split_whitespace().collect();
        let flags = &columns[columns.len() - 5..columns.len() - 2];
        assert_eq!(
            flags,
            ["yes", "yes", "yes"],
            "embedded, subset, to Unicode: {font}"
        );
    }
    assert!(
        std::fs::metadata(&pdf).unwrap().len() < 200_000,
        "two pages are no big mail"
    );
}

#[test]
fn the_same_tickets_make_the_same_bytes() {
    assert_eq!(
        render(&[sheet()], "t").unwrap(),
        render(&[sheet()], "t").unwrap()
    );
}

#[test]
fn a_document_without_tickets_is_refused() {
    assert!(render(&[], "t").is_err());
    let spoilt = Sheet {
        qr_digits: "12x".to_owned(),
        ..sheet()
    };
    assert!(render(&[spoilt], "t").is_err());
}

#[test]
fn the_pictures_for_the_page_are_read_exactly_too() {
    let folder = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let live = format!("{QR}12345678");
    let pictures = [
        ("qr", qr_svg(QR, "QR").unwrap(), QR),
        ("live", qr_svg(&live, "QR").unwrap(), live.as_str()),
        ("code128", code128_svg(SHORT, "Code").unwrap(), SHORT),
    ];
    for (name, svg, digits) in pictures {
        let path = folder.join(format!("{name}.png"));
        image_of(&svg, &path);
        assert_eq!(scanned(path.to_str().unwrap()), [digits], "{name}");
    }
}
