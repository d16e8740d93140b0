//! Notices over the API, and in the brief of whoever takes over.

use super::*;

#[tokio::test]
async fn over_the_api_a_notice_is_declared_once_seen_and_ended_by_its_own_merchant_alone() {
    let app = TestApp::start().await;
    let (own, foreign) = (app.api_key("m_linden").await, app.api_key("m_other").await);
    let body = json!({"client_id": "n1", "intents": ["payment_system_fault"], "since": "2026-11-20T09:40:00Z",
        "texts": {"en": WORDS}});
    let declare = |body: Value| app.post("/v1/notices").bearer_auth(&own).json(&body).send();
    let first = declare(body.clone()).await.unwrap();
    assert_eq!(first.status(), 201);
    let first: Value = first.json().await.unwrap();
    let again = declare(body.clone()).await.unwrap();
    assert_eq!(again.status(), 200);
    assert_eq!(first, again.json::<Value>().await.unwrap());
    for (field, other) in [
        ("intents", json!(["order_status"])),
        ("since", json!("2026-11-20T09:41:00Z")),
        ("texts", json!({"en": "All is well."})),
    ] {
        let mut body = body.clone();
        body[field] = other;
        let mismatch = (422, "idempotency_mismatch".to_owned());
        assert_eq!(
            problem(declare(body).await.unwrap()).await,
            mismatch,
            "{field}"
        );
    }
    let at = format!("/v1/notices/{}", first["id"].as_str().unwrap());
    for (method, path) in [
        (Method::GET, at.clone()),
        (Method::DELETE, at.clone()),
        (Method::POST, format!("{at}/end")),
    ] {
        let refused = app.request(method, &path).bearer_auth(&foreign).send();
        assert_eq!(
            problem(refused.await.unwrap()).await,
            (404, "not_found".to_owned())
        );
    }
    let theirs = app.get("/v1/notices").bearer_auth(&foreign);
    let theirs: Value = theirs.send().await.unwrap().json().await.unwrap();
    assert_eq!(
        theirs["notices"],
        json!([]),
        "another shop's are not listed"
    );
    for (field, bad, code) in [
        ("intents", json!([]), "invalid_value"),
        ("intents", json!(["no_such_matter"]), "invalid_value"),
        ("causes", json!(["bad luck"]), "invalid_value"),
        ("site", json!("other"), "invalid_value"),
        ("since", json!("2026-11-21T00:00:00Z"), "invalid_value"),
        ("texts", json!({"en": " "}), "invalid_value"),
        ("texts", json!({"fr": "non"}), "unknown_field"),
        ("merchant", json!("m_other"), "unknown_field"),
    ] {
        let mut body = body.clone();
        body["client_id"] = json!("n2");
        body[field] = bad;
        let refused = problem(declare(body.clone()).await.unwrap()).await;
        assert_eq!(refused, (422, code.to_owned()), "{body}");
    }
    assert!(app.say(FAULT).await[0].contains(WORDS));
    let confirm = app.post(&format!("{at}/confirm")).bearer_auth(&own);
    let confirm = confirm.json(&json!({"texts": {}})).send().await.unwrap();
    assert_eq!(confirm.status(), 200, "it is open already");
    let end = || async {
        let request = app.request(Method::DELETE, &at).bearer_auth(&own);
        request.send().await.unwrap().json::<Value>().await.unwrap()
    };
    assert_eq!(end().await["state"], "ended");
    assert_eq!(end().await["state"], "ended");
    let confirm = app.post(&format!("{at}/confirm")).bearer_auth(&own);
    let confirm = confirm.json(&json!({"texts": {}})).send().await.unwrap();
    assert_eq!(problem(confirm).await, (409, "conflict".to_owned()));
    let list = app.get("/v1/notices?state=ended").bearer_auth(&own);
    let list: Value = list.send().await.unwrap().json().await.unwrap();
    assert_eq!(list["notices"].as_array().unwrap().len(), 1, "{list}");
    let list = app.get("/v1/notices?state=open").bearer_auth(&own);
    let list: Value = list.send().await.unwrap().json().await.unwrap();
    assert_eq!(list["notices"], json!([]));
}

#[tokio::test]
async fn a_signed_in_customer_of_the_bank_hears_it_and_one_of_another_bank_does_not() {
    let shop = Shop::open().await;
    declared(&shop, "intent=refund_status method=visa").await;
    for (id, method, expected) in [("A7101", "visa *0934", true), ("A7102", "amex *1", false)] {
        let email = format!("{}@example.org", id.to_lowercase());
        let record = json!({"id": id, "merchant": "m_linden", "status": "delivered", "amount": "5.00", "currency": "GBP",
            "created_at": "2026-11-10T09:45:00Z", "paid_at": "2026-11-10T09:45:00Z", "items": ["lamp"],
            "payment_method": method, "customer": {"email": email}});
        let order = frontdesk::domain::order_record::parse(&record, &Default::default()).unwrap();
        let commit = Commit::new().order(order);
        shop.store.commit(commit).await.unwrap();
        let identity = Identity {
            subject: id.to_owned(),
            email: Some(email.clone()),
            ..Identity::default()
        };
        let signed_in = shop.visit_as(Some(identity)).await.session;
        let question = format!("where is the refund for order {id}?");
        let (_, heard) = ask(&shop, &signed_in, &question).await;
        assert_eq!(heard.contains(WORDS), expected, "{id}: {heard}");
        // By contact data alone nobody hears how the order was paid, and so not by which bank.
        let guest = shop.visit().await;
        let question = format!("where is the refund for order {id}? {email}");
        let (_, heard) = ask(&shop, &guest, &question).await;
        assert!(!heard.contains(WORDS), "{id}: {heard}");
    }
}

#[tokio::test]
async fn the_person_who_takes_over_reads_of_the_known_incident() {
    let shop = Shop::open().await;
    declared(&shop, "intent=payment_system_fault").await;
    let visitor = shop.visit().await;
    ask(&shop, &visitor, FAULT).await;
    let (id, _) = ask(&shop, &visitor, "I want to talk to a human").await;
    let unaware = shop.visit().await;
    let (other, _) = ask(&shop, &unaware, "I want to talk to a human").await;
    for (id, expected) in [(id, true), (other, false)] {
        let events = log(&shop, &id).await.into_iter();
        let mut handed = events.filter_map(|event| match event.body {
            EventBody::HandedOff(handoff) => Some(*handoff),
            _ => None,
        });
        let lines = HandedOff::from(handed.next().unwrap()).lines;
        let line = lines.iter().find(|line| line.label.name() == "incident");
        let told = line.map(|line| line.text.as_str());
        assert_eq!(told.is_some_and(|text| text.contains(WORDS)), expected);
        assert_eq!(told.is_some(), expected, "{told:?}");
    }
}

/// The incident in the last brief of a conversation.
async fn incident(shop: &Shop, id: &ConversationId) -> Option<String> {
    let events = log(shop, id).await.into_iter();
    let mut handed = events.filter_map(|event| match event.body {
        EventBody::HandedOff(handoff) => Some(*handoff),
        _ => None,
    });
    let lines = HandedOff::from(handed.next_back()?).lines;
    let line = lines.iter().find(|line| line.label.name() == "incident")?;
    Some(line.text.clone())
}

/// Not the bot hands over here, but the desk itself: a payment that failed, a link that the shop refuses.
#[tokio::test]
async fn the_incident_stands_in_the_briefs_that_no_turn_of_the_bot_made() {
    let shop = Shop::open().await;
    declared(&shop, "intent=payment_system_fault").await;
    let key = shop.key("m_linden");
    let identity = |email: &str| {
        Some(Identity {
            subject: email.to_owned(),
            email: Some(email.to_owned()),
            ..Identity::default()
        })
    };
    let una = shop.visit_as(identity("una@example.com")).await.session;
    ask(&shop, &una, FAULT).await;
    for text in ["I want a refund for A1053", "4"] {
        ask(&shop, &una, text).await;
    }
    let (id, _) = ask(&shop, &una, "yes").await;
    let claim = "A1053-1".parse().unwrap();
    let failed = ClaimMove::Failed("api_error".to_owned(), None);
    for to in [ClaimMove::Approve, ClaimMove::Paying, failed] {
        shop.desk.move_claim(&key, &claim, to).await.unwrap();
    }
    let told = incident(&shop, &id).await;
    assert!(told.is_some_and(|text| text.contains(WORDS)));

    let jo = shop.visit_as(identity("jo@example.com")).await.session;
    ask(&shop, &jo, FAULT).await;
    let (id, _) = ask(&shop, &jo, "can I get a new payment link for A1004?").await;
    let link = LinkId {
        conversation: id.clone(),
        number: 1,
    };
    let refused = LinkState::Refused {
        reason: "sold out".to_owned(),
    };
    shop.desk.answer_link(&key, &link, refused).await.unwrap();
    let told = incident(&shop, &id).await;
    assert!(told.is_some_and(|text| text.contains(WORDS)));
}
