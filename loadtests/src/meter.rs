//! What was measured: latencies by step, answers by status, and a line of figures a second.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use serde_json::{Value, json};

const MICROS_MAX: u64 = 120_000_000;
/// In place of a status: the connection failed or no answer came.
pub(crate) const NO_ANSWER: u16 = 0;

/// What a visitor does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    Page,
    Hold,
    Order,
    Webhook,
    Issued,
    SignIn,
    Download,
    Scan,
    Limit,
}

impl Step {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Hold => "hold",
            Self::Order => "order",
            Self::Webhook => "webhook",
            Self::Issued => "issued",
            Self::SignIn => "sign-in",
            Self::Download => "download",
            Self::Scan => "scan",
            Self::Limit => "limit",
        }
    }
}

#[derive(Debug)]
pub(crate) struct StepFigures {
    pub served: Histogram<u64>,
    pub statuses: BTreeMap<u16, u64>,
}

/// One second of a run.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Second {
    pub goals: u64,
    pub tickets: u64,
    pub unavailable: u64,
    pub failed: u64,
    pub p50_us: u64,
    pub p99_us: u64,
}

#[derive(Debug)]
pub(crate) struct Figures {
    pub started: Instant,
    /// What comes before is warming up.
    pub counts_from: Instant,
    pub steps: BTreeMap<Step, StepFigures>,
    pub seconds: Vec<Second>,
    current: Second,
    lately: Histogram<u64>,
    pub goals: u64,
    pub tickets: u64,
    pub failed: u64,
    /// When the last visitor got what they came for.
    pub last_goal: Instant,
}

/// Shared by the tasks of the one generating thread.
#[derive(Debug, Clone)]
pub(crate) struct Meter(pub Rc<RefCell<Figures>>);

fn histogram() -> Histogram<u64> {
    // The bounds are constants within what the type can do.
    Histogram::new_with_max(MICROS_MAX, 3).unwrap_or_else(|_| unreachable!())
}

impl Meter {
    pub(crate) fn start(warm_up: Duration) -> Self {
        let started = Instant::now();
        Self(Rc::new(RefCell::new(Figures {
            started,
            counts_from: started + warm_up,
            steps: BTreeMap::new(),
            seconds: Vec::new(),
            current: Second::default(),
            lately: histogram(),
            goals: 0,
            tickets: 0,
            failed: 0,
            last_goal: started,
        })))
    }

    /// An answer (or none) to a step; latency counts for what was served.
    pub(crate) fn note(&self, step: Step, latency: Duration, status: u16) {
        let mut figures = self.0.borrow_mut();
        let micros = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
        let served = (200..300).contains(&status);
        let unavailable = matches!(status, 429 | 503);
        // 5xx but 503 and silence are failures; 4xx are answers of the shop.
        let failed = status == NO_ANSWER || (status >= 500 && !unavailable);
        figures.current.unavailable += u64::from(unavailable);
        figures.current.failed += u64::from(failed);
        if served {
            figures.lately.saturating_record(micros);
        }
        if Instant::now() < figures.counts_from && !failed {
            return;
        }
        figures.failed += u64::from(failed);
        let entry = figures.steps.entry(step).or_insert_with(|| StepFigures {
            served: histogram(),
            statuses: BTreeMap::new(),
        });
        *entry.statuses.entry(status).or_default() += 1;
        if served {
            entry.served.saturating_record(micros);
        }
    }

    /// A visitor got what they came for, with so many tickets.
    pub(crate) fn goal(&self, tickets: u64) {
        let mut figures = self.0.borrow_mut();
        figures.last_goal = Instant::now();
        figures.current.goals += 1;
        figures.current.tickets += tickets;
        if Instant::now() >= figures.counts_from {
            figures.goals += 1;
            figures.tickets += tickets;
        }
    }

    /// Closes the current second and tells its figures.
    pub(crate) fn tick(&self) -> Second {
        let mut figures = self.0.borrow_mut();
        let mut second = std::mem::take(&mut figures.current);
        second.p50_us = figures.lately.value_at_quantile(0.5);
        second.p99_us = figures.lately.value_at_quantile(0.99);
        figures.lately.reset();
        figures.seconds.push(second);
        second
    }

    /// Goals a second since the warm-up.
    pub(crate) fn rate(&self) -> f64 {
        let figures = self.0.borrow();
        per_second(figures.goals, figures.counts_from.elapsed())
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
pub(crate) fn per_second(count: u64, elapsed: Duration) -> f64 {
    count as f64 / elapsed.as_secs_f64().max(0.001)
}

impl Figures {
    /// The best mean of tickets a second over so many seconds together; null when it was shorter.
    pub(crate) fn best_tickets(&self, seconds: usize) -> Option<f64> {
        let best = self
            .seconds
            .windows(seconds)
            .map(|part| part.iter().map(|second| second.tickets).sum::<u64>())
            .max()?;
        let seconds = u64::try_from(seconds).unwrap_or(u64::MAX);
        Some(per_second(best, Duration::from_secs(seconds)))
    }

    pub(crate) fn json(&self) -> Value {
        let steps: serde_json::Map<String, Value> = self
            .steps
            .iter()
            .map(|(step, figures)| (step.name().to_owned(), figures.json()))
            .collect();
        let seconds: Vec<Value> = self
            .seconds
            .iter()
            .map(|s| {
                json!({ "goals": s.goals, "tickets": s.tickets, "unavailable": s.unavailable,
                    "failed": s.failed, "p50_us": s.p50_us, "p99_us": s.p99_us })
            })
            .collect();
        json!({ "goals": self.goals, "tickets": self.tickets, "failed": self.failed,
            "steps": steps, "seconds": seconds })
    }
}

impl StepFigures {
    fn json(&self) -> Value {
        let at = |quantile| self.served.value_at_quantile(quantile);
        let statuses: serde_json::Map<String, Value> = self
            .statuses
            .iter()
            .map(|(status, count)| (status.to_string(), json!(count)))
            .collect();
        json!({ "served": self.served.len(), "p50_us": at(0.5), "p90_us": at(0.9),
            "p99_us": at(0.99), "p999_us": at(0.999), "max_us": self.served.max(),
            "statuses": statuses })
    }
}
