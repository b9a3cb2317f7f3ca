//! Which drawn plate and spot colour a sport is shown with, by its discipline code.

/// The symbol of `static/sports.svg`, which is also the colour class of `guichet.css`.
pub(crate) fn plate(sport_code: &str) -> &'static str {
    match sport_code {
        "ATH" | "TRI" | "MPN" => "athletics",
        "SWM" | "DIV" | "SWA" | "OWS" | "WPO" => "swimming",
        "BMF" | "BMX" | "CRD" | "CTR" | "MTB" | "CYC" => "cycling",
        "BKB" | "BK3" => "basketball",
        "FBL" | "HOC" => "football",
        "HBL" => "handball",
        "VVO" | "VBV" => "volleyball",
        "TEN" => "tennis",
        "BDM" => "badminton",
        "JUD" | "TKW" | "WRE" | "KTE" => "judo",
        "BOX" => "combat",
        "GAR" | "GRY" | "GTR" => "gymnastics",
        "FEN" => "fencing",
        "ARC" | "SHO" => "archery",
        "TTE" => "table-tennis",
        "ROW" | "CSL" | "CSP" => "rowing",
        "SAL" => "sailing",
        "EQU" => "equestrian",
        "CLB" => "climbing",
        "WLF" => "weightlifting",
        "RU7" | "RUG" => "rugby",
        "SKB" | "SRF" | "BKG" => "board",
        _ => "festival",
    }
}

#[cfg(test)]
mod tests {
    use super::plate;

    #[test]
    fn every_plate_is_drawn_and_has_its_colour() {
        let drawings = include_str!("../../static/sports.svg");
        let colours = include_str!("../../static/guichet.css");
        let codes = [
            "ATH", "SWM", "CTR", "BKB", "FBL", "HBL", "VVO", "TEN", "BDM", "JUD", "BOX", "GAR",
            "FEN", "ARC", "TTE", "ROW", "SAL", "EQU", "CLB", "WLF", "RU7", "SKB", "other",
        ];
        for code in codes {
            let name = plate(code);
            assert!(
                drawings.contains(&format!("<symbol id=\"{name}\"")),
                "{name}"
            );
            assert!(
                colours.contains(&format!(".sport-{name} {{ --accent:")),
                "{name}"
            );
        }
    }
}
