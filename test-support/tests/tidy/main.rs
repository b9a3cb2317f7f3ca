//! The house rules that a compiler does not check: who may depend on whom, where SQL and HTTP may
//! appear, how long and how named a file may be. Each rule is a function from sources to
//! violations; one test runs it on the project, another proves on a sample that it can fail.

use std::{
    fs,
    path::{Path, PathBuf},
};

mod layout;
mod paths;
mod shape;

/// One file: its path from the root of the project, with `/`, and its text.
struct Source {
    path: String,
    text: String,
}

impl Source {
    fn sample(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// The lines that ship, numbered from 1: comments are left out, and the unit tests that stand
    /// at the end of a file.
    fn shipped_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let tests = self
            .text
            .find("\n#[cfg(test)]\nmod tests {")
            .map_or(self.text.len(), |at| at + 1);
        self.text[..tests]
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
            .map(|(index, line)| (index + 1, line))
    }

    fn at(&self, line: usize, what: &str) -> String {
        format!("{}:{line}: {what}", self.path)
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the workspace")
        .to_owned()
}

/// Every file of the project with this ending; what is built or downloaded is left out.
fn sources(ending: &str) -> Vec<Source> {
    let mut found = Vec::new();
    collect(&root(), &root(), ending, &mut found);
    found.sort_by(|one, other| one.path.cmp(&other.path));
    assert!(found.len() >= 5, "the walk finds the project");
    found
}

fn collect(root: &Path, folder: &Path, ending: &str, found: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("an entry").path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if path.is_dir() {
            if !name.starts_with('.') && name != "target" && name != "node_modules" {
                collect(root, &path, ending, found);
            }
        } else if name.ends_with(ending) {
            let text = fs::read_to_string(&path).expect("UTF-8");
            let path = path.strip_prefix(root).expect("inside").to_string_lossy();
            found.push(Source {
                path: path.replace('\\', "/"),
                text,
            });
        }
    }
}

fn assert_none(violations: &[String]) {
    assert!(violations.is_empty(), "\n  {}\n", violations.join("\n  "));
}
