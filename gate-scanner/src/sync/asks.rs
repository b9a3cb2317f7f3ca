//! Asking the centre before a ticket is let in. While a call is on its way, what comes gathers for
//! a moment; each scan has an answer of its own, and waits no longer than its own limit.

use std::sync::{Arc, Mutex as SyncMutex, PoisonError};
use std::time::Duration;

use ticket_core::manifest::{AdmissionAnswer, AdmissionReport};
use tokio::sync::{Mutex, Semaphore, SemaphorePermit, mpsc, oneshot};
use tokio::time::timeout;

use super::centre::NoAnswer;
use crate::app::App;

/// Questions that wait; the next scan is decided here alone.
const QUEUE_LENGTH: usize = 2048;
/// In one call; the centre takes 500.
const CALL_LENGTH: usize = 400;
/// At the same time, over a slow line.
const CALLS: u32 = 4;
/// How long scans wait for a call that is on its way, to go together in the next one.
const GATHERS: Duration = Duration::from_millis(20);

#[derive(Debug)]
struct Question {
    report: AdmissionReport,
    answer: oneshot::Sender<Result<AdmissionAnswer, NoAnswer>>,
}

type Questions = mpsc::Receiver<Question>;

#[derive(Debug)]
pub(crate) struct Asks {
    sender: mpsc::Sender<Question>,
    /// Until somebody asks in our name.
    receiver: SyncMutex<Option<Questions>>,
}

impl Default for Asks {
    fn default() -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE_LENGTH);
        let receiver = SyncMutex::new(Some(receiver));
        Self { sender, receiver }
    }
}

impl Asks {
    /// # Errors
    /// When there is no answer within `patience`.
    pub(crate) async fn ask(
        &self,
        report: AdmissionReport,
        patience: Duration,
    ) -> Result<AdmissionAnswer, NoAnswer> {
        let (answer, answered) = oneshot::channel();
        let question = Question { report, answer };
        self.sender
            .try_send(question)
            .map_err(|_| NoAnswer::TooMany)?;
        match timeout(patience, answered).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(NoAnswer::Senseless),
            Err(_) => Err(NoAnswer::TooLate),
        }
    }
}

/// Asks until the process ends.
pub(super) fn start(app: &App) {
    let receiver = app.asks.receiver.lock();
    let Some(questions) = receiver.unwrap_or_else(PoisonError::into_inner).take() else {
        return;
    };
    let questions = Arc::new(Mutex::new(questions));
    let idle = Arc::new(Semaphore::new(usize::try_from(CALLS).unwrap_or(1)));
    for _ in 0..CALLS {
        let (questions, idle) = (Arc::clone(&questions), Arc::clone(&idle));
        actix_web::rt::spawn(call(app.clone(), questions, idle));
    }
}

async fn call(app: App, questions: Arc<Mutex<Questions>>, idle: Arc<Semaphore>) {
    while let Some((gathered, _calling)) = gather(&questions, &idle).await {
        let (reports, answers): (Vec<_>, Vec<_>) = gathered
            .into_iter()
            .map(|question| (question.report, question.answer))
            .unzip();
        if reports.is_empty() {
            continue;
        }
        let told = app.centre.ask(&reports, app.config.ask()).await;
        if let Err(error) = &told {
            tracing::warn!(%error, scans = reports.len(), "the centre was asked in vain");
        }
        let told = told.map(Vec::into_iter).ok();
        let mut told = told.into_iter().flatten();
        for answer in answers {
            // Whoever gave up waiting has decided alone.
            let _ = answer.send(told.next().ok_or(NoAnswer::Senseless));
        }
    }
}

/// Once no call is on its way, or has been for long: all that wait, but for those whose time is
/// over. `None` at the end of the process.
async fn gather<'a>(
    questions: &Mutex<Questions>,
    idle: &'a Semaphore,
) -> Option<(Vec<Question>, SemaphorePermit<'a>)> {
    let mut questions = questions.lock().await;
    let mut gathered = vec![questions.recv().await?];
    let _ = timeout(GATHERS, idle.acquire_many(CALLS)).await;
    while gathered.len() < CALL_LENGTH
        && let Ok(next) = questions.try_recv()
    {
        gathered.push(next);
    }
    gathered.retain(|question| !question.answer.is_closed());
    let calling = idle.acquire().await.ok()?;
    Some((gathered, calling))
}
