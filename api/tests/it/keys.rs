//! Rotation of key-encryption keys while the service runs.

use api::app::App;
use api::platform::clock::Clock;
use api::platform::seal::Place;
use uuid::Uuid;

use crate::harness::TestApp;

const NEW_FIRST: &str = "k2:AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM=,\
                         k1:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

/// Stores `n` data keys as the service would, and one value sealed under the last.
async fn store_data_keys(app: &TestApp, n: usize) -> (Uuid, Vec<u8>) {
    let client = app.database.app().await;
    let mut last = (Uuid::nil(), Vec::new());
    for _ in 0..n {
        let id = Uuid::new_v4();
        let (key, wrapped) = app.app.keyring.make_data_key(Place::data_key(id)).unwrap();
        let insert = "INSERT INTO data_keys (id, kek_id, wrapped) VALUES ($1, $2, $3)";
        client
            .execute(insert, &[&id, &wrapped.kek_id, &wrapped.bytes])
            .await
            .unwrap();
        last = (
            id,
            key.seal_text(Place::new("users", "email", id), "a@b.example")
                .unwrap(),
        );
    }
    last
}

#[actix_web::test]
async fn rotation_rewraps_every_key_and_what_they_sealed_still_opens() {
    let app = TestApp::start().await;
    let (person, sealed) = store_data_keys(&app, 1203).await;

    let mut config = app.app.config.clone();
    config.key_encryption_keys = NEW_FIRST.to_owned().into();
    let rotated = App::new(config, Clock::default()).unwrap();
    assert_eq!(api::rotate_keys(&rotated).await.unwrap(), 1203);
    assert_eq!(
        api::rotate_keys(&rotated).await.unwrap(),
        0,
        "a second run finds nothing to do"
    );

    let client = app.database.app().await;
    let old = "SELECT count(*) FROM data_keys WHERE kek_id <> 'k2'";
    assert_eq!(
        client.query_one(old, &[]).await.unwrap().get::<_, i64>(0),
        0
    );
    let find = "SELECT kek_id, wrapped FROM data_keys WHERE id = $1";
    let row = client.query_one(find, &[&person]).await.unwrap();
    let wrapped = api::platform::seal::Wrapped {
        kek_id: row.get(0),
        bytes: row.get(1),
    };
    let key = rotated
        .keyring
        .data_key(Place::data_key(person), &wrapped)
        .unwrap();
    let place = Place::new("users", "email", person);
    assert_eq!(key.open_text(place, &sealed).unwrap(), "a@b.example");
    assert!(
        app.app
            .keyring
            .data_key(Place::data_key(person), &wrapped)
            .is_err()
    );
}
