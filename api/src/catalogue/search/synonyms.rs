//! Words that people say for each other, in French and English, folded. Sports bring both their
//! names with them; these are the others.

const GROUPS: [&[&str]; 22] = [
    &[
        "women", "woman", "femmes", "femme", "dames", "feminin", "feminine",
    ],
    &["men", "man", "hommes", "homme", "messieurs", "masculin"],
    &["mixed", "mixte"],
    &["final", "finals", "finale", "finales"],
    &["semifinal", "semifinals", "semi", "demi"],
    &[
        "quarterfinal",
        "quarterfinals",
        "quarter",
        "quart",
        "quarts",
    ],
    &[
        "preliminary",
        "preliminaries",
        "qualification",
        "qualifications",
        "eliminatoires",
    ],
    &["heats", "heat", "series", "serie", "round", "tour"],
    &["gold", "or"],
    &["silver", "argent"],
    &["medal", "medals", "medaille", "medailles"],
    &["team", "teams", "equipe", "equipes"],
    &["individual", "individuel", "individuelle"],
    &["relay", "relays", "relais"],
    &["match", "matches", "matchs", "game", "games", "rencontre"],
    &["bike", "bicycle", "velo", "cycling", "cyclisme"],
    &["soccer", "foot", "football"],
    &["swim", "nage", "natation", "swimming"],
    &["running", "course", "athletisme", "athletics", "track"],
    &["horse", "cheval", "equitation", "equestrian", "equestres"],
    &["shooting", "tir"],
    &["opening", "ouverture"],
];

/// All of a word's groups, the word itself among them.
pub(super) fn of(word: &str) -> Vec<&'static str> {
    let mut alike = Vec::new();
    for group in GROUPS.iter().filter(|group| group.contains(&word)) {
        alike.extend_from_slice(group);
    }
    alike
}
