//! The shape of a file: length, width, name, header, and nothing left undone.

use crate::{Source, assert_none, sources};

const LINES_MAX: usize = 500;
/// rustfmt keeps code within it; this is for the strings and comments it leaves alone. A row of a
/// table in a comment cannot be broken.
const COLUMNS_MAX: usize = 100;

/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 12] = [
    "common", "helper", "helpers", "manager", "managers", "misc", "service", "services", "shared",
    "util", "utils", "stuff",
];

/// Written in two halves, so that this file does not find itself.
const LEFT_UNDONE: [&str; 6] = [
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
    concat!("#[", "ignore"),
    concat!("dbg", "!("),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
];

fn length_violations(files: &[Source]) -> Vec<String> {
    let long = |file: &&Source| file.text.lines().count() > LINES_MAX;
    files
        .iter()
        .filter(long)
        .map(|file| {
            format!(
                "{}: {} lines, at most {LINES_MAX}",
                file.path,
                file.text.lines().count()
            )
        })
        .collect()
}

fn width_violations(files: &[Source]) -> Vec<String> {
    let is_table_row = |line: &str| line.starts_with("//! |") || line.starts_with("/// |");
    let wide = |(_, line): &(usize, &str)| {
        line.chars().count() > COLUMNS_MAX && !is_table_row(line.trim_start())
    };
    files
        .iter()
        .flat_map(|file| {
            let lines = file.text.lines().enumerate().filter(wide);
            lines.map(|(index, _)| file.at(index + 1, "wider than 100 columns"))
        })
        .collect()
}

fn name_violations(files: &[Source]) -> Vec<String> {
    let empty = |file: &&Source| {
        file.path
            .trim_end_matches(".rs")
            .split('/')
            .any(|part| EMPTY_NAMES.contains(&part))
    };
    files
        .iter()
        .filter(empty)
        .map(|file| format!("{}: name the thing", file.path))
        .collect()
}

fn header_violations(files: &[Source]) -> Vec<String> {
    let bare = |file: &&Source| {
        let first = file
            .text
            .lines()
            .find(|line| !line.trim().is_empty())
            .unwrap_or_default();
        !first.starts_with("//! ")
    };
    files
        .iter()
        .filter(bare)
        .map(|file| format!("{}: begins without //!", file.path))
        .collect()
}

fn undone_violations(files: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        for (index, line) in file.text.lines().enumerate() {
            for left in LEFT_UNDONE.iter().filter(|left| line.contains(*left)) {
                found.push(file.at(index + 1, &format!("{left} is left")));
            }
        }
    }
    found
}

/// What is made in the head of a block lives until its end: a connection read there would be kept
/// while the block waits for something else, and a pool has few.
fn kept_connections(files: &[Source]) -> Vec<String> {
    let opens = |line: &str| {
        ["match ", "for ", "if let ", "while let "]
            .iter()
            .any(|word| line.trim_start().starts_with(word))
    };
    let mut found = Vec::new();
    for file in files {
        let mut in_head = false;
        for (number, line) in file.shipped_lines() {
            in_head |= opens(line);
            if in_head && line.contains("db.read()") {
                found.push(file.at(number, "a connection is kept for the whole block"));
            }
            in_head &= !line.trim_end().ends_with(['{', ';', ',']);
        }
    }
    found
}

#[test]
fn no_connection_is_kept_for_the_length_of_a_block() {
    let mut files = sources(".rs");
    files.retain(|file| file.path.starts_with("api/src/"));
    assert_none(&kept_connections(&files));
    let text = "//! x\nmatch store::find(&app.db.read().await?).await? {\n}\n\
        for it in\n    store::list(&app.db.read().await?).await? {\n}\n\
        let it = store::find(&app.db.read().await?).await?;\n";
    assert_eq!(kept_connections(&[Source::sample("a.rs", text)]).len(), 2);
}

#[test]
fn no_file_is_longer_than_500_lines() {
    assert_none(&length_violations(&sources(".rs")));
}

#[test]
fn no_line_is_wider_than_100_columns() {
    assert_none(&width_violations(&sources(".rs")));
}

#[test]
fn every_file_is_named_after_a_thing() {
    assert_none(&name_violations(&sources(".rs")));
}

#[test]
fn every_file_says_what_it_is_for() {
    assert_none(&header_violations(&sources(".rs")));
}

#[test]
fn nothing_is_left_undone() {
    assert_none(&undone_violations(&sources(".rs")));
}

#[test]
fn a_file_that_is_long_wide_badly_named_bare_or_undone_is_found() {
    let long = "\n".repeat(LINES_MAX + 1);
    assert_eq!(length_violations(&[Source::sample("a.rs", &long)]).len(), 1);
    assert_eq!(
        length_violations(&[Source::sample("a.rs", &long[1..])]).len(),
        0
    );
    let wide = "é".repeat(COLUMNS_MAX + 1);
    assert_eq!(width_violations(&[Source::sample("a.rs", &wide)]).len(), 1);
    assert_eq!(
        width_violations(&[Source::sample("a.rs", &wide[2..])]).len(),
        0
    );
    let named = [
        "api/src/orders/utils.rs",
        "api/src/common/money.rs",
        "api/src/orders/place.rs",
    ];
    assert_eq!(
        name_violations(&named.map(|path| Source::sample(path, ""))).len(),
        2
    );
    let texts = ["fn f() {}", "", "//! What it is for.\n"];
    assert_eq!(
        header_violations(&texts.map(|text| Source::sample("a.rs", text))).len(),
        2
    );
    let undone = format!(
        "//! x\n{}]\nfn f() {{ {}) }}\n",
        LEFT_UNDONE[2], LEFT_UNDONE[0]
    );
    assert_eq!(
        undone_violations(&[Source::sample("a.rs", &undone)]).len(),
        2
    );
}
