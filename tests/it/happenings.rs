//! Conversations as data in which something happens beside what is said: files are handed in, the shop decides and pays, a link comes,
//! a trouble becomes known and is over, a day passes. Every file in `tests/data/happenings/` is held on a desk with the orders of the
//! dialogues, each story on a desk of its own.

use std::path::Path;

use frontdesk::desk::{ClaimMove, SentForm};
use frontdesk::domain::account::{ApiKey, Session};
use frontdesk::domain::claim::{ClaimForm, ClaimId};
use frontdesk::domain::conversation::{Event, EventBody, Identity, Seq};
use frontdesk::domain::ids::{ClientId, ConversationId, EndpointId, IntentId, MerchantId, OrderId};
use frontdesk::domain::language::Language;
use frontdesk::domain::notice::{Affected, Declaration, Notice, NoticeMove};
use frontdesk::domain::order::OrderStatus;
use frontdesk::domain::payment_link::LinkState;
use frontdesk::domain::webhook::{EventKind, Subscription};
use frontdesk::domain::wording::Texts;
use frontdesk::store::Commit;
use serde::Deserialize;

use crate::evidence::png;
use crate::ruled::ruled_by;
use crate::shop::Shop;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    story: Vec<Story>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Story {
    name: String,
    /// The address of the customer whom the shop signed in.
    customer: String,
    /// An order that was not paid.
    unpaid: Option<String>,
    /// The shop's policy, as its file.
    policy: Option<String>,
    /// So often they claimed before, each time on a delivered order like this one.
    claimed: Option<(String, u32)>,
    step: Vec<Step>,
}

/// One thing that happens, and what comes of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    /// The customer writes.
    say: Option<String>,
    /// The customer hands in a photo, by its number.
    photo: Option<u32>,
    /// The clock is moved, and what is due is looked at.
    at: Option<String>,
    /// The shop moves an application: `A1003-1 approve`, `… paid`, `… failed CODE`, `… reject WORDS`, `… show WORDS`.
    claim: Option<String>,
    /// The shop answers with a link for paying.
    link: Option<String>,
    /// A trouble with such a matter becomes known, in these words.
    trouble: Option<(String, Texts)>,
    /// It is over, in these words.
    over: Option<Texts>,
    /// Parts of what the customer reads then.
    #[serde(default)]
    has: Vec<String>,
    /// Parts of what they must not read.
    #[serde(default)]
    lacks: Vec<String>,
    /// Nothing is said.
    #[serde(default)]
    silent: bool,
    /// Whose the conversation is then.
    owner: Option<String>,
    /// Where an application stands then: `A1003-1 submitted`.
    stands: Option<String>,
    /// Why a person has it then.
    reason: Option<String>,
    /// Parts of what that person is told.
    #[serde(default)]
    brief: Vec<String>,
}

/// A story under way.
struct Held {
    shop: Shop,
    key: ApiKey,
    session: Session,
    conversation: Option<ConversationId>,
    notice: Option<Notice>,
    read: Seq,
}

impl Held {
    async fn begin(story: &Story) -> Self {
        let shop = Shop::open().await;
        let key = shop.key("m_linden");
        shop.desk.set_subscriptions(vec![Subscription {
            endpoint: EndpointId::parse("linden").unwrap(),
            merchant: MerchantId::parse("m_linden").unwrap(),
            events: Vec::new(),
        }]);
        if let Some(id) = &story.unpaid {
            let id = OrderId::parse(id).unwrap();
            let mut order = shop.desk.order(&key, &id).await.unwrap();
            order.status = OrderStatus::Rejected;
            order.paid_at = None;
            shop.store.commit(Commit::new().order(order)).await.unwrap();
        }
        if let Some(policy) = &story.policy {
            enforce(&shop, policy);
        }
        let identity = Identity {
            subject: story.customer.clone(),
            email: Some(story.customer.clone()),
            ..Identity::default()
        };
        if let Some((like, times)) = &story.claimed {
            claim_on_orders_like(&shop, &key, &identity, (like, *times)).await;
        }
        let session = shop.visit_as(Some(identity)).await.session;
        Self {
            shop,
            key,
            session,
            conversation: None,
            notice: None,
            read: Seq(0),
        }
    }

    /// Makes it happen; says why if it cannot.
    async fn happen(&mut self, step: &Step) -> Result<(), String> {
        let desk = &self.shop.desk;
        if let Some(text) = &step.say {
            let received = self.shop.send(&self.session, text).await;
            self.conversation = Some(received.conversation);
        }
        if let Some(number) = step.photo {
            let kept = desk.attach(&self.session, png(number), None).await.unwrap();
            self.conversation = Some(kept.conversation);
        }
        if let Some(at) = &step.at {
            self.shop.clock.move_to(at.parse().unwrap());
            desk.look_at_due().await.unwrap();
        }
        if let Some(what) = &step.claim {
            let (id, to) = what.split_once(' ').unwrap();
            let id: ClaimId = id.parse().unwrap();
            desk.move_claim(&self.key, &id, claim_move(to))
                .await
                .unwrap();
        }
        if let Some(url) = &step.link {
            let asked = self.shop.told(EventKind::PaymentLinkRequested).await;
            let id = asked.last().expect("no link was asked for")["data"]["link"].clone();
            let id = id.as_str().unwrap().parse().unwrap();
            let given = LinkState::Given {
                url: url.clone(),
                expires_at: None,
            };
            let answered = desk.answer_link(&self.key, &id, given).await;
            answered.map_err(|refused| format!("no link is waited for: {refused}"))?;
        }
        if let Some((intent, texts)) = &step.trouble {
            let declaration = Declaration {
                name: ClientId::parse("n1").unwrap(),
                affected: Affected {
                    intents: vec![IntentId::parse(intent).unwrap()],
                    ..Affected::default()
                },
                since: None,
                texts: texts.clone(),
            };
            let declared = desk.declare_notice(&self.key, declaration).await;
            self.notice = Some(declared.unwrap().0);
        }
        if let Some(texts) = &step.over {
            let texts = texts.clone();
            let id = &self.notice.as_ref().expect("no trouble is known").id;
            let over = NoticeMove::End { texts };
            desk.move_notice(&self.key, id, &over).await.unwrap();
        }
        Ok(())
    }

    /// What the customer reads since the step before.
    async fn told(&mut self) -> String {
        let Some(id) = &self.conversation else {
            return String::new();
        };
        let new = self.shop.store.events(id, self.read, 200).await.unwrap();
        self.read = new.last().map_or(self.read, |event| event.seq);
        let said = new.iter().filter_map(Event::said).map(|(text, _)| text);
        said.collect::<Vec<_>>().join("\n")
    }

    /// What is not as the step says.
    async fn wrong(&mut self, step: &Step) -> Vec<String> {
        let told = self.told().await;
        let mut wrong = Vec::new();
        let mut expect = |holds: bool, what: String| {
            if !holds {
                wrong.push(format!("{what}\n    {told}"));
            }
        };
        for part in &step.has {
            expect(told.contains(part), format!("nobody says: {part}"));
        }
        for part in &step.lacks {
            expect(!told.contains(part), format!("somebody says: {part}"));
        }
        expect(
            !step.silent || told.is_empty(),
            "something is said".to_owned(),
        );
        if let (Some(owner), Some(id)) = (&step.owner, &self.conversation) {
            let row = self.shop.store.conversation(id).await.unwrap().unwrap();
            let now = row.owner.name();
            expect(now == owner, format!("the owner is {now}"));
        }
        if let (true, Some(id)) = (
            step.reason.is_some() || !step.brief.is_empty(),
            &self.conversation,
        ) {
            let events = self.shop.store.events(id, Seq(0), 200).await.unwrap();
            let handed = events.iter().rev().find_map(|event| match &event.body {
                EventBody::HandedOff(handoff) => Some(handoff),
                _ => None,
            });
            let why = handed.map_or("none", |handoff| handoff.reason.code());
            let as_said = step.reason.as_deref().is_none_or(|reason| reason == why);
            expect(as_said, format!("the reason is {why}"));
            let lines = handed.map_or_else(Vec::new, |handoff| handoff.brief.lines(None, None));
            let lines: Vec<String> = lines.into_iter().map(|line| line.text).collect();
            for part in &step.brief {
                let is_there = lines.iter().any(|line| line.contains(part));
                expect(is_there, format!("the brief lacks {part}: {lines:#?}"));
            }
        }
        if let Some((id, state)) = step.stands.as_ref().map(|it| it.split_once(' ').unwrap()) {
            let id: ClaimId = id.parse().unwrap();
            let claims = self.shop.store.claims(&self.key.merchant, id.order()).await;
            let claims = claims.unwrap();
            let claim = claims.as_ref().and_then(|claims| claims.get(&id));
            let now = claim.map_or("not there", |claim| claim.state.name());
            expect(now == state, format!("{id} is {now}"));
        }
        wrong
    }
}

/// Puts a policy of the shop into force.
fn enforce(shop: &Shop, policy: &str) {
    shop.desk.set_rules(ruled_by(policy));
}

/// Applications for orders of the same customer, each in a conversation of its own.
async fn claim_on_orders_like(
    shop: &Shop,
    key: &ApiKey,
    identity: &Identity,
    (like, times): (&str, u32),
) {
    let like = shop.desk.order(key, &OrderId::parse(like).unwrap()).await;
    let like = like.unwrap();
    for number in 1..=times {
        let mut order = like.clone();
        order.id = OrderId::parse(&format!("K{number}")).unwrap();
        order.written_id = order.id.to_string();
        shop.store.commit(Commit::new().order(order)).await.unwrap();
        let session = shop.visit_as(Some(identity.clone())).await.session;
        let form = ClaimForm {
            cause: "damaged".to_owned(),
            ..ClaimForm::default()
        };
        let sent = SentForm {
            client_id: ClientId::parse(&format!("k{number}")).unwrap(),
            order: format!("K{number}"),
            form,
        };
        shop.desk.apply(&session, &sent).await.unwrap();
    }
}

fn claim_move(to: &str) -> ClaimMove {
    let (to, words) = to.split_once(' ').unwrap_or((to, ""));
    let words = words.to_owned();
    match to {
        "approve" => ClaimMove::Approve,
        "reject" => ClaimMove::Reject(words),
        "show" => ClaimMove::RequestEvidence(words),
        "paying" => ClaimMove::Paying,
        "paid" => ClaimMove::Paid(None),
        "failed" => ClaimMove::Failed(words, None),
        other => panic!("what is `{other}`?"),
    }
}

#[tokio::test]
async fn every_story_goes_as_its_file_says_in_three_languages() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/happenings");
    let mut stories = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let file: File = toml::from_str(&text).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        // Each path is walked by somebody of each language.
        for language in Language::ALL {
            let tag = format!("({})", language.tag());
            let has_it = file.story.iter().any(|story| story.name.ends_with(&tag));
            assert!(has_it, "{path:?}: no story ends with {tag}");
        }
        stories.extend(file.story);
    }
    let mut wrong = String::new();
    for story in &stories {
        let mut held = Held::begin(story).await;
        for (number, step) in story.step.iter().enumerate() {
            let happened = held.happen(step).await;
            for problem in happened.err().into_iter().chain(held.wrong(step).await) {
                wrong.push_str(&format!("{}, step {}: {problem}\n", story.name, number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}
