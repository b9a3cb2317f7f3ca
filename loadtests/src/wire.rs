//! HTTP/1.1 with as little work as possible, because the generator shares its cores with what it
//! measures: prepared request bytes, one connection kept open, fields found by searching.

use std::fmt::Write as _;
use std::io::{Error, ErrorKind};
use std::net::{IpAddr, SocketAddr};
use std::ops::Range;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

/// Longer than the service lets anybody wait.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);
const READ_BYTES: usize = 16 << 10;

/// Where requests go.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub address: SocketAddr,
    host: String,
}

impl Target {
    /// From `http://host:port`; only this machine's own addresses unless `allow_remote`.
    pub(crate) fn parse(url: &str, reach: Reach) -> Result<Self, String> {
        let host = url
            .strip_prefix("http://")
            .ok_or_else(|| format!("{url}: http:// is expected"))?
            .trim_end_matches('/');
        let mut found = std::net::ToSocketAddrs::to_socket_addrs(host)
            .map_err(|error| format!("{url}: {error}"))?;
        let address = found.next().ok_or_else(|| format!("{url}: no address"))?;
        if reach == Reach::Loopback && !address.ip().is_loopback() {
            return Err(format!("{url} is not this machine: say --allow-remote"));
        }
        Ok(Self {
            address,
            host: host.to_owned(),
        })
    }

    /// The bytes of a request; `headers` are whole lines.
    pub(crate) fn request(&self, line: &str, headers: &str, body: &str) -> Vec<u8> {
        let mut text = String::with_capacity(320 + body.len());
        // Writing to a String cannot fail.
        let _ = write!(text, "{line} HTTP/1.1\r\nhost: {}\r\n{headers}", self.host);
        if !line.starts_with("GET") {
            let _ = write!(
                text,
                "content-type: application/json\r\ncontent-length: {}\r\n",
                body.len()
            );
        }
        text.push_str("\r\n");
        text.push_str(body);
        text.into_bytes()
    }

    /// The bytes of a form that a browser sends.
    pub(crate) fn form(&self, line: &str, fields: &str) -> Vec<u8> {
        let (host, length) = (&self.host, fields.len());
        let request = format!(
            "{line} HTTP/1.1\r\nhost: {host}\r\n\
             content-type: application/x-www-form-urlencoded\r\n\
             content-length: {length}\r\n\r\n{fields}"
        );
        request.into_bytes()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    Loopback,
    Anywhere,
}

/// What came back; the body is in the connection until the next request.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub status: u16,
    pub retry_after: Option<u64>,
    body: Range<usize>,
}

/// One connection, opened when first needed and again when the other side closed it.
pub(crate) struct Connection {
    address: SocketAddr,
    source: Option<IpAddr>,
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) fn new(target: &Target) -> Self {
        Self::from(target, None)
    }

    /// From an address of this machine's, of which the loopback has many.
    pub(crate) fn from(target: &Target, source: Option<IpAddr>) -> Self {
        Self {
            address: target.address,
            source,
            stream: None,
            buffer: Vec::with_capacity(READ_BYTES),
        }
    }

    pub(crate) async fn open(&mut self) -> Result<(), Error> {
        self.stream = Some(self.connect().await?);
        Ok(())
    }

    /// What is kept open, without its buffer.
    pub(crate) fn into_stream(self) -> Option<TcpStream> {
        self.stream
    }

    /// What the last request brought, with its head.
    pub(crate) fn last_bytes(&self) -> &[u8] {
        &self.buffer
    }

    pub(crate) fn body(&self, answer: &Answer) -> &[u8] {
        self.buffer.get(answer.body.clone()).unwrap_or_default()
    }

    /// Asks, once more on a fresh connection when the kept one turns out to be closed. Every
    /// request here carries an id of its own making, so that asking twice is harmless.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> Result<Answer, Error> {
        let kept = self.stream.is_some();
        match self.attempt(request).await {
            Err(_) if kept && self.buffer.is_empty() => self.attempt(request).await,
            outcome => outcome,
        }
    }

    async fn attempt(&mut self, request: &[u8]) -> Result<Answer, Error> {
        let outcome = timeout(ANSWER_WITHIN, self.exchange(request)).await;
        let outcome = outcome.unwrap_or_else(|_| Err(ErrorKind::TimedOut.into()));
        if outcome.is_err() {
            self.stream = None;
        }
        outcome
    }

    async fn connect(&self) -> Result<TcpStream, Error> {
        let fresh = match self.source {
            None => TcpStream::connect(self.address).await?,
            Some(source) => {
                let socket = TcpSocket::new_v4()?;
                socket.bind(SocketAddr::new(source, 0))?;
                socket.connect(self.address).await?
            }
        };
        fresh.set_nodelay(true)?;
        Ok(fresh)
    }

    async fn exchange(&mut self, request: &[u8]) -> Result<Answer, Error> {
        self.buffer.clear();
        let mut stream = if let Some(kept) = self.stream.take() {
            kept
        } else {
            self.connect().await?
        };
        stream.write_all(request).await?;
        loop {
            self.buffer.reserve(READ_BYTES);
            if stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            if let Some((answer, keep)) = parse(&self.buffer)? {
                self.stream = keep.then_some(stream);
                return Ok(answer);
            }
        }
    }
}

/// The answer when all of it is there, and whether the connection stays open.
fn parse(bytes: &[u8]) -> Result<Option<(Answer, bool)>, Error> {
    let Some(end) = find(bytes, b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = bytes.get(..end).unwrap_or_default();
    let status = head
        .get(9..12)
        .and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok())
        .ok_or(ErrorKind::InvalidData)?;
    let (mut length, mut retry_after, mut chunked, mut keep) = (Some(0), None, false, true);
    for line in head.split(|byte| *byte == b'\n').skip(1) {
        if let Some(value) = header(line, b"content-length:") {
            length = value.parse().ok();
        } else if let Some(value) = header(line, b"retry-after:") {
            retry_after = value.parse().ok();
        } else if header(line, b"transfer-encoding:") == Some("chunked") {
            chunked = true;
        } else if header(line, b"connection:") == Some("close") {
            keep = false;
        }
    }
    let start = end + 4;
    let stop = if chunked {
        let rest = bytes.get(start..).unwrap_or_default();
        rest.ends_with(b"0\r\n\r\n").then_some(bytes.len())
    } else {
        let length: usize = length.ok_or(ErrorKind::InvalidData)?;
        Some(start + length).filter(|stop| *stop <= bytes.len())
    };
    Ok(stop.map(|stop| {
        let body = start..stop;
        let answer = Answer {
            status,
            retry_after,
            body,
        };
        (answer, keep)
    }))
}

fn header<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a str> {
    let (start, value) = line.split_at_checked(name.len())?;
    if !start.eq_ignore_ascii_case(name) {
        return None;
    }
    std::str::from_utf8(value).ok().map(str::trim)
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|part| part == what)
}

/// The text of a JSON field that holds no escapes: ids, codes, addresses.
pub(crate) fn text_field<'a>(body: &'a [u8], name: &str) -> Option<&'a str> {
    let label = format!("\"{name}\":\"");
    let start = find(body, label.as_bytes())? + label.len();
    let rest = body.get(start..)?;
    let end = rest.iter().position(|byte| *byte == b'"')?;
    std::str::from_utf8(rest.get(..end)?).ok()
}

/// A whole number in a JSON field: the first of that name.
pub(crate) fn number_field(body: &[u8], name: &str) -> Option<i64> {
    let label = format!("\"{name}\":");
    let start = find(body, label.as_bytes())? + label.len();
    let rest = body.get(start..)?;
    let end = rest.iter().position(|byte| !byte.is_ascii_digit())?;
    std::str::from_utf8(rest.get(..end)?).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_only_with_all_of_its_body() {
        let text = b"HTTP/1.1 503 Busy\r\nContent-Length: 4\r\nRetry-After: 2\r\n\r\nabcd";
        assert!(parse(&text[..text.len() - 1]).unwrap().is_none());
        let (answer, keep) = parse(text).unwrap().unwrap();
        assert_eq!((answer.status, answer.retry_after), (503, Some(2)));
        assert_eq!((&text[answer.body], keep), (&b"abcd"[..], true));
    }

    #[test]
    fn a_chunked_answer_ends_with_its_last_chunk() {
        let text = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n";
        assert!(parse(&text[..text.len() - 2]).unwrap().is_none());
        assert_eq!(parse(text).unwrap().unwrap().0.status, 200);
    }

    #[test]
    fn fields_are_found_by_their_names() {
        let body = br#"{"state":"paid","amount_cents":2500,"lines":[]}"#;
        assert_eq!(text_field(body, "state"), Some("paid"));
        assert_eq!(number_field(body, "amount_cents"), Some(2500));
        assert_eq!(text_field(body, "number"), None);
    }

    #[test]
    fn another_machine_is_refused_unless_told() {
        assert!(Target::parse("http://192.0.2.1:80", Reach::Loopback).is_err());
        assert!(Target::parse("http://192.0.2.1:80", Reach::Anywhere).is_ok());
        assert!(Target::parse("http://127.0.0.1:80/", Reach::Loopback).is_ok());
    }
}
