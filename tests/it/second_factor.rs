//! A log-in that asks for a code beside the password.

use frontdesk::domain::ids::AgentId;
use frontdesk::domain::totp::Totp;
use jiff::{SignedDuration, Timestamp};
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

#[tokio::test]
async fn an_agent_gives_themselves_a_second_factor_with_a_code_and_takes_it_away_with_one() {
    let app = TestApp::start().await;
    app.agent("mei", None).await;
    let mei = AgentId::parse("mei").unwrap();
    let ask = async |cookie: &str, path: &str, body: serde_json::Value| {
        let asked = app.post(path).header("cookie", cookie);
        let asked = asked.header("origin", &app.base).json(&body);
        asked.send().await.unwrap()
    };
    let cookie = enter(&app, "mei").await;
    let shown = ask(&cookie, "/v1/second-factor", json!({})).await;
    let shown: serde_json::Value = shown.json().await.unwrap();
    let (secret, address) = (&shown["secret"], shown["address"].as_str().unwrap());
    assert!(address.contains(secret.as_str().unwrap()), "{shown}");
    let phone = Phone::with(secret.as_str().unwrap());
    // Nothing asks for it before the phone has shown that it has it.
    assert_eq!(with_code(&app, PASSWORD, None).await.0, 200);
    let wrong = ask(
        &cookie,
        "/v1/second-factor/confirm",
        json!({"code": "000000"}),
    )
    .await;
    assert_eq!(problem(wrong).await, (422, "invalid_value".to_owned()));
    let code = json!({"code": phone.code(&app)});
    let on = ask(&cookie, "/v1/second-factor/confirm", code.clone()).await;
    assert_eq!(on.status(), 200);
    assert_eq!(me(&app, &cookie).await, 401, "it was opened without a code");
    assert_eq!(with_code(&app, PASSWORD, None).await.1, "code_needed");
    let used = code["code"].as_str();
    assert_eq!(
        with_code(&app, PASSWORD, used).await.1,
        "wrong_code",
        "used"
    );
    pass(&app, SignedDuration::from_secs(30));
    let entered = app.post("/v1/login").header("origin", &app.base);
    let body = json!({"agent": "mei", "password": PASSWORD, "code": phone.code(&app)});
    let entered = entered.json(&body).send().await.unwrap();
    let cookie = entered.headers()["set-cookie"].to_str().unwrap();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let again = ask(&cookie, "/v1/second-factor", json!({})).await;
    assert_eq!(problem(again).await.0, 422, "there is one");
    for code in ["000000".to_owned(), phone.code(&app)] {
        let off = ask(&cookie, "/v1/second-factor/off", json!({"code": code})).await;
        assert_eq!(problem(off).await.0, 422, "wrong, or used to come in");
    }
    pass(&app, SignedDuration::from_secs(30));
    let code = json!({"code": phone.code(&app)});
    let off = ask(&cookie, "/v1/second-factor/off", code).await;
    assert_eq!(off.status(), 200);
    assert_eq!(me(&app, &cookie).await, 401);
    assert_eq!(with_code(&app, PASSWORD, None).await.0, 200);
    let agent = app.store.agent(&mei).await.unwrap().unwrap();
    assert_eq!(agent.rights.totp, None);
    // What was shown long ago is nobody's secret any more.
    let cookie = enter(&app, "mei").await;
    let shown = ask(&cookie, "/v1/second-factor", json!({})).await;
    let shown: serde_json::Value = shown.json().await.unwrap();
    let phone = Phone::with(shown["secret"].as_str().unwrap());
    pass(&app, SignedDuration::from_mins(11));
    let late = json!({"code": phone.code(&app)});
    let late = ask(&cookie, "/v1/second-factor/confirm", late).await;
    assert_eq!(problem(late).await.0, 422);
}

/// What a phone does with a secret that somebody has typed into it.
pub struct Phone(Totp);

impl Phone {
    pub fn with(secret: &str) -> Self {
        let (mut held, mut bits, mut bytes) = (0_u64, 0, Vec::new());
        for letter in secret.bytes() {
            let value = match letter {
                b'A'..=b'Z' => letter - b'A',
                _ => letter - b'2' + 26,
            };
            held = (held << 5) | u64::from(value);
            bits += 5;
            if bits >= 8 {
                bits -= 8;
                bytes.push(u8::try_from(held >> bits & 0xff).unwrap());
            }
        }
        Self(Totp::new(bytes.try_into().unwrap()))
    }

    fn code(&self, app: &TestApp) -> String {
        self.code_at(app.clock.now())
    }

    pub fn code_at(&self, now: Timestamp) -> String {
        self.0.code(now)
    }
}
