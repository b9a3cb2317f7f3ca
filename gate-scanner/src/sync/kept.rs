//! The list on disk, for a start without the centre: one signed manifest a line, the full list
//! first, then the changes. Every line is verified again when it is read, so whoever can write the
//! file cannot add a ticket. It shows no name and opens no gate (see `ticket_core::manifest`).

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use ticket_core::manifest::{ManifestVerifier, SignedManifest};

use super::list::List;

#[derive(Debug, Clone)]
pub(crate) struct KeptList(PathBuf);

impl KeptList {
    /// `gate.ledger` has its list in `gate.ledger.list`.
    pub(crate) fn beside(ledger: &Path) -> Self {
        Self(with_suffix(ledger, ".list"))
    }

    /// `None` when there is no list that verifies.
    pub(crate) fn load(&self, key: &ManifestVerifier) -> Option<List> {
        let lines = BufReader::new(File::open(&self.0).ok()?).lines();
        // A line torn by a power cut is passed over: the changes after it were asked for from
        // before it, so they hold it again.
        let manifests = lines.map_while(Result::ok).filter_map(|line| {
            let signed: SignedManifest = serde_json::from_str(&line).ok()?;
            key.open(&signed).ok()
        });
        let mut list: Option<List> = None;
        for manifest in manifests {
            match (&mut list, manifest.since) {
                (_, None) => list = Some(List::of(manifest)),
                (Some(list), Some(since)) if since <= list.cursor => {
                    if list.merge(manifest).is_err() {
                        break;
                    }
                }
                // A hole: the rest cannot be applied.
                (_, Some(_)) => break,
            }
        }
        list
    }

    /// A full list replaces what was kept, whole or not at all.
    pub(crate) fn replace(&self, full: &SignedManifest) -> io::Result<()> {
        let fresh = with_suffix(&self.0, ".new");
        let mut file =
            private(OpenOptions::new().write(true).create(true).truncate(true)).open(&fresh)?;
        file.write_all(&line(full)?)?;
        file.sync_all()?;
        std::fs::rename(&fresh, &self.0)?;
        let folder = self.0.parent().filter(|folder| *folder != Path::new(""));
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    }

    /// Nothing of it is needed any more.
    pub(crate) fn remove(&self) -> io::Result<()> {
        match std::fs::remove_file(&self.0) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    pub(crate) fn append(&self, changes: &SignedManifest) -> io::Result<()> {
        let mut file = private(OpenOptions::new().append(true).create(true)).open(&self.0)?;
        file.write_all(&line(changes)?)?;
        file.sync_data()
    }
}

/// Begins with a line end, so that a torn line before it stays on its own.
fn line(signed: &SignedManifest) -> io::Result<Vec<u8>> {
    let mut bytes = b"\n".to_vec();
    serde_json::to_writer(&mut bytes, signed)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// For the service's own eyes.
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}
