//! Runs `verifier.py`, a verifier in another language written from `docs/credential.md` alone, on
//! the test vectors, and on spoiled ones to see that it can fail.
#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// `GUICHET_PYTHON`, or the environment that the test set-up makes.
fn python() -> PathBuf {
    if let Some(python) = env::var_os("GUICHET_PYTHON") {
        return python.into();
    }
    let python = root().join(".local/test-venv/bin/python");
    assert!(
        python.exists(),
        "no Python with the package cryptography: run `make test`, which makes .local/test-venv, \
         or set GUICHET_PYTHON"
    );
    python
}

fn verify(vectors: &Path) -> Output {
    let verifier = root().join("ticket-core/tests/verifier.py");
    Command::new(python())
        .arg(verifier)
        .arg(vectors)
        .output()
        .unwrap()
}

#[test]
fn a_verifier_written_from_the_specification_agrees_with_every_vector() {
    let output = verify(&root().join("docs/credential-vectors.json"));
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn the_verifier_notices_spoiled_vectors() {
    let text = fs::read_to_string(root().join("docs/credential-vectors.json")).unwrap();
    let mut vectors: serde_json::Value = serde_json::from_str(&text).unwrap();
    vectors["cases"][0]["result"] = "wrong_signature".into();
    vectors["tickets"][1]["short_code"] = "0".repeat(22).into();
    let spoiled = Path::new(env!("CARGO_TARGET_TMPDIR")).join("spoiled-vectors.json");
    fs::write(&spoiled, vectors.to_string()).unwrap();
    let output = verify(&spoiled);
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(
        told.contains("case 'full: first ticket of an event'"),
        "{told}"
    );
    assert!(
        told.contains("ticket 'second signing slot': short_code"),
        "{told}"
    );
}
