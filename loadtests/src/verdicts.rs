//! How soon a verdict comes while a gate is half as busy as it can be, and what its list costs in
//! time and memory.

use std::rc::Rc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::drive::{self, Arrivals, Shape};
use crate::meter::{Meter, Step};
use crate::say;
use crate::scenarios::gate::Gate;
use crate::wire::Connection;

/// What the issue asks for: p99 over p50.
const RATIO_WANTED: f64 = 10.0;

pub(crate) struct Verdicts {
    pub per_second: f64,
    pub lasts: Duration,
    pub connections: usize,
}

impl Verdicts {
    /// # Errors
    /// When the gate does not answer.
    pub(crate) async fn measure(&self, gate: &Rc<Gate>, meter: &Meter) -> Result<Value, String> {
        gate.measured_by(meter);
        let arrivals = Arrivals {
            per_second: self.per_second,
            poisson: true,
            lasts: self.lasts,
            shape: Shape::Even,
        };
        drive::open(gate, &gate.target, self.connections, arrivals).await;
        let (p50, p99, count) = {
            let figures = meter.0.borrow();
            let scans = figures.steps.get(&Step::Scan);
            let served = &scans.ok_or("nobody was scanned at half the rate")?.served;
            let at = |quantile| served.value_at_quantile(quantile);
            (at(0.5), at(0.99), served.len())
        };
        let ratio = milli(p99) / milli(p50).max(0.001);
        say(&format!(
            "verdicts at {:.0}/s: p50 {:.1} ms, p99 {:.1} ms, ratio {ratio:.1}, at most \
             {RATIO_WANTED} is wanted",
            self.per_second,
            milli(p50),
            milli(p99),
        ));
        let status = gate.status(&mut Connection::new(&gate.target)).await;
        let list = status.ok_or("the gate does not say how it is")?["manifest"].clone();
        Ok(json!({
            "verdicts": { "per_second": self.per_second, "count": count, "p50_us": p50,
                "p99_us": p99, "ratio": ratio, "wanted": RATIO_WANTED },
            "list": list_costs(&list),
        }))
    }
}

fn list_costs(list: &Value) -> Value {
    let number = |path: &str| list.pointer(path).and_then(Value::as_u64).unwrap_or(0);
    let tickets = number("/full/tickets").max(1);
    let beside = number("/bytes").saturating_sub(number("/bytes_of_names")) / tickets;
    say(&format!(
        "list of {tickets} tickets: loaded in {} ms; {} changes applied in {} ms; {} bytes a \
         ticket, {beside} beside its sealed names, at most 250 are wanted",
        number("/full/milliseconds"),
        number("/changes/tickets"),
        number("/changes/milliseconds"),
        number("/bytes") / tickets,
    ));
    json!({
        "tickets": tickets,
        "load_ms": number("/full/milliseconds"),
        "changes": number("/changes/tickets"),
        "changes_ms": number("/changes/milliseconds"),
        "bytes_per_ticket": number("/bytes") / tickets,
        "bytes_beside_names": beside,
    })
}

#[expect(
    clippy::cast_precision_loss,
    reason = "microseconds stay far below 2^52"
)]
fn milli(micros: u64) -> f64 {
    micros as f64 / 1_000.0
}
