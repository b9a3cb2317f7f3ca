//! `fault-proxy LISTEN=TARGET...`: lines that rehearsals break from outside. `USR1` cuts all of
//! them, `USR2` stalls them, `HUP` mends them; they start mended.

use std::process::ExitCode;

use test_support::Proxy;
use tokio::signal::unix::{Signal, SignalKind, signal};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            use std::io::Write;
            // Nobody listens to a closed terminal.
            let _ = writeln!(std::io::stderr(), "fault-proxy: {sentence}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), String> {
    let heard = |kind: SignalKind| -> Result<Signal, String> {
        signal(kind).map_err(|error| error.to_string())
    };
    // Before anybody can connect: who reaches the line may break it.
    let mut cuts = heard(SignalKind::user_defined1())?;
    let mut stalls = heard(SignalKind::user_defined2())?;
    let mut mends = heard(SignalKind::hangup())?;
    let mut lines = vec![];
    for argument in std::env::args().skip(1) {
        let (listen, target) = argument
            .split_once('=')
            .ok_or_else(|| format!("{argument}: LISTEN=TARGET is expected"))?;
        let line = Proxy::between(listen, target.to_owned()).await;
        lines.push(line.map_err(|error| format!("{listen}: {error}"))?);
    }
    if lines.is_empty() {
        return Err("no line was given".to_owned());
    }
    loop {
        let change: fn(&Proxy) = tokio::select! {
            Some(()) = cuts.recv() => Proxy::cut,
            Some(()) = stalls.recv() => Proxy::stall,
            Some(()) = mends.recv() => Proxy::mend,
        };
        lines.iter().for_each(change);
    }
}
