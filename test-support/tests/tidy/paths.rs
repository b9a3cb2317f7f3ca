//! Reading which modules a file names: `crate::…` and `super::…` paths, groups unfolded. A scan of
//! the text, not a parser: good for the shapes rustfmt leaves.

use crate::Source;

/// Every module path named in the shipped part of the file, from the root of its crate, with the
/// line it begins on. `crate::orders::{place, store::{Row}}` gives `orders/place` and
/// `orders/store/Row`.
pub(crate) fn named(source: &Source) -> Vec<(usize, Vec<String>)> {
    let module = module_of(&source.path);
    let text: String = source
        .shipped_lines()
        .map(|(number, line)| format!("{number}\u{1}{line}\n"))
        .collect::<Vec<_>>()
        .concat();
    let mut found = Vec::new();
    for (start, word) in starts(&text) {
        let line = line_at(&text, start);
        let rest = &text[start + word.len()..];
        let (base, rest) = base_of(word, rest, &module);
        for path in unfold(&without_line_marks(rest)) {
            found.push((line, base.iter().cloned().chain(path).collect()));
        }
    }
    found
}

fn starts(text: &str) -> Vec<(usize, &'static str)> {
    let mut found = Vec::new();
    for word in ["crate::", "super::"] {
        for (at, _) in text.match_indices(word) {
            let before = text[..at].chars().next_back().unwrap_or(' ');
            // The second `super` of a chain belongs to the first; `$crate` is a macro's.
            if !before.is_alphanumeric() && !"_:$".contains(before) {
                found.push((at, word));
            }
        }
    }
    found
}

fn line_at(text: &str, at: usize) -> usize {
    let line = &text[text[..at].rfind('\n').map_or(0, |end| end + 1)..];
    line.split('\u{1}')
        .next()
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}

fn without_line_marks(text: &str) -> String {
    text.lines()
        .map(|line| line.split_once('\u{1}').map_or(line, |(_, code)| code))
        .collect()
}

/// Where `crate::` or a chain of `super::` leads, seen from a module.
fn base_of<'a>(word: &str, mut rest: &'a str, module: &[String]) -> (Vec<String>, &'a str) {
    if word == "crate::" {
        return (Vec::new(), rest);
    }
    let mut levels = 1;
    while let Some(after) = rest.strip_prefix("super::") {
        rest = after;
        levels += 1;
    }
    (module[..module.len().saturating_sub(levels)].to_vec(), rest)
}

/// `api/src/orders/place.rs` is the module `orders/place`; `mod.rs` is its folder.
fn module_of(path: &str) -> Vec<String> {
    let inside = path.split_once("src/").map_or(path, |(_, inside)| inside);
    let inside = inside.trim_end_matches(".rs").trim_end_matches("/mod");
    let root = ["main", "lib"].contains(&inside);
    if root {
        Vec::new()
    } else {
        inside.split('/').map(str::to_owned).collect()
    }
}

/// The paths that begin a text: `a::{b, c::d}; rest` gives `a/b` and `a/c/d`.
fn unfold(text: &str) -> Vec<Vec<String>> {
    let text = text.trim_start();
    if let Some(group) = text.strip_prefix('{') {
        return members(group)
            .iter()
            .flat_map(|member| unfold(member))
            .collect();
    }
    let end = text
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(text.len());
    if end == 0 {
        return vec![Vec::new()];
    }
    let name = text[..end].to_owned();
    let Some(rest) = text[end..].strip_prefix("::") else {
        return vec![vec![name]];
    };
    let prepend = |path: Vec<String>| [name.clone()].into_iter().chain(path).collect();
    unfold(rest).into_iter().map(prepend).collect()
}

/// The members of a group whose opening brace is already read.
fn members(group: &str) -> Vec<String> {
    let (mut depth, mut members) = (0, vec![String::new()]);
    for c in group.chars() {
        match c {
            '}' if depth == 0 => break,
            ',' if depth == 0 => members.push(String::new()),
            _ => {
                depth += i32::from(c == '{') - i32::from(c == '}');
                members.last_mut().expect("one at least").push(c);
            }
        }
    }
    members.retain(|member| !member.trim().is_empty());
    members
}

#[test]
fn groups_chains_and_lines_are_read() {
    let text = "//! x
use crate::orders::{
    place, store::{Row},
};
// crate::no::no
#[cfg(test)]
use crate::holds;
fn f() {
    super::super::holds::script::take();
    super::own();
}
#[cfg(test)]
mod tests {
    use crate::not::this;
}
";
    let found: Vec<(usize, String)> = named(&Source::sample("api/src/orders/place.rs", text))
        .into_iter()
        .map(|(line, path)| (line, path.join("/")))
        .collect();
    let expected = [
        (2, "orders/place"),
        (2, "orders/store/Row"),
        (7, "holds"),
        (9, "holds/script/take"),
        (10, "orders/own"),
    ];
    assert_eq!(found, expected.map(|(line, path)| (line, path.to_owned())));
}
