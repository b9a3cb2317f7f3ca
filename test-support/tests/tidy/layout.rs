//! The five dependency rules of the layout (`docs/ARCHITECTURE.md`).

use crate::{Source, assert_none, paths, sources};

/// All that the rules of ticketing may depend on: ciphers, numbers, time, ids, errors. No runtime,
/// no driver, no framework.
const CORE_MAY_USE: [&str; 19] = [
    "aes",
    "aes-gcm",
    "base64",
    "ctr",
    "ed25519-dalek",
    "hkdf",
    "hmac",
    "jiff",
    "num-bigint",
    "rand",
    "rand_chacha",
    "rand_core",
    "serde",
    "serde_json",
    "sha2",
    "subtle",
    "thiserror",
    "uuid",
    "zeroize",
];

/// What a pure function does not touch: the rules are given the time and the randomness.
const CORE_MUST_NOT_NAME: [&str; 9] = [
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "SystemTime::now",
    "Instant::now",
    "Timestamp::now",
    "async fn",
];

/// Members of the workspace that each program may ship with: the two meet over the wire only.
const PROGRAMS_SHARE: [(&str, &[&str]); 3] = [
    ("ticket-core/Cargo.toml", &[]),
    ("api/Cargo.toml", &["ticket-core", "e-ticket"]),
    ("gate-scanner/Cargo.toml", &["ticket-core"]),
];

const MEMBERS: [&str; 6] = [
    "api",
    "e-ticket",
    "gate-scanner",
    "loadtests",
    "test-support",
    "ticket-core",
];

/// Files that may speak HTTP, wherever they are; besides, all of `platform/`, and what ends in
/// `_page.rs`. The last five read from a request who asks, before any handler runs.
const SPEAK_HTTP: [&str; 13] = [
    "app.rs",
    "backoffice.rs",
    "http.rs",
    "main.rs",
    "pages.rs",
    "routes.rs",
    "serve.rs",
    "webhook.rs",
    "cookies.rs",
    "device.rs",
    "frame.rs",
    "signed_in.rs",
    "visitor.rs",
];

fn ships(source: &Source) -> bool {
    let is_test = source.path.contains("/tests/") || source.file_name() == "tests.rs";
    let is_program = ["api/src/", "gate-scanner/src/"]
        .iter()
        .any(|folder| source.path.starts_with(folder));
    is_program && !is_test
}

/// The names under `[dependencies]` of a manifest.
fn dependencies(manifest: &str) -> Vec<(usize, String)> {
    let mut inside = false;
    let mut found = Vec::new();
    for (index, line) in manifest.lines().enumerate() {
        let line = line.trim();
        if let Some(section) = line.strip_prefix('[') {
            let section = section.trim_end_matches(']');
            inside = section.ends_with("dependencies") && !section.contains("dev-");
            if let Some((_, name)) = section.split_once("dependencies.") {
                inside = false;
                found.push((index + 1, name.to_owned()));
            }
        } else if inside && !line.is_empty() && !line.starts_with('#') {
            let name = line.split(['=', '.', ' ']).next().unwrap_or_default();
            found.push((index + 1, name.to_owned()));
        }
    }
    found
}

fn core_violations(manifests: &[Source], files: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for manifest in manifests
        .iter()
        .filter(|file| file.path == "ticket-core/Cargo.toml")
    {
        for (line, name) in dependencies(&manifest.text) {
            if !CORE_MAY_USE.contains(&name.as_str()) {
                found.push(manifest.at(line, &format!("ticket-core may not depend on {name}")));
            }
        }
    }
    for file in files
        .iter()
        .filter(|file| file.path.starts_with("ticket-core/src/"))
    {
        for (line, code) in file.shipped_lines() {
            for name in CORE_MUST_NOT_NAME
                .iter()
                .filter(|name| code.contains(*name))
            {
                found.push(file.at(line, &format!("the rules are pure: no {name}")));
            }
        }
    }
    found
}

/// The slices of the API: the folders beside `platform`; `commands`, like `routes.rs`, puts them
/// together.
fn slices(files: &[Source]) -> Vec<String> {
    let mut found: Vec<String> = files
        .iter()
        .filter_map(|file| file.path.strip_prefix("api/src/")?.split_once('/'))
        .map(|(slice, _)| slice.to_owned())
        .filter(|slice| !["platform", "commands", "bin"].contains(&slice.as_str()))
        .collect();
    found.sort();
    found.dedup();
    found
}

fn platform_violations(files: &[Source]) -> Vec<String> {
    let slices = slices(files);
    let mut found = Vec::new();
    for file in files
        .iter()
        .filter(|file| file.path.starts_with("api/src/platform/"))
    {
        for (line, path) in paths::named(file) {
            if path.first().is_some_and(|first| slices.contains(first)) {
                found.push(file.at(line, &format!("platform imports {}", path.join("::"))));
            }
        }
    }
    found
}

fn front_door_violations(files: &[Source]) -> Vec<String> {
    let slices = slices(files);
    let is_inside = |slice: &str, name: &str| {
        let stem = format!("api/src/{slice}/{name}");
        files.iter().any(|file| {
            file.path == format!("{stem}.rs") || file.path.starts_with(&format!("{stem}/"))
        })
    };
    let mut found = Vec::new();
    for file in files {
        let Some((own, _)) = file
            .path
            .strip_prefix("api/src/")
            .and_then(|p| p.split_once('/'))
        else {
            continue;
        };
        if !slices.iter().any(|slice| slice == own) {
            continue;
        }
        for (line, path) in paths::named(file) {
            let [slice, inner, ..] = path.as_slice() else {
                continue;
            };
            let is_neighbour = slice != own && slices.contains(slice);
            if is_neighbour && is_inside(slice, inner) {
                found.push(file.at(line, &format!("{slice}::{inner} is behind {slice}/mod.rs")));
            }
        }
    }
    found
}

/// Whether a line of code begins a string with a statement of SQL.
fn holds_sql(code: &str) -> bool {
    if code.contains("sql!(") || code.contains("Sql::new(") {
        return true;
    }
    code.match_indices('"').any(|(quote, _)| {
        let said = code[quote + 1..].trim_start().to_lowercase();
        let mut words = said.split_whitespace();
        let (first, second) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        let more = words.next().unwrap_or("");
        match first {
            "select" => said.contains(" from ") || said.contains('('),
            "insert" => second == "into",
            "delete" => second == "from",
            "update" => more == "set",
            "with" => more == "as" || more.starts_with("as("),
            "create" | "alter" | "drop" => ["table", "role", "database"].contains(&second),
            _ => false,
        }
    })
}

fn sql_violations(files: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| ships(file)) {
        let is_database = file.path.starts_with("api/src/platform/db");
        if file.file_name() == "store.rs" || file.path.contains("/store/") || is_database {
            continue;
        }
        for (line, _) in file.shipped_lines().filter(|(_, code)| holds_sql(code)) {
            found.push(file.at(line, "SQL stands in store.rs only"));
        }
    }
    found
}

/// The runtime that actix re-exports is not HTTP; and a refusal carries its status wherever it is
/// made.
fn names_http(code: &str) -> bool {
    code.replace("actix_web::rt", "")
        .replace("actix_web::http::StatusCode", "")
        .contains("actix_web::")
}

fn http_violations(files: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| ships(file)) {
        let in_folder = ["/http/", "/pages/", "/webhook/", "/platform/"]
            .iter()
            .any(|folder| file.path.contains(folder));
        let name = file.file_name();
        if in_folder || SPEAK_HTTP.contains(&name) || name.ends_with("_page.rs") {
            continue;
        }
        for (line, _) in file.shipped_lines().filter(|(_, code)| names_http(code)) {
            found.push(file.at(
                line,
                "HTTP types stand in http.rs, pages.rs and the like only",
            ));
        }
    }
    found
}

fn sharing_violations(manifests: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for manifest in manifests {
        let Some((_, may)) = PROGRAMS_SHARE
            .iter()
            .find(|(path, _)| *path == manifest.path)
        else {
            continue;
        };
        for (line, name) in dependencies(&manifest.text) {
            if MEMBERS.contains(&name.as_str()) && !may.contains(&name.as_str()) {
                found.push(manifest.at(line, &format!("may not depend on {name}")));
            }
        }
    }
    found
}

#[test]
fn the_rules_of_ticketing_depend_on_no_runtime_driver_or_framework() {
    assert_none(&core_violations(&sources("Cargo.toml"), &sources(".rs")));
}

#[test]
fn platform_imports_no_slice() {
    assert_none(&platform_violations(&sources(".rs")));
}

#[test]
fn a_slice_uses_another_only_through_its_front_door() {
    assert_none(&front_door_violations(&sources(".rs")));
}

#[test]
fn sql_stands_in_store_files_only() {
    assert_none(&sql_violations(&sources(".rs")));
}

#[test]
fn http_types_stand_in_http_files_only() {
    assert_none(&http_violations(&sources(".rs")));
}

#[test]
fn the_programs_share_the_rules_only() {
    assert_none(&sharing_violations(&sources("Cargo.toml")));
}

#[test]
fn an_impure_core_is_found() {
    let manifest = "[dependencies]\njiff = { workspace = true }\ntokio.workspace = true\n\
                    [dev-dependencies]\nproptest = \"1\"\n[dependencies.redis]\n";
    let manifests = [Source::sample("ticket-core/Cargo.toml", manifest)];
    let rule = "//! x\nfn f() { jiff::Timestamp::now(); }\n// std::fs is mentioned only\n";
    let files = [Source::sample("ticket-core/src/hold.rs", rule)];
    let found = core_violations(&manifests, &files);
    assert_eq!(found.len(), 3, "{found:?}");
}

#[test]
fn a_platform_that_imports_a_slice_is_found() {
    let files = [
        Source::sample("api/src/orders/mod.rs", ""),
        Source::sample(
            "api/src/platform/db.rs",
            "use crate::{platform::error, orders::place};",
        ),
        Source::sample(
            "api/src/platform/jobs/mod.rs",
            "fn f() { super::super::orders::g() }",
        ),
        Source::sample(
            "api/src/platform/app.rs",
            "use super::db; use crate::platform::clock;",
        ),
    ];
    let found = platform_violations(&files);
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn a_slice_that_goes_round_the_front_door_is_found() {
    let files = [
        Source::sample("api/src/orders/mod.rs", "use crate::orders::store;"),
        Source::sample("api/src/orders/store.rs", "use super::place;"),
        Source::sample(
            "api/src/holds/mod.rs",
            "use crate::orders::{Order, store::Row};",
        ),
        Source::sample("api/src/holds/take.rs", "use crate::orders::Order;"),
    ];
    let found = front_door_violations(&files);
    assert_eq!(
        found,
        ["api/src/holds/mod.rs:1: orders::store is behind orders/mod.rs"]
    );
}

#[test]
fn sql_outside_a_store_is_found_and_plain_english_is_not() {
    let statement = "const A: &str = \"select id from users where id = $1\";";
    let files = [
        Source::sample("api/src/orders/place.rs", statement),
        Source::sample("api/src/orders/store.rs", statement),
        Source::sample("api/src/platform/db.rs", statement),
        Source::sample(
            "gate-scanner/src/scan/decide.rs",
            "let q = \" UPDATE tickets SET x\";",
        ),
        Source::sample(
            "api/src/orders/http.rs",
            "let t = \"select a seat\"; \"with love\"; \"update\"",
        ),
        Source::sample("api/src/orders/pay.rs", "// \"select id from users\"\n"),
    ];
    let found = sql_violations(&files);
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn http_in_a_use_case_is_found() {
    let import = "use actix_web::web;";
    let files = [
        Source::sample("api/src/orders/place.rs", import),
        Source::sample("api/src/orders/http.rs", import),
        Source::sample("api/src/platform/session.rs", import),
        Source::sample("gate-scanner/src/ledger/mod.rs", import),
    ];
    let found = http_violations(&files);
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn programs_that_share_more_than_the_rules_are_found() {
    let manifests = [
        Source::sample(
            "api/Cargo.toml",
            "[dependencies]\nticket-core = {}\ngate-scanner = {}\n",
        ),
        Source::sample("gate-scanner/Cargo.toml", "[dependencies]\ne-ticket = {}\n"),
        Source::sample("loadtests/Cargo.toml", "[dependencies]\napi = {}\n"),
    ];
    let found = sharing_violations(&manifests);
    assert_eq!(found.len(), 2, "{found:?}");
}
