//! One reader, in a thread of its own: opened, kept from everybody else, heard until it is gone.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _};
use std::os::fd::AsFd;
use std::os::unix::fs::OpenOptionsExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use evdev::{Device, EventType, KeyCode};
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::fs::OFlags;
use rustix::termios::{self, OptionalActions};
use tokio::sync::mpsc;

use super::Settings;
use super::find::{Found, Kind};
use super::keys::{Keys, Stroke};
use super::pos::Reports;
use super::serial::Lines;

/// The gap within a burst is under 50 ms; slow keyboards over Bluetooth take a little more.
const SILENCE: Duration = Duration::from_millis(120);

/// A code, and which reader read it.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) reader: String,
    pub(super) code: String,
}

/// An opened reader.
enum Opened {
    Keys(Box<Device>),
    Serial(File),
    Pos(File),
}

/// What is set once the reader is gone.
type Ended = Arc<AtomicBool>;

/// # Errors
/// When it cannot be opened or kept.
pub(super) fn start(
    found: &Found,
    settings: &Settings,
    codes: mpsc::Sender<Read>,
) -> io::Result<Ended> {
    let ended = Ended::default();
    let (name, opened) = match found.kind {
        Kind::Keys => {
            let mut device = Device::open(&found.path)?;
            let Some(name) = reader_name(&device, &settings.names) else {
                // Somebody's keyboard, a mouse, a button: looked at once.
                return Ok(ended);
            };
            device.grab()?;
            (name, Opened::Keys(Box::new(device)))
        }
        Kind::Serial => (found.name(), Opened::Serial(open_port(found)?)),
        Kind::Pos => (found.name(), Opened::Pos(open(found)?)),
    };
    tracing::info!(reader = %name, kind = ?found.kind, "a reader is here");
    let done = Arc::clone(&ended);
    let thread = std::thread::Builder::new().name("reader".into());
    thread.spawn(move || {
        let heard = hear(opened, |code| {
            let read = Read {
                reader: name.clone(),
                code,
            };
            if codes.try_send(read).is_err() {
                tracing::warn!(reader = %name, "too many codes wait; one is passed over");
            }
        });
        if let Err(error) = heard {
            tracing::warn!(reader = %name, %error, "a reader is gone");
        }
        done.store(true, Ordering::Release);
    })?;
    Ok(ended)
}

/// The name, when it has the keys of a reader and is called like one.
fn reader_name(device: &Device, names: &[String]) -> Option<String> {
    let keys = device.supported_keys()?;
    let types = [KeyCode::KEY_0, KeyCode::KEY_9, KeyCode::KEY_ENTER];
    if !types.iter().all(|key| keys.contains(*key)) {
        return None;
    }
    let name = device.name().unwrap_or_default();
    let lower = name.to_lowercase();
    names
        .iter()
        .any(|part| lower.contains(part.trim()))
        .then(|| name.to_owned())
}

fn open(found: &Found) -> io::Result<File> {
    let flags = (OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC).bits();
    let flags = i32::try_from(flags).map_err(io::Error::other)?;
    let mut options = OpenOptions::new();
    options.read(true).custom_flags(flags).open(&found.path)
}

/// Bytes as they are, for nobody else.
fn open_port(found: &Found) -> io::Result<File> {
    let port = open(found)?;
    let mut settings = termios::tcgetattr(&port)?;
    settings.make_raw();
    termios::tcsetattr(&port, OptionalActions::Now, &settings)?;
    termios::ioctl_tiocexcl(&port)?;
    Ok(port)
}

/// Until the reader is gone.
fn hear(opened: Opened, mut read: impl FnMut(String)) -> io::Result<()> {
    match opened {
        Opened::Keys(device) => hear_keys(*device, read),
        Opened::Serial(port) => {
            let mut lines = Lines::default();
            hear_bytes(port, |heard| {
                let codes = match heard {
                    Some(bytes) => lines.bytes(bytes),
                    None => lines.silence(),
                };
                codes.into_iter().for_each(&mut read);
            })
        }
        Opened::Pos(device) => {
            let mut reports = Reports::default();
            hear_bytes(device, |heard| {
                let codes = match heard {
                    Some(report) => reports.report(report),
                    None => reports.silence(),
                };
                codes.into_iter().for_each(&mut read);
            })
        }
    }
}

fn hear_keys(mut device: Device, mut read: impl FnMut(String)) -> io::Result<()> {
    let mut keys = Keys::default();
    device.set_nonblocking(true)?;
    loop {
        if !speaks(&device)? {
            keys.silence().into_iter().for_each(&mut read);
            continue;
        }
        let events = match device.fetch_events() {
            Ok(events) => events,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
            Err(error) => return Err(error),
        };
        for event in events {
            let stroke = match (event.event_type(), event.value()) {
                (EventType::KEY, 1) => Stroke::Down,
                (EventType::KEY, 0) => Stroke::Up,
                // Repeats, and what is no key.
                _ => continue,
            };
            let codes = keys.stroke(event.code(), stroke);
            codes.into_iter().for_each(&mut read);
        }
    }
}

/// Shows what comes, and silences as `None`.
fn hear_bytes(mut file: File, mut show: impl FnMut(Option<&[u8]>)) -> io::Result<()> {
    let mut bytes = [0; 512];
    loop {
        if !speaks(&file)? {
            show(None);
            continue;
        }
        match file.read(&mut bytes) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(length) => show(bytes.get(..length)),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
}

/// Waits for the next byte; false after a silence.
fn speaks(device: &impl AsFd) -> io::Result<bool> {
    let patience = Timespec::try_from(SILENCE).map_err(io::Error::other)?;
    let mut waited = [PollFd::new(device, PollFlags::IN)];
    match rustix::event::poll(&mut waited, Some(&patience)) {
        Ok(count) => Ok(count > 0),
        Err(rustix::io::Errno::INTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
