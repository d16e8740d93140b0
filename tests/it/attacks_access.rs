//! Who gets at what: every operation of the API against everybody who might call it. RELIABILITY B rows 3, 4, 8, 9, 10, 13, 32, 45, 46.

use frontdesk::clock::token_hash;
use frontdesk::domain::ids::ConversationId;
use reqwest::Response;
use serde_json::{Value, json};

use crate::attacks::{CANARY, Operation, World, files_below, operations, status_and_text};
use crate::support::{TestApp, no_limits, problem};

/// What the matrix of rows 3 and 4 expects of an answer.
fn expected(operation: &Operation, who: &str, opens: &str) -> &'static [u16] {
    // A shop may hand in an order under a number that another shop has, too.
    let hands_in = operation.path.starts_with("/v1/orders/") && operation.changes();
    match (operation.tag.as_str(), operation.names_one(), who) {
        (tag, ..) if tag != opens => &[401],
        // The old password that is sent there is nobody's.
        _ if operation.path == "/v1/password" => &[422],
        // And no phone shows the code.
        ("agent", ..) if operation.path.starts_with("/v1/second-factor/") => &[422],
        ("agent", ..) if may_not(who, operation) => &[403],
        // Deleted by whoever came before, or never there.
        ("agent", ..) if operation.path == "/v1/canned/{name}" => &[200, 404],
        // Nothing that was said went over a platform.
        ("agent", true, _) if operation.path.ends_with("{seq}/resend") => &[404],
        // Nobody said that the bot was wrong there, or not yet.
        ("agent", true, _) if operation.path.ends_with("/done") => &[404],
        // What is sent there is merged with nothing.
        ("agent", ..) if operation.path.ends_with("/merge") => &[404],
        // Nobody has such an order.
        ("agent", ..) if operation.path.ends_with("/put-right") => &[404],
        // Nobody has so many conversations as are sent there.
        ("agent", ..) if operation.path.ends_with("/erase") => &[422],
        ("agent", true, "an agent of another shop") => &[404],
        // No event was sent that could be sent again, and no shop has an endpoint.
        ("merchant", true, _) if operation.path.starts_with("/v1/webhooks/") => &[404],
        ("merchant", true, _) if operation.path.starts_with("/v1/deliveries/") => &[404],
        // Nobody asked for a link to pay by, and another shop has no host for one.
        ("merchant", true, _) if operation.path.starts_with("/v1/payment-links/") => &[404, 422],
        ("merchant", true, "a key of another shop") if !hands_in => &[404],
        // Nobody here has shown that an order is theirs: the form is looked at, and nothing is filed.
        (_, false, _) if operation.path == "/v1/claims" => &[422],
        // A word that no shop has signed, whoever says it.
        (_, false, _) if operation.path == "/v1/identity" => &[401],
        // 409: no longer possible after what an earlier route did.
        _ => &[200, 201, 207, 409],
    }
}

/// Whether an operation takes a higher role: here the platform's agent is an admin, and the other shop's a lead.
fn may_not(who: &str, operation: &Operation) -> bool {
    let of_all = ["/v1/audit", "/v1/people/"];
    let of_all = of_all.iter().any(|path| operation.path.starts_with(path));
    let audit = of_all && who != "an agent of the platform";
    let leads = operation.path.ends_with("/assign")
        || operation.path.ends_with("/done")
        || operation.path == "/v1/reviews"
        || operation.path.starts_with("/v1/reports/");
    audit || leads && who == "an agent of the shop"
}

#[tokio::test]
async fn row_3_and_4_each_route_answers_its_own_kind_of_caller_about_their_own_things_and_nobody_else()
 {
    let world = World::begin().await;
    let mut everybody = world.everybody();
    // Those who may change something come last, so that the others meet the conversation as it was.
    everybody.sort_by_key(|(who, ..)| who.contains("of the"));
    for operation in operations(&world.app)
        .await
        .iter()
        .filter(|operation| operation.guarded)
        // Who gets which file, row 5 shows.
        .filter(|operation| !operation.path.contains("{sha256}"))
    {
        for (who, opens, token) in &everybody {
            let (status, text) = world.ask(operation, token).await;
            let expected = expected(operation, who, opens);
            let name = operation.name();
            assert!(
                expected.contains(&status),
                "{who} at {name}: {status} {text}"
            );
            let may_see = matches!(
                *who,
                "the owner" | "an agent of the platform" | "an agent of the shop"
            );
            assert!(
                may_see || !text.contains(CANARY),
                "{who} reads at {name}: {text}"
            );
            assert!(
                who.contains("of the shop") || opens != &"merchant" || !text.contains("Ann Lee"),
                "{who} reads at {name}: {text}"
            );
        }
    }
}

#[tokio::test]
async fn row_3_and_4_a_foreign_conversation_and_one_that_does_not_exist_answer_alike_and_nothing_is_changed()
 {
    let world = World::begin().await;
    let id = ConversationId::parse(&world.conversation).unwrap();
    let before = world.app.store.conversation(&id).await.unwrap();
    for operation in operations(&world.app).await {
        if operation.tag != "agent" || !operation.names_one() {
            continue;
        }
        let mut answers = Vec::new();
        for id in [
            world.conversation.as_str(),
            "0198c0de-0000-7000-8000-000000000000",
            "nobody",
            "..%2f..%2fetc",
            "%00",
        ] {
            let request = operation.request(&world.app, id, "A1");
            let answer = request
                .bearer_auth(&world.foreign_agent)
                .send()
                .await
                .unwrap();
            answers.push(status_and_text(answer).await);
        }
        assert_eq!(answers[0].0, 404, "{}", operation.name());
        for other in &answers[1..] {
            assert_eq!(
                &answers[0],
                other,
                "existence shows at {}",
                operation.name()
            );
        }
    }
    assert_eq!(before, world.app.store.conversation(&id).await.unwrap());
}

#[tokio::test]
async fn row_3_a_shops_key_reaches_its_own_orders_only_and_cannot_write_into_anothers() {
    let world = World::begin().await;
    let app = &world.app;
    let read = |key: &str, id: &str| app.get(&format!("/v1/orders/{id}")).bearer_auth(key).send();
    let foreign = status_and_text(read(&world.foreign_key, "A1042").await.unwrap()).await;
    let missing = status_and_text(read(&world.foreign_key, "A9999").await.unwrap()).await;
    assert_eq!(foreign, missing, "existence shows");
    let ours: Value = json_of(read(&world.own_key, "A1042").await.unwrap()).await;
    for claimed in [
        json!("m_linden"),
        json!("M_LINDEN"),
        json!(" m_linden"),
        json!(["m_linden"]),
        json!({"$ne": ""}),
    ] {
        let mut record = ours.clone();
        record["merchant"] = claimed.clone();
        let put = app.request(reqwest::Method::PUT, "/v1/orders/A1042");
        let put = put.bearer_auth(&world.foreign_key).json(&record);
        assert_eq!(
            problem(put.send().await.unwrap()).await.0,
            422,
            "taken as {claimed}"
        );
        let batch = app
            .post("/v1/orders/batch")
            .bearer_auth(&world.foreign_key)
            .json(&[record]);
        let told: Value = json_of(batch.send().await.unwrap()).await;
        assert_eq!(told["stored"], 0, "taken in a batch as {claimed}");
    }
    let again: Value = json_of(read(&world.own_key, "A1042").await.unwrap()).await;
    assert_eq!(ours, again);
}

async fn json_of(response: Response) -> Value {
    response.json().await.unwrap()
}

#[tokio::test]
async fn row_10_no_token_an_empty_one_or_a_senseless_one_opens_no_route() {
    let world = World::begin().await;
    let long = format!("Bearer {}", "x".repeat(5_000));
    let hash = token_hash(&world.owner.token.clone().into());
    let hash: String = hash.0.iter().map(|byte| format!("{byte:02x}")).collect();
    let (own, hashed) = (&world.owner.token, format!("Bearer {hash}"));
    let shortened = format!("Bearer {}", &own[..own.len() - 1]);
    let lengthened = format!("Bearer {own}0");
    let upper = format!("Bearer {}", own.to_uppercase());
    let two = format!("Bearer {own} {own}");
    let list = format!("Bearer [\"{own}\"]");
    let other_scheme = format!("Token {own}");
    let senseless = [
        "",
        " ",
        "Bearer",
        "Bearer ",
        "Basic YTpi",
        "Bearer null",
        "Bearer undefined",
        "Bearer []",
        "Bearer {}",
        "Bearer {\"$ne\":1}",
        "Bearer 0",
        "Bearer true",
        "Bearer fdv_",
        "Bearer *",
        "Bearer %00",
        "Bearer ' or 1=1 --",
        own,
        &long,
        &hashed,
        &shortened,
        &lengthened,
        &upper,
        &two,
        &list,
        &other_scheme,
    ];
    for operation in operations(&world.app)
        .await
        .iter()
        .filter(|operation| operation.guarded)
    {
        let ask = || operation.request(&world.app, &world.conversation, &world.order);
        let without = problem(ask().send().await.unwrap()).await;
        assert_eq!(
            without,
            (401, "token_missing".to_owned()),
            "{}",
            operation.name()
        );
        for header in senseless {
            let asked = ask().header("authorization", header).send().await.unwrap();
            assert_eq!(
                asked.headers()["www-authenticate"],
                "Bearer",
                "{}",
                operation.name()
            );
            let (status, code) = problem(asked).await;
            assert_eq!(
                (status, code.as_str()),
                (401, "token_invalid"),
                "{} {header}",
                operation.name()
            );
        }
        let twice = ask()
            .header("authorization", format!("Bearer {own}"))
            .header("authorization", format!("Bearer {}", world.own_agent));
        assert_eq!(
            twice.send().await.unwrap().status(),
            401,
            "{}",
            operation.name()
        );
        let cookie = ask().header(
            "cookie",
            format!("session={own}; authorization=Bearer {own}"),
        );
        assert_eq!(
            cookie.send().await.unwrap().status(),
            401,
            "a cookie is taken"
        );
    }
}

#[tokio::test]
async fn row_8_and_45_a_secret_in_an_address_is_refused_on_every_route() {
    let world = World::begin().await;
    for operation in operations(&world.app).await {
        for name in [
            "token",
            "access_token",
            "key",
            "api_key",
            "SESSION",
            "jwt",
            "secret",
        ] {
            let path = operation.at(&world.conversation, &world.order);
            let path = format!("{path}?a=b&{name}={}", world.own_key);
            let asked = world.app.request(operation.method.clone(), &path);
            let refused = problem(asked.bearer_auth(&world.own_key).send().await.unwrap()).await;
            assert_eq!(refused, (400, "token_in_query".to_owned()), "{path}");
        }
    }
}

#[tokio::test]
async fn row_9_13_and_45_no_answer_shows_a_token_and_the_disk_has_none() {
    let world = World::begin().await;
    let secrets = world.everybody();
    for operation in operations(&world.app).await {
        for (_, _, token) in world.everybody() {
            let (_, text) = world.ask(&operation, token).await;
            for (who, _, secret) in &secrets {
                assert!(
                    !text.contains(secret),
                    "{} shows the token of {who}",
                    operation.name()
                );
            }
        }
    }
    let on_disk = files_below(&world.app.data());
    for (who, _, secret) in secrets {
        let found = on_disk
            .iter()
            .find(|(_, bytes)| memchr::memmem::find(bytes, secret.as_bytes()).is_some());
        assert!(
            found.is_none(),
            "the token of {who} is in {:?}",
            found.map(|(path, _)| path)
        );
    }
}

#[tokio::test]
async fn row_32_a_customers_transcript_and_stream_have_no_note_no_log_in_and_no_reason() {
    let app = TestApp::with(|options| {
        options.limits = no_limits();
        options.ping_seconds = 1;
    })
    .await;
    let (visitor, conversation) = app.waiting("linden").await;
    let agent = app.agent("zhang.login", None).await;
    let at = |verb: &str| {
        app.post(&format!("/v1/conversations/{conversation}/{verb}"))
            .bearer_auth(&agent)
    };
    assert_eq!(at("claim").send().await.unwrap().status(), 200);
    let note = json!({"client_id": "n1", "text": "NOTE-CANARY"});
    assert_eq!(at("notes").json(&note).send().await.unwrap().status(), 201);
    let reply = json!({"client_id": "r1", "text": "I am looking into it"});
    assert_eq!(
        at("messages").json(&reply).send().await.unwrap().status(),
        201
    );
    let mut seen = Vec::new();
    for form in ["json", "txt", "html"] {
        let path = format!("/v1/conversations/{conversation}/transcript.{form}?view=customer");
        let response = app.get(&path).bearer_auth(&agent).send().await.unwrap();
        let policy = response.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .to_owned();
        assert!(
            policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'")
        );
        seen.push(response.text().await.unwrap());
    }
    seen.push(crate::http_stream::read_whole(&app, &visitor).await);
    for text in seen {
        assert!(
            text.contains("I am looking into it") && text.contains("Name of zhang.login"),
            "{text}"
        );
        for secret in [
            "NOTE-CANARY",
            "\"zhang.login\"",
            "asked_for_human",
            "intents/",
            ".toml:",
            "brief",
        ] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}
