//! What an import says of an event beside place, time and price.

use api::catalogue::CatalogueFiles;

use crate::harness::TestApp;
use crate::import::{HEADER, faults, files, import, row, source};

#[actix_web::test]
async fn until_when_names_may_be_corrected_is_read_from_the_file() {
    let app = TestApp::start().await;
    let until = |hours: &str| {
        let rows = row("JUD001", 10, "2500,,,").replace('\n', &format!(",{hours}\n"));
        let header = HEADER.replace('\n', ",names_until_hours\n");
        CatalogueFiles {
            sessions: source("sessions.csv", format!("{header}{rows}")),
            ..files("")
        }
    };
    let stored = async || -> i32 {
        let owner = app.database.owner().await;
        let sql = "SELECT names_until_hours FROM events";
        owner.query_one(sql, &[]).await.unwrap().get(0)
    };
    for (hours, wanted) in [("", 24), ("0", 0), ("72", 72), ("72", 72), ("6", 6)] {
        import(&app, &until(hours)).await;
        assert_eq!(stored().await, wanted, "{hours:?}");
    }
    for wrong in ["-1", "soon", "1.5"] {
        let found = faults(&app, &until(wrong)).await;
        assert!(found[0].contains("names_until_hours"), "{found:?}");
    }
    import(&app, &files(&row("JUD001", 10, "2500,,,"))).await;
    assert_eq!(stored().await, 24);
}
