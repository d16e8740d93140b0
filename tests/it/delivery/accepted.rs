//! The moment at which an application is accepted: whenever the desk dies around it, there is one application, and the payment system
//! is told of one refund.

use std::collections::{BTreeMap, BTreeSet};

use frontdesk::rules_folder::write_folder;
use jiff::{Timestamp, ToSpan as _};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};

use super::*;

/// So many applications, each with a kill of its own, a little later every time.
const KILLS: u64 = 12;
/// From one kill to the next, the moment moves on by so much.
const STEP: Duration = Duration::from_millis(2);
const POLICY: &str = "merchant = \"m_linden\"\nlanguages = [\"en\"]\ncurrencies = [\"GBP\"]\noffers = [\"full\", \"partial\"]\n\
    [window]\ndays = 30\nfrom = \"delivered\"\n[auto_accept]\nGBP = \"100\"\n";

/// What a shop signs for its customer.
fn signed() -> String {
    let ends = Timestamp::now().as_second() + 3_600;
    let claims = json!({"sub": "jo", "email": "jo@example.com", "aud": "linden", "exp": ends});
    let key = EncodingKey::from_secret(process::SECRET.as_bytes());
    encode(&Header::new(Algorithm::HS256), &claims, &key).unwrap()
}

async fn deliver(desk: &process::Desk, shop: &str, order: &str) {
    let day = |before: i64| (Timestamp::now() - (24 * before).hours()).to_string();
    let record = json!({"status": "delivered", "amount": "40.00", "currency": "GBP", "items": ["Kettle"],
        "created_at": day(9), "paid_at": day(9), "shipping": {"carrier": "DPD", "delivered_at": day(2)},
        "customer": {"name": "Jo Field", "email": "jo@example.com"}});
    let put = desk
        .http
        .put(format!("{}/v1/orders/{order}", desk.base))
        .bearer_auth(shop);
    assert_eq!(put.json(&record).send().await.unwrap().status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_that_is_killed_while_it_accepts_makes_one_claim_and_tells_of_one_refund() {
    let receiver = Receiver::start().await;
    let webhook = format!(
        "[[webhooks]]\nkey = \"linden-pay\"\nmerchant = \"m_linden\"\nurl = \"{}\"\nevents = [\"refund.accepted\"]\nsecret = \"{SECRET}\"\nallow = [\"127.0.0.0/8\"]\n",
        receiver.url
    );
    let (mut desk, _, shop) = process::Desk::with(&webhook).await;
    let policy = [("policies/linden.toml".to_owned(), POLICY.to_owned())];
    write_folder(&desk.folder.path().join("intents"), &policy).unwrap();
    desk.kill();
    desk.start_again().await;
    let orders: Vec<String> = (0..KILLS).map(|n| format!("A{}", 7_000 + n)).collect();
    let session = desk.session(Some(&signed())).await;
    for (moment, order) in (0..).zip(&orders) {
        deliver(&desk, &shop, order).await;
        let form = json!({"client_id": order, "order": order, "cause": "damaged", "note": "the lid was cracked when I opened it"});
        let apply = |desk: &process::Desk| {
            let url = format!("{}/v1/claims", desk.base);
            desk.http.post(url).bearer_auth(&session).json(&form).send()
        };
        let answered = apply(&desk);
        let kill = async {
            tokio::time::sleep(STEP * moment).await;
            desk.kill();
        };
        let (_, ()) = tokio::join!(answered, kill);
        desk.start_again().await;
        // Nobody knows whether it was taken: it is sent again.
        let again = apply(&desk).await.unwrap();
        assert!(again.status().is_success(), "{order}: {}", again.status());
        let answer: Value = again.json().await.unwrap();
        assert_eq!(answer["claim"]["id"], format!("{order}-1"), "{answer}");
        assert_eq!(answer["claim"]["state"], "accepted", "{answer}");
    }
    let listed = desk
        .ask(Method::GET, "/v1/refunds?limit=100", &shop, None)
        .await;
    for order in &orders {
        assert!(listed.contains(&format!("\"{order}-1\"")), "{listed}");
        assert!(!listed.contains(&format!("\"{order}-2\"")), "{listed}");
    }
    let told = async || {
        let mut told: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for got in receiver.got() {
            let key = got.json()["data"]["idempotency_key"].to_string();
            told.entry(key).or_default().insert(got.id);
        }
        told
    };
    durability::within_a_minute(async || told().await.len() == orders.len()).await;
    // Said again after a kill, it is the same event: one name for each refund.
    for (key, names) in told().await {
        assert_eq!(names.len(), 1, "{key}: {names:?}");
    }
}
