//! Whoever follows hand-offs knows at any time which conversations wait for people, which are with people, and which are not any more.

use super::*;

/// A desk whose endpoint is told of everything, and a conversation that waits there.
struct Followed {
    app: TestApp,
    receiver: Receiver,
    visitor: Visitor,
    conversation: String,
    agent: String,
    seen: usize,
}

impl Followed {
    async fn begin() -> Self {
        let app = TestApp::start().await;
        app.app.desk.set_subscriptions(vec![subscription(&[])]);
        let (visitor, conversation) = app.waiting("linden").await;
        Self {
            receiver: Receiver::start().await,
            agent: app.agent("mei", None).await,
            app,
            visitor,
            conversation,
            seen: 0,
        }
    }

    /// The agent does something with the conversation.
    async fn does(&self, step: &str, body: Value) {
        let path = format!("/v1/conversations/{}/{step}", self.conversation);
        let asked = self.app.post(&path).bearer_auth(&self.agent).json(&body);
        let done = asked.send().await.unwrap();
        let status = done.status();
        assert!(
            status.is_success(),
            "{step}: {}",
            done.text().await.unwrap()
        );
    }

    /// What was told since the last time, in order.
    async fn told(&mut self) -> Vec<Value> {
        let sender = self.receiver.sender(&self.app.store, &self.app.clock);
        drain(&sender, &self.app.clock).await;
        let got = self.receiver.got();
        let new = got[self.seen..].iter().map(Got::json).collect();
        self.seen = got.len();
        new
    }

    /// The same, of hand-offs and of whether it is done.
    async fn followed(&mut self) -> Vec<String> {
        let told = self.told().await;
        let kinds = told
            .iter()
            .map(|one| one["type"].as_str().unwrap().to_owned());
        let is_of_it =
            |kind: &String| kind.starts_with("handoff.") || kind.starts_with("conversation.re");
        kinds.filter(is_of_it).collect()
    }
}

#[tokio::test]
async fn a_customer_who_comes_back_to_a_resolved_conversation_is_told_of_as_one_who_waits() {
    let mut it = Followed::begin().await;
    assert_eq!(it.followed().await, ["handoff.created"]);
    it.does("takeover", json!({})).await;
    it.does("resolve", json!({})).await;
    assert_eq!(
        it.followed().await,
        [
            "handoff.claimed",
            "conversation.resolved",
            "handoff.resolved"
        ]
    );
    it.app.say_as(&it.visitor, "it is still broken").await;
    let told = it.told().await;
    let at = |kind: &str| told.iter().position(|one| one["type"] == kind);
    assert!(
        at("conversation.reopened") < at("handoff.created"),
        "{told:?}"
    );
    let created = &told[at("handoff.created").expect("nobody is told that they wait")];
    assert_eq!(
        (&created["data"]["conversation"], &created["data"]["reason"]),
        (&json!(it.conversation), &json!("asked_for_human"))
    );
    assert!(created["data"]["priority"].is_string(), "{created}");
    it.does("claim", json!({})).await;
    assert_eq!(it.followed().await, ["handoff.claimed"]);
}

#[tokio::test]
async fn an_agent_who_goes_leaves_conversations_that_wait_once_more() {
    let mut it = Followed::begin().await;
    it.does("claim", json!({})).await;
    it.followed().await;
    it.app.say_as(&it.visitor, "are you there?").await;
    let goes = it.app.post("/v1/availability").bearer_auth(&it.agent);
    let goes = goes.json(&json!({"availability": "offline"}));
    assert_eq!(goes.send().await.unwrap().status(), 200);
    assert_eq!(it.followed().await, ["handoff.created"]);
}

#[tokio::test]
async fn an_agent_who_takes_up_again_what_they_resolved_has_it_again_until_the_bot_has() {
    let mut it = Followed::begin().await;
    it.does("takeover", json!({})).await;
    it.does("resolve", json!({})).await;
    it.followed().await;
    it.does("reopen", json!({})).await;
    assert_eq!(
        it.followed().await,
        ["conversation.reopened", "handoff.claimed"]
    );
    it.does("return", json!({})).await;
    assert_eq!(it.followed().await, ["handoff.resolved"]);
}

#[tokio::test]
async fn a_conversation_is_told_of_before_what_is_promised_in_it() {
    let mut it = Followed::begin().await;
    let told = it.told().await;
    let kinds: Vec<&str> = told
        .iter()
        .map(|one| one["type"].as_str().unwrap())
        .collect();
    let at = |kind: &str| kinds.iter().position(|one| *one == kind).unwrap();
    assert_eq!(at("conversation.created"), 0, "{kinds:?}");
    assert!(at("handoff.created") < at("promise.made"), "{kinds:?}");
    it.does("takeover", json!({})).await;
    let reply = json!({"client_id": "1", "text": "looking into it"});
    it.does("messages", reply).await;
    let told = it.told().await;
    let kinds: Vec<&str> = told
        .iter()
        .map(|one| one["type"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["handoff.claimed", "message.sent", "promise.kept"]);
}
