//! The tickets that the tests draw.

use e_ticket::{Language, Place, Rgb, Sheet};

pub(crate) const QR: &str = "\
    4817203956820174639582017463950281746395028174639502817463950281746395028174\
    639502817463950281746395028174639502817463950281746395028174639502817463950281746395028174\
    639502817463950281746395028174639502817463950281746395028174639502817463950281746395028";
pub(crate) const SHORT: &str = "0918273645546372819097";

pub(crate) fn sheet() -> Sheet {
    let text = str::to_owned;
    Sheet {
        language: Language::Fr,
        event_title: text("Athlétisme : finales du 100 m et du saut en hauteur"),
        sport: text("Athlétisme"),
        venue: text("Stade de la Plaine"),
        city: text("Saint-Denis"),
        starts_at_text: text("samedi 27 juillet 2030, 20\u{202F}h\u{202F}30"),
        doors_text: text("18\u{202F}h\u{202F}30"),
        category: text("Catégorie A"),
        formula: text("Duo (2 places)"),
        place: Place::Seat {
            section: text("K12"),
            row: text("27"),
            seat: text("143"),
        },
        holder_first_name: text("Élisabeth"),
        holder_last_name: text("Charpentier"),
        price_text: text("85,00\u{202F}€ (dont TVA 5,5\u{202F}% : 4,43\u{202F}€)"),
        order_number: text("2030-0004817"),
        ticket_number: text("ATH-07-00031415"),
        sold_at_text: text("le 3 mars 2030 à 10:02"),
        sold_place: text("en ligne"),
        seller: text("Comité des Jeux de la Plaine, 1 avenue du Stade, 93200 Saint-Denis"),
        conditions: conditions(),
        qr_digits: text(QR),
        short_digits: text(SHORT),
        accent: Rgb {
            red: 0xF4,
            green: 0xA2,
            blue: 0x61,
        },
    }
}

pub(crate) fn conditions() -> Vec<String> {
    [
        "Ce billet est nominatif : il n’ouvre l’entrée qu’à la personne dont il porte le nom, sur \
         présentation d’une pièce d’identité.",
        "Le code n’est valable qu’une fois. Toute copie est refusée après la première entrée.",
        "Ni repris ni échangé, sauf annulation. Le droit de rétractation ne s’applique pas aux \
         loisirs à date fixe (Code de la consommation, L221-28 12°).",
        "La revente sans l’autorisation de l’organisateur est un délit (Code pénal, 313-6-2).",
        "Les sacs de plus de 15 litres, bouteilles en verre et objets dangereux sont refusés.",
        "Une sortie est définitive, sauf indication contraire sur place.",
    ]
    .map(str::to_owned)
    .to_vec()
}

pub(crate) fn english() -> Sheet {
    let text = str::to_owned;
    Sheet {
        language: Language::En,
        event_title: text("Swimming finals"),
        sport: text("Swimming"),
        venue: text("Plaine Aquatics Centre"),
        starts_at_text: text("Sunday 28 July 2030, 8:30 pm"),
        doors_text: text("6:30 pm"),
        category: text("Category C"),
        formula: text("Solo (1)"),
        place: Place::Standing {
            area: text("North terrace"),
        },
        holder_first_name: text("Olena"),
        holder_last_name: text("Kovalenko-Whitfield"),
        price_text: text("€24.00 (incl. 5.5% VAT: €1.25)"),
        sold_at_text: text("3 March 2030, 10:02 am"),
        sold_place: text("online"),
        accent: Rgb {
            red: 0x00,
            green: 0x81,
            blue: 0xA7,
        },
        ..sheet()
    }
}

pub(crate) fn arabic() -> Sheet {
    let text = str::to_owned;
    Sheet {
        language: Language::Ar,
        event_title: text("ألعاب القوى: نهائي 100 متر"),
        sport: text("ألعاب القوى"),
        starts_at_text: text("السبت، 27 يوليو 2030، 20:30"),
        doors_text: text("18:30"),
        category: text("A"),
        formula: text("ثنائي"),
        holder_first_name: text("محمد"),
        holder_last_name: text("الخوارزمي"),
        price_text: text("\u{200F}\u{2068}85.00\u{2069}\u{A0}€"),
        sold_at_text: text("3 مارس 2030، 10:02"),
        sold_place: text("عبر الإنترنت"),
        seller: text("Guichet، شباك تذاكر الألعاب"),
        conditions: vec![
            text("هذه التذكرة اسمية: لا يدخل بها إلا الشخص المذكور فيها مع إثبات هويته."),
            text("من يغادر الموقع لا يحق له الدخول من جديد."),
        ],
        ..sheet()
    }
}

pub(crate) fn named(first: &str, last: &str) -> Sheet {
    Sheet {
        holder_first_name: first.to_owned(),
        holder_last_name: last.to_owned(),
        ..sheet()
    }
}
