//! Whatever is said goes out in parts that its platform takes, as they are written there: what stands for one character may be several, and some
//! platforms count what is written and not what is meant.

use frontdesk::channels::{Outbound, Request, Way, render};
use frontdesk::domain::channel::Recipient;
use frontdesk::domain::conversation::Choice;
use serde_json::json;

use super::*;

/// What stands behind everything, so that nothing is lost on the way.
const END: &str = "zanzibar";
/// What some platform writes longer than it is, or counts as more than it looks like.
const HARD: [&str; 9] = [
    "&",
    "<>",
    "*_~`|",
    "[x](y) # - > ",
    "<at user_id=\"all\">",
    "\u{1f600}",
    "\u{9000}\u{6b3e}\u{3002}",
    "\\\"",
    "plain words, and more. ",
];

fn recipient(account: &Account) -> Recipient {
    let to = json!({"channel": account.key.channel, "outbox": account.key.outbox, "user": "1111", "place": "C1", "reply": "1/aToken",
        "heard_at": "2026-11-20T10:00:00Z", "answered": 1});
    serde_json::from_value(to).unwrap()
}

fn rendered(channel: Channel, out: &Outbound) -> Vec<Request> {
    let account = account(channel, "https://platform.example");
    let to = recipient(&account);
    let way = Way {
        account: &account,
        to: &to,
        name: "evt_01a2242de4957188bff484947e557cc9",
        token: "t",
        second: 1_795_168_800,
        answers: false,
        by_person: false,
    };
    render(&way, out)
}

/// What a request says, with how long that is as its platform counts it, and how long it may be.
fn said(channel: Channel, request: &Request) -> Vec<(String, usize, usize)> {
    let body: Value = serde_json::from_str(&request.body).unwrap_or_default();
    let at = |place: &str| body.pointer(place).and_then(Value::as_str);
    let in_chars = |text: &str, most| (text.to_owned(), text.chars().count(), most);
    let in_units = |text: &str, most| (text.to_owned(), text.encode_utf16().count(), most);
    let in_bytes = |text: &str, most| (text.to_owned(), text.len(), most);
    let found = match channel {
        Channel::Telegram => vec![at("/text").map(|text| in_units(text, 4096))],
        Channel::WhatsApp => vec![
            at("/text/body").map(|text| in_chars(text, 4096)),
            at("/interactive/body/text").map(|text| in_chars(text, 1024)),
        ],
        // From 4,000 on a text may become several messages, which part what stands for one character.
        Channel::Slack => vec![
            at("/text").map(|text| in_chars(text, 4000)),
            at("/blocks/0/text/text").map(|text| in_chars(text, 3000)),
        ],
        Channel::Line => {
            let all = body["messages"].as_array().unwrap();
            assert!(all.len() <= 5);
            let texts = all.iter().map(|one| one["text"].as_str().unwrap());
            texts.map(|text| Some(in_units(text, 5000))).collect()
        }
        Channel::Messenger => vec![at("/message/text").map(|text| in_chars(text, 2000))],
        Channel::Instagram => vec![at("/message/text").map(|text| in_bytes(text, 1000))],
        Channel::Feishu => {
            let most = if body["msg_type"] == "interactive" {
                30
            } else {
                150
            };
            vec![at("/content").map(|text| in_bytes(text, most * 1024))]
        }
        Channel::Wechat => vec![
            at("/text/content").map(|text| in_bytes(text, 2048)),
            at("/msgmenu/head_content").map(|text| in_bytes(text, 2048)),
        ],
        Channel::Wecom => vec![
            at("/text/content").map(|text| in_bytes(text, 2048)),
            at("/msgmenu/head_content").map(|text| in_bytes(text, 1024)),
        ],
        Channel::Twilio => {
            let pairs = request
                .body
                .split('&')
                .map(|pair| pair.split_once('=').unwrap());
            let mut texts = pairs.filter(|(name, _)| *name == "Body");
            let text = sealed::unescaped(texts.next().unwrap().1);
            vec![Some(in_units(&text, 1600))]
        }
        Channel::Discord => vec![at("/content").map(|text| in_chars(text, 2000))],
        // They name no length, or one that nothing comes near.
        Channel::Dingtalk
        | Channel::Webhook
        | Channel::Chatwoot
        | Channel::Email
        | Channel::Mailgun
        | Channel::Postmark => Vec::new(),
    };
    found.into_iter().flatten().collect()
}

#[test]
fn every_part_is_as_long_as_its_platform_takes_however_much_of_it_is_written_longer() {
    let choices = [1, 2].map(|number| Choice {
        number,
        label: format!("Choice {number}"),
    });
    for channel in Channel::ALL {
        for hard in HARD {
            for (text, choices) in [
                (hard.repeat(9000 / hard.len()), &[][..]),
                (hard.repeat(9000 / hard.len()), &choices[..]),
                (hard.repeat(950 / hard.len()), &choices[..]),
            ] {
                let out = Outbound {
                    text: format!("{text} {END}"),
                    choices: choices.to_vec(),
                };
                let all = rendered(*channel, &out);
                let parts: Vec<_> = all.iter().flat_map(|one| said(*channel, one)).collect();
                for (part, long, most) in &parts {
                    assert!(long <= most, "{channel} {hard}: {long} of {most}");
                    assert!(!part.trim().is_empty(), "{channel} {hard}");
                }
                let last = all.last().unwrap();
                assert!(
                    last.body.contains(END) || *channel == Channel::Email,
                    "{channel}"
                );
            }
        }
    }
}

#[test]
fn what_slack_writes_longer_is_parted_between_what_stands_for_one_character() {
    let text = "&<>".repeat(1200);
    let out = Outbound {
        text: text.clone(),
        choices: Vec::new(),
    };
    let mut whole = String::new();
    for request in rendered(Channel::Slack, &out) {
        let body: Value = serde_json::from_str(&request.body).unwrap();
        let part = body["text"].as_str().unwrap();
        let bare = part.replace("&lt;", "<").replace("&gt;", ">");
        whole += &bare.replace("&amp;", "&");
    }
    assert_eq!(whole, text);
}
