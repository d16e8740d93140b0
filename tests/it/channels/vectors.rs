//! Known answers that the platforms' own documentation gives.

use frontdesk::channels::{Incoming, Refusal, accept};

use super::*;

fn incoming<'b>(headers: &[(&str, &str)], body: &'b [u8]) -> Incoming<'b> {
    let headers = headers.iter();
    Incoming {
        headers: headers
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        body,
        ..Incoming::default()
    }
}

#[test]
fn the_example_of_slacks_documentation_is_signed_and_good_for_five_minutes() {
    let body = b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    let mut account = account(Channel::Slack, "");
    account.secrets = vec![secret("8f742231b10e8888abcd99yyyzzz85a5")];
    let headers = [
        ("x-slack-request-timestamp", "1531420618"),
        (
            "x-slack-signature",
            "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
        ),
    ];
    let check = |body: &[u8], at: i64| {
        accept(
            &account,
            &incoming(&headers, body),
            Timestamp::from_second(at).unwrap(),
        )
    };
    // Signed and fresh: what is refused is only that a command is no message.
    for at in [1_531_420_618, 1_531_420_918, 1_531_420_318] {
        assert_eq!(check(body, at), Err(Refusal::Unreadable), "{at}");
    }
    assert_eq!(check(body, 1_531_420_919), Err(Refusal::Stale));
    assert_eq!(check(&body[1..], 1_531_420_618), Err(Refusal::Forged));
}

#[test]
fn the_example_of_twilios_documentation_is_signed() {
    let mut account = account(Channel::Twilio, "");
    account.secrets = vec![secret("12345")];
    account.public = "https://mycompany.com/myapp.php?foo=1&bar=2".to_owned();
    let body = "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212";
    let check = |signature: &str, body: &str, public: &str| {
        let account = Account {
            public: public.to_owned(),
            ..account.clone()
        };
        let incoming = incoming(&[("x-twilio-signature", signature)], body.as_bytes());
        accept(&account, &incoming, Timestamp::UNIX_EPOCH).map(|found| found.messages.len())
    };
    let good = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
    assert_eq!(check(good, body, &account.public), Ok(0));
    assert_eq!(
        check(good, &body.replace("1234&", "1235&"), &account.public),
        Err(Refusal::Forged)
    );
    assert_eq!(
        check(good, body, "https://mycompany.com/myapp.php?foo=1&bar=3"),
        Err(Refusal::Forged)
    );
    // Without a public address nothing can be checked, and so nothing is taken.
    assert_eq!(check(good, body, ""), Err(Refusal::Forged));
}

#[test]
fn the_example_of_standard_webhooks_is_signed() {
    let mut account = account(Channel::Webhook, "");
    account.secrets = vec![secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")];
    let good = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    let check = |signature: &str, at: i64| {
        let headers = [
            ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
            ("webhook-timestamp", "1614265330"),
            ("webhook-signature", signature),
        ];
        let incoming = incoming(&headers, br#"{"test": 2432232314}"#);
        accept(&account, &incoming, Timestamp::from_second(at).unwrap())
            .map(|found| found.messages.len())
    };
    let at = 1_614_265_330;
    assert_eq!(check(good, at), Ok(0));
    // Others before and after it, and versions of the future, do not matter.
    assert_eq!(check(&format!("v1a,xyz v1,AAAA {good}"), at), Ok(0));
    for wrong in [
        "",
        "v1,",
        "v1",
        "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        &good[3..],
        &good.to_lowercase(),
    ] {
        assert_eq!(check(wrong, at), Err(Refusal::Forged), "{wrong}");
    }
    assert_eq!(check(good, at + 301), Err(Refusal::Stale));
    assert_eq!(check(good, at - 301), Err(Refusal::Stale));
}
