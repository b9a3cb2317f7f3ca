//! Which devices are there, by their names in `/dev`. Whether a keyboard is a reader is told when
//! it is opened.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::Settings;

/// How a reader speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// As a keyboard.
    Keys,
    /// As a serial port.
    Serial,
    /// As a HID point-of-sale scanner.
    Pos,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Found {
    pub(super) kind: Kind,
    pub(super) path: PathBuf,
    /// Another one each time that something is plugged in.
    inode: u64,
}

impl Found {
    /// `ttyACM0`
    pub(super) fn name(&self) -> String {
        let name = self.path.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }
}

pub(super) fn all(settings: &Settings) -> Vec<Found> {
    let dev = &settings.dev;
    let keys = named(&dev.join("input"), "event").into_iter();
    let serial = named(dev, "ttyACM").into_iter();
    let ports = settings.ports.iter().filter(|port| port.exists()).cloned();
    let pos = named(dev, "hidraw").into_iter();
    let found = |kind| {
        move |path: PathBuf| {
            let inode = path.symlink_metadata().map_or(0, |file| file.ino());
            Found { kind, path, inode }
        }
    };
    keys.map(found(Kind::Keys))
        .chain(serial.chain(ports).map(found(Kind::Serial)))
        .chain(
            pos.filter(|path| is_pos(&settings.sys, path))
                .map(found(Kind::Pos)),
        )
        .collect()
}

/// A name and a number, as the kernel gives them.
fn named(folder: &Path, prefix: &str) -> Vec<PathBuf> {
    let Ok(files) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let is_ours = |name: &str| {
        let number = name.strip_prefix(prefix);
        number
            .is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
    };
    let files = files.filter_map(Result::ok);
    let mut paths: Vec<_> = files
        .filter(|file| file.file_name().to_str().is_some_and(is_ours))
        .map(|file| file.path())
        .collect();
    paths.sort();
    paths
}

/// Whether its descriptor speaks of the usage page of bar code scanners.
fn is_pos(sys: &Path, device: &Path) -> bool {
    let name = device.file_name().unwrap_or_default();
    let path = sys.join("class/hidraw").join(name);
    let descriptor = std::fs::read(path.join("device/report_descriptor"));
    descriptor.is_ok_and(|bytes| has_scanner_page(&bytes))
}

/// Walks the items: a byte of data may look like any item.
fn has_scanner_page(descriptor: &[u8]) -> bool {
    const USAGE_PAGE: u8 = 0x04;
    const LONG_ITEM: u8 = 0xfe;
    const SCANNERS: u32 = 0x8c;
    let mut rest = descriptor;
    while let Some((&head, after)) = rest.split_first() {
        let length = match head {
            LONG_ITEM => after.first().map_or(0, |length| usize::from(*length) + 2),
            _ => [0, 1, 2, 4]
                .get(usize::from(head & 3))
                .copied()
                .unwrap_or(0),
        };
        let Some((data, next)) = after.split_at_checked(length) else {
            return false;
        };
        let value = data
            .iter()
            .rev()
            .fold(0, |sum, byte| (sum << 8) | u32::from(*byte));
        if head != LONG_ITEM && head & 0xfc == USAGE_PAGE && value == SCANNERS {
            return true;
        }
        rest = next;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scanner_is_told_from_a_mouse_by_its_descriptor() {
        let scanner = [0x05, 0x8c, 0x09, 0x02, 0xa1, 0x01, 0x85, 0x02, 0xc0];
        assert!(has_scanner_page(&scanner));
        assert!(has_scanner_page(&[0x06, 0x8c, 0x00, 0x09, 0x02]));
        let mouse = [0x05, 0x01, 0x09, 0x02, 0xa1, 0x01, 0x26, 0x05, 0x8c, 0xc0];
        assert!(!has_scanner_page(&mouse));
        assert!(!has_scanner_page(&[0x06, 0x8c]));
        assert!(!has_scanner_page(&[0xfe]));
        assert!(!has_scanner_page(&[]));
    }

    #[test]
    fn names_are_a_prefix_and_a_number() {
        let folder = std::env::temp_dir().join(format!("guichet-find-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        for name in ["ttyACM0", "ttyACM12", "ttyACM", "ttyACMx", "tty1"] {
            std::fs::write(folder.join(name), "").unwrap();
        }
        let found = named(&folder, "ttyACM");
        assert_eq!(found, [folder.join("ttyACM0"), folder.join("ttyACM12")]);
        assert!(named(&folder.join("nowhere"), "ttyACM").is_empty());
    }
}
