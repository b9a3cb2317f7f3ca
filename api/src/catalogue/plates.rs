//! Which drawn plate and spot colour a sport is shown with, by its discipline code.

/// The symbol of `static/sports.svg`, which is also the colour class of `guichet.css`.
pub(crate) fn plate(sport_code: &str) -> &'static str {
    match sport_code {
        "ATH" | "TRI" | "MPN" => "athletics",
        "SWM" | "DIV" | "SWA" | "OWS" | "WPO" => "swimming",
        "BMF" | "BMX" | "CRD" | "CTR" | "MTB" | "CYC" => "cycling",
        "BKB" | "BK3" => "basketball",
        "FBL" => "football",
        "HOC" => "hockey",
        "GLF" => "golf",
        "HBL" => "handball",
        "VVO" | "VBV" => "volleyball",
        "TEN" => "tennis",
        "BDM" => "badminton",
        "JUD" | "TKW" | "KTE" => "judo",
        "WRE" => "wrestling",
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
        "SRF" => "surf",
        "SKB" | "BKG" => "board",
        _ => "festival",
    }
}

const DRAWINGS: &str = include_str!("../../static/sports.svg");
const COLOURS: &str = include_str!("../../static/guichet.css");

/// What is drawn on a plate, as the inside of an SVG of 320 × 200, and its spot colour.
pub(super) fn drawing(plate: &str) -> (String, String) {
    let cut = |text: &'static str, from: &str, to: &str| {
        let (_, rest) = text.split_once(from)?;
        let (found, _) = rest.split_once(to)?;
        Some(found.to_owned())
    };
    let symbol = cut(DRAWINGS, &format!("<symbol id=\"{plate}\""), "</symbol>");
    let drawn = symbol.and_then(|it| it.split_once('>').map(|(_, inside)| inside.to_owned()));
    let accent = cut(COLOURS, &format!(".sport-{plate} {{ --accent:"), ";");
    (
        drawn.unwrap_or_default(),
        accent.map_or_else(String::new, |colour| colour.trim().to_owned()),
    )
}

#[cfg(test)]
mod tests {
    use super::{drawing, plate};

    #[test]
    fn every_plate_is_drawn_and_has_its_colour() {
        let codes = [
            "ATH", "SWM", "CTR", "BKB", "FBL", "HBL", "VVO", "TEN", "BDM", "JUD", "BOX", "GAR",
            "FEN", "GLF", "HOC", "SRF", "WRE", "ARC", "TTE", "ROW", "SAL", "EQU", "CLB", "WLF",
            "RU7", "SKB", "other",
        ];
        for code in codes {
            let name = plate(code);
            let (drawn, accent) = drawing(name);
            assert!(drawn.starts_with('<') && drawn.ends_with('>'), "{name}");
            assert!(accent.starts_with('#') && accent.len() == 7, "{name}");
        }
    }
}
