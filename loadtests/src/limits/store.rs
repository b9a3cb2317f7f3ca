//! The least durable sale: an order, a ticket and a claim per request, many requests to a
//! transaction, one statement to a transaction.

use std::sync::Arc;

use tokio::sync::{Mutex, mpsc, oneshot};
use tokio_postgres::{Client, NoTls, Statement};
use uuid::Uuid;

const BATCH_MAX: usize = 256;
const WRITERS: usize = 2;
const QUEUE_MAX: usize = 4_096;

const SCHEMA: &str = "
    DROP TABLE IF EXISTS limit_orders, limit_tickets, limit_claims;
    CREATE TABLE limit_orders (
        id uuid PRIMARY KEY, user_id uuid NOT NULL, number text NOT NULL, state text NOT NULL,
        amount_cents bigint NOT NULL, currency text NOT NULL, created_at timestamptz NOT NULL,
        pay_before timestamptz NOT NULL);
    CREATE TABLE limit_tickets (
        id uuid PRIMARY KEY, order_id uuid NOT NULL, event_id uuid NOT NULL,
        serial bigint NOT NULL, ticket_key bytea NOT NULL, first_name bytea NOT NULL,
        last_name bytea NOT NULL, state text NOT NULL, paid_at timestamptz NOT NULL);
    CREATE TABLE limit_claims (
        event_id uuid NOT NULL, category_no smallint NOT NULL, row_no integer NOT NULL,
        seat_no smallint NOT NULL, order_id uuid NOT NULL, claimed_at timestamptz NOT NULL,
        PRIMARY KEY (event_id, category_no, row_no, seat_no));
    CREATE SEQUENCE IF NOT EXISTS limit_seats;";

const WRITE: &str = "
    WITH new AS MATERIALIZED (
        SELECT o.id, t AS ticket, nextval('limit_seats') AS seat
        FROM unnest($1::uuid[], $2::uuid[]) AS o (id, t)
    ), orders AS (
        INSERT INTO limit_orders
        SELECT id, $3, 'G-' || seat, 'paid', 2500, 'EUR', now(), now() FROM new
    ), tickets AS (
        INSERT INTO limit_tickets
        SELECT ticket, id, $3, seat, $4, $4, $4, 'paid', now() FROM new
    )
    INSERT INTO limit_claims
    SELECT $3, 0, (seat / 100)::integer, (seat % 100)::smallint, id, now() FROM new";

struct Waiting {
    order: Uuid,
    answer: oneshot::Sender<bool>,
}

pub(super) struct Commits {
    queue: mpsc::Sender<Waiting>,
}

struct Writer {
    queue: Arc<Mutex<mpsc::Receiver<Waiting>>>,
    client: Client,
    statement: Statement,
    event: Uuid,
}

impl Commits {
    /// Makes the tables anew and starts the writers.
    pub(super) async fn start(url: &str) -> Result<Self, String> {
        let (queue, waiting) = mpsc::channel(QUEUE_MAX);
        let waiting = Arc::new(Mutex::new(waiting));
        let event = Uuid::new_v4();
        let first = connect(url).await?;
        first
            .batch_execute(SCHEMA)
            .await
            .map_err(|error| format!("limits: {error}"))?;
        drop(first);
        for _ in 0..WRITERS {
            let client = connect(url).await?;
            let statement = client.prepare(WRITE).await;
            let writer = Writer {
                queue: Arc::clone(&waiting),
                client,
                statement: statement.map_err(|error| format!("limits: {error}"))?,
                event,
            };
            tokio::spawn(writer.run());
        }
        Ok(Self { queue })
    }

    /// The order's id when it is on the disk.
    pub(super) async fn commit(&self) -> Option<Uuid> {
        let (answer, answered) = oneshot::channel();
        let order = Uuid::now_v7();
        self.queue.try_send(Waiting { order, answer }).ok()?;
        answered.await.is_ok_and(|done| done).then_some(order)
    }
}

async fn connect(url: &str) -> Result<Client, String> {
    let (client, connection) = tokio_postgres::connect(url, NoTls)
        .await
        .map_err(|error| format!("limits: {error}"))?;
    tokio::spawn(connection);
    Ok(client)
}

impl Writer {
    async fn run(self) {
        // The sealed names of a real ticket are about as long.
        let sealed = vec![7_u8; 36];
        let mut batch = Vec::with_capacity(BATCH_MAX);
        loop {
            let got = {
                let mut queue = self.queue.lock().await;
                queue.recv_many(&mut batch, BATCH_MAX).await
            };
            if got == 0 {
                return;
            }
            let orders: Vec<Uuid> = batch.iter().map(|waiting| waiting.order).collect();
            let tickets: Vec<Uuid> = batch.iter().map(|_| Uuid::now_v7()).collect();
            let written = self
                .client
                .execute(&self.statement, &[&orders, &tickets, &self.event, &sealed])
                .await
                .is_ok();
            for waiting in batch.drain(..) {
                // Who has gone does not want to know.
                let _ = waiting.answer.send(written);
            }
        }
    }
}
