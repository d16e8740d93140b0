//! What a person is told who takes a conversation over.

use frontdesk::domain::brief::{Brief, Mood};
use frontdesk::domain::conversation::{EventBody, Seq};
use frontdesk::domain::handoff::HandoffReason;
use frontdesk::domain::ids::OrderId;

use crate::shop::Shop;

/// The brief with which a conversation was handed over, of what somebody said.
async fn brief_of(said: &[&str]) -> Brief {
    let shop = Shop::open().await;
    let visitor = shop.visit().await;
    let mut id = None;
    for text in said {
        id = Some(shop.send(&visitor, text).await.conversation);
    }
    let events = shop.store.events(&id.unwrap(), Seq(0), 100).await.unwrap();
    let brief = events.into_iter().find_map(|event| match event.body {
        EventBody::HandedOff(handoff) => Some(handoff.brief),
        _ => None,
    });
    brief.unwrap()
}

#[tokio::test]
async fn the_brief_tells_all_that_the_customer_already_told() {
    let shop = Shop::open().await;
    let visitor = shop.visit().await;
    shop.send(&visitor, "where is my order A1002, mia@example.com")
        .await;
    let id = shop.send(&visitor, "转人工").await.conversation;
    let events = shop.store.events(&id, Seq(0), 100).await.unwrap();
    let handoff = events.iter().find_map(|event| match &event.body {
        EventBody::HandedOff(handoff) => Some(handoff),
        _ => None,
    });
    let handoff = handoff.unwrap();
    assert_eq!(handoff.reason, HandoffReason::AskedForHuman);
    assert_eq!(handoff.brief.order, Some(OrderId::parse("A1002").unwrap()));
    assert_eq!(u8::from(handoff.brief.proof), 1);
    let words = handoff.brief.in_their_words.as_deref();
    assert_eq!(
        words,
        Some("where is my order A1002, mia@example.com / 转人工")
    );
    assert!(
        handoff
            .brief
            .wants
            .iter()
            .any(|intent| intent.as_str() == "order_status")
    );
    assert!(
        handoff
            .brief
            .bot_said
            .as_deref()
            .is_some_and(|said| !said.is_empty())
    );
    assert!(
        handoff
            .brief
            .suggested_reply
            .as_deref()
            .is_some_and(|said| !said.is_empty())
    );
}

/// The agent reads the cause, who must act and the payment side's own code, which the customer never hears.
#[tokio::test]
async fn the_brief_names_what_makes_a_refund_hang() {
    let shop = Shop::open().await;
    let visitor = shop.visit().await;
    shop.send(&visitor, "where is my refund for C3007, cy@example.com")
        .await;
    let id = shop
        .send(&visitor, "I want to talk to an agent")
        .await
        .conversation;
    let events = shop.store.events(&id, Seq(0), 100).await.unwrap();
    let cause = events.iter().find_map(|event| match &event.body {
        EventBody::HandedOff(handoff) => handoff.brief.likely_cause.clone(),
        _ => None,
    });
    let cause = cause.unwrap();
    for part in [
        "payment method restricted",
        "customer must act",
        "expired_or_canceled_card",
    ] {
        assert!(cause.contains(part), "{cause}");
    }
}

#[tokio::test]
async fn the_brief_tells_what_was_asked_and_not_the_proof_that_came_last() {
    let shop = Shop::open().await;
    let visitor = shop.visit().await;
    let asked = "please cancel my order A1001 and change its address";
    shop.send(&visitor, asked).await;
    let told = shop.send(&visitor, "mia@example.com").await;
    let events = shop
        .store
        .events(&told.conversation, Seq(0), 100)
        .await
        .unwrap();
    let words = events.iter().find_map(|event| match &event.body {
        EventBody::HandedOff(handoff) => handoff.brief.in_their_words.as_deref(),
        _ => None,
    });
    assert_eq!(words, Some(asked));
}

#[tokio::test]
async fn the_brief_begins_with_what_opened_the_matter() {
    let story = [
        "there is a problem with my delivery A1003, jo@example.com",
        "the lid came cracked",
    ];
    let words = brief_of(&story).await.in_their_words.unwrap();
    assert!(words.starts_with("there is a problem"), "{words}");
    assert!(words.ends_with("the lid came cracked"), "{words}");
    let not_followed = ["the gizmo went plink", "it went plonk as well"];
    let words = brief_of(&not_followed).await.in_their_words;
    let both = "the gizmo went plink / it went plonk as well";
    assert_eq!(words.as_deref(), Some(both));
}

#[tokio::test]
async fn the_brief_has_every_order_that_was_named() {
    let brief = brief_of(&["I need a person about A1001, and about A1003"]).await;
    assert_eq!(brief.order, Some(OrderId::parse("A1001").unwrap()));
    assert_eq!(brief.other_orders, [OrderId::parse("A1003").unwrap()]);
}

#[tokio::test]
async fn the_brief_names_whose_order_was_shown_and_nobody_before() {
    let shown = ["A1003, jo@example.com", "please get me a person"];
    assert_eq!(brief_of(&shown).await.who.as_deref(), Some("Jo Field"));
    let named = ["A1003", "please get me a person"];
    assert_eq!(brief_of(&named).await.who, None);
}

#[tokio::test]
async fn the_brief_keeps_how_they_felt_when_they_brought_it() {
    let shouted = [
        "I was charged two times for one kettle!!! A1003",
        "jo@example.com",
        "agent please",
    ];
    assert_eq!(brief_of(&shouted).await.mood, Mood::Angry);
    let worried = [
        "where is my refund, I am so worried. order A1003",
        "jo@example.com",
        "agent please",
    ];
    assert_eq!(brief_of(&worried).await.mood, Mood::Worried);
    let calm = ["where is A1003? jo@example.com", "agent please"];
    assert_eq!(brief_of(&calm).await.mood, Mood::Calm);
}

#[tokio::test]
async fn the_brief_says_that_it_is_the_sign_in_that_lacks_and_not_the_proof() {
    let said = [
        "I want a refund for A1003, it is broken. jo@example.com",
        "I can't log in there",
    ];
    assert_eq!(
        brief_of(&said).await.missing,
        ["that they sign in at the shop"]
    );
    let said = ["where is A1003", "no idea which e-mail I used", "agent"];
    assert_eq!(
        brief_of(&said).await.missing,
        ["proof that the order is theirs"]
    );
}

/// What the customer read last is that a person has it, and what the agent may begin with is about their matter.
#[tokio::test]
async fn the_brief_holds_what_was_said_last_and_a_reply_to_the_matter() {
    let said = [
        "how do I get an invoice?",
        "A1001",
        "mia@example.com",
        "made out to Fell & Sons Ltd",
    ];
    let brief = brief_of(&said).await;
    let last = brief.bot_said.unwrap();
    assert!(last.contains("passed the invoice details"), "{last}");
    assert_eq!(brief.wants.last().unwrap().as_str(), "invoice");
    let reply = brief.suggested_reply.unwrap();
    assert!(reply.contains("the invoice for order A1001"), "{reply}");
    let words = brief.in_their_words.unwrap();
    assert!(words.contains("Fell & Sons Ltd"), "{words}");
}

/// A person reads what the customer was promised, not the name of the sentence that promised it.
#[tokio::test]
async fn the_brief_says_in_words_what_was_promised() {
    let words = |brief: &Brief| brief.promised.first().unwrap().0.clone();
    let cancelled = brief_of(&["please cancel my order A1001, mia@example.com"]).await;
    assert_eq!(words(&cancelled), "an answer on the cancellation");
    let asked = brief_of(&["where is A1003? jo@example.com", "agent please"]).await;
    assert_eq!(words(&asked), "a reply from a person");
    let chinese = brief_of(&["取消订单 A1001，mia@example.com"]).await;
    assert_eq!(words(&chinese), "取消结果的答复");
}

/// What a matter of this kind needs and nobody told is named; what was told is not asked for again.
#[tokio::test]
async fn the_brief_names_what_the_matter_still_lacks() {
    let name = "the name for the invoice".to_owned();
    let nameless = [
        "I need an invoice for A1001, mia@example.com",
        "agent please",
    ];
    assert!(brief_of(&nameless).await.missing.contains(&name));
    let named = [
        "I need an invoice made out to Fell & Sons Ltd for A1001, mia@example.com",
        "agent please",
    ];
    assert!(!brief_of(&named).await.missing.contains(&name));
    let payout = ["我是商家，结算款一直没到账", "转人工"];
    assert_eq!(brief_of(&payout).await.missing, ["结算单号和日期"]);
}

/// Whoever swears in the name of a father is not calm.
#[tokio::test]
async fn the_brief_hears_anger_without_a_word_of_abuse() {
    let rough = ["A1001 老子不要了，mia@example.com", "转人工"];
    assert_eq!(brief_of(&rough).await.mood, Mood::Angry);
}

/// A reply to begin with fits what happened: no carrier is asked about a mug that is broken.
#[tokio::test]
async fn the_suggested_reply_fits_what_was_told() {
    let broken = brief_of(&["the mug from A1003 arrived broken. jo@example.com", "agent"]).await;
    let reply = broken.suggested_reply.unwrap();
    assert!(reply.contains("came damaged"), "{reply}");
    let lost = brief_of(&["the parcel A1003 never arrived. jo@example.com", "agent"]).await;
    let reply = lost.suggested_reply.unwrap();
    assert!(!reply.contains("came damaged"), "{reply}");
}
