//! A mail server small enough for development: it takes what our own client sends and puts it
//! in the mailbox. It relays nothing and listens only where it is told to.

use std::sync::Arc;
use std::time::Duration;

use actix_web::rt;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::tcp::OwnedReadHalf;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use super::mailbox::Mailbox;
use crate::app::App;
use crate::platform::clock::Clock;

/// Fifteen e-tickets with their fonts stay far below.
const MESSAGE_BYTES_MAX: usize = 20 << 20;
const LINE_BYTES_MAX: u64 = 4096;
const RECIPIENTS_MAX: usize = 50;
const CONNECTIONS_MAX: usize = 32;
const IDLE: Duration = Duration::from_mins(5);

/// Starts taking mails if this is development and an address is set. Returns at once.
///
/// # Errors
/// When the address cannot be listened on.
pub(crate) fn receive_mail(app: &App) -> Result<(), String> {
    let (Some(listen), Some(mailbox)) = (
        app.config.mailbox_smtp_listen.clone(),
        app.notifications.mailbox.clone(),
    ) else {
        return Ok(());
    };
    let listener = std::net::TcpListener::bind(&listen)
        .and_then(|socket| socket.set_nonblocking(true).map(|()| socket))
        .and_then(TcpListener::from_std)
        .map_err(|error| format!("cannot listen on {listen}: {error}"))?;
    let clock = app.clock.clone();
    rt::spawn(accept(listener, mailbox, clock));
    Ok(())
}

async fn accept(listener: TcpListener, mailbox: Mailbox, clock: Clock) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let Ok(place) = places.clone().acquire_owned().await else {
            return;
        };
        let Ok((stream, _)) = listener.accept().await else {
            rt::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let (mailbox, clock) = (mailbox.clone(), clock.clone());
        rt::spawn(async move {
            // A broken conversation concerns its sender only.
            let _ = rt::time::timeout(IDLE, converse(stream, mailbox, clock)).await;
            drop(place);
        });
    }
}

/// The envelope being filled.
#[derive(Default)]
struct Envelope {
    has_sender: bool,
    to: Vec<String>,
}

async fn converse(stream: TcpStream, mailbox: Mailbox, clock: Clock) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read);
    let mut envelope = Envelope::default();
    write.write_all(b"220 guichet mailbox\r\n").await?;
    while let Some(line) = read_line(&mut lines).await? {
        let upper = line.to_ascii_uppercase();
        let verb = upper.split([' ', ':']).next().unwrap_or_default();
        let answer = match verb {
            "EHLO" => "250-guichet\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 20971520",
            "HELO" | "NOOP" => "250 ok",
            "RSET" => {
                envelope = Envelope::default();
                "250 ok"
            }
            "MAIL" => {
                envelope = Envelope {
                    has_sender: true,
                    to: Vec::new(),
                };
                "250 ok"
            }
            "RCPT" => take_recipient(&mut envelope, &line),
            "DATA" if envelope.to.is_empty() => "503 no recipient yet",
            "DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                let raw = read_data(&mut lines).await?;
                deliver(&mailbox, &std::mem::take(&mut envelope), raw, &clock)
            }
            "QUIT" => {
                write.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => "502 not understood",
        };
        write.write_all(answer.as_bytes()).await?;
        write.write_all(b"\r\n").await?;
    }
    Ok(())
}

fn take_recipient(envelope: &mut Envelope, line: &str) -> &'static str {
    let address = line
        .split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'))
        .map(|(address, _)| address);
    match address {
        _ if !envelope.has_sender => "503 no sender yet",
        Some(address) if !address.is_empty() && envelope.to.len() < RECIPIENTS_MAX => {
            envelope.to.push(address.to_owned());
            "250 ok"
        }
        Some(_) | None => "501 no such recipient",
    }
}

fn deliver(
    mailbox: &Mailbox,
    envelope: &Envelope,
    raw: Option<Vec<u8>>,
    clock: &Clock,
) -> &'static str {
    let Some(raw) = raw else {
        return "552 too large";
    };
    let put = |to: &String| mailbox.put_mail(to, &raw, clock.now());
    if envelope.to.iter().all(|to| put(to).is_ok()) {
        "250 kept"
    } else {
        "554 not a mail"
    }
}

/// `None` at the end, or when a line is too long to be one.
async fn read_line(lines: &mut BufReader<OwnedReadHalf>) -> std::io::Result<Option<String>> {
    let mut line = Vec::new();
    let read = lines
        .take(LINE_BYTES_MAX)
        .read_until(b'\n', &mut line)
        .await?;
    if read == 0 || !line.ends_with(b"\n") {
        return Ok(None);
    }
    Ok(Some(String::from_utf8_lossy(&line).trim_end().to_owned()))
}

/// Up to the line with a lone dot; leading dots are unstuffed. `None`: more than we take, and
/// the rest was read and dropped.
async fn read_data(lines: &mut BufReader<OwnedReadHalf>) -> std::io::Result<Option<Vec<u8>>> {
    let mut raw = Vec::new();
    let mut too_large = false;
    loop {
        let mut line = Vec::new();
        let room = u64::try_from(MESSAGE_BYTES_MAX).unwrap_or(u64::MAX);
        if lines.take(room).read_until(b'\n', &mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == b".\r\n" || line == b".\n" {
            return Ok((!too_large).then_some(raw));
        }
        let content = line.strip_prefix(b".").unwrap_or(&line);
        too_large |= raw.len() + content.len() > MESSAGE_BYTES_MAX;
        if too_large {
            raw.clear();
        } else {
            raw.extend_from_slice(content);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Talks to the receiver; returns its answers, one line each, and what the mailbox then holds.
    async fn talk(said: &[u8]) -> (Vec<String>, Mailbox) {
        let mailbox = Mailbox::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        rt::spawn(accept(listener, mailbox.clone(), Clock::default()));
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(said).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut heard = String::new();
        stream.read_to_string(&mut heard).await.unwrap();
        (heard.lines().map(str::to_owned).collect(), mailbox)
    }

    const ENVELOPE: &str = "EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n";

    #[actix_web::test]
    async fn a_leading_dot_is_kept_and_a_lone_dot_ends() {
        let body = "Subject: s\r\n\r\n..one\r\n.\r\nQUIT\r\n";
        let (heard, mailbox) = talk(format!("{ENVELOPE}{body}").as_bytes()).await;
        assert_eq!(heard.last().map(String::as_str), Some("221 bye"));
        let kept = mailbox.list("C@D.example");
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0].subject, "s");
        assert_eq!(kept[0].text.trim_end(), ".one");
    }

    #[actix_web::test]
    async fn what_is_too_large_is_refused_and_the_conversation_goes_on() {
        let line = "x".repeat(998) + "\r\n";
        let lines = line.repeat(MESSAGE_BYTES_MAX / line.len() + 1);
        let (heard, mailbox) = talk(format!("{ENVELOPE}{lines}.\r\nQUIT\r\n").as_bytes()).await;
        assert!(heard.contains(&"552 too large".to_owned()), "{heard:?}");
        assert_eq!(heard.last().map(String::as_str), Some("221 bye"));
        assert!(mailbox.list("").is_empty());
    }

    #[actix_web::test]
    async fn commands_out_of_order_are_refused() {
        let said = b"DATA\r\nRCPT TO:<c@d.example>\r\nMAIL FROM:<>\r\nRCPT TO:<>\r\nVRFY x\r\n";
        let (heard, _) = talk(said).await;
        let codes: Vec<_> = heard.iter().map(|line| &line[..3]).collect();
        assert_eq!(codes, ["220", "503", "503", "250", "501", "502"]);
    }
}
