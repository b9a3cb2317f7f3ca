//! A TCP proxy that can be cut, stalled and mended, to put in front of PostgreSQL and Redis.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What the line does with what is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    Up,
    /// Connections are open and swallow everything until the line is mended.
    Stalled,
    /// Open connections have ended, new ones end at once.
    Cut,
}

/// Forwards to one address until told otherwise.
#[derive(Debug)]
pub struct Proxy {
    pub address: SocketAddr,
    line: watch::Sender<Line>,
}

impl Proxy {
    /// On a port of its own.
    ///
    /// # Panics
    /// When no local port can be had.
    pub async fn to(target: String) -> Self {
        Self::between("127.0.0.1:0", target)
            .await
            .unwrap_or_else(|error| panic!("no port: {error}"))
    }

    /// # Errors
    /// When nothing can listen there.
    pub async fn between(listen: &str, target: String) -> io::Result<Self> {
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        let (line, seen) = watch::channel(Line::Up);
        tokio::spawn(async move {
            loop {
                // Out of file descriptors, say: the line stays up for those who are connected.
                let Ok((near, _)) = listener.accept().await else {
                    tokio::task::yield_now().await;
                    continue;
                };
                tokio::spawn(forward(near, target.clone(), seen.clone()));
            }
        });
        Ok(Self { address, line })
    }

    pub fn cut(&self) {
        self.line.send_replace(Line::Cut);
    }

    pub fn stall(&self) {
        self.line.send_replace(Line::Stalled);
    }

    pub fn mend(&self) {
        self.line.send_replace(Line::Up);
    }
}

async fn forward(mut near: TcpStream, target: String, mut line: watch::Receiver<Line>) {
    // A stalled line is not connected through: nothing comes out at the other end.
    match line
        .wait_for(|line| *line != Line::Stalled)
        .await
        .as_deref()
    {
        Ok(Line::Up) => {}
        Ok(Line::Stalled | Line::Cut) | Err(_) => return,
    }
    let Ok(mut far) = TcpStream::connect(&target).await else {
        return;
    };
    for end in [&near, &far] {
        // Small messages are not to be slower than without the proxy.
        let _ = end.set_nodelay(true);
    }
    let mut copying = pin!(copy_bidirectional(&mut near, &mut far));
    loop {
        let now = *line.borrow_and_update();
        let changed = match now {
            Line::Cut => return,
            Line::Stalled => line.changed().await,
            Line::Up => tokio::select! {
                _ = &mut copying => return,
                changed = line.changed() => changed,
            },
        };
        if changed.is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::time::timeout;

    use super::*;

    /// Says everything back.
    async fn echo() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let (mut from, mut to) = stream.split();
                    let _ = tokio::io::copy(&mut from, &mut to).await;
                });
            }
        });
        address
    }

    async fn is_answered(stream: &mut TcpStream) -> bool {
        let mut byte = [0];
        stream.write_all(b"x").await.is_ok() && matches!(stream.read(&mut byte).await, Ok(1))
    }

    /// After what was still on the way.
    async fn is_ended(stream: &mut TcpStream) -> bool {
        let mut bytes = [0; 16];
        while let Ok(1..) = stream.read(&mut bytes).await {}
        true
    }

    #[tokio::test]
    async fn a_stalled_line_swallows_and_a_cut_one_ends_what_is_open() {
        let proxy = Proxy::to(echo().await).await;
        let mut stream = TcpStream::connect(proxy.address).await.unwrap();
        assert!(is_answered(&mut stream).await);
        proxy.stall();
        let silence = timeout(Duration::from_millis(50), is_answered(&mut stream)).await;
        assert!(silence.is_err());
        let mut late = TcpStream::connect(proxy.address).await.unwrap();
        proxy.mend();
        // What was swallowed comes out after all.
        assert_eq!(stream.read(&mut [0]).await.unwrap(), 1);
        assert!(is_answered(&mut late).await);
        proxy.cut();
        let ended = async { is_ended(&mut stream).await && is_ended(&mut late).await };
        assert_eq!(timeout(Duration::from_secs(5), ended).await, Ok(true));
        let mut refused = TcpStream::connect(proxy.address).await.unwrap();
        assert!(!is_answered(&mut refused).await);
        proxy.mend();
        let mut again = TcpStream::connect(proxy.address).await.unwrap();
        assert!(is_answered(&mut again).await);
    }
}
