//! A log-in that asks for a code beside the password.

use frontdesk::domain::ids::AgentId;
use jiff::SignedDuration;
use serde_json::json;

use crate::log_ins::{enter, me, pass};
use crate::support::{PASSWORD, TestApp, problem};

/// A log-in with a second factor: the status and the code of the answer.
async fn with_code(app: &TestApp, password: &str, code: Option<&str>) -> (u16, String) {
    let body = json!({"agent": "mei", "password": password, "code": code});
    let asked = app
        .post("/v1/login")
        .header("origin", &app.base)
        .json(&body);
    let answer = asked.send().await.unwrap();
    match answer.status().as_u16() {
        200 => (200, String::new()),
        _ => problem(answer).await,
    }
}

#[tokio::test]
async fn row_44_a_second_factor_is_asked_for_opens_once_and_wrong_codes_count_like_wrong_passwords()
{
    let app = TestApp::start().await;
    app.agent("mei", None).await;
    let mei = AgentId::parse("mei").unwrap();
    let before = enter(&app, "mei").await;
    let agent = frontdesk::desk::accounts::set_totp(&app.store, &mei, true)
        .await
        .unwrap();
    let totp = agent.rights.totp.unwrap();
    assert_eq!(me(&app, &before).await, 401, "it was opened without a code");
    let refused = |code: &str| (401, code.to_owned());
    assert_eq!(
        with_code(&app, PASSWORD, None).await,
        refused("code_needed")
    );
    assert_eq!(
        with_code(&app, "no such password", None).await,
        refused("wrong_password")
    );
    let code = totp.code(app.clock.now());
    assert_eq!(
        with_code(&app, "no such password", Some(&code)).await,
        refused("wrong_password")
    );
    assert_eq!(with_code(&app, PASSWORD, Some(&code)).await.0, 200);
    assert_eq!(
        with_code(&app, PASSWORD, Some(&code)).await,
        refused("wrong_code"),
        "it was used"
    );
    pass(&app, SignedDuration::from_secs(30));
    let next = totp.code(app.clock.now());
    assert_eq!(with_code(&app, PASSWORD, Some(&next)).await.0, 200);
    let mut tries = 0;
    let locked = loop {
        let (status, code) = with_code(&app, PASSWORD, Some("000000")).await;
        tries += 1;
        if status != 401 {
            break code;
        }
        assert!(tries < 50, "codes can be tried for ever");
    };
    assert_eq!(locked, "rate_limited");
    frontdesk::desk::accounts::set_totp(&app.store, &mei, false)
        .await
        .unwrap();
    pass(&app, SignedDuration::from_hours(24));
    assert_eq!(with_code(&app, PASSWORD, None).await.0, 200);
}
