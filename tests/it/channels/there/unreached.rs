//! A hand-over that its platform will not hear of for long: its customer was told that people have the matter, so people here are to see it.

use super::*;

fn says_no(status: u16, wait: &'static str) -> Does {
    Does::Say(status, wait, String::new())
}

/// A hand-over whose platform does this with what it is told.
async fn told(plan: impl IntoIterator<Item = Does>) -> Shop {
    let shop = Shop::start(Channel::Chatwoot, true).await;
    shop.write(1, PERSON, "pending").await;
    shop.platform.plan(plan);
    shop.drain().await;
    shop
}

/// As many answers as there are messages before the hand-over, and these.
async fn told_behind_what_was_said(then: impl IntoIterator<Item = Does>) -> Shop {
    let shop = Shop::start(Channel::Chatwoot, true).await;
    shop.write(1, PERSON, "pending").await;
    let fine = || Does::Say(200, "", "{}".to_owned());
    let before = std::iter::repeat_with(fine).take(shop.said().await.len());
    shop.platform.plan(before.chain(then));
    shop.drain().await;
    shop
}

impl Shop {
    /// What was asked beside messages: to what a conversation was moved.
    fn moves(&self) -> Vec<Value> {
        let asked = self.asked(0).into_iter();
        let moves = asked.filter(|(what, _)| what == "toggle_status");
        moves.map(|(_, body)| body["status"].clone()).collect()
    }

    /// It waits for people here, who see why, and once the platform takes it, it is theirs.
    async fn waits_here_until(&self, moves: usize, seconds: u64) {
        for _ in 0..3 {
            self.drain().await;
        }
        let row = self.row().await;
        assert_eq!(row.owner, Owner::Queue);
        assert!(row.waiting_since.is_some());
        assert_eq!(self.moves().len(), moves);
        let log = log_of(&self.app, self.channel(), self.user).await;
        let handed = log
            .iter()
            .find(|event| matches!(event.body, EventBody::HandedOff(_)));
        let seq = handed.unwrap().seq;
        let told = log.iter().filter_map(|event| match &event.body {
            EventBody::MessageMoved {
                message,
                state,
                why,
            } if *message == seq => Some((*state, why.clone())),
            _ => None,
        });
        let told: Vec<_> = told.collect();
        let [(MessageState::Queued, Some(_))] = &told[..] else {
            panic!("said once, with the reason: {told:?}")
        };
        self.platform.plan([]);
        self.later(seconds);
        self.drain().await;
        assert_eq!(self.owner().await, Owner::Platform, "{told:?}");
        assert_eq!(self.moves().last(), Some(&json!("open")));
    }
}

#[tokio::test]
async fn a_hand_over_behind_a_farewell_that_fails_waits_for_people_here_meanwhile() {
    let shop = told([says_no(500, ""), says_no(500, "")]).await;
    assert_eq!(
        shop.owner().await,
        Owner::Platform,
        "some seconds are nothing"
    );
    shop.later(10);
    shop.drain().await;
    shop.waits_here_until(0, 3600).await;
}

#[tokio::test]
async fn a_hand_over_of_an_account_that_is_to_be_patient_waits_for_people_here_at_once() {
    let shop = told([says_no(429, "86400")]).await;
    shop.waits_here_until(0, 90_000).await;
    let shop = told([says_no(429, "30")]).await;
    shop.drain().await;
    assert_eq!(
        shop.owner().await,
        Owner::Platform,
        "half a minute is nothing"
    );
}

#[tokio::test]
async fn a_hand_over_that_is_put_off_by_the_platform_itself_waits_for_people_here_at_once() {
    let shop = told_behind_what_was_said([says_no(429, "3600")]).await;
    shop.waits_here_until(1, 4000).await;
    let shop = told_behind_what_was_said([says_no(503, "3600")]).await;
    shop.waits_here_until(1, 4000).await;
}

#[tokio::test]
async fn what_people_there_know_by_themselves_does_not_wait_here_too() {
    let shop = told_behind_what_was_said([says_no(500, "")]).await;
    shop.becomes("conversation_opened", "open").await;
    shop.platform.plan([says_no(500, "")]);
    shop.later(10);
    shop.drain().await;
    assert_eq!(shop.moves().len(), 2);
    assert_eq!(shop.owner().await, Owner::Platform);
}

impl Shop {
    /// Who is here takes what waits.
    async fn claimed(&self) {
        let mei = self.app.agent_as("mei", None, AgentRole::Lead).await;
        let path = format!("/v1/conversations/{}/claim", self.row().await.id);
        let taken = self.app.post(&path).bearer_auth(&mei).send().await.unwrap();
        assert_eq!(taken.status(), 200);
        self.drain().await;
    }
}

#[tokio::test]
async fn a_conversation_that_may_be_open_at_chatwoot_is_pending_again_when_somebody_here_takes_it()
{
    for (first, second, expected) in [
        (504, 504, &["open", "open", "pending"][..]),
        (504, 500, &["open", "open", "pending"][..]),
        // The platform said that it did not do it.
        (500, 500, &["open", "open"][..]),
    ] {
        let shop = told_behind_what_was_said([says_no(first, "")]).await;
        shop.platform.plan([says_no(second, "")]);
        shop.later(10);
        shop.drain().await;
        assert_eq!(shop.owner().await, Owner::Queue);
        shop.claimed().await;
        assert_eq!(shop.moves(), expected, "{first} {second}");
        assert!(matches!(shop.owner().await, Owner::Agent(_)));
    }
    // Taken over before the second time, it may be open just as well.
    let shop = told_behind_what_was_said([says_no(504, "")]).await;
    shop.taken_over().await;
    shop.drain().await;
    assert_eq!(shop.moves(), ["open", "pending"]);
}
