//! What leads read: counted as it happens, by day and language, of their own merchant only.

use frontdesk::domain::rights::AgentRole;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::{TestApp, problem};

async fn report(app: &TestApp, token: &str, query: &str) -> Value {
    let path = format!("/v1/reports/report.json{query}");
    let asked = app.get(&path).bearer_auth(token).send().await.unwrap();
    assert_eq!(asked.status(), 200, "{path}");
    asked.json().await.unwrap()
}

async fn act(app: &TestApp, token: &str, id: &str, what: &str, body: Value) {
    let path = format!("/v1/conversations/{id}/{what}");
    let done = app
        .post(&path)
        .bearer_auth(token)
        .json(&body)
        .send()
        .await
        .unwrap();
    assert!(done.status().is_success(), "{what}: {}", done.status());
}

#[tokio::test]
async fn a_day_adds_up_by_language_and_stays_when_the_next_one_comes() {
    let app = TestApp::start().await;
    let lead = app.agent_as("lead", None, AgentRole::Lead).await;
    let (visitor, id) = app.waiting("linden").await;
    let chinese = app.visitor_of("linden").await;
    app.send(&chinese, "退款多久到账？").await;
    app.clock
        .move_to(app.clock.now() + SignedDuration::from_mins(10));
    let now = report(&app, &lead, "").await;
    assert_eq!(
        (&now["waiting"], &now["waits_since"]),
        (&json!(1), &json!("2026-11-20T10:00:00Z"))
    );
    act(&app, &lead, &id, "claim", json!({})).await;
    act(
        &app,
        &lead,
        &id,
        "messages",
        json!({"client_id": "r1", "text": "Hello"}),
    )
    .await;
    act(&app, &lead, &id, "resolve", json!({})).await;
    let rating = app.post("/v1/csat").bearer_auth(&visitor.token);
    rating
        .json(&json!({"client_id": "c1", "score": 4}))
        .send()
        .await
        .unwrap();
    app.send(&visitor, "It is not solved, I want to talk to a human")
        .await;
    let first = report(&app, &lead, "").await;
    let days = first["days"].as_array().unwrap();
    let of = |language: &str| {
        days.iter()
            .find(|day| day["language"] == language)
            .unwrap()
            .clone()
    };
    let english = of("en");
    let expected = [
        ("began", 1),
        ("to_people", 1),
        ("resolved_by_people", 1),
        ("reopened", 1),
        ("promises_kept", 1),
        ("resolved_by_bot", 0),
    ];
    for (name, count) in expected {
        assert_eq!(english[name], count, "{name}: {english}");
    }
    assert_eq!(english["day"], "2026-11-20");
    assert_eq!(english["rated_people"], 4.0);
    assert_eq!(
        english["handed_off"][0],
        json!({"reason": "asked_for_human", "count": 1})
    );
    let wait = english["first_response_p50"].as_i64().unwrap();
    assert!(
        (600..=720).contains(&wait),
        "ten minutes, to the step: {wait}"
    );
    assert_eq!(
        (&of("zh-Hans")["began"], &of("zh-Hans")["assumed"]),
        (&json!(1), &json!(0)),
        "the day is not over: they may come back"
    );
    assert_eq!(first["total"]["began"], 2);
    app.clock.move_to("2026-11-23T10:00:00Z".parse().unwrap());
    let later = report(&app, &lead, "").await;
    assert_eq!(later["total"]["assumed"], 1);
    app.waiting("linden").await;
    let both = report(&app, &lead, "?first=2026-11-01&last=2026-11-30").await;
    assert_eq!(both["total"]["began"], 3);
    let friday = report(&app, &lead, "?first=2026-11-20&last=2026-11-20").await;
    assert_eq!(friday["total"]["began"], 2);
    let table = app
        .get("/v1/reports/report.csv?first=2026-11-20&last=2026-11-23")
        .bearer_auth(&lead);
    let table = table.send().await.unwrap().text().await.unwrap();
    let mut read = csv::Reader::from_reader(table.as_bytes());
    assert_eq!(&read.headers().unwrap()[0], "day");
    assert_eq!(read.records().count(), 3);
}

#[tokio::test]
async fn the_bot_is_assumed_to_have_solved_what_nobody_came_back_for_and_nobody_took_over() {
    let app = TestApp::start().await;
    let lead = app.agent_as("lead", None, AgentRole::Lead).await;
    let mut last = String::new();
    for _ in 0..2 {
        let visitor = app.visitor_of("linden").await;
        let answer = app.send(&visitor, "How long does a refund take?").await;
        last = answer["conversation"].as_str().unwrap().to_owned();
    }
    act(&app, &lead, &last, "takeover", json!({})).await;
    act(&app, &lead, &last, "resolve", json!({})).await;
    let counted = async || {
        let total = report(&app, &lead, "").await["total"].clone();
        ["began", "to_people", "resolved_by_people", "assumed"].map(|name| total[name].clone())
    };
    assert_eq!(counted().await, [2, 1, 1, 0].map(Value::from));
    app.clock.move_to("2026-11-22T10:00:00Z".parse().unwrap());
    assert_eq!(counted().await, [2, 1, 1, 1].map(Value::from));
}

#[tokio::test]
async fn row_3_a_lead_reads_their_own_merchants_figures_and_an_agent_none() {
    let app = TestApp::start().await;
    app.waiting("linden").await;
    app.waiting("other").await;
    app.waiting("other").await;
    let all = app.agent_as("all", None, AgentRole::Lead).await;
    let own = app.agent_as("own", Some("m_linden"), AgentRole::Lead).await;
    let began =
        async |token: &str, query: &str| report(&app, token, query).await["total"]["began"].clone();
    assert_eq!(began(&all, "").await, 3);
    assert_eq!(began(&all, "?merchant=m_other").await, 2);
    assert_eq!(began(&own, "").await, 1);
    assert_eq!(began(&own, "?merchant=m_other").await, 0);
    assert_eq!(report(&app, &own, "?merchant=m_other").await["waiting"], 0);
    let agent = app.agent("mei", None).await;
    let refused = app
        .get("/v1/reports/report.json")
        .bearer_auth(&agent)
        .send()
        .await
        .unwrap();
    assert_eq!(problem(refused).await, (403, "role_too_low".to_owned()));
    for query in [
        "?first=2026-11-20&last=2026-11-19",
        "?first=2020-01-01&last=2026-11-19",
    ] {
        let refused = app
            .get(&format!("/v1/reports/report.json{query}"))
            .bearer_auth(&all);
        assert_eq!(
            problem(refused.send().await.unwrap()).await.0,
            422,
            "{query}"
        );
    }
}

#[tokio::test]
async fn what_became_of_suggested_replies_is_counted() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let lead = app.agent_as("kim", None, AgentRole::Lead).await;
    for (n, what) in ["accepted", "edited", "accepted", "ignored"]
        .iter()
        .enumerate()
    {
        let (_, id) = app.waiting("linden").await;
        let path = format!("/v1/conversations/{id}");
        let taken = app.post(&format!("{path}/claim")).bearer_auth(&mei);
        assert_eq!(taken.json(&json!({})).send().await.unwrap().status(), 200);
        let said = json!({"client_id": format!("r{n}"), "text": "Hello", "suggestion": what});
        let said = app
            .post(&format!("{path}/messages"))
            .bearer_auth(&mei)
            .json(&said);
        assert_eq!(said.send().await.unwrap().status(), 201);
    }
    let total = report(&app, &lead, "").await["total"].clone();
    let counted =
        ["accepted", "edited", "ignored"].map(|what| total[format!("suggestions_{what}")].clone());
    assert_eq!(counted, [json!(2), json!(1), json!(1)]);
}

/// What a report's total says of who solved the conversations that began on its days: by people, confirmed, assumed.
async fn solved_by(app: &TestApp, lead: &str, query: &str) -> [Value; 3] {
    let total = report(app, lead, query).await["total"].clone();
    ["to_people", "resolved_by_bot", "assumed"].map(|name| total[name].clone())
}

#[tokio::test]
async fn a_conversation_that_goes_on_another_day_and_in_another_language_counts_where_it_began() {
    let app = TestApp::start().await;
    let lead = app.agent_as("lead", None, AgentRole::Lead).await;
    let visitor = app.visitor_of("linden").await;
    app.send(&visitor, "How long does a refund take?").await;
    app.clock.move_to("2026-11-21T10:00:00Z".parse().unwrap());
    let friday = "?first=2026-11-20&last=2026-11-20";
    let counted = |counts: [u64; 3]| counts.map(Value::from);
    assert_eq!(solved_by(&app, &lead, friday).await, counted([0, 0, 1]));
    // It goes on the next day, in another language, and a person gets it: nobody can assume any more that the bot solved it.
    app.send(&visitor, "\u{6211}\u{8981}\u{8f6c}\u{4eba}\u{5de5}")
        .await;
    assert_eq!(solved_by(&app, &lead, friday).await, counted([1, 0, 0]));
    app.clock.move_to("2026-11-22T10:00:00Z".parse().unwrap());
    let saturday = "?first=2026-11-21&last=2026-11-21";
    assert_eq!(solved_by(&app, &lead, saturday).await, counted([0, 0, 0]));
    let days = report(&app, &lead, "").await["days"].clone();
    let languages: Vec<&Value> = days
        .as_array()
        .unwrap()
        .iter()
        .filter(|day| day["to_people"] == 1)
        .map(|day| &day["language"])
        .collect();
    assert_eq!(languages, ["en"]);
}

#[tokio::test]
async fn what_happens_counts_in_the_language_in_which_its_conversation_began() {
    let app = TestApp::start().await;
    let lead = app.agent_as("lead", None, AgentRole::Lead).await;
    let visitor = app.visitor_of("linden").await;
    let answer = app.send(&visitor, "How long does a refund take?").await;
    let id = answer["conversation"].as_str().unwrap().to_owned();
    let reply = &answer["replies"][0]["seq"];
    app.send(&visitor, "\u{6211}\u{8981}\u{8f6c}\u{4eba}\u{5de5}")
        .await;
    act(&app, &lead, &id, "claim", json!({})).await;
    let said = json!({"client_id": "r1", "text": "Hello", "suggestion": "edited"});
    act(&app, &lead, &id, "messages", said).await;
    act(&app, &lead, &id, "wrong", json!({"reply": reply})).await;
    act(&app, &lead, &id, "resolve", json!({})).await;
    let days = report(&app, &lead, "").await["days"].clone();
    let [day] = days.as_array().unwrap().as_slice() else {
        panic!("one language: {days}")
    };
    assert_eq!(day["language"], "en");
    let expected = [
        ("began", 1),
        ("to_people", 1),
        ("suggestions_edited", 1),
        ("wrong", 1),
        ("resolved_by_people", 1),
    ];
    for (name, count) in expected {
        assert_eq!(day[name], count, "{name}: {day}");
    }
    assert!(day["first_response_p50"].is_number(), "{day}");
    assert_eq!(day["handed_off"][0]["count"], 1, "{day}");
}

#[tokio::test]
async fn who_says_that_it_is_solved_has_confirmed_it_until_they_come_back() {
    let app = TestApp::start().await;
    let lead = app.agent_as("lead", None, AgentRole::Lead).await;
    for (text, confirmed) in [
        ("Solved, thank you!", 1),
        (
            "\u{5df2}\u{7ecf}\u{89e3}\u{51b3}\u{4e86}\u{ff0c}\u{8c22}\u{8c22}",
            1,
        ),
        ("that answers my question, cheers", 1),
        ("thanks", 0),
        ("thanks, bye", 0),
        ("goodbye", 0),
        ("it is not solved, thanks for nothing", 0),
        ("thanks, I hope it gets solved", 0),
    ] {
        let before = solved_by(&app, &lead, "").await[1].as_u64().unwrap();
        let visitor = app.visitor_of("linden").await;
        app.send(&visitor, "How long does a refund take?").await;
        app.send(&visitor, text).await;
        let after = solved_by(&app, &lead, "").await[1].as_u64().unwrap();
        assert_eq!(after - before, confirmed, "{text}");
    }
    let visitor = app.visitor_of("linden").await;
    app.send(&visitor, "How long does a refund take?").await;
    app.send(&visitor, "solved, thank you").await;
    assert_eq!(solved_by(&app, &lead, "").await[1], 4);
    app.send(&visitor, "How do I apply for a refund?").await;
    assert_eq!(solved_by(&app, &lead, "").await[1], 3);
    // Nothing was asked: nothing was solved.
    let nobody = app.visitor_of("linden").await;
    app.send(&nobody, "solved, thank you").await;
    assert_eq!(solved_by(&app, &lead, "").await[1], 3);
}
