//! An invoice read back by poppler: all that it says, on one page, tagged.

use std::path::PathBuf;

use e_ticket::{Invoice, Language, Party, Row, render_invoice};

use crate::reading::{run, text_of};

fn pair(label: &str, text: &str) -> (String, String) {
    (label.to_owned(), text.to_owned())
}

fn row(what: &str) -> Row {
    Row {
        what: what.to_owned(),
        detail: "Duo, catégorie B · samedi 27 juillet 2030 · Stade de la Plaine".to_owned(),
        count: "2".to_owned(),
        price: "1\u{a0}024,50\u{a0}€".to_owned(),
        amount: "2\u{a0}049,00\u{a0}€".to_owned(),
    }
}

fn invoice(rows: usize) -> Invoice {
    let lines = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect();
    Invoice {
        language: Language::Fr,
        title: "Facture F-2030-000012".to_owned(),
        facts: vec![
            pair("Date d’émission", "27 juillet 2030"),
            pair("Payée le", "26 juillet 2030"),
            pair("Commande", "4817-2039-5682"),
        ],
        seller: Party {
            label: "Vendeur".to_owned(),
            lines: lines(&[
                "Guichet SA",
                "1, rue du Stade",
                "29200 Brest",
                "RCS 123 456 789",
            ]),
        },
        buyer: Some(Party {
            label: "Client".to_owned(),
            lines: lines(&["محمد Łukasz 王小明"]),
        }),
        columns: ["Désignation", "Places", "Prix unitaire TTC", "Montant TTC"].map(str::to_owned),
        rows: (1..=rows)
            .map(|n| row(&format!("Judo, finales no {n}")))
            .collect(),
        sums: vec![
            pair("Total HT", "1\u{a0}942,18\u{a0}€"),
            pair("TVA 5,5 %", "106,82\u{a0}€"),
            pair("Total TTC", "2\u{a0}049,00\u{a0}€"),
        ],
        notes: lines(&["Payée en ligne par carte."]),
    }
}

fn write(name: &str, invoice: &Invoice) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.pdf"));
    std::fs::write(&path, render_invoice(invoice).unwrap()).unwrap();
    path
}

#[test]
fn everything_on_an_invoice_can_be_read_as_text() {
    let pdf = write("invoice", &invoice(2));
    let bare = |text: &str| text.split_whitespace().collect::<String>();
    let text = text_of(&pdf);
    for said in [
        "Facture F-2030-000012",
        "27 juillet 2030",
        "4817-2039-5682",
        "Guichet SA",
        "RCS 123 456 789",
        "Łukasz",
        "王小明",
        "Judo, finales no 2",
        "Duo, catégorie B",
        "1 024,50 €",
        "2 049,00 €",
        "TVA 5,5 %",
        "Payée en ligne par carte.",
    ] {
        assert!(
            bare(&text).contains(&bare(said)),
            "{said} is not on:\n{text}"
        );
    }
    let facts = run("pdfinfo", &[pdf.to_str().unwrap()]);
    for said in [
        "Tagged:          yes",
        "Pages:           1",
        "Facture F-2030-000012",
    ] {
        assert!(facts.contains(said), "{said} is not in:\n{facts}");
    }
}

#[test]
fn many_lines_stay_on_the_page_in_smaller_type() {
    let text = text_of(&write("long", &invoice(40)));
    assert!(
        text.contains("finales no 40") && text.contains("Total TTC"),
        "{text}"
    );
}
