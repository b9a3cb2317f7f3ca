//! Requests and claims: sent once, sealed, followed up, answered by the staff, gone with the
//! account.

use std::process::Command;

use reqwest::Method;
use test_support::{Answer, Client};
use uuid::Uuid;

use crate::harness::TestApp;
use crate::pages::{filled, page, submit};
use crate::people::PASSWORD;
use crate::shop::Shop;

const PDF: &[u8] =
    b"%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\ntrailer << >>\nstartxref\n0\n%%EOF\n";
const PROGRAM: &[u8] =
    b"%PDF-1.4\n1 0 obj << /S /JavaScript /JS (x) >> endobj\ntrailer << >>\nstartxref\n0\n%%EOF\n";

/// The fields of a form and its files, as a browser sends them.
pub(crate) struct Multipart {
    body: Vec<u8>,
}

const BOUNDARY: &str = "----a-boundary-of-the-tests";

impl Multipart {
    pub(crate) fn of(fields: &[(String, String)]) -> Self {
        let mut form = Self { body: Vec::new() };
        for (name, value) in fields {
            let head = format!("Content-Disposition: form-data; name=\"{name}\"\r\n\r\n");
            form.part(&head, value.as_bytes());
        }
        form
    }

    pub(crate) fn file(mut self, name: &str, bytes: &[u8]) -> Self {
        let head = format!(
            "Content-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        self.part(&head, bytes);
        self
    }

    fn part(&mut self, head: &str, content: &[u8]) {
        self.body
            .extend(format!("--{BOUNDARY}\r\n{head}").as_bytes());
        self.body.extend(content);
        self.body.extend(b"\r\n");
    }

    pub(crate) async fn send(mut self, client: &Client, path: &str) -> Answer {
        self.body.extend(format!("--{BOUNDARY}--\r\n").as_bytes());
        let request = client
            .request(Method::POST, path)
            .header("Accept", "text/html")
            .header("Accept-Language", "en")
            .header(
                "Content-Type",
                format!("multipart/form-data; boundary={BOUNDARY}"),
            );
        client.send(request.body(self.body)).await
    }
}

/// The form at `/contact`, filled in.
pub(crate) async fn contact(client: &Client, typed: &[(&str, &str)]) -> Multipart {
    let html = page(client, "/contact").await.expect(200).text();
    Multipart::of(&filled(&html, "/contact", typed))
}

const QUESTION: [(&str, &str); 2] = [("subject", "claim"), ("text", "My seat was <b>wet</b>.")];

/// A case of somebody signed in; its page.
async fn opened(client: &Client) -> String {
    let form = contact(client, &QUESTION)
        .await
        .file("photo of me.pdf", PDF);
    let to = form.send(client, "/contact").await.expect(303).location();
    let (base, done) = to.split_once('?').unwrap();
    assert_eq!(done, "done=sent");
    base.to_owned()
}

async fn number_of(client: &Client, base: &str) -> String {
    let html = page(client, base).await.expect(200).text();
    let at = html.find("GC-").unwrap();
    html[at..at + "GC-7F3K-92".len()].to_owned()
}

/// `api staff cases …`, as an operator would; what it printed, or how it failed.
pub(crate) fn cases(app: &TestApp, arguments: &[&str]) -> Result<String, String> {
    let done = Command::new(env!("CARGO_BIN_EXE_api"))
        .args(["staff", "cases"])
        .args(arguments)
        .envs(app.environment())
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if done.status.success() {
        Ok(text(&done.stdout))
    } else {
        Err(text(&done.stderr))
    }
}

async fn reply(client: &Client, base: &str, text: &str) -> Answer {
    let html = page(client, base).await.expect(200).text();
    let action = format!("{base}/messages");
    let form = Multipart::of(&filled(&html, &action, &[("text", text)]));
    form.send(client, &action).await
}

async fn count(app: &TestApp, table: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM {table}");
    let owner = app.database.owner().await;
    owner.query_one(&sql, &[]).await.unwrap().get(0)
}

#[actix_web::test]
async fn a_case_is_opened_once_confirmed_by_mail_and_followed_in_the_account() {
    let app = TestApp::start().await;
    let person = app.spectator().await;
    let client = &person.client;
    let html = page(client, "/contact").await.expect(200).text();
    assert!(
        !html.contains("name=\"email\""),
        "who is signed in has an address"
    );
    let fields = filled(&html, "/contact", &QUESTION);
    let send = || {
        Multipart::of(&fields)
            .file("me.pdf", PDF)
            .send(client, "/contact")
    };
    let first = send().await.expect(303).location();
    assert_eq!(send().await.expect(303).location(), first, "twice is once");
    assert_eq!(count(&app, "support_cases").await, 1);

    let html = page(client, &first).await.expect(200).text();
    assert!(
        html.contains("My seat was &#60;b&#62;wet&#60;/b&#62;."),
        "{html}"
    );
    assert!(html.contains("me.pdf") && html.contains("Nous avons votre message"));
    let base = first.split('?').next().unwrap();
    let number = number_of(client, base).await;
    app.settle().await;
    let mail = &app.messages_to(&person.email).await[0];
    let told = format!("{}{}", mail["subject"], mail["text"]);
    assert!(told.contains(&number) && told.contains(base), "{told}");
    assert!(!told.contains("wet"), "what was written stays here");

    let list = page(client, "/account/cases").await.expect(200).text();
    let said = [number.as_str(), "Une réclamation", "Chez nous"];
    assert!(said.iter().all(|words| list.contains(words)), "{list}");
}

#[actix_web::test]
async fn the_same_form_with_other_words_is_not_taken_for_sent() {
    let app = TestApp::start().await;
    let person = app.spectator().await;
    let html = page(&person.client, "/contact").await.text();
    let mut fields = filled(&html, "/contact", &QUESTION);
    let answer = Multipart::of(&fields)
        .send(&person.client, "/contact")
        .await;
    answer.expect(303);
    "Other words".clone_into(
        &mut fields
            .iter_mut()
            .find(|(name, _)| name == "text")
            .unwrap()
            .1,
    );
    let answer = Multipart::of(&fields)
        .send(&person.client, "/contact")
        .await;
    let html = answer.expect(409).text();
    assert!(
        html.contains("Other words"),
        "nothing that was typed is lost"
    );
    let again = filled(
        &html,
        "/contact",
        &[("subject", "claim"), ("text", "Other words")],
    );
    assert_ne!(again, fields, "the form has an id of its own now");
    let answer = Multipart::of(&again).send(&person.client, "/contact").await;
    answer.expect(303);
}

#[actix_web::test]
async fn staff_answer_and_the_writer_goes_on_until_it_is_settled() {
    let app = TestApp::start().await;
    let (person, manager) = (app.spectator().await, app.staff("manager").await);
    let agent = app.staff("gate_agent").await;
    let base = opened(&person.client).await;
    let number = number_of(&person.client, &base).await;

    assert!(cases(&app, &["list"]).unwrap().contains(&number));
    let refused = cases(&app, &["show", &number, "--by", &agent.email]);
    assert!(
        refused.unwrap_err().contains("may open"),
        "a gate agent may not look"
    );
    let folder = std::env::temp_dir().join(format!("guichet-{}", Uuid::new_v4()));
    std::fs::create_dir(&folder).unwrap();
    let folder_name = folder.to_str().unwrap();
    let show = [
        "show",
        &number,
        "--by",
        &manager.email,
        "--files",
        folder_name,
    ];
    let shown = cases(&app, &show).unwrap();
    assert!(shown.contains("My seat was <b>wet</b>.") && shown.contains(&person.email));
    let saved = std::fs::read(folder.join(format!("{number}-1.pdf"))).unwrap();
    assert_eq!(saved, PDF);
    std::fs::remove_dir_all(folder).unwrap();

    let text = ["--text", "We are <sorry>.\nHere is a dry one."];
    let answer = [&["reply", &number, "--by", &manager.email][..], &text].concat();
    // The confirmation has gone: two mails of one round come in any order.
    app.settle().await;
    cases(&app, &answer).unwrap();
    app.settle().await;
    let mail = &app.messages_to(&person.email).await[0];
    assert!(
        mail["text"]
            .as_str()
            .unwrap()
            .contains("Here is a dry one."),
        "{mail}"
    );
    assert!(
        mail["html"]
            .as_str()
            .unwrap()
            .contains("We are &#60;sorry&#62;."),
        "{mail}"
    );
    let html = page(&person.client, &base).await.text();
    assert!(html.contains("Répondue") && html.contains("Here is a dry one."));

    let to = reply(&person.client, &base, "Thank you").await.expect(303);
    assert_eq!(to.location(), format!("{base}?done=written"));
    let close = format!("{base}/close");
    let html = page(&person.client, &base).await.text();
    let fields = filled(&html, &close, &[]);
    submit(&person.client, &close, &fields).await.expect(303);
    assert!(
        cases(&app, &["list", "--state", "closed"])
            .unwrap()
            .contains(&number)
    );
    reply(&person.client, &base, "Once more").await.expect(303);
    assert!(
        cases(&app, &["list"]).unwrap().contains(&number),
        "writing opens it again"
    );
    cases(&app, &["close", &number, "--by", &manager.email]).unwrap();

    let sql = "SELECT string_agg(action, ' ' ORDER BY id) FROM audit_log
        WHERE subject LIKE 'support_case:%'";
    let owner = app.database.owner().await;
    let log: String = owner.query_one(sql, &[]).await.unwrap().get(0);
    let expected = "support.case_opened support.case_shown support.case_answered \
        support.case_closed support.case_closed";
    assert_eq!(log, expected);
}

#[actix_web::test]
async fn who_is_not_signed_in_writes_with_an_address_and_follows_by_a_link() {
    let app = TestApp::start().await;
    let client = app.client();
    let email = "stranger@mail.example";
    let mut typed = QUESTION.to_vec();
    typed.push(("email", "no address"));
    let refused = contact(&client, &typed)
        .await
        .send(&client, "/contact")
        .await;
    let html = refused.expect(422).text();
    assert!(html.contains("email-error") && html.contains("no address"));
    assert!(
        html.contains("wet&#60;/b&#62;"),
        "the message is still there"
    );
    typed.pop();
    typed.push(("email", email));
    let form = contact(&client, &typed).await;
    let to = form.send(&client, "/contact").await.expect(303).location();
    let number = to.strip_prefix("/contact/sent?number=").unwrap().to_owned();
    assert!(
        page(&client, &to)
            .await
            .expect(200)
            .text()
            .contains(&number)
    );
    app.settle().await;
    let mail = app.messages_to(email).await[0].clone();
    let text = mail["text"].as_str().unwrap();
    let link = text
        .lines()
        .find(|line| line.contains("/contact/cases/"))
        .unwrap();
    let path = &link[link.find("/contact").unwrap()..];

    let elsewhere = app.client();
    let html = page(&elsewhere, path).await.expect(200).text();
    assert!(html.contains(&number));
    reply(&elsewhere, path, "One thing more").await.expect(303);
    let (id, _token) = path.rsplit_once('/').unwrap();
    page(&elsewhere, &format!("{id}/AAAAAAAAAAAAAAAAAAAAAA"))
        .await
        .expect(404);
    let id = id.rsplit_once('/').unwrap().1;
    let person = app.spectator().await;
    page(&person.client, &format!("/account/cases/{id}"))
        .await
        .expect(404);
}

#[actix_web::test]
async fn nobody_reads_the_case_of_another() {
    let app = TestApp::start().await;
    let (person, other) = (app.spectator().await, app.spectator().await);
    let base = opened(&person.client).await;
    let html = page(&person.client, &base).await.text();
    let at = html.find(&format!("{base}/attachments/")).unwrap();
    let file = html[at..].split('"').next().unwrap().to_owned();
    page(&other.client, &base).await.expect(404);
    page(&other.client, &file).await.expect(404);
    let away = page(&app.client(), &base).await.expect(303).location();
    assert!(away.starts_with("/sign-in"), "{away}");

    let answer = page(&person.client, &file).await.expect(200);
    assert_eq!(answer.body, PDF);
    let header = |name: &str| answer.headers[name].to_str().unwrap().to_owned();
    assert!(header("content-disposition").starts_with("attachment; filename=\"GC-"));
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert!(header("content-security-policy").contains("sandbox"));
    assert_eq!(header("content-type"), "application/pdf");
}

#[actix_web::test]
async fn a_case_is_about_ones_own_order_only() {
    let shop = Shop::open(8).await;
    let buyer = shop.spectator().await;
    let order = buyer.buy("duo").await;
    let about = format!("order:{}", order["id"].as_str().unwrap());
    let mut typed = QUESTION.to_vec();
    typed.push(("about", &about));
    let html = page(&buyer.client, "/contact").await.text();
    assert!(html.contains(&about) && html.matches("value=\"ticket:").count() == 2);
    let form = contact(&buyer.client, &typed).await;
    let to = form
        .send(&buyer.client, "/contact")
        .await
        .expect(303)
        .location();
    let html = page(&buyer.client, &to).await.expect(200).text();
    assert!(html.contains(&format!("/account/orders/{}", &about["order:".len()..])));
    let other = shop.spectator().await;
    let form = contact(&other.client, &typed).await;
    form.send(&other.client, "/contact").await.expect(422);
}

#[actix_web::test]
async fn files_are_refused_clearly_and_the_message_stays() {
    let app = TestApp::start().await;
    let person = app.spectator().await;
    let client = &person.client;
    let large = vec![b'x'; 20 << 20];
    for (name, bytes, words) in [
        ("invoice.pdf", PROGRAM, "contient un programme"),
        ("invoice.pdf", b"MZ\x90\0", "ni un PDF"),
        ("page.png", b"<svg onload=alert(1)>", "ni un PDF"),
        ("photo.jpg", &large, "dépasse 5 Mo"),
        ("empty.pdf", b"", "est vide"),
        (
            "\u{202e}<b>.pdf",
            b"%PDF-1.4",
            "&#60;b&#62;.pdf\u{a0}» est endommagé",
        ),
    ] {
        let form = contact(client, &QUESTION).await.file(name, bytes);
        let html = form.send(client, "/contact").await.expect(422).text();
        assert!(html.contains(words), "{name}: {html}");
        assert!(html.contains("wet&#60;/b&#62;") && html.contains("value=\"claim\" selected"));
        assert!(!html.contains('\u{202e}'));
    }
    let mut four = contact(client, &QUESTION).await;
    for no in 0..4 {
        four = four.file(&format!("{no}.pdf"), PDF);
    }
    let html = four.send(client, "/contact").await.expect(422).text();
    assert!(html.contains("Trop de fichiers"));
    let base = opened(client).await;
    let html = page(client, &base).await.text();
    let action = format!("{base}/messages");
    let form = Multipart::of(&filled(&html, &action, &[("text", "Look at this")]));
    let answer = form.file("x.pdf", PROGRAM).send(client, &action).await;
    let html = answer.expect(422).text();
    assert!(html.contains("contient un programme") && html.contains("Look at this</textarea>"));
    assert_eq!(count(&app, "support_messages").await, 1);
}

#[actix_web::test]
async fn what_is_written_is_sealed_taken_along_and_gone_with_the_account() {
    let app = TestApp::start().await;
    let person = app.spectator().await;
    let base = opened(&person.client).await;
    let owner = app.database.owner().await;
    let sql = "SELECT (SELECT string_agg(encode(body, 'escape'), '') FROM support_messages),
        (SELECT string_agg(encode(name, 'escape') || encode(content, 'escape'), '')
         FROM support_attachments)";
    let row = owner.query_one(sql, &[]).await.unwrap();
    let kept = format!("{}{}", row.get::<_, String>(0), row.get::<_, String>(1));
    assert!(!kept.contains("wet") && !kept.contains("photo") && !kept.contains("%PDF"));

    let data = person
        .client
        .get("/account/data.json")
        .await
        .expect(200)
        .json();
    let message = &data["cases"][0]["messages"][0];
    assert_eq!(message["text"], "My seat was <b>wet</b>.");
    let href = message["attachments"][0]["href"].as_str().unwrap();
    assert_eq!(person.client.get(href).await.expect(200).body, PDF);
    app.settle().await;

    let html = page(&person.client, "/account/close").await.text();
    let fields = filled(&html, "/account/close", &[("password", PASSWORD)]);
    submit(&person.client, "/account/close", &fields)
        .await
        .expect(200);
    for table in ["support_cases", "support_messages", "support_attachments"] {
        assert_eq!(count(&app, table).await, 0, "{table}");
    }
    page(&person.client, &base).await.expect(303);
}

#[actix_web::test]
async fn strangers_are_asked_for_a_proof_of_work_and_their_address_gets_few_mails() {
    let app = TestApp::start_with(&["--rate-limit-factor", "1"]).await;
    let client = app.client();
    let typed = |email: &'static str| [QUESTION[0], QUESTION[1], ("email", email)];
    let mut last = 0;
    for _ in 0..4 {
        let form = contact(&client, &typed("one@mail.example")).await;
        last = form.send(&client, "/contact").await.status;
    }
    assert_eq!(last, 429, "three mails to one address");
    for _ in 0..8 {
        let email: &'static str = format!("{}@mail.example", Uuid::new_v4()).leak();
        let form = contact(&client, &typed(email)).await;
        last = form.send(&client, "/contact").await.status;
    }
    assert_eq!(last, 429, "who has no script waits");
    let html = page(&client, "/contact").await.expect(200).text();
    assert!(
        html.contains("name=\"waited\""),
        "the form brings its own proof"
    );
}
