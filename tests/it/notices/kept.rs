//! Notices when the desk is killed, stopped, or not running at all.

use super::proposed::*;
use super::*;

/// The events of a conversation, as an agent of the real desk reads them.
async fn events(desk: &process::Desk, agent: &str, id: &str) -> Vec<Value> {
    let url = format!("{}/v1/conversations/{id}/events", desk.base);
    let read = desk.http.get(url).bearer_auth(agent).send().await.unwrap();
    let read: Value = read.json().await.unwrap();
    read["events"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_desk_that_is_killed_while_it_tells_that_it_is_over_tells_everybody_once() {
    let (mut desk, agent, key) = process::Desk::start().await;
    let send = |desk: &process::Desk, path: &str, token: &str, body: Value| {
        let request = desk
            .http
            .post(format!("{}{path}", desk.base))
            .bearer_auth(token);
        request.json(&body).send()
    };
    let body = json!({"client_id": "n1", "intents": ["payment_system_fault"]});
    let notice = send(&desk, "/v1/notices", &key, body).await.unwrap();
    let notice: Value = notice.json().await.unwrap();
    let mut asked = BTreeSet::new();
    for number in 0..40 {
        let session = desk.session(None).await;
        let body = json!({"client_id": number.to_string(), "text": FAULT});
        let answer = send(&desk, "/v1/messages", &session, body).await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        asked.insert(answer["conversation"].as_str().unwrap().to_owned());
    }
    let path = format!("/v1/notices/{}/end", notice["id"].as_str().unwrap());
    let end = send(&desk, &path, &key, json!({}));
    let kill = async {
        tokio::time::sleep(Duration::from_millis(15)).await;
        desk.kill();
    };
    let (_, ()) = tokio::join!(end, kill);
    desk.start_again().await;
    // Whether the call was taken or not, it may be made again.
    let again = send(&desk, &path, &key, json!({})).await.unwrap();
    assert_eq!(again.status(), 200);
    for id in &asked {
        let events = events(&desk, &agent, id).await;
        let over = |event: &&Value| event["state"] == "ended" && event["kind"] == "notice";
        assert_eq!(events.iter().filter(over).count(), 1, "{events:?}");
        let told = |event: &&Value| event["kind"] == "reply" && event["from"] == "system";
        assert_eq!(events.iter().filter(told).count(), 1, "{events:?}");
    }
}

#[tokio::test]
async fn what_a_program_is_told_of_a_notice_is_on_disk_with_the_notice_itself() {
    let shop = Shop::open().await;
    let told = [subscription()];
    let mut all = said("n1", "intent=payment_system_fault");
    all.affected.merchant = MerchantId::parse("m_linden").ok();
    let merchant = all.affected.merchant.clone();
    let by = DeclaredBy::Operator;
    let (notice, _) = declare(register(&shop, &told), by, all.clone())
        .await
        .unwrap();
    // Nobody has looked yet, and a second word changes nothing.
    let declared = [EventKind::NoticeDeclared];
    assert_eq!(told_programs(&shop, &told[0].endpoint).await, declared);
    declare(register(&shop, &told), by, all).await.unwrap();
    let to = NoticeMove::End {
        texts: texts("Over."),
    };
    for _ in 0..2 {
        let moved = move_notice(register(&shop, &told), merchant.as_ref(), &notice.id, &to).await;
        assert!(moved.unwrap().announced);
    }
    let shop = shop.restart(Duration::ZERO);
    let both = [EventKind::NoticeDeclared, EventKind::NoticeEnded];
    assert_eq!(told_programs(&shop, &told[0].endpoint).await, both);
    shop.desk.look_at_due().await.unwrap();
    assert_eq!(told_programs(&shop, &told[0].endpoint).await, both);
}

#[tokio::test]
async fn whoever_ends_a_notice_does_not_wait_until_everybody_is_told_and_the_next_pass_tells_the_rest()
 {
    let shop = Shop::open().await;
    let notice = declared(&shop, "intent=payment_system_fault").await;
    let mut asked = Vec::new();
    for _ in 0..60 {
        asked.push(ask(&shop, &shop.visit().await, FAULT).await.0);
    }
    ended(&shop, &notice).await;
    let told_now = async || {
        let mut count = 0;
        for id in &asked {
            count += told(&shop, id).await.len();
        }
        count
    };
    assert_eq!(told_now().await, 50);
    shop.desk.look_at_due().await.unwrap();
    assert_eq!(told_now().await, 60);
    let found = shop
        .store
        .notice(Some(&shop.key("m_linden").merchant), &notice.id)
        .await;
    assert!(found.unwrap().unwrap().settled);
}

#[tokio::test]
async fn an_operator_confirms_what_the_desk_proposes_and_programs_are_told() {
    let shop = Shop::open().await;
    for _ in 0..25 {
        ask(&shop, &shop.visit().await, FAULT).await;
    }
    let key = shop.key("m_linden");
    let (live, _) = shop.desk.notices(&key, None, 10).await.unwrap();
    let id = live[0].id.clone();
    shop.store.close();
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    crate::folders::copy_folder(&shop.folder.path().join("data"), &at.join("data"));
    let config = "[[webhooks]]\nkey = \"linden-hook\"\nmerchant = \"m_linden\"\nurl = \"https://linden.example/hook\"\nsecret = \"whsec_ZnJvbnRkZXNrLXRlc3Qtc2VjcmV0LTAxMjM0NTY3ODk=\"\n";
    std::fs::write(at.join("frontdesk.toml"), config).unwrap();
    let text = format!("en={WORDS}");
    let confirm = |merchant: &str| {
        let args = [
            "notice",
            "confirm",
            id.as_str(),
            "--merchant",
            merchant,
            "--text",
            &text,
        ];
        crate::cli::run(at, &args)
    };
    // Another merchant's looks like one that does not exist, and a second word changes nothing.
    assert_eq!(confirm("m_other").2, 1);
    for _ in 0..2 {
        let (out, err, code) = confirm("m_linden");
        assert_eq!(code, 0, "{err}");
        let shown: Value = serde_json::from_str(&out).unwrap();
        assert_eq!(shown["state"]["state"], "open", "{shown}");
        assert_eq!(shown["texts"]["en"], WORDS, "{shown}");
    }
    let options = store::Options::new(at.join("data"), shop.clock.now());
    let store = Store::open(&options).unwrap();
    let open = store.open_notices(&key.merchant).await.unwrap();
    assert_eq!(open.len(), 1);
    let endpoint = EndpointId::parse("linden-hook").unwrap();
    let told = store.waiting_deliveries(&endpoint, 0, 10).await.unwrap();
    let kinds: Vec<EventKind> = told.into_iter().map(|delivery| delivery.kind).collect();
    assert_eq!(kinds, [EventKind::NoticeDeclared]);
}
