//! `gate-scanner reader` with readers that are not there: a pseudo terminal for a serial one, a
//! pipe for a HID scanner. The codes of keys are tested where they are decoded.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use serde_json::Value;

use crate::centre::{Centre, GATE, TOKEN};
use crate::gate::{Gate, fresh_folder};

const PATIENCE: Duration = Duration::from_secs(20);

struct Reader {
    child: Child,
    said: Receiver<String>,
    folder: PathBuf,
}

impl Reader {
    fn start(url: &str) -> Self {
        let folder = fresh_folder();
        std::fs::create_dir_all(folder.join("dev")).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_gate-scanner"))
            .arg("reader")
            .arg("--dev")
            .arg(folder.join("dev"))
            .arg("--sys")
            .arg(folder.join("sys"))
            .env("GATE_URL", url)
            .env("GATE_TOKEN", TOKEN)
            .env("GATE_NAME", GATE)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (sender, said) = channel();
        std::thread::spawn(move || {
            lines.map_while(Result::ok).for_each(|line| {
                let _ = sender.send(line);
            });
        });
        Self {
            child,
            said,
            folder,
        }
    }

    /// A serial reader is plugged in; what is written comes out of it.
    fn plug_serial(&self) -> File {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&ours).unwrap();
        unlockpt(&ours).unwrap();
        let name = ptsname(&ours, Vec::new()).unwrap();
        let link = self.folder.join("dev/ttyACM0");
        let _ = std::fs::remove_file(&link);
        std::os::unix::fs::symlink(Path::new(name.to_str().unwrap()), link).unwrap();
        File::from(ours)
    }

    /// A HID scanner is plugged in, as its descriptor says.
    fn plug_pos(&self) -> File {
        let described = self.folder.join("sys/class/hidraw/hidraw3/device");
        std::fs::create_dir_all(&described).unwrap();
        let descriptor = [0x05, 0x8c, 0x09, 0x02, 0xa1, 0x01, 0xc0];
        std::fs::write(described.join("report_descriptor"), descriptor).unwrap();
        let pipe = self.folder.join("dev/hidraw3");
        let done = Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(done.success());
        // Both ways, so that opening does not wait for the reader.
        let mut options = OpenOptions::new();
        options.read(true).write(true).open(pipe).unwrap()
    }

    async fn verdict(&self) -> Value {
        for _ in 0..PATIENCE.as_millis() / 20 {
            if let Ok(line) = self.said.try_recv() {
                return serde_json::from_str(&line).unwrap();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("no verdict came");
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn reasons(verdict: &Value) -> (&str, &str) {
    (
        verdict["verdict"].as_str().unwrap(),
        verdict["reason"].as_str().unwrap(),
    )
}

#[actix_web::test]
async fn a_serial_reader_is_found_heard_lost_and_found_again() {
    let centre = Centre::start().await;
    let event = centre.event(7);
    let (first, second) = (centre.ticket(event), centre.ticket(event));
    let gate = Gate::start(&centre).await;
    let reader = Reader::start(&gate.url);
    let mut port = reader.plug_serial();
    // What is written before it is heard waits in the terminal.
    write!(port, "{}\r\n", first.full).unwrap();
    let verdict = reader.verdict().await;
    assert_eq!(reasons(&verdict), ("admit", "ok"));
    assert_eq!(verdict["reader"], "ttyACM0");
    // Two in one burst, no end behind the second.
    write!(port, "{}\r{}", first.short, second.short).unwrap();
    let verdict = reader.verdict().await;
    assert_eq!(reasons(&verdict), ("refuse", "already_scanned"));
    assert_eq!(reasons(&reader.verdict().await), ("admit", "ok"));

    drop(port);
    let mut port = reader.plug_serial();
    write!(port, "https://example.org/menu\r\n").unwrap();
    let verdict = reader.verdict().await;
    assert_eq!(reasons(&verdict), ("refuse", "unreadable"));
    let history = gate.get("/v1/scans").await.body;
    assert_eq!(history["scans"].as_array().unwrap().len(), 4);
}

#[actix_web::test]
async fn a_hid_scanner_is_heard_and_the_service_may_be_started_again_meanwhile() {
    let centre = Centre::start().await;
    let event = centre.event(7);
    let held = centre.ticket(event);
    let gate = Gate::start(&centre).await;
    let address = gate.url.trim_start_matches("http://").to_owned();
    let reader = Reader::start(&gate.url);
    let mut device = reader.plug_pos();
    let folder = gate.kill();
    for report in reports(&held.full) {
        device.write_all(&report).unwrap();
        // One report a read, as the kernel gives them.
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let settings = [("LISTEN", address.as_str())];
    let _gate = Gate::start_in(&centre, &folder, &settings);
    let verdict = reader.verdict().await;
    assert_eq!(reasons(&verdict), ("admit", "ok"));
    assert_eq!(verdict["reader"], "hidraw3");
}

fn reports(code: &str) -> Vec<Vec<u8>> {
    let parts: Vec<&[u8]> = code.as_bytes().chunks(56).collect();
    let last = parts.len() - 1;
    let report = |(at, part): (usize, &&[u8])| {
        let mut report = vec![0; 64];
        report[0] = 2;
        report[1] = u8::try_from(part.len()).unwrap();
        report[2..5].copy_from_slice(b"]Q1");
        report[5..5 + part.len()].copy_from_slice(part);
        report[63] = u8::from(at < last);
        report
    };
    parts.iter().enumerate().map(report).collect()
}
