//! What is wrong with the files: every fault with its file, line and reason, before anything is
//! written.

use std::fmt;

/// One thing to mend in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub file: String,
    pub line: u64,
    pub reason: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.reason)
    }
}

/// Collects faults; an import goes on only when there are none.
#[derive(Debug, Default)]
pub(super) struct Audit {
    faults: Vec<Fault>,
}

impl Audit {
    pub(super) fn fault(&mut self, file: &str, line: u64, reason: impl Into<String>) {
        self.faults.push(Fault {
            file: file.to_owned(),
            line,
            reason: reason.into(),
        });
    }

    /// All faults in the order of the files.
    ///
    /// # Errors
    /// When there is at least one.
    pub(super) fn verdict(self) -> Result<(), Vec<Fault>> {
        if self.faults.is_empty() {
            return Ok(());
        }
        let mut faults = self.faults;
        faults.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        Err(faults)
    }
}
