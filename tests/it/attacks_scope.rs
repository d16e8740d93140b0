//! What each kind of credential opens, field by field and id by id. RELIABILITY B rows 3, 5, 45, 46.

use std::collections::BTreeSet;

use frontdesk::http::{Caller, inventory};
use reqwest::Method;
use serde_json::{Value, json};

use crate::attacks::{CANARY, Dice, World, operations, status_and_text};
use crate::process::Desk;
use crate::support::{TestApp, problem};

#[tokio::test]
async fn row_3_every_route_asks_for_a_caller_but_the_ten_that_are_for_anybody() {
    let app = TestApp::start().await;
    let described = operations(&app).await;
    let mut open = BTreeSet::new();
    for route in inventory(&app.app) {
        let known = matches!(route.caller, Caller::Visitor | Caller::Agent | Caller::Shop);
        let one =
            |of: &&crate::attacks::Operation| of.method == route.method && of.path == route.path;
        let operation = described.iter().find(one).unwrap();
        assert_eq!(known, operation.guarded, "{}", operation.name());
        let asked = operation.request(&app, "x", "A1").send().await.unwrap();
        let refused = asked.status() == 401;
        assert_eq!(known, refused, "{}: {}", operation.name(), asked.status());
        if !known {
            open.insert(operation.name());
        }
    }
    let for_anybody = [
        "GET /guide/{shop}",
        "GET /healthz",
        "GET /hooks/{channel}/{account}",
        "GET /openapi.json",
        "GET /readyz",
        "GET /shared/{id}/{form}",
        "GET /version",
        "POST /hooks/{channel}/{account}",
        "POST /v1/continue",
        "POST /v1/login",
        "POST /v1/sessions",
    ];
    assert_eq!(open, for_anybody.map(str::to_owned).into());
}

/// Ids of the first shop's conversations and orders, and some that nobody has, in an order that a die decides.
async fn ids_of_the_first_shop(world: &World, dice: &mut Dice) -> Vec<(bool, String)> {
    let mut ids = Vec::new();
    for n in 0..30 {
        let (_, conversation) = world.app.waiting("linden").await;
        let mut nobodys = conversation.clone();
        nobodys.replace_range(
            nobodys.len() - 4..,
            &format!("{:04x}", dice.below(0x1_0000)),
        );
        let order = format!("L{}", 10_000 + dice.below(50_000) * 2);
        world.app.order("m_linden", &order).await;
        ids.push((true, conversation));
        ids.push((true, nobodys));
        ids.push((false, order));
        ids.push((false, format!("L{}", 10_001 + n * 2)));
    }
    for at in (1..ids.len()).rev() {
        ids.swap(at, dice.below(at + 1));
    }
    ids
}

#[tokio::test]
async fn row_3_any_id_of_one_shop_is_not_found_with_the_token_of_another_on_every_route() {
    let world = World::begin().await;
    let app = &world.app;
    let mut dice = Dice::new(3);
    let ids = ids_of_the_first_shop(&world, &mut dice).await;
    let operations = operations(app).await;
    let mut answers = BTreeSet::new();
    for (is_conversation, id) in ids {
        for operation in operations.iter().filter(|one| one.names_one()) {
            let (fits, token) = match operation.tag.as_str() {
                "agent" => (is_conversation, &world.foreign_agent),
                _ => (!is_conversation && !operation.changes(), &world.foreign_key),
            };
            if !fits {
                continue;
            }
            let asked = operation.request(app, &id, &id).bearer_auth(token);
            let (status, text) = status_and_text(asked.send().await.unwrap()).await;
            assert_eq!(status, 404, "{} {id}: {text}", operation.name());
            answers.insert(text.replace(&id, "ID"));
        }
    }
    assert_eq!(answers.len(), 1, "existence shows: {answers:?}");
}

/// A transcript opens for its conversation, its form and its reader together.
#[tokio::test]
async fn row_5_a_transcript_opens_with_no_other_conversation_form_or_reader_in_its_place() {
    let world = World::begin().await;
    let app = &world.app;
    let (_, foreign) = app.waiting("other").await;
    let read = async |conversation: &str, form: &str, token: &str| {
        let path = format!("/v1/conversations/{conversation}/{form}");
        status_and_text(app.get(&path).bearer_auth(token).send().await.unwrap()).await
    };
    let forms = ["transcript.json", "transcript.txt", "transcript.html"];
    for form in forms {
        let (status, text) = read(&world.conversation, form, &world.own_agent).await;
        assert!(status == 200 && text.contains(CANARY), "{form}: {status}");
        assert_eq!(
            read(&foreign, form, &world.own_agent).await.0,
            404,
            "{form}"
        );
        for (who, opens, token) in world.everybody() {
            let (status, text) = read(&world.conversation, form, token).await;
            let may = matches!(who, "an agent of the platform" | "an agent of the shop");
            let expected = match opens {
                "agent" if may => 200,
                "agent" => 404,
                _ => 401,
            };
            assert_eq!(status, expected, "{who} reads {form}");
            assert!(may || !text.contains(CANARY), "{who} reads {form}");
        }
    }
    for form in [
        "transcript",
        "transcript.JSON",
        "transcript.pdf",
        "transcript.html%00",
        "transcript.html.txt",
        "..%2ftranscript.json",
        "..%2f..%2f..%2fetc%2fpasswd",
        "%2e%2e%2fevents",
        "transcript.json%2f..",
        "file",
    ] {
        let (status, text) = read(&world.conversation, form, &world.own_agent).await;
        assert_eq!(status, 404, "{form}: {text}");
        assert!(!text.contains(CANARY), "{form}: {text}");
    }
    // Files go in there, and nobody is told which there are.
    let (status, text) = read(&world.conversation, "attachments", &world.own_agent).await;
    assert_eq!(status, 405, "{text}");
    assert!(!text.contains(CANARY), "{text}");
    for path in ["/files/x", "/uploads/x", "/evidence/x", "/data/evidence/x"] {
        let asked = app.get(path).bearer_auth(&world.own_agent);
        assert_eq!(problem(asked.send().await.unwrap()).await.0, 404, "{path}");
    }
}

#[tokio::test]
async fn row_45_a_secret_in_an_address_is_logged_as_leaked_and_without_its_value() {
    let (desk, _, key) = Desk::start().await;
    for (path, n) in [
        ("/v1/orders/A1?key=", 1),
        ("/healthz?a=b&API_KEY=", 2),
        ("/no?token=", 3),
    ] {
        let told = desk
            .ask(Method::GET, &format!("{path}{key}"), &key, None)
            .await;
        assert!(
            told.starts_with("400") && told.contains("token_in_query"),
            "{told}"
        );
        assert!(!told.contains(&key), "the key is repeated: {told}");
        let mut log = desk.log();
        for _ in 0..3_000 {
            if log.matches("that secret is leaked").count() >= n {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            log = desk.log();
        }
        assert_eq!(
            log.matches("that secret is leaked").count(),
            n,
            "{path}: {log}"
        );
        assert!(!log.contains(&key), "the key is in the log: {log}");
    }
}

#[tokio::test]
async fn row_45_the_sites_public_key_opens_a_session_and_nothing_else() {
    let world = World::begin().await;
    for operation in operations(&world.app).await {
        for public in ["linden", "other", "m_linden", "demo"] {
            let (status, text) = world.ask(&operation, public).await;
            let open = !operation.guarded;
            assert_eq!(open, status != 401, "{} {public}: {text}", operation.name());
        }
    }
    let opened = world
        .app
        .post("/v1/sessions")
        .json(&json!({"site": "linden"}));
    let opened: Value = opened.send().await.unwrap().json().await.unwrap();
    assert!(
        opened.get("conversation").is_none(),
        "a session comes with a conversation"
    );
}

#[tokio::test]
async fn row_46_what_a_shop_hands_in_names_no_other_shop_and_no_right_of_anybody() {
    let world = World::begin().await;
    let app = &world.app;
    let good = json!({"status": "processing", "amount": "1.00", "currency": "GBP",
        "created_at": "2026-11-01T00:00:00Z", "customer": {"email": "eve@example.net"}});
    let put = async |record: &Value| {
        let put = app.request(Method::PUT, "/v1/orders/E1");
        status_and_text(
            put.bearer_auth(&world.foreign_key)
                .json(record)
                .send()
                .await
                .unwrap(),
        )
        .await
    };
    for (field, value) in [("merchant", "m_linden"), ("id", "A1042")] {
        let mut record = good.clone();
        record[field] = json!(value);
        let (status, text) = put(&record).await;
        assert_eq!(status, 422, "{field}: {text}");
    }
    // Fields that the desk does not know are the shop's own: kept, given back, and without any effect.
    let mut record = good.clone();
    for field in [
        "role",
        "tenant_id",
        "proof",
        "owner",
        "verified",
        "__proto__",
        "level",
    ] {
        record[field] = json!("owner");
    }
    let (status, text) = put(&record).await;
    assert_eq!(status, 200, "{text}");
    let eve = app.visitor_of("other").await;
    let heard = app.say_as(&eve, "what is the state of order E1").await;
    let nobody = app.visitor_of("other").await;
    let expected = app.say_as(&nobody, "what is the state of order E2").await;
    let of = |texts: Vec<String>, order: &str| texts.join("\n").replace(order, "ORDER");
    assert_eq!(
        of(heard, "E1"),
        of(expected, "E2"),
        "an unknown field gave a right"
    );
}
