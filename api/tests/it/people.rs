//! People for the tests: spectators with an active account, and staff.

use serde_json::{Value, json};
use test_support::{Answer, Client};
use uuid::Uuid;

use crate::harness::TestApp;

pub(crate) const PASSWORD: &str = "correct horse battery";

/// Someone with an account and a browser that is signed in.
pub(crate) struct Person {
    pub(crate) client: Client,
    pub(crate) email: String,
    pub(crate) id: Uuid,
}

impl Person {
    /// The anti-forgery token of this person's session.
    pub(crate) async fn csrf(&self) -> String {
        let me = self.client.get("/api/v1/me").await.json();
        me["csrf_token"].as_str().unwrap().to_owned()
    }
}

impl TestApp {
    /// A spectator who signed up, read the code in the mailbox and activated.
    pub(crate) async fn spectator(&self) -> Person {
        let email = format!("zoe-{}@example.org", Uuid::new_v4().simple());
        let client = self.client();
        client
            .post("/api/v1/accounts", &sign_up_of(&email))
            .await
            .expect(202);
        let body = json!({ "email": email, "code": self.code_sent_to(&email).await });
        let me = client
            .post("/api/v1/accounts/activate", &body)
            .await
            .expect(200)
            .json();
        client.refresh_csrf().await;
        Person {
            client,
            email,
            id: me["id"].as_str().unwrap().parse().unwrap(),
        }
    }

    /// A member of staff, by the role's name in the database.
    pub(crate) async fn staff(&self, role: &str) -> Person {
        let person = self.spectator().await;
        let owner = self.database.owner().await;
        owner
            .execute(
                "UPDATE users SET role = $2 WHERE id = $1",
                &[&person.id, &role],
            )
            .await
            .unwrap();
        // Past what the process remembers of the session.
        self.clock.advance_seconds(6);
        person
    }

    /// Sends what is due, then reads the newest code that this address or phone got.
    pub(crate) async fn code_sent_to(&self, to: &str) -> String {
        self.settle().await;
        code_in(&self.messages_to(to).await[0])
    }

    /// What the mailbox holds for an address or a phone, newest first.
    pub(crate) async fn messages_to(&self, to: &str) -> Vec<Value> {
        let path = format!("/dev/mailbox.json?to={}", to.replace('+', "%2B"));
        let messages = self.client().get(&path).await.expect(200).json();
        messages.as_array().unwrap().clone()
    }
}

pub(crate) fn sign_up_of(email: &str) -> Value {
    json!({
        "email": email,
        "first_name": "Zoé",
        "last_name": "Martin",
        "password": PASSWORD,
        "locale": "fr",
    })
}

/// The one word of six capitals and digits.
pub(crate) fn code_in(message: &Value) -> String {
    let text = message["text"].as_str().unwrap();
    let is_code = |word: &&str| {
        word.len() == 6
            && word
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    };
    text.split(|c: char| !c.is_alphanumeric())
        .find(is_code)
        .unwrap_or_else(|| panic!("no code in {text}"))
        .to_owned()
}

pub(crate) async fn sign_up(client: &Client, email: &str) -> Value {
    let answer = client.post("/api/v1/accounts", &sign_up_of(email)).await;
    answer.expect(202).json()
}

pub(crate) async fn try_code(client: &Client, email: &str, code: &str) -> Answer {
    let body = json!({ "email": email, "code": code });
    client.post("/api/v1/accounts/activate", &body).await
}

pub(crate) async fn login(client: &Client, email: &str, password: &str) -> Answer {
    let body = json!({ "email": email, "password": password });
    client.post("/api/v1/login", &body).await
}

/// Six letters that are not the code.
pub(crate) fn wrong(code: &str) -> String {
    let first = if code.starts_with('A') { 'B' } else { 'A' };
    format!("{first}{}", &code[1..])
}
