//! The names of sports in every language, for files that name them in English only.

use crate::catalogue::Texts;

/// The code, then the names by language as in the choice of languages.
const NAMES: [(&str, [&str; 5]); 46] = [
    (
        "ARC",
        [
            "Tir à l’arc",
            "Archery",
            "Tiro con arco",
            "Bogenschießen",
            "الرماية بالقوس والسهم",
        ],
    ),
    (
        "ATH",
        [
            "Athlétisme",
            "Athletics",
            "Atletismo",
            "Leichtathletik",
            "ألعاب القوى",
        ],
    ),
    (
        "BDM",
        [
            "Badminton",
            "Badminton",
            "Bádminton",
            "Badminton",
            "الريشة الطائرة",
        ],
    ),
    (
        "BK3",
        [
            "Basketball 3x3",
            "3x3 Basketball",
            "Baloncesto 3x3",
            "3x3-Basketball",
            "كرة السلة 3×3",
        ],
    ),
    (
        "BKB",
        [
            "Basketball",
            "Basketball",
            "Baloncesto",
            "Basketball",
            "كرة السلة",
        ],
    ),
    (
        "BKG",
        [
            "Breaking",
            "Breaking",
            "Breaking",
            "Breaking",
            "البريك دانس",
        ],
    ),
    (
        "BMF",
        [
            "BMX freestyle",
            "Cycling BMX Freestyle",
            "Ciclismo BMX estilo libre",
            "BMX Freestyle",
            "دراجات بي إم إكس الحرة",
        ],
    ),
    (
        "BMX",
        [
            "BMX racing",
            "Cycling BMX Racing",
            "Ciclismo BMX carreras",
            "BMX Racing",
            "سباق دراجات بي إم إكس",
        ],
    ),
    ("BOX", ["Boxe", "Boxing", "Boxeo", "Boxen", "الملاكمة"]),
    (
        "CLB",
        [
            "Escalade sportive",
            "Sport Climbing",
            "Escalada deportiva",
            "Sportklettern",
            "التسلق الرياضي",
        ],
    ),
    (
        "CRD",
        [
            "Cyclisme sur route",
            "Cycling Road",
            "Ciclismo en ruta",
            "Straßenradsport",
            "سباق الدراجات على الطريق",
        ],
    ),
    (
        "CSL",
        [
            "Canoë slalom",
            "Canoe Slalom",
            "Piragüismo en eslalon",
            "Kanuslalom",
            "سباق الكانوي المتعرج",
        ],
    ),
    (
        "CSP",
        [
            "Canoë sprint",
            "Canoe Sprint",
            "Piragüismo en esprint",
            "Kanurennsport",
            "سباق الكانوي السريع",
        ],
    ),
    (
        "CTR",
        [
            "Cyclisme sur piste",
            "Cycling Track",
            "Ciclismo en pista",
            "Bahnradsport",
            "سباق الدراجات على المضمار",
        ],
    ),
    (
        "DIV",
        ["Plongeon", "Diving", "Saltos", "Wasserspringen", "الغطس"],
    ),
    (
        "EQU",
        [
            "Sports équestres",
            "Equestrian",
            "Hípica",
            "Reitsport",
            "الفروسية",
        ],
    ),
    (
        "FBL",
        ["Football", "Football", "Fútbol", "Fußball", "كرة القدم"],
    ),
    (
        "FES",
        ["Festival", "Festival", "Festival", "Festival", "المهرجان"],
    ),
    (
        "FEN",
        ["Escrime", "Fencing", "Esgrima", "Fechten", "المبارزة"],
    ),
    (
        "GAR",
        [
            "Gymnastique artistique",
            "Artistic Gymnastics",
            "Gimnasia artística",
            "Gerätturnen",
            "الجمباز الفني",
        ],
    ),
    ("GLF", ["Golf", "Golf", "Golf", "Golf", "الغولف"]),
    (
        "GRY",
        [
            "Gymnastique rythmique",
            "Rhythmic Gymnastics",
            "Gimnasia rítmica",
            "Rhythmische Sportgymnastik",
            "الجمباز الإيقاعي",
        ],
    ),
    (
        "GTR",
        [
            "Trampoline",
            "Trampoline Gymnastics",
            "Gimnasia en trampolín",
            "Trampolinturnen",
            "الترامبولين",
        ],
    ),
    (
        "HBL",
        ["Handball", "Handball", "Balonmano", "Handball", "كرة اليد"],
    ),
    ("HOC", ["Hockey", "Hockey", "Hockey", "Hockey", "الهوكي"]),
    ("JUD", ["Judo", "Judo", "Judo", "Judo", "الجودو"]),
    (
        "MPN",
        [
            "Pentathlon moderne",
            "Modern Pentathlon",
            "Pentatlón moderno",
            "Moderner Fünfkampf",
            "الخماسي الحديث",
        ],
    ),
    (
        "MTB",
        [
            "VTT cross-country",
            "Cycling Mountain Bike",
            "Ciclismo de montaña",
            "Mountainbike",
            "دراجات الجبال",
        ],
    ),
    (
        "OWS",
        [
            "Nage en eau libre",
            "Marathon Swimming",
            "Natación en aguas abiertas",
            "Freiwasserschwimmen",
            "السباحة في المياه المفتوحة",
        ],
    ),
    ("ROW", ["Aviron", "Rowing", "Remo", "Rudern", "التجديف"]),
    (
        "RU7",
        [
            "Rugby à 7",
            "Rugby Sevens",
            "Rugby a siete",
            "Siebener-Rugby",
            "الرغبي السباعي",
        ],
    ),
    ("SAL", ["Voile", "Sailing", "Vela", "Segeln", "الشراع"]),
    (
        "SHO",
        [
            "Tir sportif",
            "Shooting",
            "Tiro deportivo",
            "Sportschießen",
            "الرماية",
        ],
    ),
    (
        "SKB",
        [
            "Skateboard",
            "Skateboarding",
            "Skateboarding",
            "Skateboarding",
            "التزلج على الألواح",
        ],
    ),
    ("SRF", ["Surf", "Surfing", "Surf", "Surfen", "ركوب الأمواج"]),
    (
        "SWA",
        [
            "Natation artistique",
            "Artistic Swimming",
            "Natación artística",
            "Synchronschwimmen",
            "السباحة الفنية",
        ],
    ),
    (
        "SWM",
        ["Natation", "Swimming", "Natación", "Schwimmen", "السباحة"],
    ),
    ("TEN", ["Tennis", "Tennis", "Tenis", "Tennis", "التنس"]),
    (
        "TKW",
        [
            "Taekwondo",
            "Taekwondo",
            "Taekwondo",
            "Taekwondo",
            "التايكوندو",
        ],
    ),
    (
        "TRI",
        [
            "Triathlon",
            "Triathlon",
            "Triatlón",
            "Triathlon",
            "الترياثلون",
        ],
    ),
    (
        "TTE",
        [
            "Tennis de table",
            "Table Tennis",
            "Tenis de mesa",
            "Tischtennis",
            "كرة الطاولة",
        ],
    ),
    (
        "VBV",
        [
            "Beach-volley",
            "Beach Volleyball",
            "Voleibol de playa",
            "Beachvolleyball",
            "كرة الطائرة الشاطئية",
        ],
    ),
    (
        "VVO",
        [
            "Volleyball",
            "Volleyball",
            "Voleibol",
            "Volleyball",
            "الكرة الطائرة",
        ],
    ),
    (
        "WLF",
        [
            "Haltérophilie",
            "Weightlifting",
            "Halterofilia",
            "Gewichtheben",
            "رفع الأثقال",
        ],
    ),
    (
        "WPO",
        [
            "Water-polo",
            "Water Polo",
            "Waterpolo",
            "Wasserball",
            "كرة الماء",
        ],
    ),
    ("WRE", ["Lutte", "Wrestling", "Lucha", "Ringen", "المصارعة"]),
];

/// The name in all languages where code and name are known together, else the name as given.
pub(super) fn name(code: &str, given: &str) -> Texts {
    let known = NAMES
        .iter()
        .find(|(known, [fr, en, ..])| *known == code && (given == *en || given == *fr));
    let Some((_, [fr, en, es, de, ar])) = known else {
        return Texts::same(given);
    };
    Texts {
        fr: (*fr).to_owned(),
        en: (*en).to_owned(),
        es: Some((*es).to_owned()),
        de: Some((*de).to_owned()),
        ar: Some((*ar).to_owned()),
    }
}

/// Files without titles: the sport, and whether medals are won.
pub(super) fn title(code: &str, given: &str, medal_event: bool) -> Texts {
    let mut title = name(code, given);
    if medal_event {
        title.fr.push_str(" – finales");
        title.en.push_str(" – finals");
        let more = [&mut title.es, &mut title.de, &mut title.ar];
        for (text, finals) in more
            .into_iter()
            .zip([" – finales", " – Finale", " – النهائيات"])
        {
            if let Some(text) = text {
                text.push_str(finals);
            }
        }
    }
    title
}
