//! What search engines read of an event, against schema.org's and Google's lists for `Event` and
//! `Offer` (developers.google.com/search/docs/appearance/structured-data/event).

use serde_json::Value;

use crate::pages::page;
use crate::shop::Shop;

/// Of schema.org, those that we use or that search engines ask for; another word is a mistake.
const EVENT: [&str; 17] = [
    "@context",
    "@type",
    "name",
    "description",
    "sport",
    "url",
    "image",
    "startDate",
    "endDate",
    "doorTime",
    "eventStatus",
    "eventAttendanceMode",
    "location",
    "organizer",
    "offers",
    "performer",
    "previousStartDate",
];
const OFFER: [&str; 9] = [
    "@type",
    "name",
    "category",
    "price",
    "priceCurrency",
    "availability",
    "validFrom",
    "validThrough",
    "url",
];
const AVAILABILITY: [&str; 4] = ["InStock", "SoldOut", "PreOrder", "Discontinued"];
/// Google: required of an event, then recommended.
const EVENT_ASKED: [&str; 10] = [
    "name",
    "startDate",
    "location",
    "description",
    "endDate",
    "eventStatus",
    "eventAttendanceMode",
    "image",
    "offers",
    "organizer",
];
const OFFER_ASKED: [&str; 5] = ["availability", "price", "priceCurrency", "validFrom", "url"];

fn check_words(thing: &Value, known: &[&str], asked: &[&str]) {
    let words = thing.as_object().unwrap();
    for (word, value) in words {
        assert!(
            known.contains(&word.as_str()),
            "{word} is no property of it"
        );
        assert!(!value.is_null() && value != "", "{word} is empty");
    }
    for word in asked {
        assert!(words.contains_key(*word), "{word} is missing");
    }
}

fn is_instant(value: &Value) -> bool {
    let text = value.as_str().unwrap();
    // With its offset: without one it would be taken for the reader's own time.
    text.parse::<jiff::Timestamp>().is_ok() && !text.contains('[')
}

fn is_address(value: &Value) -> bool {
    value.as_str().unwrap().starts_with("http")
}

fn of_schema_org(value: &Value) -> &str {
    value
        .as_str()
        .unwrap()
        .strip_prefix("https://schema.org/")
        .unwrap()
}

#[actix_web::test]
async fn an_event_and_its_offers_are_told_as_search_engines_ask() {
    let shop = Shop::open(8).await;
    let html = page(&shop.app.client(), "/events/JUD001")
        .await
        .expect(200)
        .text();
    let (_, told) = html
        .split_once("<script type=\"application/ld+json\">")
        .unwrap();
    let (told, _) = told.split_once("</script>").unwrap();
    let event: Value = serde_json::from_str(told).unwrap();
    check_words(&event, &EVENT, &EVENT_ASKED);
    assert_eq!(event["@context"], "https://schema.org");
    assert_eq!(event["@type"], "SportsEvent");
    assert!(
        ["startDate", "endDate", "doorTime"]
            .iter()
            .all(|word| is_instant(&event[word]))
    );
    assert!(is_address(&event["url"]) && is_address(&event["image"][0]));
    assert_eq!(of_schema_org(&event["eventStatus"]), "EventScheduled");
    assert_eq!(
        of_schema_org(&event["eventAttendanceMode"]),
        "OfflineEventAttendanceMode"
    );
    let place = &event["location"];
    assert_eq!(
        (&place["@type"], &place["address"]["@type"]),
        (&"Place".into(), &"PostalAddress".into())
    );
    assert!(place["name"].is_string() && place["address"]["addressLocality"].is_string());
    assert!(event["organizer"]["name"].is_string() && is_address(&event["organizer"]["url"]));
    let offers = event["offers"].as_array().unwrap();
    assert!(!offers.is_empty());
    for offer in offers {
        check_words(offer, &OFFER, &OFFER_ASKED);
        assert_eq!(offer["@type"], "Offer");
        assert!(
            offer["price"].as_str().unwrap().parse::<f64>().is_ok(),
            "{offer}"
        );
        assert_eq!(offer["priceCurrency"].as_str().unwrap().len(), 3);
        assert!(AVAILABILITY.contains(&of_schema_org(&offer["availability"])));
        assert!(is_instant(&offer["validFrom"]) && is_address(&offer["url"]));
    }
}
