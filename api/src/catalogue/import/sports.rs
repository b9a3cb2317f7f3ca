//! The names of sports in French and English, for files that name them in English only.

use crate::catalogue::Texts;

/// Code, French, English.
const NAMES: [(&str, &str, &str); 46] = [
    ("ARC", "Tir à l’arc", "Archery"),
    ("ATH", "Athlétisme", "Athletics"),
    ("BDM", "Badminton", "Badminton"),
    ("BK3", "Basketball 3x3", "3x3 Basketball"),
    ("BKB", "Basketball", "Basketball"),
    ("BKG", "Breaking", "Breaking"),
    ("BMF", "BMX freestyle", "Cycling BMX Freestyle"),
    ("BMX", "BMX racing", "Cycling BMX Racing"),
    ("BOX", "Boxe", "Boxing"),
    ("CLB", "Escalade sportive", "Sport Climbing"),
    ("CRD", "Cyclisme sur route", "Cycling Road"),
    ("CSL", "Canoë slalom", "Canoe Slalom"),
    ("CSP", "Canoë sprint", "Canoe Sprint"),
    ("CTR", "Cyclisme sur piste", "Cycling Track"),
    ("DIV", "Plongeon", "Diving"),
    ("EQU", "Sports équestres", "Equestrian"),
    ("FBL", "Football", "Football"),
    ("FES", "Festival", "Festival"),
    ("FEN", "Escrime", "Fencing"),
    ("GAR", "Gymnastique artistique", "Artistic Gymnastics"),
    ("GLF", "Golf", "Golf"),
    ("GRY", "Gymnastique rythmique", "Rhythmic Gymnastics"),
    ("GTR", "Trampoline", "Trampoline Gymnastics"),
    ("HBL", "Handball", "Handball"),
    ("HOC", "Hockey", "Hockey"),
    ("JUD", "Judo", "Judo"),
    ("MPN", "Pentathlon moderne", "Modern Pentathlon"),
    ("MTB", "VTT cross-country", "Cycling Mountain Bike"),
    ("OWS", "Nage en eau libre", "Marathon Swimming"),
    ("ROW", "Aviron", "Rowing"),
    ("RU7", "Rugby à 7", "Rugby Sevens"),
    ("SAL", "Voile", "Sailing"),
    ("SHO", "Tir sportif", "Shooting"),
    ("SKB", "Skateboard", "Skateboarding"),
    ("SRF", "Surf", "Surfing"),
    ("SWA", "Natation artistique", "Artistic Swimming"),
    ("SWM", "Natation", "Swimming"),
    ("TEN", "Tennis", "Tennis"),
    ("TKW", "Taekwondo", "Taekwondo"),
    ("TRI", "Triathlon", "Triathlon"),
    ("TTE", "Tennis de table", "Table Tennis"),
    ("VBV", "Beach-volley", "Beach Volleyball"),
    ("VVO", "Volleyball", "Volleyball"),
    ("WLF", "Haltérophilie", "Weightlifting"),
    ("WPO", "Water-polo", "Water Polo"),
    ("WRE", "Lutte", "Wrestling"),
];

/// The name in both languages where code and name are known together, else the name as given.
pub(super) fn name(code: &str, given: &str) -> Texts {
    NAMES
        .iter()
        .find(|(known, fr, en)| *known == code && (given == *en || given == *fr))
        .map_or_else(
            || Texts::same(given),
            |(_, fr, en)| Texts {
                fr: (*fr).to_owned(),
                en: (*en).to_owned(),
            },
        )
}
