//! The ledger's file: text, one line a commit.
//!
//! A line is a digest, a space, records in JSON with tabs between them, a line end. The digest is
//! over the line's records and the digest before it, so that no line can be changed, taken out or
//! put elsewhere. The next line is begun only when the one before is on the disk: a power cut can
//! tear the last line and no other. A torn line was never answered for, and goes. Any other line
//! that does not fit is damage: the file is left as it is and nothing is decided.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::LedgerBroken;

const TITLE: &[u8] = b"guichet-ledger-v1\n";
/// Of the digest, in hexadecimal: 16 bytes of it.
const DIGEST_DIGITS: usize = 32;
const READ_BYTES: usize = 1 << 20;
/// A tab and a line end are never inside a record: JSON escapes them.
const BETWEEN: u8 = b'\t';

/// Where a record lies in the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) offset: u64,
    pub(super) length: u32,
}

#[derive(Debug)]
pub(super) struct LogFile {
    file: File,
    /// Behind the last whole line.
    end: u64,
    chain: [u8; 32],
    /// After a failed sync nobody knows what the disk holds until it is read again.
    is_unsure: bool,
}

/// Any failure of the file system, as a sentence.
pub(super) fn broken(error: impl std::fmt::Display) -> LedgerBroken {
    LedgerBroken(error.to_string())
}

impl LogFile {
    /// Opens or creates the file, and shows every record that was answered for, oldest first.
    pub(super) fn open(
        path: &Path,
        see: impl FnMut(Place, &[u8]) -> Result<(), LedgerBroken>,
    ) -> Result<Self, LedgerBroken> {
        let folder = path.parent().filter(|folder| *folder != Path::new(""));
        let folder = folder.unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).map_err(broken)?;
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let file = options.mode(0o600).open(path).map_err(broken)?;
        file.try_lock()
            .map_err(|_| broken("another process has it open"))?;
        let mut log = Self {
            file,
            end: 0,
            chain: Sha256::digest(TITLE).into(),
            is_unsure: false,
        };
        log.read_title()?;
        log.read(see)?;
        log.drop_torn_line()?;
        log.settle(folder)?;
        Ok(log)
    }

    /// For reading records at their places.
    pub(super) fn reader(&self) -> Result<File, LedgerBroken> {
        self.file.try_clone().map_err(broken)
    }

    fn read_title(&mut self) -> Result<(), LedgerBroken> {
        let mut title = Vec::with_capacity(TITLE.len());
        let limit = u64::try_from(TITLE.len()).map_err(broken)?;
        (&self.file)
            .take(limit)
            .read_to_end(&mut title)
            .map_err(broken)?;
        if title != TITLE {
            // The power may have failed while the file was made.
            let is_begun = TITLE.starts_with(&title) || title.iter().all(|byte| *byte == 0);
            let length = self.file.metadata().map_err(broken)?.len();
            if !is_begun || length > limit {
                return Err(broken("it is no ledger of this program"));
            }
            self.file.write_all_at(TITLE, 0).map_err(broken)?;
        }
        self.end = limit;
        Ok(())
    }

    fn read(
        &mut self,
        mut see: impl FnMut(Place, &[u8]) -> Result<(), LedgerBroken>,
    ) -> Result<(), LedgerBroken> {
        let file = self.reader()?;
        io::Seek::seek(&mut &file, io::SeekFrom::Start(self.end)).map_err(broken)?;
        let mut reader = BufReader::with_capacity(READ_BYTES, file);
        let mut line = Vec::new();
        loop {
            line.clear();
            if reader.read_until(b'\n', &mut line).map_err(broken)? == 0 {
                return Ok(());
            }
            let Some((chain, records)) = checked(&self.chain, &line) else {
                let is_last = reader.fill_buf().map_err(broken)?.is_empty();
                if is_last && is_torn(&self.chain, &line) {
                    return Ok(());
                }
                let at = self.end;
                return Err(broken(format!("it is damaged in the line at byte {at}")));
            };
            let mut offset = self.end + u64::try_from(DIGEST_DIGITS + 1).map_err(broken)?;
            for record in records.split(|byte| *byte == BETWEEN) {
                let length = u32::try_from(record.len()).map_err(broken)?;
                see(Place { offset, length }, record)?;
                offset += u64::from(length) + 1;
            }
            self.chain = chain;
            self.end += u64::try_from(line.len()).map_err(broken)?;
        }
    }

    fn drop_torn_line(&self) -> Result<(), LedgerBroken> {
        let length = self.file.metadata().map_err(broken)?.len();
        if length > self.end {
            let torn = length - self.end;
            tracing::warn!(bytes = torn, "the ledger's last line was never finished");
            self.file.set_len(self.end).map_err(broken)?;
        }
        Ok(())
    }

    /// What was read may never have reached the disk: a process that was killed leaves whole lines
    /// in memory only, and they are answered from now on.
    fn settle(&self, folder: &Path) -> Result<(), LedgerBroken> {
        self.file.sync_all().map_err(broken)?;
        File::open(folder)
            .map_err(broken)?
            .sync_all()
            .map_err(broken)
    }

    /// Writes records as one line: on the disk when this returns.
    pub(super) fn append(&mut self, records: &[&str]) -> Result<Vec<Place>, LedgerBroken> {
        if self.is_unsure {
            return Err(broken("the disk failed; the program must be started again"));
        }
        let length: usize = records.iter().map(|record| record.len() + 1).sum();
        let mut line = vec![b'0'; DIGEST_DIGITS];
        line.reserve(length + 1);
        let mut places = Vec::with_capacity(records.len());
        for record in records {
            // Between records, and between the digest and the first of them.
            line.push(if places.is_empty() { b' ' } else { BETWEEN });
            let offset = self.end + u64::try_from(line.len()).map_err(broken)?;
            let length = u32::try_from(record.len()).map_err(broken)?;
            places.push(Place { offset, length });
            line.extend_from_slice(record.as_bytes());
        }
        let (head, body) = line.split_at_mut(DIGEST_DIGITS);
        let chain = chained(&self.chain, body.get(1..).unwrap_or_default());
        head.copy_from_slice(&digits(&chain));
        line.push(b'\n');
        self.put(&line)?;
        self.chain = chain;
        self.end += u64::try_from(line.len()).map_err(broken)?;
        Ok(places)
    }

    fn put(&mut self, line: &[u8]) -> Result<(), LedgerBroken> {
        if let Err(error) = self.file.write_all_at(line, self.end) {
            // No room, most often. What was written of the line goes.
            self.is_unsure = self.file.set_len(self.end).is_err();
            return Err(broken(error));
        }
        self.file.sync_data().map_err(|error| {
            self.is_unsure = true;
            broken(error)
        })
    }
}

fn chained(before: &[u8; 32], records: &[u8]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(before);
    hasher.update(records);
    hasher.finalize().into()
}

fn digits(chain: &[u8; 32]) -> [u8; DIGEST_DIGITS] {
    const HEX: [u8; 16] = *b"0123456789abcdef";
    let mut digits = [0; DIGEST_DIGITS];
    for (pair, byte) in digits.chunks_exact_mut(2).zip(chain) {
        for (digit, nibble) in pair.iter_mut().zip([byte >> 4, byte & 15]) {
            *digit = HEX.get(usize::from(nibble)).copied().unwrap_or_default();
        }
    }
    digits
}

/// The digest after this line and its records; `None` when it does not fit.
fn checked<'a>(before: &[u8; 32], line: &'a [u8]) -> Option<([u8; 32], &'a [u8])> {
    let (head, rest) = line.strip_suffix(b"\n")?.split_at_checked(DIGEST_DIGITS)?;
    let records = rest.strip_prefix(b" ")?;
    let chain = chained(before, records);
    (head == digits(&chain)).then_some((chain, records))
}

/// Of the last line: its end was never written, or a part in its midst that reads as zeros. No
/// zero is ever written, so one changed byte does not look like it; nor does a changed line end.
fn is_torn(before: &[u8; 32], line: &[u8]) -> bool {
    let Some((last, whole)) = line.split_last() else {
        return true;
    };
    let is_ended = *last == b'\n';
    let fits_but_for_its_end = checked(before, &[whole, b"\n"].concat()).is_some();
    line.contains(&0) || !(is_ended || fits_but_for_its_end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path() -> std::path::PathBuf {
        static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let number = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let name = format!("guichet-log-{}-{number}", std::process::id());
        std::env::temp_dir().join(name)
    }

    fn read(path: &Path) -> Result<Vec<String>, String> {
        let mut seen = Vec::new();
        let log = LogFile::open(path, |place, record| {
            let length = usize::try_from(place.length).unwrap();
            assert_eq!(length, record.len());
            seen.push(String::from_utf8(record.to_vec()).unwrap());
            Ok(())
        });
        log.map(|_| seen).map_err(|error| error.to_string())
    }

    /// Two lines, three records; with the places of all lines.
    fn written() -> (std::path::PathBuf, Vec<u8>) {
        let path = path();
        let mut log = LogFile::open(&path, |_, _| Ok(())).unwrap();
        log.append(&[r#"{"a":1}"#, r#"{"b":"é"}"#]).unwrap();
        let places = log.append(&[r#"{"c":3}"#]).unwrap();
        let mut found = [0; 7];
        let reader = log.reader().unwrap();
        reader.read_exact_at(&mut found, places[0].offset).unwrap();
        assert_eq!(&found, br#"{"c":3}"#);
        drop(log);
        let bytes = std::fs::read(&path).unwrap();
        (path, bytes)
    }

    #[test]
    fn what_was_appended_is_read_again_in_its_order() {
        let (path, _) = written();
        let records = [r#"{"a":1}"#, r#"{"b":"é"}"#, r#"{"c":3}"#];
        assert_eq!(read(&path).unwrap(), records);
    }

    #[test]
    fn it_has_one_owner_at_a_time() {
        let (path, _) = written();
        let log = LogFile::open(&path, |_, _| Ok(())).unwrap();
        assert!(read(&path).unwrap_err().contains("another process"));
        drop(log);
        assert!(read(&path).is_ok());
    }

    #[test]
    fn a_last_line_torn_anywhere_goes_and_the_rest_stays() {
        let (path, bytes) = written();
        let begun = bytes.len() - DIGEST_DIGITS - 1 - 7 - 1;
        for end in begun..bytes.len() {
            std::fs::write(&path, &bytes[..end]).unwrap();
            assert_eq!(read(&path).unwrap().len(), 2, "cut at {end}");
            // Room was made for the line, and not all of it was written.
            let mut torn = bytes.clone();
            torn[end..].fill(0);
            std::fs::write(&path, &torn).unwrap();
            assert_eq!(read(&path).unwrap().len(), 2, "zeros from {end}");
            assert_eq!(std::fs::read(&path).unwrap(), &bytes[..begun]);
        }
        let mut log = LogFile::open(&path, |_, _| Ok(())).unwrap();
        log.append(&["{}"]).unwrap();
        drop(log);
        assert_eq!(read(&path).unwrap().len(), 3);
    }

    #[test]
    fn one_changed_byte_anywhere_is_damage_and_nothing_is_changed() {
        let (path, bytes) = written();
        for at in 0..bytes.len() {
            let mut other = bytes.clone();
            other[at] ^= 1;
            std::fs::write(&path, &other).unwrap();
            let reason = read(&path).unwrap_err();
            assert!(
                reason.contains("damaged") || reason.contains("no ledger"),
                "{at}: {reason}"
            );
            assert_eq!(std::fs::read(&path).unwrap(), other);
        }
    }

    #[test]
    fn a_file_of_something_else_is_left_alone() {
        let path = path();
        std::fs::write(&path, b"redb\x1a\x0a\xa9\x0d\x0a and so on").unwrap();
        assert!(read(&path).unwrap_err().contains("no ledger"));
        for begun in [&b""[..], b"guichet-led", &[0; 18]] {
            std::fs::write(&path, begun).unwrap();
            assert!(read(&path).unwrap().is_empty());
            assert!(read(&path).unwrap().is_empty());
        }
    }
}
