//! Following the centre's list, whose cursor moves all the time: what is kept on disk, what a slow
//! line stops, what pages are told.

use std::time::Duration;

use ticket_core::ids::EventNumber;
use ticket_core::ticket::TicketStateName;

use crate::centre::{Centre, Held};
use crate::gate::{Answer, Gate, answer, fresh_folder};

/// A full list is always due.
const FULL: (&str, &str) = ("FULL_LIST_SECONDS", "1");

async fn with_tickets(count: usize) -> (Centre, EventNumber, Vec<Held>) {
    let centre = Centre::start().await;
    let event = centre.event(7);
    let tickets = (0..count).map(|_| centre.ticket(event)).collect();
    (centre, event, tickets)
}

async fn until_full_pulls(centre: &Centre, count: usize) {
    for _ in 0..1000 {
        if centre.state().full_pulls >= count {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("no full list is asked for");
}

fn without_the_centre(centre: &Centre, gate: Gate) -> Gate {
    centre.proxy.cut();
    Gate::start_in(centre, &gate.kill(), &[])
}

fn is_confirmed(answer: &Answer) -> bool {
    answer.admits() && answer.text("/certainty") == "confirmed"
}

#[actix_web::test]
async fn what_changed_after_quiet_polls_is_on_disk() {
    let (centre, event, mut tickets) = with_tickets(1).await;
    let gate = Gate::start(&centre).await;
    for _ in 0..3 {
        // In which nothing changes but the cursor.
        gate.until_followed(&centre).await;
        tickets.push(centre.ticket(event));
        gate.until_followed(&centre).await;
    }
    assert_eq!(centre.state().full_pulls, 1);
    let gate = without_the_centre(&centre, gate);
    assert_eq!(gate.status().await["events"][0]["tickets"], 4);
    for held in &tickets {
        assert!(gate.scan(&held.full).await.admits());
    }
}

#[actix_web::test]
async fn what_could_not_be_kept_is_kept_as_soon_as_the_disk_takes_it() {
    let (centre, event, mut tickets) = with_tickets(1).await;
    let gate = Gate::start(&centre).await;
    let list = gate.folder().join("gate.ledger.list");
    let aside = gate.folder().join("aside");
    std::fs::rename(&list, &aside).unwrap();
    std::fs::create_dir(&list).unwrap();
    tickets.push(centre.ticket(event));
    gate.until_followed(&centre).await;
    assert_eq!(gate.status().await["events"][0]["tickets"], 2);
    std::fs::remove_dir(&list).unwrap();
    std::fs::rename(&aside, &list).unwrap();
    tickets.push(centre.ticket(event));
    gate.until_followed(&centre).await;
    let gate = without_the_centre(&centre, gate);
    assert_eq!(gate.status().await["events"][0]["tickets"], 3);
    for held in &tickets {
        assert!(gate.scan(&held.full).await.admits());
    }
}

#[actix_web::test]
async fn a_list_from_the_disk_alone_tells_no_device_that_it_is_unknown() {
    let (centre, _, _) = with_tickets(1).await;
    let gate = Gate::start(&centre).await;
    let gate = without_the_centre(&centre, gate);
    let asked = async |gate: &Gate| {
        let request = gate.client.get(format!("{}/v1/status", gate.url));
        let answer = answer(request.bearer_auth("enrolled-a-moment-ago")).await;
        (answer.status.as_u16(), answer.text("/code").to_owned())
    };
    assert_eq!(asked(&gate).await, (503, "unavailable".into()));
    centre.proxy.mend();
    gate.until_link("up").await;
    assert_eq!(asked(&gate).await, (401, "device_unknown".into()));
    // What the centre said once is enough.
    centre.proxy.cut();
    gate.until_link("down").await;
    assert_eq!(asked(&gate).await, (401, "device_unknown".into()));
}

#[actix_web::test]
async fn a_full_list_that_is_slow_or_fails_stops_neither_changes_nor_questions() {
    let (centre, _, tickets) = with_tickets(4).await;
    let gate = Gate::start_in(&centre, &fresh_folder(), &[FULL]);
    gate.until_link("up").await;
    centre.state().full_slowness = Duration::from_mins(5);
    let before = centre.state().full_pulls;
    until_full_pulls(&centre, before + 1).await;
    centre.set_state(&tickets[0], TicketStateName::Deactivated);
    gate.until_followed(&centre).await;
    let revoked = gate.scan(&tickets[0].full).await;
    assert_eq!(revoked.reason(), "deactivated");
    assert!(is_confirmed(&gate.scan(&tickets[1].full).await));

    // After a restart as well, with the list that is on the disk.
    let gate = Gate::start_in(&centre, &gate.kill(), &[]);
    gate.until_link("up").await;
    until_full_pulls(&centre, before + 2).await;
    assert!(is_confirmed(&gate.scan(&tickets[2].full).await));

    centre.state().full_slowness = Duration::ZERO;
    centre.state().full_fails = true;
    let gate = Gate::start_in(&centre, &gate.kill(), &[]);
    gate.until_link("up").await;
    until_full_pulls(&centre, before + 3).await;
    for _ in 0..3 {
        gate.until_followed(&centre).await;
        assert_eq!(gate.status().await["link"]["state"], "up");
    }
    assert!(is_confirmed(&gate.scan(&tickets[3].full).await));
}

#[actix_web::test]
async fn a_full_list_takes_nothing_back_that_changed_while_it_came() {
    let (centre, event, tickets) = with_tickets(1).await;
    let unlisted = centre.ticket_unlisted(event);
    let seldom = [FULL, ("POLL_MILLISECONDS", "4000")];
    let gate = Gate::start_in(&centre, &fresh_folder(), &seldom);
    gate.until_link("up").await;
    centre.state().full_slowness = Duration::from_secs(2);
    let before = centre.state().full_pulls;
    until_full_pulls(&centre, before + 1).await;
    centre.set_state(&tickets[0], TicketStateName::Deactivated);
    // A ticket that is not listed makes it ask at once.
    assert_eq!(gate.scan(&unlisted.full).await.reason(), "unknown");
    let is_here = |status: &serde_json::Value| {
        let took = status["manifest"]["full"]["milliseconds"].as_u64();
        took >= Some(2000)
    };
    gate.until("the full list", is_here).await;
    centre.proxy.cut();
    let revoked = gate.scan(&tickets[0].full).await;
    assert_eq!(revoked.reason(), "deactivated");
}

#[actix_web::test]
async fn a_page_is_told_that_an_event_changed_though_no_ticket_did() {
    let (centre, event, _) = with_tickets(1).await;
    let gate = Gate::start(&centre).await;
    let before = gate.get("/v1/list").await.body;
    assert_eq!(before["events"][0]["live_only"], false);
    centre.change_event(event, |event| event.live_code_required = true);
    gate.until_followed(&centre).await;
    let path = format!("/v1/list?since={}", before["cursor"]);
    let news = gate.get(&path).await.body;
    assert_ne!(news["cursor"], before["cursor"]);
    assert_eq!(news["full"], false);
    assert_eq!(news["tickets"], serde_json::json!([]));
    assert_eq!(news["events"][0]["live_only"], true);
    // And once only.
    gate.until_followed(&centre).await;
    assert_eq!(gate.get(&path).await.body, news);
}

#[actix_web::test]
async fn a_ticket_whose_rows_do_not_open_is_let_in_at_no_gate_that_can_ask() {
    let (centre, _, tickets) = with_tickets(2).await;
    centre.state().unopened.insert(tickets[0].id);
    for gate in [Gate::start(&centre).await, Gate::start(&centre).await] {
        let refused = gate.scan(&tickets[0].full).await;
        assert_eq!(refused.reason(), "unknown");
        assert_eq!(refused.text("/certainty"), "confirmed");
        gate.until("told", |status| status["waiting"] == 0).await;
    }
    let gate = Gate::start(&centre).await;
    assert!(is_confirmed(&gate.scan(&tickets[1].full).await));
}
