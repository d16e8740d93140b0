//! The platforms' own libraries in Python as the other side: what they sign is taken, and what we sign or encrypt they read.

use frontdesk::channels::{Outbound, Robot};
use serde_json::json;

use super::sides::{APP, Side, sent_to};
use super::*;

fn inside(xml: &str, name: &str) -> String {
    let rest = xml.split(&format!("<{name}>")).nth(1).unwrap();
    let value = rest.split(&format!("</{name}>")).next().unwrap();
    let value = value.trim_start_matches("<![CDATA[");
    value.trim_end_matches("]]>").to_owned()
}

fn xml(id: &str) -> String {
    format!(
        "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[open_9]]></FromUserName><CreateTime>1</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[hello]]></Content><MsgId>{id}</MsgId></xml>"
    )
}

#[tokio::test]
async fn what_the_platforms_own_libraries_sign_and_encrypt_is_taken() {
    let Some(python) = Side::python("official.py") else {
        return;
    };
    let app = desk().await;
    let second = app.clock.now().as_second().to_string();
    let (webhook, slack) = (
        first_text(Channel::Webhook).body,
        first_text(Channel::Slack).body,
    );
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let fields = first_text(Channel::Twilio).expected["fields"].clone();
    let made = python.ask(
        &json!({"do": "made", "second": second, "secret": SECRET, "standard": STANDARD_SECRET,
            "aes_key": AES_KEY, "app": APP, "webhook": text(&webhook), "slack": text(&slack),
            "twilio": fields, "twilio_url": format!("{PUBLIC}/hooks/twilio/shop"), "wechat": xml("701")}),
    );
    let said = |name: &str| made[name].as_str().unwrap().to_owned();
    let sealed = said("wechat");
    let query = format!(
        "?encrypt_type=aes&timestamp={}&nonce={}&signature=x&msg_signature={}",
        inside(&sealed, "TimeStamp"),
        inside(&sealed, "Nonce"),
        inside(&sealed, "MsgSignature")
    );
    let requests = [
        (
            Channel::Webhook,
            vec![
                ("webhook-id", "msg_official".to_owned()),
                ("webhook-timestamp", second.clone()),
                ("webhook-signature", said("webhook")),
            ],
            webhook,
        ),
        (
            Channel::Slack,
            vec![
                ("x-slack-request-timestamp", second.clone()),
                ("x-slack-signature", said("slack")),
            ],
            slack,
        ),
        (
            Channel::Twilio,
            vec![("x-twilio-signature", said("twilio"))],
            first_text(Channel::Twilio).body,
        ),
        (Channel::Wechat, vec![("query", query)], sealed.into_bytes()),
    ];
    for (channel, headers, body) in requests {
        let before = app.store.conversations(None, 50).await.unwrap().len();
        let headers = headers.into_iter().collect();
        let answer = post(&app, channel, &headers, &body).await;
        assert_eq!(answer.status(), 200, "{channel}");
        let after = app.store.conversations(None, 50).await.unwrap().len();
        assert_eq!(after, before + 1, "{channel}: nobody was heard");
    }
}

#[tokio::test]
async fn what_we_sign_and_encrypt_the_platforms_own_libraries_read() {
    let Some(python) = Side::python("official.py") else {
        return;
    };
    let app = desk().await;
    let body = sealed::wechat(&xml("702"));
    let headers = signed(
        Channel::Wechat,
        SECRET,
        "",
        body.as_bytes(),
        app.clock.now(),
    );
    let answer = post(&app, Channel::Wechat, &headers, body.as_bytes()).await;
    let answer = answer.text().await.unwrap();
    let one = account(Channel::Webhook, "https://shop.example/in");
    let out = Outbound {
        text: "\u{60a8}\u{597d}".to_owned(),
        choices: Vec::new(),
    };
    let event = sent_to(&one, 1_700_000_000, &out);
    let header = |name: &str| {
        let mut all = event.headers.iter();
        all.find(|(known, _)| *known == name).unwrap().1.clone()
    };
    let (robot_url, group) = (
        "https://oapi.dingtalk.com/robot/send?access_token=x",
        "SECof-the-group",
    );
    let notice = "Mia asked for a person \u{9000}\u{6b3e}";
    let (query, notice_body) = Robot::Dingtalk.render(Some(&secret(group)), notice, 1_700_000_000);
    let line = first_text(Channel::Line).body;
    let line_signed = signed(Channel::Line, SECRET, "", &line, app.clock.now());
    let read = python.ask(
        &json!({"do": "read", "secret": SECRET, "standard": STANDARD_SECRET, "aes_key": AES_KEY, "app": APP,
            "event_id": header("webhook-id"), "event_second": header("webhook-timestamp"), "event_body": event.body,
            "robot_second": 1_700_000_000, "robot_url": robot_url, "robot_secret": group, "robot_text": notice,
            "line_body": String::from_utf8(line).unwrap(), "line_signature": line_signed["x-line-signature"],
            "wechat_answer": {"xml": answer, "signature": inside(&answer, "MsgSignature"),
                "second": inside(&answer, "TimeStamp"), "nonce": inside(&answer, "Nonce")}}),
    );
    assert_eq!(read["event"], json!(header("webhook-signature")));
    assert_eq!(read["line"], json!(true));
    assert_eq!(read["robot"]["url"], json!(format!("{robot_url}&{query}")));
    let notice_body: Value = serde_json::from_str(&notice_body).unwrap();
    for name in ["msgtype", "text"] {
        assert_eq!(read["robot"]["sent"][name], notice_body[name], "{name}");
    }
    let said = read["wechat"].as_str().unwrap();
    assert!(said.contains("<ToUserName><![CDATA[open_9]]>"), "{said}");
}
