//! Memory of a connection that was answered once and is kept open: the shop's resident memory
//! before and after many of them. The kernel's own buffers come on top and are not the shop's.

use std::cell::{Cell, RefCell};
use std::net::{IpAddr, Ipv4Addr};
use std::rc::Rc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::task::spawn_local;
use tokio::time::sleep;

use super::process::{open_files_max, resident_bytes};
use super::{Figure, Settings, as_f64, number};
use crate::say;
use crate::shop::BROWSER_HEADERS;
use crate::wire::{Connection, Target};

/// Files that either side needs besides.
const FILES_SPARED: usize = 500;
/// Connections opened at the same time.
const AT_ONCE: usize = 32;
/// Below the range of ports that a source address has for one destination.
const PER_SOURCE: usize = 20_000;
/// What these figures are for: half a rush on the doorstep.
const CROWD: u32 = 200_000;
/// Before the first reading: pages are in memory, pools are filled, and little was allocated.
const WARM_UP_CONNECTIONS: usize = 64;

pub(super) async fn measure(settings: &Settings) -> Result<Vec<Figure>, String> {
    let target = settings.shop.target(&settings.shop.url)?;
    let wanted = settings.idle_connections.min(room(settings.api_pid));
    if wanted < settings.idle_connections {
        say(&format!(
            "only {wanted} connections: the limit on open files (ulimit -n) is in the way"
        ));
    }
    drop(open(&target, WARM_UP_CONNECTIONS.min(wanted)).await?);
    sleep(Duration::from_secs(1)).await;
    let before = resident_bytes(settings.api_pid)?;
    let idle = open(&target, wanted).await?;
    sleep(Duration::from_secs(1)).await;
    let after = resident_bytes(settings.api_pid)?;
    let each = as_f64(after.saturating_sub(before)) / number(idle.len()).max(1.0);
    let mut figures = vec![
        Figure::new("idle connections open", number(idle.len()), ""),
        Figure::new("memory of the shop before", as_f64(before) / 1e6, "MB"),
        Figure::new("memory of the shop with them", as_f64(after) / 1e6, "MB"),
        Figure::new("memory of an idle connection", each, "bytes"),
    ];
    for machines in [1, 4, 10] {
        let megabytes = each * f64::from(CROWD) / f64::from(machines) / 1e6;
        let what = format!("{CROWD} idle connections over {machines} machines, each");
        figures.push(Figure::new(what, megabytes, "MB"));
    }
    Ok(figures)
}

fn room(api: u32) -> usize {
    let both = [open_files_max(std::process::id()), open_files_max(api)];
    let least = both.into_iter().flatten().min();
    least.map_or(usize::MAX, |files| files.saturating_sub(FILES_SPARED))
}

/// Connections that have asked for the home page once and stay.
async fn open(target: &Target, wanted: usize) -> Result<Vec<TcpStream>, String> {
    let request = Rc::new(target.request("GET /", BROWSER_HEADERS, ""));
    let opened = Rc::new(RefCell::new(Vec::with_capacity(wanted)));
    let begun = Rc::new(Cell::new(0));
    let tasks: Vec<_> = (0..AT_ONCE)
        .map(|_| {
            let (target, request) = (target.clone(), Rc::clone(&request));
            let (opened, begun) = (Rc::clone(&opened), Rc::clone(&begun));
            spawn_local(async move {
                while begun.get() < wanted {
                    let turn = begun.replace(begun.get() + 1);
                    let mut connection = Connection::from(&target, source(&target, turn));
                    match connection.ask(&request).await {
                        Ok(answer) if answer.status == 200 => {}
                        Ok(answer) => return Err(format!("a page answers {}", answer.status)),
                        Err(error) => return Err(format!("connection {turn}: {error}")),
                    }
                    opened.borrow_mut().extend(connection.into_stream());
                }
                Ok(())
            })
        })
        .collect();
    for task in tasks {
        task.await.map_err(|error| error.to_string())??;
    }
    Ok(opened.take())
}

/// A source address of its own for every few connections, where the loopback has more than one.
fn source(target: &Target, turn: usize) -> Option<IpAddr> {
    let is_loopback = target.address.is_ipv4() && target.address.ip().is_loopback();
    let last = u8::try_from(2 + turn / PER_SOURCE).ok()?;
    is_loopback.then_some(IpAddr::V4(Ipv4Addr::new(127, 0, 0, last)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Reach;

    #[test]
    fn many_connections_come_from_several_addresses() {
        let target = Target::parse("http://127.0.0.1:80", Reach::Loopback).unwrap();
        assert_eq!(source(&target, 0), source(&target, 19_999));
        assert_ne!(source(&target, 0), source(&target, 20_000));
        let target = Target::parse("http://[::1]:80", Reach::Loopback).unwrap();
        assert_eq!(source(&target, 0), None);
    }
}
