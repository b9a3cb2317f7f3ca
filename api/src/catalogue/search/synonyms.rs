//! Words that people say for each other, in every language, folded. Sports bring all their
//! names with them; these are the others.

const GROUPS: [&[&str]; 22] = [
    &[
        "women",
        "woman",
        "femmes",
        "femme",
        "dames",
        "feminin",
        "feminine",
        "mujeres",
        "mujer",
        "femenino",
        "femenina",
        "frauen",
        "damen",
        "سيدات",
        "نساء",
    ],
    &[
        "men",
        "man",
        "hommes",
        "homme",
        "messieurs",
        "masculin",
        "hombres",
        "hombre",
        "masculino",
        "masculina",
        "manner",
        "herren",
        "رجال",
    ],
    &["mixed", "mixte", "mixto", "mixta", "gemischt", "مختلط"],
    &[
        "final",
        "finals",
        "finale",
        "finales",
        "finalen",
        "نهايي",
        "نهاييات",
    ],
    &[
        "semifinal",
        "semifinals",
        "semi",
        "demi",
        "semifinales",
        "halbfinale",
        "نصف",
    ],
    &[
        "quarterfinal",
        "quarterfinals",
        "quarter",
        "quart",
        "quarts",
        "cuartos",
        "viertelfinale",
        "ربع",
    ],
    &[
        "preliminary",
        "preliminaries",
        "qualification",
        "qualifications",
        "eliminatoires",
        "clasificacion",
        "clasificatoria",
        "qualifikation",
        "vorrunde",
        "تصفيات",
    ],
    &[
        "heats",
        "heat",
        "series",
        "serie",
        "round",
        "tour",
        "eliminatoria",
        "vorlauf",
        "vorlaufe",
        "دور",
    ],
    &["gold", "or", "oro", "ذهب", "ذهبيه"],
    &["silver", "argent", "plata", "silber", "فضه", "فضيه"],
    &[
        "medal",
        "medals",
        "medaille",
        "medailles",
        "medalla",
        "medallas",
        "medaillen",
        "ميداليه",
        "ميداليات",
    ],
    &[
        "team",
        "teams",
        "equipe",
        "equipes",
        "equipo",
        "equipos",
        "mannschaft",
        "mannschaften",
        "فريق",
        "فرق",
    ],
    &["individual", "individuel", "individuelle", "einzel", "فردي"],
    &[
        "relay",
        "relays",
        "relais",
        "relevos",
        "relevo",
        "staffel",
        "تتابع",
    ],
    &[
        "match",
        "matches",
        "matchs",
        "game",
        "games",
        "rencontre",
        "partido",
        "partidos",
        "spiel",
        "spiele",
        "مباراه",
        "مباريات",
    ],
    &[
        "bike",
        "bicycle",
        "velo",
        "cycling",
        "cyclisme",
        "bicicleta",
        "bici",
        "ciclismo",
        "fahrrad",
        "rad",
        "radsport",
        "دراجات",
        "دراجه",
    ],
    &["soccer", "foot", "football", "futbol", "fussball"],
    &[
        "swim",
        "nage",
        "natation",
        "swimming",
        "natacion",
        "nadar",
        "schwimmen",
        "سباحه",
    ],
    &[
        "running",
        "course",
        "athletisme",
        "athletics",
        "track",
        "carrera",
        "atletismo",
        "laufen",
        "leichtathletik",
        "جري",
    ],
    &[
        "horse",
        "cheval",
        "equitation",
        "equestrian",
        "equestres",
        "caballo",
        "hipica",
        "pferd",
        "reiten",
        "reitsport",
        "فروسيه",
    ],
    &["shooting", "tir", "tiro", "schiessen", "رمايه"],
    &[
        "opening",
        "ouverture",
        "apertura",
        "inauguracion",
        "eroffnung",
        "افتتاح",
    ],
];

/// All of a word's groups, the word itself among them.
pub(super) fn of(word: &str) -> Vec<&'static str> {
    let mut alike = Vec::new();
    for group in GROUPS.iter().filter(|group| group.contains(&word)) {
        alike.extend_from_slice(group);
    }
    alike
}

#[cfg(test)]
mod tests {
    use super::super::fold::words;
    use super::*;

    #[test]
    fn every_word_is_as_typed_words_are_folded() {
        for word in GROUPS.iter().copied().flatten() {
            assert_eq!(words(word), [*word]);
        }
        assert!(of("سيدات").contains(&"women") && of("frauen").contains(&"dames"));
    }
}
