//! The test vectors of `docs/credential.md`: made here from fixed keys, with the expected result of
//! each case written by hand, and compared with `docs/credential-vectors.json` (`UPDATE_DOCS=1`
//! rewrites it).
#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

mod vectors {
    pub(crate) mod cases;
    pub(crate) mod fixed;
    pub(crate) mod gate;
}

use std::{fs, path::PathBuf};

use vectors::{cases, fixed::Vectors, gate};

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/credential-vectors.json")
}

#[test]
fn the_vectors_file_is_what_this_code_makes() {
    let made = Vectors::make();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(path(), serde_json::to_string_pretty(&made).unwrap() + "\n").unwrap();
    }
    let written = fs::read_to_string(path()).unwrap_or_else(|_| "null".to_owned());
    let written: serde_json::Value = serde_json::from_str(&written).unwrap();
    assert!(
        written == serde_json::to_value(&made).unwrap(),
        "docs/credential-vectors.json is out of date: run with UPDATE_DOCS=1"
    );
}

#[test]
fn every_case_has_the_result_written_beside_it() {
    let cases = cases::all();
    assert!(
        cases
            .iter()
            .filter(|case| case.result == "accepted")
            .count()
            >= 10
    );
    for case in &cases {
        assert_eq!(
            gate::check(&case.presented, case.at),
            case.result,
            "{}",
            case.name
        );
    }
}
