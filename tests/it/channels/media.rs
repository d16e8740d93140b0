//! Files on platforms that tell the desk an address, or a code for one: fetched the platform's own way, with what it is to know and no
//! more, and from nowhere else.

use frontdesk::channels::{Judgement, Responded, next_request};
use frontdesk::delivery::Progress;
use serde_json::json;

use super::files::kept;
use super::platform::{Does, HOME, Loopback};
use super::*;
use crate::evidence::png;

/// A message with a picture that is at an address, or under a code.
fn picture(channel: Channel, at: &str) -> Case {
    let by_meta = |object: &str| {
        json!({"object": object, "entry": [{"id": "PAGE1", "messaging": [{"sender": {"id": "u1"},
            "message": {"mid": "m9", "attachments": [{"type": "image", "payload": {"url": at}}]}}]}]})
    };
    let fields = json!({"MessageSid": "MM9", "From": "+1", "To": "+2", "NumMedia": "1", "MediaUrl0": at, "MediaContentType0": "image/png"});
    let expected = match channel {
        Channel::Messenger => json!({"body": by_meta("page")}),
        Channel::Instagram => json!({"body": by_meta("instagram")}),
        Channel::Twilio => json!({ "fields": fields }),
        Channel::Dingtalk => {
            json!({"body": {"msgtype": "picture", "content": {"downloadCode": at}, "conversationType": "1",
            "msgId": "msg9", "senderStaffId": "u1"}})
        }
        _ => {
            json!({"body": {"event": "message_created", "message_type": "incoming", "id": 9, "content": "", "private": false,
            "sender": {"id": 5}, "account": {"id": 1}, "conversation": {"id": 7, "status": "pending"},
            "attachments": [{"file_type": "image", "data_url": at}]}})
        }
    };
    Case {
        channel,
        name: "a picture".to_owned(),
        body: body_of(channel, &expected),
        expected,
    }
}

/// Brings a picture and makes the first request for it; gives what came of it.
async fn fetch(
    app: &TestApp,
    platform: &Loopback,
    at: &str,
    plan: impl IntoIterator<Item = Does>,
) -> Progress {
    let sender = platform.sender(app, &HOME);
    let case = picture(platform.channel, at);
    assert_eq!(send(app, &case).await.status(), 200);
    platform.plan(plan);
    sender.deliver_next(app.clock.now()).await.unwrap()
}

fn token_of_dingtalk() -> Does {
    let token = json!({"accessToken": "t", "expireIn": 7200});
    Does::Say(200, "", token.to_string())
}

const MEDIA: &str = "/2010-04-01/Accounts/AC1/Messages/MM9/Media/ME1";

#[tokio::test]
async fn a_picture_is_fetched_with_what_its_platform_is_to_know_and_no_more() {
    for channel in [
        Channel::Messenger,
        Channel::Instagram,
        Channel::Twilio,
        Channel::Dingtalk,
        Channel::Chatwoot,
    ] {
        let app = desk().await;
        let platform = Loopback::start(channel).await;
        let base = platform.base.clone();
        let stored = format!("{base}/rails/active_storage/blobs/redirect/signed--1/a.png");
        let (at, before) = match channel {
            Channel::Twilio => (
                format!("{base}{MEDIA}"),
                vec![Does::Redirect(format!("{base}/elsewhere/1"))],
            ),
            Channel::Dingtalk => {
                let says = json!({"downloadUrl": format!("{base}/elsewhere/1")});
                let says = Does::Say(200, "", says.to_string());
                ("code1".to_owned(), vec![token_of_dingtalk(), says])
            }
            Channel::Chatwoot => (stored, Vec::new()),
            _ => (format!("{base}/elsewhere/1"), Vec::new()),
        };
        let plan = before.into_iter().chain([Does::Bytes(png(1))]);
        let progress = fetch(&app, &platform, &at, plan).await;
        let is_there = matches!(progress, Progress::Delivered(_));
        assert!(is_there, "{channel}: {progress:?}");
        assert_eq!(kept(&app).await, ["png"], "{channel}");
        let got = platform.got();
        let last = got.last().unwrap();
        // Whoever keeps the file is told nothing of ours.
        for header in [
            "authorization",
            "x-acs-dingtalk-access-token",
            "api_access_token",
        ] {
            assert_eq!(last.header(header), "", "{channel}");
        }
        // Stores of files sign an address together with the kind of what is sent: nothing is.
        assert_eq!(last.header("content-type"), "", "{channel}");
        let expected = match channel {
            Channel::Chatwoot => "/rails/active_storage/blobs/proxy/signed--1/a.png",
            _ => "/elsewhere/1",
        };
        assert_eq!(last.path, expected, "{channel}");
        let asked = &got[got.len().saturating_sub(2)];
        match channel {
            Channel::Twilio => {
                let pair = STANDARD.encode(format!("AC1:{TOKEN}"));
                assert_eq!(asked.header("authorization"), format!("Basic {pair}"));
                assert_eq!(asked.path, MEDIA);
            }
            Channel::Dingtalk => {
                assert_eq!(asked.header("x-acs-dingtalk-access-token"), "t");
                assert_eq!(
                    asked.body,
                    json!({"downloadCode": "code1", "robotCode": "ding1"})
                );
            }
            _ => {}
        }
    }
}

#[tokio::test]
async fn an_address_that_is_not_the_platforms_is_followed_nowhere() {
    let strange = [
        "https://169.254.169.254/latest/meta-data",
        "https://attacker.example/a.png",
        "https://lookaside.fbsbx.com.attacker.example/a",
        "https://lookaside.fbsbx.com@attacker.example/a",
        "http://mms.twiliocdn.com/a",
        "https://api.twilio.com/2010-04-01/Accounts/AC2/Messages/MM9/Media/ME1",
        "https://api.twilio.com/2010-04-01/Accounts/AC1/../AC2/Media/ME1",
        "https://api.twilio.com.attacker.example/2010-04-01/Accounts/AC1/Media/ME1",
        "https://s3-external-1.amazonaws.com/another/a",
        "file:///etc/passwd",
    ];
    for channel in [Channel::Messenger, Channel::Twilio, Channel::Chatwoot] {
        for at in strange {
            let app = desk().await;
            let platform = Loopback::start(channel).await;
            let progress = fetch(&app, &platform, at, []).await;
            let is_over = matches!(progress, Progress::GivenUp(_));
            assert!(is_over, "{channel} at {at}: {progress:?}");
            assert!(platform.got().is_empty(), "{channel} at {at}");
        }
    }
}

#[tokio::test]
async fn where_a_platform_leads_elsewhere_nobody_follows() {
    for to in [
        "https://attacker.example/a.png",
        "https://mms.twiliocdn.com.attacker.example/a",
        "http://127.0.0.1:1/a",
        "",
    ] {
        let app = desk().await;
        let platform = Loopback::start(Channel::Twilio).await;
        let at = format!("{}{MEDIA}", platform.base);
        let progress = fetch(&app, &platform, &at, [Does::Redirect(to.to_owned())]).await;
        assert!(
            matches!(progress, Progress::GivenUp(_)),
            "{to}: {progress:?}"
        );
        let app = desk().await;
        let platform = Loopback::start(Channel::Dingtalk).await;
        let says = Does::Say(200, "", json!({"downloadUrl": to}).to_string());
        let progress = fetch(&app, &platform, "code1", [token_of_dingtalk(), says]).await;
        assert!(
            matches!(progress, Progress::GivenUp(_)),
            "{to}: {progress:?}"
        );
        assert!(kept(&app).await.is_empty());
    }
}

#[test]
fn dingtalks_files_are_on_hosts_that_are_known_whole_or_on_those_that_were_named() {
    let named = Account {
        file_hosts: vec!["own.oss-cn-hangzhou.aliyuncs.com".to_owned()],
        ..account(Channel::Dingtalk, "https://api.dingtalk.com")
    };
    let usual = account(Channel::Dingtalk, "https://api.dingtalk.com");
    let led = |account: &Account, url: &str| {
        let body = json!({ "downloadUrl": url }).to_string();
        let responded = Responded {
            status: 200,
            body: body.as_bytes(),
        };
        next_request(account, &responded).map(|request| request.url)
    };
    let store = "wukong-file-im-zjk.oss-cn-zhangjiakou.aliyuncs.com/a?Expires=1";
    let secure = format!("https://{store}");
    // It is there over TLS, too.
    for url in [secure.clone(), format!("http://{store}")] {
        assert_eq!(led(&usual, &url), Ok(secure.clone()));
        assert!(
            led(&named, &url).is_err(),
            "others are named in their place"
        );
    }
    let own = "https://own.oss-cn-hangzhou.aliyuncs.com/a";
    assert_eq!(led(&named, own), Ok(own.to_owned()));
    for strange in [
        own,
        "https://attackers-bucket.oss-cn-zhangjiakou.aliyuncs.com/a",
        "https://x.wukong-file-im-zjk.oss-cn-zhangjiakou.aliyuncs.com/a",
        "https://phish.dingtalk.com/a",
        "https://wukong-file-im-zjk.oss-cn-zhangjiakou.aliyuncs.com:8443/a",
    ] {
        let Err(Judgement::Never(why)) = led(&usual, strange) else {
            panic!("{strange}");
        };
        let host = strange.split('/').nth(2).unwrap();
        assert!(why.contains(host), "whoever looks after it is told: {why}");
    }
}

#[tokio::test]
async fn a_file_that_is_too_large_is_given_up_on_these_platforms_too_and_a_token_that_ended_renewed()
 {
    let app = desk().await;
    let platform = Loopback::start(Channel::Messenger).await;
    let at = format!("{}/elsewhere/1", platform.base);
    let large = Does::Bytes(vec![0xff; 5 * 1024 * 1024 + 1]);
    let progress = fetch(&app, &platform, &at, [large]).await;
    assert!(matches!(progress, Progress::GivenUp(_)), "{progress:?}");

    let app = desk().await;
    let platform = Loopback::start(Channel::Dingtalk).await;
    let ended = json!({"code": "InvalidAuthentication", "message": "expired"});
    let plan = [token_of_dingtalk(), Does::Say(401, "", ended.to_string())];
    let progress = fetch(&app, &platform, "code1", plan).await;
    assert!(matches!(progress, Progress::Retrying(_)), "{progress:?}");
    assert!(kept(&app).await.is_empty());
}

#[tokio::test]
async fn a_thumb_that_is_held_up_is_no_evidence() {
    let app = desk().await;
    let platform = Loopback::start(Channel::Messenger).await;
    let sender = platform.sender(&app, &HOME);
    let body = json!({"object": "page", "entry": [{"id": "PAGE1", "messaging": [{"sender": {"id": "u1"}, "message": {"mid": "m9",
        "attachments": [{"type": "image", "payload": {"url": format!("{}/thumb", platform.base), "sticker_id": 1}}]}}]}]});
    let body = body.to_string().into_bytes();
    let headers = signed(Channel::Messenger, SECRET, "", &body, app.clock.now());
    assert_eq!(
        post(&app, Channel::Messenger, &headers, &body)
            .await
            .status(),
        200
    );
    delivery::drain(&sender, &app).await;
    assert!(platform.got().iter().all(|got| got.path != "/thumb"));
}

/// Addresses as the platforms give them out today: on hosts that change with where a file was sent, all of them the platform's own.
#[test]
fn files_are_fetched_from_where_the_platforms_keep_them() {
    use frontdesk::channels::{Responded, WantedFile, file_request, next_request, redirected};
    let of = |channel| account(channel, frontdesk::channels::default_base(channel));
    for (channel, at) in [
        (
            Channel::Messenger,
            "https://scontent.xx.fbcdn.net/v/t1.15752-9/1_2_n.jpg?_nc_cat=1&oh=03_a&oe=65",
        ),
        (
            Channel::Messenger,
            "https://scontent-lga3-1.xx.fbcdn.net/v/t1.15752-9/1.png?_nc_ht=x",
        ),
        (
            Channel::Messenger,
            "https://cdn.fbsbx.com/v/t59.2708-21/1_n.pdf/receipt.pdf?_nc_cat=1&dl=1",
        ),
        (
            Channel::Instagram,
            "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=1&signature=Ab-_1",
        ),
        (
            Channel::Instagram,
            "https://scontent.cdninstagram.com/v/t51/1.jpg?oh=1",
        ),
        (
            Channel::Discord,
            "https://cdn.discordapp.com/ephemeral-attachments/1/2/a.png?ex=1&is=2&hm=3&",
        ),
        (
            Channel::Twilio,
            "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1",
        ),
    ] {
        let account = of(channel);
        let wanted = WantedFile {
            account: &account,
            token: "",
            file: at,
            reply: "",
        };
        let request = file_request(&wanted).unwrap_or_else(|| panic!("{channel}: {at}"));
        assert_eq!(request.url, at, "{channel}");
        let is_asked_with_nothing = request.headers.is_empty();
        assert_eq!(
            is_asked_with_nothing,
            channel != Channel::Twilio,
            "{channel}"
        );
    }
    for at in [
        "https://mms.twiliocdn.com/AC1/a?Expires=1&Signature=b",
        "https://s3-external-1.amazonaws.com/media.twiliocdn.com/AC1/a",
    ] {
        assert_eq!(redirected(&of(Channel::Twilio), at).unwrap().url, at);
    }
    // Who says where the file is was asked over TLS, with a token; on DingTalk it may be in its store in the same company's cloud.
    for (channel, place, at) in [
        (
            Channel::WhatsApp,
            "/url",
            "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1&ext=2&hash=c",
        ),
        (
            Channel::Slack,
            "/file/url_private",
            "https://files.slack.com/files-pri/T1-F1/a.png",
        ),
        (
            Channel::Dingtalk,
            "/downloadUrl",
            "https://down-cdn.dingtalk.com/ddmedia/a.png?auth_key=1",
        ),
        (
            Channel::Dingtalk,
            "/downloadUrl",
            "http://wukong-file-im-zjk.oss-cn-zhangjiakou.aliyuncs.com/a.png?Signature=b",
        ),
    ] {
        let mut body = json!({"file": {}});
        match place.rsplit_once('/').unwrap() {
            ("", name) => body[name] = json!(at),
            (_, name) => body["file"][name] = json!(at),
        }
        let body = body.to_string().into_bytes();
        let responded = Responded {
            status: 200,
            body: &body,
        };
        let request = next_request(&of(channel), &responded).unwrap();
        assert_eq!(request.url, at.replace("http://", "https://"), "{channel}");
    }
}
