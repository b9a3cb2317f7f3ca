//! Group commit: callers that come together are written together, each is answered on its own.
//!
//! A batch gathers for a moment, a few milliseconds at most, and while the one before is written.
//! The queue is bounded; beyond it callers are told at once to come back later.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use actix_web::rt;
use tokio::sync::oneshot;

use super::error::Error;

/// Who has waited so long has given up, or is better told to come back.
const PATIENCE: Duration = Duration::from_secs(5);

/// What bounds a batcher.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Items of one batch at most.
    pub batch_max: usize,
    /// Callers that wait at most; the next one is unavailable.
    pub queue_max: usize,
    /// Batches that are written at the same time at most.
    pub writers_max: usize,
    /// How long a batch of fewer than `enough` waits for others: what a call costs besides its
    /// items is shared by more of them. Zero: for as long as somebody else comes each time that all
    /// who are ready have had their turn.
    pub gather: Duration,
    /// So many share it well enough.
    pub enough: usize,
}

/// A bounded queue of items, written in batches. Cheap to clone: one shared body.
pub struct Batcher<I, O>(Arc<Body<I, O>>);

struct Body<I, O> {
    bounds: Bounds,
    queue: Mutex<Queue<I, O>>,
}

struct Queue<I, O> {
    waiting: VecDeque<Waiting<I, O>>,
    writers: usize,
}

struct Waiting<I, O> {
    item: I,
    answer: oneshot::Sender<Result<O, Error>>,
    since: Instant,
}

impl<I, O> Clone for Batcher<I, O> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<I: 'static, O: 'static> Batcher<I, O> {
    pub fn new(bounds: Bounds) -> Self {
        let queue = Queue {
            waiting: VecDeque::new(),
            writers: 0,
        };
        Self(Arc::new(Body {
            bounds,
            queue: Mutex::new(queue),
        }))
    }

    /// Gives an item to the next batch and waits for its own answer. `write` answers every item,
    /// in order. A caller that goes away does not stop a batch that is being written.
    ///
    /// # Errors
    /// What `write` says of this item; unavailable when the queue is full or moves too slowly.
    pub async fn submit<F, Written>(&self, item: I, write: F) -> Result<O, Error>
    where
        F: Fn(Vec<I>) -> Written + 'static,
        Written: Future<Output = Vec<Result<O, Error>>> + 'static,
    {
        let (answer, answered) = oneshot::channel();
        if self.enqueue(item, answer)? {
            let writer = Writer {
                batcher: self.clone(),
                is_counted: true,
            };
            rt::spawn(async move { writer.run(write).await });
        }
        answered
            .await
            .unwrap_or_else(|_| Err(Error::unavailable("a batch was cut short")))
    }

    /// True when the caller is to start a writer.
    fn enqueue(&self, item: I, answer: oneshot::Sender<Result<O, Error>>) -> Result<bool, Error> {
        let mut queue = self.lock();
        if queue.waiting.len() >= self.0.bounds.queue_max {
            return Err(Error::unavailable("too many are waiting to be written"));
        }
        queue.waiting.push_back(Waiting {
            item,
            answer,
            since: Instant::now(),
        });
        let needs_writer = queue.writers < self.0.bounds.writers_max;
        queue.writers += usize::from(needs_writer);
        Ok(needs_writer)
    }

    /// The next items and their answers. Where there are none the writer is counted no longer,
    /// under the same lock: whoever comes next starts another.
    fn take_or_leave(&self) -> (Vec<I>, Vec<oneshot::Sender<Result<O, Error>>>) {
        let mut queue = self.lock();
        let (mut items, mut answers) = (Vec::new(), Vec::new());
        while items.len() < self.0.bounds.batch_max {
            let Some(next) = queue.waiting.pop_front() else {
                break;
            };
            if next.since.elapsed() > PATIENCE {
                let too_late = Error::unavailable("a batch came too late");
                let _ = next.answer.send(Err(too_late));
            } else if !next.answer.is_closed() {
                items.push(next.item);
                answers.push(next.answer);
            }
        }
        queue.writers -= usize::from(items.is_empty());
        (items, answers)
    }

    fn lock(&self) -> MutexGuard<'_, Queue<I, O>> {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The same failure for each of so many callers, told and logged once in full.
pub fn all_failed<O>(error: Error, callers: usize) -> Vec<Result<O, Error>> {
    let again = || match &error {
        Error::Refused(refusal) => Error::Refused(refusal.clone()),
        Error::Unavailable(what) => Error::Unavailable(what.clone()),
        Error::Bug(_) => Error::bug("a neighbour of this batch was a bug"),
    };
    let mut answers: Vec<_> = (1..callers).map(|_| Err(again())).collect();
    if callers > 0 {
        answers.push(Err(error));
    }
    answers
}

/// One of the writers; counted until it leaves, also when its runtime ends under it.
struct Writer<I: 'static, O: 'static> {
    batcher: Batcher<I, O>,
    is_counted: bool,
}

impl<I: 'static, O: 'static> Writer<I, O> {
    async fn run<F, Written>(mut self, write: F)
    where
        F: Fn(Vec<I>) -> Written,
        Written: Future<Output = Vec<Result<O, Error>>>,
    {
        loop {
            self.gather().await;
            let (items, answers) = self.batcher.take_or_leave();
            if items.is_empty() {
                self.is_counted = false;
                return;
            }
            for (answer, written) in answers.into_iter().zip(write(items).await) {
                let _ = answer.send(written);
            }
        }
    }

    async fn gather(&self) {
        let Bounds { enough, gather, .. } = self.batcher.0.bounds;
        let mut waiting = self.batcher.lock().waiting.len();
        if !gather.is_zero() {
            if waiting < enough {
                rt::time::sleep(gather).await;
            }
            return;
        }
        // Where nobody waits there is nothing to gather for: the writer leaves.
        while (1..enough).contains(&waiting) {
            rt::task::yield_now().await;
            let before = std::mem::replace(&mut waiting, self.batcher.lock().waiting.len());
            if waiting <= before {
                return;
            }
        }
    }
}

impl<I: 'static, O: 'static> Drop for Writer<I, O> {
    fn drop(&mut self) {
        let mut queue = self.batcher.lock();
        queue.writers -= usize::from(self.is_counted);
        if self.is_counted && queue.writers == 0 {
            // Nobody would come for those who wait: they are told that it was cut short.
            let left = std::mem::take(&mut queue.waiting);
            drop(queue);
            drop(left);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use futures_util::future::join_all;

    use super::*;

    const BOUNDS: Bounds = Bounds {
        batch_max: 4,
        queue_max: 8,
        writers_max: 1,
        gather: Duration::ZERO,
        enough: 1,
    };

    #[actix_web::test]
    async fn callers_that_come_together_are_written_together_and_answered_each() {
        let batcher = Batcher::new(BOUNDS);
        let sizes = Rc::new(RefCell::new(Vec::new()));
        let submit = |number: u32| {
            let sizes = sizes.clone();
            batcher.submit(number, move |items: Vec<u32>| {
                let sizes = sizes.clone();
                async move {
                    sizes.borrow_mut().push(items.len());
                    rt::task::yield_now().await;
                    let answer = |item: u32| match item {
                        3 => Err(Error::unavailable("three")),
                        item => Ok(item * 10),
                    };
                    items.into_iter().map(answer).collect()
                }
            })
        };
        let answers = join_all((0..6).map(submit)).await;
        for (number, answer) in (0_u32..).zip(&answers) {
            assert_eq!(
                answer.as_ref().ok(),
                (number != 3).then_some(&(number * 10))
            );
        }
        assert_eq!(*sizes.borrow(), [4, 2]);
    }

    #[actix_web::test]
    async fn beyond_its_bound_the_queue_sheds_at_once() {
        let batcher = Batcher::new(BOUNDS);
        let submit = |number: u32| {
            batcher.submit(number, |items: Vec<u32>| async move {
                items.into_iter().map(Ok).collect()
            })
        };
        let answers = join_all((0..9).map(submit)).await;
        let shed = answers.iter().filter(|answer| answer.is_err()).count();
        assert_eq!(shed, 1);
        assert!(submit(10).await.is_ok(), "the queue is open again");
    }

    #[actix_web::test]
    async fn a_writer_that_answers_nobody_leaves_the_door_open() {
        let batcher = Batcher::new(BOUNDS);
        let silent = batcher.submit(1, |_: Vec<u32>| async { Vec::<Result<u32, Error>>::new() });
        assert!(matches!(silent.await, Err(Error::Unavailable(_))));
        let next = batcher.submit(2, |items: Vec<u32>| async {
            items.into_iter().map(Ok).collect()
        });
        assert_eq!(next.await.ok(), Some(2));
    }
}
