//! People who buy: an event on sale, spectators with accounts of their own, the sandbox bank as
//! their browser meets it, and what lies in their mailbox.

use std::io::Write;
use std::net::TcpStream;

use api::availability;
use api::catalogue::{CatalogueFiles, Dates, Source, import_catalogue, refresh, snapshot};
use serde_json::{Value, json};
use test_support::{Answer, Client};
use uuid::Uuid;

use crate::harness::TestApp;

/// The service with one event on sale.
pub(crate) struct Shop {
    pub(crate) app: TestApp,
    /// The event's code.
    pub(crate) event: String,
}

impl Shop {
    /// An event with so many seats in one category `A`, at 25 euros.
    pub(crate) async fn open(seats: u32) -> Self {
        Self::open_with(seats, &[]).await
    }

    /// With further settings of the service.
    pub(crate) async fn open_with(seats: u32, settings: &[&str]) -> Self {
        let shop = Self {
            event: "JUD001".to_owned(),
            app: TestApp::start_with(settings).await,
        };
        shop.import(&shop.event, seats, 2500).await;
        shop
    }

    /// One more event on sale, ten days from now.
    pub(crate) async fn import(&self, code: &str, seats: u32, price_cents: u32) {
        let source = |name: &str, text: String| Source {
            name: name.to_owned(),
            bytes: text.into_bytes(),
        };
        let day = |days: i64| {
            let at = self.app.clock.now() + jiff::SignedDuration::from_hours(24 * days);
            at.strftime("%Y-%m-%dT%H:00:00+02:00").to_string()
        };
        let files = CatalogueFiles {
            venues: source(
                "venues.csv",
                "venue_code,venue,city,capacity\nHAL,Halle des Tests,Brest,1000\n".to_owned(),
            ),
            sessions: source(
                "sessions.csv",
                format!(
                    "session_code,discipline_code,discipline,venue_code,starts_at,ends_at,\
                     medal_session,programme,capacity,price_a_cents,price_b_cents,\
                     price_c_cents,price_d_cents\n\
                     {code},JUD,Judo,HAL,{},{},0,Finales,{seats},{price_cents},,,\n",
                    day(10),
                    day(11)
                ),
            ),
            plans: None,
            texts: None,
        };
        let report = import_catalogue(&self.app.app, &files, Dates::AsWritten).await;
        report.unwrap_or_else(|refused| panic!("{refused:?}"));
        self.change("UPDATE events SET sale_opens_at = now() - interval '1 day'")
            .await;
    }

    /// Changes the catalogue by hand, so that the service notices.
    pub(crate) async fn change(&self, sql: &str) {
        self.execute(sql).await;
        self.execute("UPDATE events SET updated_at = clock_timestamp()")
            .await;
        refresh(&self.app.app).await.unwrap();
    }

    /// Hand-written SQL as the owner of the tables.
    pub(crate) async fn execute(&self, sql: &str) {
        let owner = self.app.database.owner().await;
        owner.batch_execute(sql).await.unwrap();
    }

    /// Somebody who is let in and not served for as long as what is answered lives: their session
    /// cannot be read. Sessions that were read a moment ago are remembered.
    pub(crate) async fn somebody_stuck(&self) -> (tokio_postgres::Client, TcpStream) {
        let owner = self.app.database.owner().await;
        let lock = "BEGIN; LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE";
        owner.batch_execute(lock).await.unwrap();
        let address = self.app.url.trim_start_matches("http://");
        let mut stuck = TcpStream::connect(address).unwrap();
        let token = "x".repeat(43);
        let body = json!({ "event": self.event, "category": "A", "formula": "solo" }).to_string();
        let request = format!(
            "PUT /api/v1/holds/{} HTTP/1.1\r\nHost: {address}\r\nCookie: guichet={token}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            Uuid::new_v4(),
            body.len()
        );
        stuck.write_all(request.as_bytes()).unwrap();
        (owner, stuck)
    }

    /// One number or text out of the database.
    pub(crate) async fn ask(&self, sql: &str) -> String {
        let owner = self.app.database.owner().await;
        let row = owner.query_one(sql, &[]).await.unwrap();
        row.get::<_, Option<String>>(0).unwrap_or_default()
    }

    /// Free, held, taken, as they are at this moment.
    pub(crate) async fn counts(&self) -> (u32, u32, u32) {
        let catalogue = snapshot(&self.app.app).await.unwrap();
        let code = self.event.parse().unwrap();
        let event = catalogue.event_by_code(&code).unwrap().id;
        let counts = availability::of_event(&self.app.app, event).await.unwrap();
        let count = counts.first().unwrap();
        assert_eq!(count.free + count.held + count.taken, count.capacity);
        let wrong = availability::audit(&self.app.app, event).await.unwrap();
        assert_eq!(wrong, Vec::<String>::new());
        (count.free, count.held, count.taken)
    }

    /// Lets time pass, then lets everything that is due happen.
    pub(crate) async fn after_seconds(&self, seconds: i64) {
        self.app.clock.advance_seconds(seconds);
        self.app.settle().await;
    }

    /// Switches the sandbox bank's faults.
    pub(crate) async fn bank_faults(&self, faults: Value) {
        let client = self.app.client();
        let _ = client
            .post("/sandbox-bank/faults", &faults)
            .await
            .expect(204);
    }

    /// Mails to an address whose subject has this in it, newest first.
    pub(crate) async fn mails(&self, to: &str, subject: &str) -> Vec<Value> {
        let path = format!("/dev/mailbox.json?to={to}");
        let all = self.app.client().get(&path).await.expect(200).json();
        let has_subject = |mail: &&Value| {
            let found = mail["subject"].as_str().unwrap_or_default();
            found.contains(subject)
        };
        all.as_array()
            .unwrap()
            .iter()
            .filter(has_subject)
            .cloned()
            .collect()
    }

    /// Waits for it: the job may be in the hands of another who settles at the same time.
    async fn first_mail(&self, to: &str) -> Value {
        for _ in 0..500 {
            self.app.settle().await;
            if let Some(mail) = self.mails(to, "").await.into_iter().next() {
                return mail;
            }
            actix_web::rt::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("no mail came");
    }

    /// Somebody with an active account, signed in.
    pub(crate) async fn spectator(&self) -> Buyer<'_> {
        let client = self.app.client();
        let name = Uuid::new_v4().simple().to_string();
        let email = format!("{name}@mail.example");
        client.refresh_csrf().await;
        let account = json!({
            "email": email,
            "first_name": "Zoé",
            "last_name": "Κώστας",
            "password": "a long enough phrase",
            "locale": "en",
        });
        let _ = client.post("/api/v1/accounts", &account).await.expect(202);
        let mail = self.first_mail(&email).await;
        let text = mail["text"].as_str().unwrap();
        let code = text
            .split_whitespace()
            .find(|word| {
                word.len() == 6
                    && word
                        .bytes()
                        .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
            })
            .unwrap();
        let proof = json!({ "email": email, "code": code });
        let _ = client
            .post("/api/v1/accounts/activate", &proof)
            .await
            .expect(200);
        client.refresh_csrf().await;
        Buyer {
            shop: self,
            client,
            email,
        }
    }
}

/// One person with a browser.
pub(crate) struct Buyer<'a> {
    pub(crate) shop: &'a Shop,
    pub(crate) client: Client,
    pub(crate) email: String,
}

impl Buyer<'_> {
    /// Holds the best seats; answers the hold's id.
    pub(crate) async fn hold(&self, formula: &str) -> Uuid {
        self.hold_at(&self.shop.event, formula).await
    }

    pub(crate) async fn hold_at(&self, event: &str, formula: &str) -> Uuid {
        let id = Uuid::new_v4();
        let body = json!({ "event": event, "category": "A", "formula": formula });
        let path = format!("/api/v1/holds/{id}");
        let _ = self.client.put(&path, &body).await.expect(201);
        id
    }

    pub(crate) async fn put_order(&self, id: Uuid, body: &Value) -> Answer {
        self.client.put(&format!("/api/v1/orders/{id}"), body).await
    }

    /// Holds and orders; answers the order as placed.
    pub(crate) async fn order(&self, formula: &str) -> Value {
        let hold = self.hold(formula).await;
        let seats = match formula {
            "solo" => 1,
            "duo" => 2,
            _ => 4,
        };
        let body = order_body(&[hold], seats);
        let order = self.put_order(Uuid::new_v4(), &body).await.expect(201);
        order.json()
    }

    pub(crate) async fn order_now(&self, order: &Value) -> Value {
        let path = format!("/api/v1/orders/{}", order["id"].as_str().unwrap());
        self.client.get(&path).await.expect(200).json()
    }

    pub(crate) async fn pay_again(&self, order: &Value) -> Answer {
        let path = format!("/api/v1/orders/{}/pay", order["id"].as_str().unwrap());
        self.client.post(&path, &json!({})).await
    }

    /// What the cardholder does on the bank's page; back at the shop.
    pub(crate) async fn at_bank(&self, order: &Value, fields: &[(&str, &str)]) -> Answer {
        let url = order["payment_url"].as_str().unwrap();
        self.client.form(url, &fields).await.expect(303)
    }

    /// Orders a Duo, pays it, and lets everything happen that follows.
    pub(crate) async fn buy(&self, formula: &str) -> Value {
        let order = self.order(formula).await;
        let _ = self.at_bank(&order, &[("decision", "accept")]).await;
        self.shop.app.settle().await;
        self.order_now(&order).await
    }

    pub(crate) async fn tickets(&self) -> Vec<Value> {
        let answer = self.client.get("/api/v1/tickets").await.expect(200).json();
        answer["tickets"].as_array().unwrap().clone()
    }
}

/// A request for these holds with so many seats in all.
pub(crate) fn order_body(holds: &[Uuid], seats: usize) -> Value {
    let holders: Vec<Value> = (1..=seats)
        .map(|n| json!({ "first_name": format!("Ada{n}"), "last_name": "Lovelace" }))
        .collect();
    json!({ "holds": holds, "holders": holders, "accept_terms": true })
}
