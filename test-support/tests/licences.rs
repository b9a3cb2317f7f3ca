//! What the project lets in from outside: only permissive licences, only crates.io, none of the
//! banned crates, and a written reason for every direct dependency (`docs/dependencies.md`).
//! Reads `cargo metadata`, so it needs neither the network nor another tool.

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use serde_json::Value;

const ALLOWED: [&str; 14] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Crates that must not come in, even through another one, and why.
const BANNED: [(&str, &str); 6] = [
    ("actix-governor", "GPL; use governor"),
    ("askama_actix", "deprecated; use askama"),
    (
        "h2",
        "HTTP/2 is the proxy's, and the version actix takes has an advisory",
    ),
    ("native-tls", "one TLS stack only; use rustls"),
    ("openssl-sys", "one TLS stack only; use rustls"),
    ("stripe-rust", "does not resolve any more; see the ADR"),
];

const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the workspace")
}

/// The metadata for this machine's platform, of which everything is downloaded already.
fn metadata() -> Value {
    let version = Command::new("rustc")
        .arg("-vV")
        .output()
        .expect("rustc runs");
    let version = String::from_utf8(version.stdout).expect("text");
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .expect("a host");
    let answer = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .args(["--filter-platform", host])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(
        answer.status.success(),
        "{}",
        String::from_utf8_lossy(&answer.stderr)
    );
    serde_json::from_slice(&answer.stdout).expect("JSON")
}

fn packages(metadata: &Value) -> impl Iterator<Item = &Value> {
    metadata["packages"].as_array().expect("packages").iter()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// Whether an SPDX expression can be satisfied with allowed licences alone. `AND` binds tighter
/// than `OR`; a slash is the old way to write `OR`.
fn is_permissive(expression: &str) -> bool {
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    any_of(&mut rest) && rest.is_empty()
}

fn any_of(words: &mut &[&str]) -> bool {
    let mut allowed = all_of(words);
    while words.first() == Some(&"OR") {
        *words = &words[1..];
        allowed |= all_of(words);
    }
    allowed
}

fn all_of(words: &mut &[&str]) -> bool {
    let mut allowed = one(words);
    while words.first() == Some(&"AND") {
        *words = &words[1..];
        allowed &= one(words);
    }
    allowed
}

fn one(words: &mut &[&str]) -> bool {
    match **words {
        ["(", ref inner @ ..] => {
            let mut inner = inner;
            let allowed = any_of(&mut inner);
            *words = inner.get(1..).unwrap_or_default();
            allowed
        }
        [licence, "WITH", exception, ref rest @ ..] => {
            *words = rest;
            ALLOWED.contains(&format!("{licence} WITH {exception}").as_str())
        }
        [licence, ref rest @ ..] => {
            *words = rest;
            ALLOWED.contains(&licence)
        }
        [] => false,
    }
}

fn licence_violations(metadata: &Value) -> Vec<String> {
    packages(metadata)
        .filter(|package| !is_permissive(text(package, "license")))
        .map(|package| format!("{}: licence {}", text(package, "name"), package["license"]))
        .collect()
}

fn origin_violations(metadata: &Value) -> Vec<String> {
    packages(metadata)
        .filter(|package| !package["source"].is_null() && text(package, "source") != CRATES_IO)
        .map(|package| format!("{}: from {}", text(package, "name"), package["source"]))
        .collect()
}

fn ban_violations(metadata: &Value) -> Vec<String> {
    packages(metadata)
        .filter_map(|package| {
            let name = text(package, "name");
            let (_, reason) = BANNED.iter().find(|(banned, _)| *banned == name)?;
            Some(format!("{name} is banned: {reason}"))
        })
        .collect()
}

fn direct_dependencies(metadata: &Value) -> BTreeSet<String> {
    packages(metadata)
        .filter(|package| package["source"].is_null())
        .flat_map(|package| package["dependencies"].as_array().expect("dependencies"))
        .map(|dependency| text(dependency, "name").to_owned())
        .collect()
}

/// The crates that have a row with a reason: `| `name` | reason |`.
fn explained(document: &str) -> BTreeSet<String> {
    document
        .lines()
        .filter_map(|line| {
            let mut cells = line.trim().strip_prefix('|')?.split('|').map(str::trim);
            let name = cells.next()?.strip_prefix('`')?.strip_suffix('`')?;
            (!cells.next()?.is_empty()).then(|| name.to_owned())
        })
        .collect()
}

fn explanation_violations(used: &BTreeSet<String>, explained: &BTreeSet<String>) -> Vec<String> {
    let missing = used
        .difference(explained)
        .map(|name| format!("{name} has no line"));
    let stale = explained
        .difference(used)
        .map(|name| format!("{name} is no longer used"));
    missing.chain(stale).collect()
}

fn assert_none(violations: &[String]) {
    assert!(violations.is_empty(), "\n  {}\n", violations.join("\n  "));
}

#[test]
fn every_crate_has_a_permissive_licence_comes_from_crates_io_and_is_not_banned() {
    let metadata = metadata();
    assert!(
        packages(&metadata).count() > 100,
        "the metadata name the dependencies"
    );
    assert_none(&licence_violations(&metadata));
    assert_none(&origin_violations(&metadata));
    assert_none(&ban_violations(&metadata));
}

#[test]
fn every_direct_dependency_has_its_reason_in_writing() {
    let document = fs::read_to_string(root().join("docs/dependencies.md")).expect("the document");
    let used = direct_dependencies(&metadata());
    assert_none(&explanation_violations(&used, &explained(&document)));
}

#[test]
fn licence_expressions_are_read_as_they_are_meant() {
    for good in [
        "MIT",
        "MIT/GPL-3.0",
        "(MIT OR GPL-2.0) AND ISC",
        "GPL-2.0 OR MIT AND Zlib",
    ] {
        assert!(is_permissive(good), "{good}");
    }
    assert!(is_permissive(
        "Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT"
    ));
    for bad in [
        "",
        "GPL-3.0",
        "MIT AND GPL-3.0",
        "(MIT OR ISC) AND AGPL-3.0",
        "MIT WITH strings",
    ] {
        assert!(!is_permissive(bad), "{bad}");
    }
}

#[test]
fn a_bad_licence_a_foreign_source_and_a_banned_crate_are_all_found() {
    let sample = serde_json::json!({ "packages": [
        { "name": "fine", "license": "MIT", "source": CRATES_IO },
        { "name": "bad", "license": "GPL-3.0", "source": CRATES_IO },
        { "name": "untold", "license": null, "source": CRATES_IO },
        { "name": "openssl-sys", "license": "MIT", "source": "git+https://example.org/x" },
    ]});
    assert_eq!(licence_violations(&sample).len(), 2);
    assert_eq!(origin_violations(&sample).len(), 1);
    assert_eq!(ban_violations(&sample).len(), 1);
}

#[test]
fn a_dependency_without_a_reason_and_a_reason_without_a_dependency_are_found() {
    let document = "| crate | why |\n|---|---|\n| `serde` | JSON |\n| `gone` | was useful |\n\
                    | `jiff` | |\n";
    let used = ["serde", "jiff"].map(str::to_owned).into();
    let violations = explanation_violations(&used, &explained(document));
    assert_eq!(violations, ["jiff has no line", "gone is no longer used"]);
}
