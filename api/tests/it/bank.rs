//! The sandbox bank's page, as anybody may ask for it.

use crate::shop::Shop;

#[actix_web::test]
async fn the_bank_knows_no_payment_by_a_reference_it_never_gave() {
    let shop = Shop::open(20).await;
    let client = shop.app.client();
    for reference in [
        "%00",
        "pay_",
        "pay_%00",
        "x",
        &format!("pay_{}", "0".repeat(32)),
    ] {
        let path = format!("/sandbox-bank/pay/{reference}");
        let _ = client.get(&path).await.expect(404);
        let _ = client
            .form(&path, &[("decision", "accept")])
            .await
            .expect(404);
    }
}
