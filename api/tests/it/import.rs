//! Importing catalogues: a whole Games, the demonstration, and files with faults.

use std::path::PathBuf;

use api::catalogue::{
    CatalogueFiles, Dates, ImportRefused, ImportReport, Source, demo_files, import_catalogue,
};

use secrecy::ExposeSecret;

use crate::harness::TestApp;

const VENUES: &str = "venue_code,venue,city,capacity\nHAL,Halle des Tests,Brest,100\n";
pub(crate) const HEADER: &str = "session_code,discipline_code,discipline,venue_code,starts_at,\
ends_at,medal_session,programme,capacity,price_a_cents,price_b_cents,price_c_cents,price_d_cents\n";

pub(crate) fn source(name: &str, text: impl Into<Vec<u8>>) -> Source {
    Source {
        name: name.to_owned(),
        bytes: text.into(),
    }
}

/// Files with these rows of sessions below the header.
pub(crate) fn files(rows: &str) -> CatalogueFiles {
    CatalogueFiles {
        venues: source("venues.csv", VENUES),
        sessions: source("sessions.csv", format!("{HEADER}{rows}")),
        plans: None,
        texts: None,
    }
}

pub(crate) fn row(code: &str, capacity: u32, prices: &str) -> String {
    format!(
        "{code},JUD,Judo,HAL,2030-05-01T10:00:00+02:00,2030-05-01T12:00:00+02:00,0,\
         Éliminatoires,{capacity},{prices}\n"
    )
}

pub(crate) async fn import(app: &TestApp, files: &CatalogueFiles) -> ImportReport {
    let report = import_catalogue(&app.app, files, Dates::AsWritten)
        .await
        .unwrap_or_else(|refused| panic!("{refused:?}"));
    assert!(report.is_proven(), "{report}");
    report
}

pub(crate) async fn faults(app: &TestApp, files: &CatalogueFiles) -> Vec<String> {
    match import_catalogue(&app.app, files, Dates::AsWritten).await {
        Err(ImportRefused::Faults(faults)) => faults.iter().map(ToString::to_string).collect(),
        other => panic!("no faults: {other:?}"),
    }
}

/// Every row of the catalogue as text, for comparing before and after.
async fn contents(app: &TestApp) -> String {
    let client = app.database.owner().await;
    let mut contents = String::new();
    for table in [
        "sports",
        "venues",
        "seat_plans",
        "events",
        "categories",
        "event_sealing_keys",
        "event_signing_keys",
    ] {
        // Which load of the inventory is current is no part of the catalogue.
        let rows = client
            .query_one(
                &format!(
                    "SELECT coalesce(string_agg((to_jsonb(t) - 'inventory_epoch')::text, E'\\n'
                         ORDER BY t::text), '') FROM {table} t"
                ),
                &[],
            )
            .await
            .unwrap();
        contents.push_str(&rows.get::<_, String>(0));
    }
    contents
}

/// The files of a whole Games, which lie beside the repository; `GAMES_2024` says otherwise.
fn games() -> Option<CatalogueFiles> {
    let folder = std::env::var_os("GAMES_2024").map_or_else(
        || {
            PathBuf::from(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../../shared/data/games-2024"
            ))
        },
        PathBuf::from,
    );
    if !folder.is_dir() {
        eprintln!("SKIPPED: no files of a whole Games in {}", folder.display());
        return None;
    }
    let read = |name: &str| source(name, std::fs::read(folder.join(name)).unwrap());
    Some(CatalogueFiles {
        venues: read("venues.csv"),
        sessions: read("sessions.csv"),
        plans: None,
        texts: None,
    })
}

/// What the keys of this test's service take in Redis.
async fn redis_bytes(app: &TestApp) -> u64 {
    let mut redis = app.app.redis.connection();
    let keys: Vec<String> = redis::cmd("KEYS")
        .arg(app.app.redis.key("*"))
        .query_async(&mut redis)
        .await
        .unwrap();
    let mut bytes = 0;
    for key in keys {
        let usage: u64 = redis::cmd("MEMORY")
            .arg(&["USAGE", &key, "SAMPLES", "0"])
            .query_async(&mut redis)
            .await
            .unwrap();
        bytes += usage;
    }
    bytes
}

#[actix_web::test]
async fn a_whole_games_is_imported_once() {
    let Some(files) = games() else { return };
    let app = TestApp::start().await;
    let first = import(&app, &files).await;
    assert_eq!((first.events.read, first.events.created), (771, 771));
    assert_eq!((first.venues.created, first.sports.created), (40, 45));
    assert_eq!(first.totals.events, 771);
    assert_eq!(
        (first.places, first.totals.places),
        (12_032_100, 12_032_100)
    );
    assert!(first.totals.plans < 60, "plans are shared: {first}");
    assert_eq!(first.loaded.as_ref().unwrap(), &771);
    let bytes = redis_bytes(&app).await;
    eprintln!(
        "inventory of {} places: {} kB in Redis",
        first.places,
        bytes / 1000
    );
    assert!(bytes > 0 && bytes <= 100_000_000, "{bytes} bytes in Redis");

    let before = contents(&app).await;
    let second = import(&app, &files).await;
    assert_eq!(second.events.unchanged, 771, "{second}");
    assert_eq!((second.venues.unchanged, second.sports.unchanged), (40, 45));
    assert_eq!(second.plans_created, 0);
    assert_eq!(second.loaded.as_ref().unwrap(), &0);
    assert!(contents(&app).await == before, "a second run changed rows");
}

#[actix_web::test]
async fn a_broken_row_changes_nothing_and_names_its_line() {
    let app = TestApp::start().await;
    import(&app, &files(&row("JUD001", 50, "1000,,,"))).await;
    let before = contents(&app).await;

    let good = row("JUD002", 60, "1000,500,,");
    let broken = row("JUD003", 60, "1000,500,,").replace("HAL", "HALL");
    let found = faults(&app, &files(&format!("{good}{broken}"))).await;
    assert_eq!(
        found,
        ["sessions.csv:3: venue_code \"HALL\" is not in the venues file"]
    );
    assert!(
        contents(&app).await == before,
        "a refused import changed rows"
    );
}

#[actix_web::test]
async fn every_kind_of_bad_row_has_its_reason() {
    let app = TestApp::start().await;
    let good = row("JUD001", 50, "1000,500,,");
    let cases = [
        (
            "JUD001",
            "jud 1",
            "session_code \"jud 1\": an event code is 1 to 32 of A-Z, 0-9 and '-'",
        ),
        (
            "2030-05-01T10:00:00+02:00",
            "2030-05-01 10h",
            "starts_at \"2030-05-01 10h\" is not a \
         time with an offset, like 2024-07-25T09:30:00+02:00",
        ),
        ("T12:00:00", "T09:00:00", "ends_at is not after starts_at"),
        (",0,", ",yes,", "medal_session \"yes\" is neither 0 nor 1"),
        (
            "Éliminatoires",
            " ",
            "programme has 0 characters, not 1 to 2000",
        ),
        (",50,", ",0,", "capacity is 0, not 1 to 100"),
        (",50,", ",101,", "capacity is 101, not 1 to 100"),
        (",50,", ",many,", "capacity \"many\" is not a whole number"),
        ("1000", "-1", "price_a_cents is -1, not 0 to 10000000"),
        ("1000,500,,", "0,,,", "no category has a price"),
        ("1000,500,,", "1000,500", "11 fields instead of 13"),
        (
            ",JUD,",
            ",judo,",
            "discipline_code \"judo\" is not 1 to 8 of A-Z and 0-9",
        ),
    ];
    for (from, to, reason) in cases {
        let bad = good.replacen(from, to, 1);
        assert_ne!(bad, good, "{from} is not in the row");
        let found = faults(&app, &files(&bad)).await;
        assert_eq!(found, [format!("sessions.csv:2: {reason}")]);
    }
    let twice = format!("{good}{good}");
    let found = faults(&app, &files(&twice)).await;
    assert_eq!(
        found,
        ["sessions.csv:3: session_code JUD001 is already on line 2"]
    );
    let mut invalid = files("");
    invalid
        .sessions
        .bytes
        .extend(good.replace('É', "\u{1}").bytes());
    let place = invalid
        .sessions
        .bytes
        .iter()
        .position(|byte| *byte == 1)
        .unwrap();
    invalid.sessions.bytes[place] = 0xff;
    assert_eq!(
        faults(&app, &invalid).await,
        ["sessions.csv:2: not valid UTF-8"]
    );
    assert_eq!(contents(&app).await, "");
}

#[actix_web::test]
async fn all_faults_of_all_files_are_told_at_once() {
    let app = TestApp::start().await;
    let mut files = files(&format!("{}{}", row("A", 0, "-1,,,"), row("B", 10, "x,,,")));
    files.venues = source(
        "venues.csv",
        "venue_code,venue,city,capacity\nHAL,,Brest,100\n",
    );
    files.texts = Some(source(
        "texts.csv",
        "session_code,title_fr,title_en,programme_fr,programme_en\nC,a,b,c,d\n",
    ));
    files.plans = Some(source("plans.json", "{\n \"NIX\": []\n}"));
    let found = faults(&app, &files).await;
    assert_eq!(
        found,
        [
            "plans.json:2: venue NIX is not in the venues file",
            "sessions.csv:2: venue_code \"HAL\" is not in the venues file",
            "sessions.csv:2: capacity is 0, not 1 to 1048576",
            "sessions.csv:2: price_a_cents is -1, not 0 to 10000000",
            "sessions.csv:3: venue_code \"HAL\" is not in the venues file",
            "sessions.csv:3: price_a_cents \"x\" is not a whole number",
            "texts.csv:2: session_code \"C\" is no session",
            "venues.csv:2: venue has 0 characters, not 1 to 120",
        ]
    );
}

#[actix_web::test]
async fn a_changed_row_updates_its_event_alone() {
    let app = TestApp::start().await;
    let (one, two) = (
        row("JUD001", 50, "1000,500,,"),
        row("JUD002", 60, "1000,,,"),
    );
    import(&app, &files(&format!("{one}{two}"))).await;
    let changed = row("JUD001", 80, "1200,500,300,").replace("Éliminatoires", "Finales");
    let report = import(&app, &files(&format!("{changed}{two}"))).await;
    assert_eq!((report.events.updated, report.events.unchanged), (1, 1));
    assert_eq!(report.places, 140);
    assert_eq!(report.loaded.as_ref().unwrap(), &1);
    let snapshot = api::catalogue::refresh(&app.app).await.unwrap();
    let event = snapshot.event_by_code(&"JUD001".parse().unwrap()).unwrap();
    assert_eq!(event.programme.fr, "Finales");
    assert_eq!(event.sport.name.en, "Judo");
    let prices: Vec<_> = event
        .categories
        .iter()
        .map(|category| {
            (
                category.no,
                category.code.as_str(),
                category.price.amount_cents(),
            )
        })
        .collect();
    assert_eq!(prices, [(0, "A", 1200), (1, "B", 500), (2, "C", 300)]);
    assert_eq!(event.plan.capacity(), 80);
}

#[actix_web::test]
async fn sold_places_do_not_move_but_prices_may() {
    let app = TestApp::start().await;
    import(&app, &files(&row("JUD001", 50, "1000,500,,"))).await;
    claim_a_seat(&app).await;
    let found = faults(&app, &files(&row("JUD001", 60, "1000,500,,"))).await;
    assert_eq!(
        found,
        ["sessions.csv:2: the places of JUD001 would change, and 1 are sold"]
    );
    let report = import(&app, &files(&row("JUD001", 50, "1500,500,,"))).await;
    assert_eq!(report.events.updated, 1);
}

/// An order that holds seat 1 of row 1, written by hand.
async fn claim_a_seat(app: &TestApp) {
    let client = app.database.owner().await;
    client
        .batch_execute(
            "INSERT INTO users (id, email_index, email, first_name, last_name, password_hash,
                 locale, user_key, created_at)
             VALUES (gen_random_uuid(), '', '', '', '', '', 'fr', '', now());
             INSERT INTO orders (id, number, user_id, content_digest, locale, lines, seats,
                 amount_cents, currency, state, created_at, terms_accepted_at, pay_before)
             SELECT gen_random_uuid(), 'G-1', id, '', 'fr', '[]', 1, 1000, 'EUR',
                 'awaiting_payment', now(), now(), now() FROM users;
             INSERT INTO seat_claims (event_id, category_no, row_no, seat_no, order_id, claimed_at,
                 hold_id)
             SELECT e.id, 0, 0, 0, o.id, now(), o.id FROM events e, orders o",
        )
        .await
        .unwrap();
}

#[actix_web::test]
async fn the_demonstration_keeps_its_dates_until_it_is_over() {
    let app = TestApp::start().await;
    let import_demo = async || {
        let report = import_catalogue(&app.app, &demo_files(), Dates::Relative)
            .await
            .unwrap_or_else(|refused| panic!("{refused:?}"));
        assert!(report.is_proven(), "{report}");
        report
    };
    let first = import_demo().await;
    assert_eq!(first.events.created, 41, "{first}");
    assert_eq!((first.venues.created, first.sports.created), (8, 11));
    assert_eq!(import_demo().await.events.unchanged, 41);

    let snapshot = api::catalogue::refresh(&app.app).await.unwrap();
    let now = app.clock.now();
    let festival = |event: &api::catalogue::Event| event.code.as_str() == "FES-001";
    assert!(
        snapshot
            .events()
            .iter()
            .all(|event| event.starts_at > now || festival(event))
    );
    let open = snapshot
        .events()
        .iter()
        .filter(|event| event.admission().at(now) == ticket_core::event::AdmissionTime::Open);
    assert_eq!(open.count(), 3, "three events can be entered at once");

    app.clock.advance_seconds(3 * 86_400);
    let later = import_demo().await;
    let moved = (later.events.updated, later.events.unchanged);
    assert_eq!(moved, (2, 39), "only what began soon begins soon again");

    app.clock.advance_seconds(200 * 86_400);
    let much_later = import_demo().await;
    assert_eq!(
        much_later.events.updated, 41,
        "all is over: all begins again"
    );
    let snapshot = api::catalogue::refresh(&app.app).await.unwrap();
    assert!(
        snapshot
            .events()
            .iter()
            .all(|event| event.sale.closes_at > app.clock.now())
    );
}

#[actix_web::test]
async fn a_games_of_the_past_can_be_moved_into_the_future_for_rehearsals() {
    let app = TestApp::start().await;
    let files = files(&row("JUD001", 50, "1000,,,").replace("2030", "2024"));
    let shifted = async || {
        import_catalogue(&app.app, &files, Dates::ShiftedToFuture)
            .await
            .unwrap()
    };
    assert_eq!(shifted().await.events.created, 1);
    let snapshot = api::catalogue::refresh(&app.app).await.unwrap();
    let event = &snapshot.events()[0];
    let days = event.starts_at.duration_since(app.clock.now()).as_hours() / 24;
    assert!((28..=31).contains(&days), "{days} days");
    assert_eq!(event.local_start().hour(), 10);
    app.clock.advance_seconds(2 * 86_400);
    assert_eq!(shifted().await.events.unchanged, 1);
}

/// Runs the program itself on the files in `folder`: standard output, standard error, success.
fn run_import(app: &TestApp, folder: &std::path::Path) -> (String, String, bool) {
    let config = &app.app.config;
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_api"))
        .env_clear()
        .env("MODE", "development")
        .env("DATABASE_URL", &app.database.app_url)
        .env("REDIS_URL", config.redis_url.expose_secret())
        .env("REDIS_PREFIX", &config.redis_prefix)
        .env(
            "KEY_ENCRYPTION_KEYS",
            config.key_encryption_keys.expose_secret(),
        )
        .env("INDEX_KEY", config.index_key.expose_secret())
        .env("COOKIE_KEY", config.cookie_key.expose_secret())
        .env(
            "MANIFEST_SIGNING_KEY",
            config.manifest_signing_key.expose_secret(),
        )
        .args(["import", "catalogue", "--venues"])
        .arg(folder.join("venues.csv"))
        .arg("--events")
        .arg(folder.join("sessions.csv"))
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        text(output.stdout),
        text(output.stderr),
        output.status.success(),
    )
}

#[actix_web::test]
async fn the_command_prints_its_proof_and_fails_when_there_are_faults() {
    let app = TestApp::start().await;
    let folder = std::env::temp_dir().join(format!("guichet-{}", uuid::Uuid::new_v4()));
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("venues.csv"), VENUES).unwrap();
    let sessions = folder.join("sessions.csv");
    std::fs::write(
        &sessions,
        format!("{HEADER}{}", row("JUD001", 50, "1000,,,")),
    )
    .unwrap();

    let (out, err, success) = run_import(&app, &folder);
    assert!(success, "{out}{err}");
    assert!(
        out.contains("events   1 read: 1 created, 0 updated, 0 unchanged"),
        "{out}"
    );
    assert!(
        out.contains("proof    1 of 1 events read back equal, with 50 places"),
        "{out}"
    );
    let (out, _, _) = run_import(&app, &folder);
    assert!(
        out.contains("events   1 read: 0 created, 0 updated, 1 unchanged"),
        "{out}"
    );

    let before = contents(&app).await;
    std::fs::write(
        &sessions,
        format!("{HEADER}{}", row("JUD001", 500, "1000,,,")),
    )
    .unwrap();
    let (out, err, success) = run_import(&app, &folder);
    assert!(!success && out.is_empty(), "{out}");
    let place = format!("{}:2: capacity is 500, not 1 to 100", sessions.display());
    assert!(err.contains(&place), "{err}");
    assert!(
        contents(&app).await == before,
        "a refused import changed rows"
    );
    std::fs::remove_dir_all(&folder).unwrap();
}
