//! Clocks against a calendar: nine to six, Monday to Friday, UTC. The 20th of November 2026 is a Friday.

use jiff::Timestamp;

use super::*;
use crate::domain::conversation::{Actor, Event, EventBody, Owner, Seq, Status};
use crate::domain::ids::{AgentId, ClientId, ConversationId};
use crate::domain::language::Language;
use crate::domain::money::Money;

fn at(text: &str) -> Timestamp {
    format!("2026-11-{text}:00Z").parse().unwrap()
}

fn levels() -> Levels {
    let hour = |n| Some(SignedDuration::from_hours(n));
    let record = LevelsRecord {
        first_response: hour(1),
        next_response: hour(2),
        resolution: hour(9),
        urgent: Targets {
            first_response: Some(SignedDuration::from_mins(10)),
            ..Targets::default()
        },
        ..LevelsRecord::default()
    };
    Levels::try_from(record).unwrap()
}

/// A conversation's clocks, and what happens to them.
struct Told {
    service: Service,
    levels: Levels,
    calendar: Calendar,
}

impl Told {
    fn new() -> Self {
        Self {
            service: Service::default(),
            levels: levels(),
            calendar: Calendar::default(),
        }
    }

    fn hear(&mut self, when: &str, by: Actor, body: EventBody) -> Option<SignedDuration> {
        self.hear_as(when, by, body, Priority::Normal)
    }

    fn triaged(&mut self, when: &str, priority: Priority) {
        let labels = std::collections::BTreeSet::new();
        let by = Actor::Agent(AgentId::parse("mei").unwrap());
        self.hear_as(when, by, EventBody::Triaged { priority, labels }, priority);
    }

    fn hear_as(
        &mut self,
        when: &str,
        by: Actor,
        body: EventBody,
        priority: Priority,
    ) -> Option<SignedDuration> {
        let event = Event {
            conversation: ConversationId::parse("c").unwrap(),
            seq: Seq(1),
            at: at(when),
            by,
            body,
        };
        let terms = Terms {
            levels: &self.levels,
            calendar: &self.calendar,
        };
        self.service.follow(&event, priority, terms)
    }

    fn queued(&mut self, when: &str) {
        let (from, to) = (Owner::Bot, Owner::Queue);
        self.hear(
            when,
            Actor::System,
            EventBody::OwnerChanged {
                from,
                to,
                taken_back: false,
            },
        );
    }

    fn writes(&mut self, when: &str) {
        let (client_id, text) = (ClientId::parse("m").unwrap(), "?".to_owned());
        let body = EventBody::Message {
            client_id,
            text,
            choice: None,
            by_letter: false,
        };
        self.hear(when, Actor::Customer, body);
        self.stands(when, Status::Active);
    }

    fn replies(&mut self, when: &str) -> Option<SignedDuration> {
        let body = EventBody::Reply {
            text: "!".to_owned(),
            language: Language::En,
            choices: Vec::new(),
            because: None,
            client_id: None,
        };
        let took = self.hear(when, Actor::Agent(AgentId::parse("mei").unwrap()), body);
        self.stands(when, Status::WaitingCustomer);
        took
    }

    fn stands(&mut self, when: &str, to: Status) {
        let from = Status::Active;
        let taken_back = false;
        let body = EventBody::StatusChanged {
            from,
            to,
            taken_back,
        };
        self.hear(when, Actor::System, body);
    }

    fn due(&self) -> Vec<(Goal, Option<Timestamp>)> {
        self.service
            .clocks()
            .map(|clock| (clock.goal, clock.due))
            .collect()
    }
}

#[test]
fn only_working_time_counts_and_the_weekend_does_not() {
    let mut told = Told::new();
    told.queued("20T17:30");
    let expected = [
        (Goal::FirstResponse, Some(at("23T09:30"))),
        (Goal::Resolution, Some(at("23T17:30"))),
    ];
    assert_eq!(told.due(), expected);
    // What is written meanwhile does not begin it again.
    told.writes("20T17:50");
    assert_eq!(told.due(), expected);
    assert_eq!(
        told.replies("23T09:10"),
        Some(SignedDuration::from_mins(40))
    );
    assert_eq!(told.due(), [(Goal::Resolution, None)]);
}

#[test]
fn the_next_answer_is_owed_when_the_customer_writes_again_and_the_end_waits_for_them() {
    let mut told = Told::new();
    told.queued("23T10:00");
    told.replies("23T10:20");
    // 20 minutes of nine hours are spent. The customer takes a day.
    told.writes("24T10:20");
    let expected = [
        (Goal::NextResponse, Some(at("24T12:20"))),
        (Goal::Resolution, Some(at("25T10:00"))),
    ];
    assert_eq!(told.due(), expected);
    assert_eq!(
        told.replies("24T11:00"),
        None,
        "the first answer was another"
    );
    told.stands("24T11:00", Status::Resolved { at: at("24T11:00") });
    assert_eq!(told.due(), []);
    told.writes("24T12:00");
    assert_eq!(told.due()[0], (Goal::NextResponse, Some(at("24T14:00"))));
    let (from, to) = (Owner::Queue, Owner::Bot);
    told.hear(
        "24T12:30",
        Actor::System,
        EventBody::OwnerChanged {
            from,
            to,
            taken_back: false,
        },
    );
    assert_eq!(told.service, Service::default());
}

#[test]
fn a_warning_comes_once_before_and_once_after_the_end_and_a_late_look_says_only_that_it_is_over() {
    let mut told = Told::new();
    told.queued("23T10:00");
    assert_eq!(told.service.next_look(), Some(at("23T10:48")));
    assert_eq!(told.service.review(at("23T10:47")), []);
    let event = |stage| EventBody::ServiceLevel {
        goal: Goal::FirstResponse,
        stage,
        due: at("23T11:00"),
    };
    assert_eq!(told.service.review(at("23T10:48")), [event(Stage::Warned)]);
    assert_eq!(told.service.review(at("23T10:59")), []);
    assert_eq!(told.service.next_look(), Some(at("23T11:00")));
    assert_eq!(
        told.service.review(at("23T11:00")),
        [event(Stage::Breached)]
    );
    assert_eq!(told.service.review(at("23T12:00")), []);
    let mut late = Told::new();
    late.queued("23T10:00");
    assert_eq!(
        late.service.review(at("23T11:30")),
        [event(Stage::Breached)]
    );
}

#[test]
fn what_is_urgent_has_times_of_its_own_and_the_others_where_it_has_none() {
    let levels = levels();
    let minutes = |goal, priority| {
        levels
            .target(goal, priority)
            .map(|time: SignedDuration| time.as_mins())
    };
    assert_eq!(minutes(Goal::FirstResponse, Priority::Urgent), Some(10));
    assert_eq!(minutes(Goal::NextResponse, Priority::Urgent), Some(120));
    assert_eq!(minutes(Goal::FirstResponse, Priority::High), Some(60));
    let none = LevelsRecord::default();
    assert!(Levels::try_from(none).unwrap().is_empty());
    let zero = LevelsRecord {
        resolution: Some(SignedDuration::ZERO),
        ..none
    };
    assert_eq!(Levels::try_from(zero), Err(InvalidLevels::NotPositive));
    let share = LevelsRecord {
        warn_at: Some(101),
        ..none
    };
    assert_eq!(Levels::try_from(share), Err(InvalidLevels::NoShare));
}

#[test]
fn what_was_late_while_it_was_urgent_is_looked_at_again_when_it_is_not() {
    let mut told = Told::new();
    told.queued("23T10:00");
    told.triaged("23T10:05", Priority::Urgent);
    let stages = |told: &mut Told, when: &str| -> Vec<Stage> {
        let said = told.service.review(at(when)).into_iter();
        said.filter_map(|body| match body {
            EventBody::ServiceLevel { stage, .. } => Some(stage),
            _ => None,
        })
        .collect()
    };
    assert_eq!(stages(&mut told, "23T10:10"), [Stage::Breached]);
    // More labels make it no less late.
    told.triaged("23T10:20", Priority::Urgent);
    assert_eq!(stages(&mut told, "23T10:21"), []);
    told.triaged("23T10:30", Priority::Normal);
    let nearest = told.service.nearest().unwrap();
    assert_eq!(
        (nearest.stage, nearest.due),
        (Stage::Running, Some(at("23T11:00")))
    );
    assert_eq!(told.service.next_look(), Some(at("23T10:48")));
    assert_eq!(stages(&mut told, "23T10:48"), [Stage::Warned]);
    assert_eq!(stages(&mut told, "23T11:00"), [Stage::Breached]);
}

#[test]
fn a_decision_that_the_customer_is_told_of_is_a_persons_first_answer() {
    let decided = |text: Option<&str>| EventBody::ClaimMoved {
        claim: "A1-1".parse().unwrap(),
        state: "approved".to_owned(),
        amount: Money::parse("12.00", "GBP").unwrap(),
        text: text.map(str::to_owned),
        policy: None,
    };
    let mei = || Actor::Agent(AgentId::parse("mei").unwrap());
    let mut told = Told::new();
    told.queued("20T10:00");
    assert_eq!(told.hear("20T10:05", mei(), decided(None)), None);
    assert_eq!(told.due().len(), 2);
    let took = told.hear("20T10:10", mei(), decided(Some("It is approved.")));
    assert_eq!(took, Some(SignedDuration::from_mins(10)));
    assert!(told.due().iter().all(|(goal, _)| *goal == Goal::Resolution));
    // The bot has it: nobody owes anything, and nothing has been answered.
    let mut bots = Told::new();
    bots.hear("20T10:00", mei(), decided(Some("It is approved.")));
    bots.queued("20T11:00");
    assert_eq!(bots.due()[0].0, Goal::FirstResponse);
}
