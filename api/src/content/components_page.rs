//! Development only: `/dev/components`, every component of the style sheet in every state, so that
//! a change of the one is looked at in all.

use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get};
use askama::Template;

use crate::accounts::Reader;
use crate::app::App;
use crate::platform::error::Error;
use crate::platform::field::Field;
use crate::platform::html;
use crate::platform::page::Page;
use crate::platform::spoken::Spoken;

/// Every plate of `static/sports.svg`.
const PLATES: [&str; 27] = [
    "athletics",
    "swimming",
    "cycling",
    "basketball",
    "football",
    "handball",
    "volleyball",
    "tennis",
    "badminton",
    "judo",
    "combat",
    "gymnastics",
    "fencing",
    "archery",
    "table-tennis",
    "rowing",
    "sailing",
    "equestrian",
    "climbing",
    "weightlifting",
    "rugby",
    "board",
    "golf",
    "hockey",
    "surf",
    "wrestling",
    "festival",
];

/// Mounted in development only.
pub(crate) fn routes(routes: &mut ServiceConfig) {
    routes.service(show);
}

#[derive(Template)]
#[template(path = "dev/components.html")]
struct ComponentsView {
    page: Page,
    plates: [&'static str; 27],
    cards: Vec<Card>,
    fields: Vec<(&'static str, Field)>,
    timer: Timer,
    seat: Seat,
    states: [&'static str; 4],
}

/// The fields that the card's macro reads.
struct Card {
    href: &'static str,
    plate: &'static str,
    sport: Spoken,
    title: Spoken,
    starts_at: &'static str,
    weekday: &'static str,
    day: &'static str,
    month: &'static str,
    times: &'static str,
    venue: &'static str,
    city: &'static str,
    programme: Spoken,
    medals: bool,
    step_free: bool,
    lowest_price: Option<&'static str>,
    tone: &'static str,
    stock: &'static str,
}

struct Timer {
    expires_at: String,
    now: String,
    clock: &'static str,
    then_href: &'static str,
}

struct Seat {
    category: &'static str,
    section: Option<&'static str>,
    row: Option<&'static str>,
    number: Option<&'static str>,
    standing: Option<&'static str>,
}

#[get("/dev/components")]
async fn show(app: Data<App>, request: HttpRequest, reader: Reader) -> Result<HttpResponse, Error> {
    let now = app.clock.now();
    let invalid = Field {
        error: Some("Write the name as on the identity document.".to_owned()),
        ..Field::required("X")
    };
    let view = ComponentsView {
        page: reader.page(&request),
        plates: PLATES,
        cards: cards(),
        fields: vec![
            ("empty", Field::required("")),
            ("filled", Field::required("Inès Moreau-Ōta")),
            ("wrong", invalid),
        ],
        timer: Timer {
            expires_at: (now + jiff::SignedDuration::from_secs(595)).to_string(),
            now: now.to_string(),
            clock: "19:40",
            then_href: "",
        },
        seat: Seat {
            category: "B",
            section: Some("Tribune Est, bloc 205"),
            row: Some("K"),
            number: Some("12"),
            standing: None,
        },
        states: ["paid", "sent", "scanned", "deactivated"],
    };
    html::page(&view)
}

fn cards() -> Vec<Card> {
    let card = |plate, tone, stock, lowest_price| Card {
        href: "/",
        plate,
        sport: Spoken::own("Judo"),
        title: Spoken::own("The lightweights step up"),
        starts_at: "2027-07-24T10:30:00+02:00",
        weekday: "Sat",
        day: "24",
        month: "Jul",
        times: "10:30–16:00",
        venue: "Halle des Forges",
        city: "Saint-Étienne",
        programme: Spoken::own(
            "Elimination rounds and repechage, women -52 kg and men -66 kg, on two mats.",
        ),
        medals: tone == "few",
        step_free: tone == "good",
        lowest_price,
        tone,
        stock,
    };
    vec![
        card("judo", "good", "Seats available", Some("€19")),
        card("swimming", "few", "Only 7 seats left", Some("€1,045.50")),
        card(
            "tennis",
            "baskets",
            "All seats are in other baskets: some may come back",
            None,
        ),
        card("fencing", "sold", "Sold out", None),
        card("football", "soon", "On sale from 3 Jun", None),
        card("athletics", "over", "Sale closed", None),
    ]
}
