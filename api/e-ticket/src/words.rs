//! The labels printed on a ticket, in each language. The texts of the event are the caller's.

use crate::Language;

/// The labels of one language.
pub(crate) struct Words {
    pub tag: &'static str,
    pub document: &'static str,
    pub printing: &'static str,
    pub show_code: &'static str,
    pub date: &'static str,
    pub doors: &'static str,
    pub venue: &'static str,
    pub holder: &'static str,
    pub holder_note: &'static str,
    pub category: &'static str,
    pub section: &'static str,
    pub row: &'static str,
    pub seat: &'static str,
    pub area: &'static str,
    pub standing: &'static str,
    pub formula: &'static str,
    pub price: &'static str,
    pub order: &'static str,
    pub ticket: &'static str,
    pub sold: &'static str,
    pub seller: &'static str,
    pub short_code: &'static str,
    pub conditions: &'static str,
    pub qr_alt: &'static str,
    pub code128_alt: &'static str,
}

impl Language {
    pub(crate) fn words(self) -> &'static Words {
        match self {
            Self::Fr => &FRENCH,
            Self::En => &ENGLISH,
        }
    }
}

const FRENCH: Words = Words {
    tag: "fr",
    document: "Billet électronique",
    printing: "À imprimer en A4, sans réduction, ou à montrer sur écran.",
    show_code: "Présentez ce code à l’entrée.",
    date: "Date",
    doors: "Ouverture des portes",
    venue: "Lieu",
    holder: "Titulaire",
    holder_note: "Billet nominatif : munissez-vous d’une pièce d’identité.",
    category: "Catégorie",
    section: "Section",
    row: "Rang",
    seat: "Place",
    area: "Zone",
    standing: "Debout, placement libre",
    formula: "Formule",
    price: "Prix payé",
    order: "Commande n°",
    ticket: "Billet n°",
    sold: "Vendu",
    seller: "Vendeur",
    short_code: "Code court, pour lecteur laser ou saisie",
    conditions: "Conditions",
    qr_alt: "Code QR du billet n°",
    code128_alt: "Code-barres du billet n°",
};

const ENGLISH: Words = Words {
    tag: "en",
    document: "E-ticket",
    printing: "Print on A4 at full size, or show on a screen.",
    show_code: "Show this code at the gate.",
    date: "Date",
    doors: "Doors open",
    venue: "Venue",
    holder: "Ticket holder",
    holder_note: "Issued to a named person: bring proof of identity.",
    category: "Category",
    section: "Section",
    row: "Row",
    seat: "Seat",
    area: "Area",
    standing: "Standing, no numbered seat",
    formula: "Formula",
    price: "Price paid",
    order: "Order no.",
    ticket: "Ticket no.",
    sold: "Sold",
    seller: "Seller",
    short_code: "Short code, for laser readers or typing",
    conditions: "Conditions",
    qr_alt: "QR code of ticket no.",
    code128_alt: "Barcode of ticket no.",
};
