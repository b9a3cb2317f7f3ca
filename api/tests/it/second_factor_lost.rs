//! The way back for who lost the telephone and the kept codes: a case, staff, and what they leave.

use crate::harness::TestApp;
use crate::pages::page;
use crate::people::{PASSWORD, Person, login};
use crate::support::{cases, contact};
use crate::two_factors::switch_on;

/// Writes from an address, without being signed in; the number of the case, from its mail.
async fn write(app: &TestApp, subject: &str, email: &str) -> String {
    let client = app.client();
    let typed = [
        ("subject", subject),
        ("text", "My phone is in the sea."),
        ("email", email),
    ];
    let form = contact(&client, &typed).await;
    form.send(&client, "/contact").await.expect(303);
    app.settle().await;
    let mails = app.messages_to(email).await;
    let mut texts = mails.iter().map(|mail| mail["text"].as_str().unwrap());
    let (_, number) = texts.find_map(|text| text.split_once("GC-")).unwrap();
    format!("GC-{}", &number[.."7F3K-92".len()])
}

async fn is_asked_for_a_code(app: &TestApp, person: &Person) -> bool {
    let answer = login(&app.client(), &person.email, PASSWORD).await;
    answer.status == 401
}

fn off(app: &TestApp, number: &str, by: &Person) -> Result<String, String> {
    cases(app, &["second-factor-off", number, "--by", &by.email])
}

#[actix_web::test]
async fn staff_switch_two_factors_off_for_whoever_wrote_from_the_accounts_address() {
    let app = TestApp::start().await;
    let manager = app.staff("manager").await;
    let person = app.spectator().await;
    switch_on(&app, &person).await;
    let html = page(&app.client(), "/contact?subject=second_factor")
        .await
        .expect(200)
        .text();
    assert!(html.contains("value=\"second_factor\" selected"));
    let number = write(&app, "second_factor", &person.email).await;
    let shown = cases(&app, &["show", &number, "--by", &manager.email]).unwrap();
    assert!(
        shown.contains("account of Zoé Martin, telephone none"),
        "{shown}"
    );
    let said = off(&app, &number, &manager).unwrap();
    assert!(said.contains("two factors are off"), "{said}");
    assert!(!is_asked_for_a_code(&app, &person).await);
    app.clock.advance_seconds(6);
    let me = person.client.get("/api/v1/me").await.json();
    assert_eq!(me["signed_in"], false);
    app.settle().await;
    let told = app.messages_to(&person.email).await;
    let mut texts = told.iter().map(|mail| mail["text"].as_str().unwrap());
    assert!(texts.any(|text| text.contains("vérifié votre identité")));
    let owner = app.database.owner().await;
    let sql = "SELECT count(*) FROM audit_log
         WHERE action = 'account.two_factors_off_by_staff' AND actor_id = $1
             AND subject = 'user:' || $2::text AND detail->>'case' = $3";
    let row = owner
        .query_one(sql, &[&manager.id, &person.id.to_string(), &number])
        .await;
    assert_eq!(row.unwrap().get::<_, i64>(0), 1);
    // Once more changes nothing.
    let said = off(&app, &number, &manager).unwrap();
    assert!(said.contains("nothing was changed"), "{said}");
}

#[actix_web::test]
async fn no_other_case_and_nobody_else_opens_an_account() {
    let app = TestApp::start().await;
    let manager = app.staff("manager").await;
    let person = app.spectator().await;
    switch_on(&app, &person).await;
    // About something else; from another address; by somebody who may not.
    let other = write(&app, "account", &person.email).await;
    assert!(
        off(&app, &other, &manager)
            .unwrap_err()
            .contains("not an open case")
    );
    let elsewhere = write(&app, "second_factor", "thief@mail.example").await;
    assert!(off(&app, &elsewhere, &manager).is_err());
    let number = write(&app, "second_factor", &person.email).await;
    let agent = app.staff("gate_agent").await;
    assert!(off(&app, &number, &agent).is_err());
    assert!(off(&app, "GC-0000-00", &manager).is_err());
    cases(&app, &["close", &number, "--by", &manager.email]).unwrap();
    assert!(
        off(&app, &number, &manager)
            .unwrap_err()
            .contains("not an open case")
    );
    assert!(is_asked_for_a_code(&app, &person).await);
}

#[actix_web::test]
async fn staff_are_let_in_again_by_an_administrator_and_never_by_themselves() {
    let app = TestApp::start().await;
    let (manager, administrator) = (app.staff("manager").await, app.staff("administrator").await);
    switch_on(&app, &manager).await;
    let number = write(&app, "second_factor", &manager.email).await;
    let colleague = app.staff("manager").await;
    assert!(
        off(&app, &number, &manager)
            .unwrap_err()
            .contains("somebody else")
    );
    assert!(
        off(&app, &number, &colleague)
            .unwrap_err()
            .contains("an administrator")
    );
    off(&app, &number, &administrator).unwrap();
    assert!(!is_asked_for_a_code(&app, &manager).await);
}
