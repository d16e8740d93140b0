//! Robots in the groups of those who work here: Slack, Feishu, DingTalk and WeCom take a short text at an address that is a secret itself.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::form::escaped;
use super::json::text;
use super::outgoing::{Judgement, Responded};
use super::secret::Secret;
use super::split::{Room, Unit, split};
use super::{feishu, slack};

/// Whose robot it is. The words are a contract: the configuration has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Robot {
    /// Slack's incoming webhooks.
    Slack,
    /// Feishu's and Lark's.
    Feishu,
    /// DingTalk's.
    Dingtalk,
    /// WeCom's.
    Wecom,
}

/// A link has at most so many bytes.
const LINK: usize = 500;
/// There is more of it.
const MORE: char = '\u{2026}';

/// Those that speak of the message itself, which is the same however often it is sent: too long, empty, of a kind that is none, or with
/// words or links that are not allowed. Feishu and Lark, WeCom, DingTalk. All else passes, or an operator puts it right: the platform is busy,
/// takes no more within the minute, a secret or a keyword of the group does not match, an address or a place is not allowed.
const CONTENT: [i64; 12] = [
    9499, 19_002, 40_008, 40_058, 44_004, 45_002, 40_035, 400_105, 430_101, 430_102, 430_103,
    430_104,
];
/// The same that passes, of Slack, by its status: the address, or the channel behind it, is none any more.
const NO_PLACE: [u16; 3] = [403, 404, 410];

impl Robot {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Slack, Self::Feishu, Self::Dingtalk, Self::Wecom];

    /// Its word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Slack => "slack",
            Self::Feishu => "feishu",
            Self::Dingtalk => "dingtalk",
            Self::Wecom => "wecom",
        }
    }

    /// So much a text may have, by their manuals: 40,000 characters and 20 KB, of which something is left for what stands around it, and for what
    /// one character becomes when it is escaped.
    const fn room(self) -> Room {
        let (unit, most) = match self {
            Self::Slack => (Unit::Chars, 8_000),
            Self::Feishu | Self::Dingtalk => (Unit::Bytes, 9_000),
            Self::Wecom => (Unit::Bytes, 2048),
        };
        Room { unit, most }
    }

    /// What follows the address, and the body: a text, signed where there is a secret for it.
    #[must_use]
    pub fn render(self, secret: Option<&Secret>, said: &str, second: i64) -> (String, String) {
        let said = &shortened(said, self.room());
        match self {
            Self::Slack => {
                let body = json!({"text": slack::marked(said), "mrkdwn": false});
                (String::new(), body.to_string())
            }
            Self::Feishu => {
                let said = feishu::calling_nobody(said);
                let mut body = json!({"msg_type": "text", "content": {"text": said}});
                if let Some(secret) = secret {
                    let second = second.to_string();
                    let key = format!("{second}\n{}", secret.reveal());
                    body["sign"] = json!(STANDARD.encode(Secret::mac_with(&key, &[])));
                    body["timestamp"] = json!(second);
                }
                (String::new(), body.to_string())
            }
            Self::Dingtalk => {
                let millisecond = second.saturating_mul(1000).to_string();
                let query = secret.map(|secret| {
                    let signed = [millisecond.as_bytes(), b"\n", secret.reveal().as_bytes()];
                    let sign = escaped(&STANDARD.encode(secret.mac(&signed)));
                    format!("timestamp={millisecond}&sign={sign}")
                });
                (query.unwrap_or_default(), in_text(said))
            }
            Self::Wecom => (String::new(), in_text(said)),
        }
    }

    /// What its answer means. All but one say by a code that they will not, most of them with 200.
    #[must_use]
    pub fn judge(self, responded: &Responded<'_>) -> Judgement {
        let by_status = match responded.by_status() {
            Judgement::Never(why) if NO_PLACE.contains(&responded.status) => {
                Judgement::Later(why, None)
            }
            other => other,
        };
        if self == Self::Slack {
            return by_status;
        }
        let body = responded.json();
        let code = ["code", "StatusCode", "errcode"].into_iter();
        let code = code.filter_map(|name| body[name].as_i64()).next();
        let said = text(&body, "/msg").or_else(|| text(&body, "/errmsg"));
        let why = |code: i64| format!("error {code}: {}", said.clone().unwrap_or_default());
        match code {
            Some(code) if CONTENT.contains(&code) => Judgement::Never(why(code)),
            Some(code) if code != 0 => Judgement::Later(why(code), None),
            None if responded.is_success() => Judgement::unreadable(),
            Some(_) | None => by_status,
        }
    }
}

/// What there is room for, and the last line, which leads to all of it.
fn shortened(said: &str, room: Room) -> String {
    if room.fits(said) {
        return said.to_owned();
    }
    let (text, link) = match said.rsplit_once('\n') {
        Some((text, link)) if link.len() <= LINK => (text, link),
        _ => (said, ""),
    };
    let end = format!("{MORE}\n{link}");
    let left = Room {
        most: room.most.saturating_sub(end.len()),
        ..room
    };
    let first = split(text, left).into_iter().next().unwrap_or_default();
    format!("{first}{end}").trim_end().to_owned()
}

fn in_text(said: &str) -> String {
    let body: Value = json!({"msgtype": "text", "text": {"content": said}});
    body.to_string()
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;

    const DINGTALK: &str =
        "timestamp=1700000000000&sign=MGTSynT35H3YyJy6IMPL8G%2ByYna%2BgwkBH%2F0Cd4%2Ba2hI%3D";
    const FEISHU: &str = "g0cS9uCTgPEeImDMhC6NxT07bUhdS6VJ+cNnXYe2qFw=";

    #[test]
    fn a_text_for_dingtalk_and_feishu_is_signed_as_their_manuals_say() {
        let secret =
            Secret::parse(&SecretString::from("SECthis is secret".replace(' ', "-"))).unwrap();
        // HMAC-SHA256, made with another program.
        let (query, _) = Robot::Dingtalk.render(Some(&secret), "x", 1_700_000_000);
        assert_eq!(query, DINGTALK);
        let (_, body) = Robot::Feishu.render(Some(&secret), "x", 1_700_000_000);
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(
            (&body["timestamp"], &body["sign"]),
            (&json!("1700000000"), &json!(FEISHU))
        );
    }

    #[test]
    fn markup_of_slacks_is_no_markup() {
        let (_, body) = Robot::Slack.render(None, "<!channel> & <http://x|y>", 0);
        assert!(
            !body.contains('<') && body.contains("&lt;!channel&gt; &amp;"),
            "{body}"
        );
    }

    #[test]
    fn a_robot_that_will_not_says_so_with_200() {
        let judge = |robot: Robot, status, body: &str| {
            robot.judge(&Responded {
                status,
                body: body.as_bytes(),
            })
        };
        assert_eq!(
            judge(Robot::Wecom, 200, r#"{"errcode":0}"#),
            Judgement::Sent(None)
        );
        assert_eq!(
            judge(Robot::Feishu, 200, r#"{"StatusCode":0}"#),
            Judgement::Sent(None)
        );
        assert_eq!(judge(Robot::Slack, 200, "ok"), Judgement::Sent(None));
        let many = judge(
            Robot::Dingtalk,
            200,
            r#"{"errcode":130101,"errmsg":"too fast"}"#,
        );
        assert!(matches!(many, Judgement::Later(..)));
        let wrong = judge(
            Robot::Feishu,
            200,
            r#"{"code":19021,"msg":"sign match fail"}"#,
        );
        assert_eq!(
            wrong,
            Judgement::Later("error 19021: sign match fail".to_owned(), None)
        );
        assert!(matches!(
            judge(Robot::Slack, 404, "no_service"),
            Judgement::Later(..)
        ));
    }

    #[test]
    fn a_robot_is_asked_again_unless_it_speaks_of_the_message_itself() {
        let judge = |robot: Robot, status, body: &str| {
            robot.judge(&Responded {
                status,
                body: body.as_bytes(),
            })
        };
        // It passes, whatever its status is.
        for (status, passes) in [
            (200, r#"{"errcode":-1,"errmsg":"system busy"}"#),
            (
                200,
                r#"{"errcode":50001,"errmsg":"nobody ever heard of this one"}"#,
            ),
            (400, r#"{"code":11232,"msg":"too many requests"}"#),
        ] {
            let judged = judge(Robot::Wecom, status, passes);
            assert!(matches!(judged, Judgement::Later(..)), "{passes}");
        }
        // The message itself is none that they take.
        let bad = judge(Robot::Feishu, 400, r#"{"code":9499,"msg":"Bad Request"}"#);
        assert!(matches!(bad, Judgement::Never(_)));
        assert!(matches!(
            judge(Robot::Wecom, 400, "{}"),
            Judgement::Never(_)
        ));
        let long = r#"{"errcode":45002,"errmsg":"content size out of limit"}"#;
        assert!(matches!(
            judge(Robot::Wecom, 200, long),
            Judgement::Never(_)
        ));
        assert!(matches!(
            judge(Robot::Slack, 400, "invalid_payload"),
            Judgement::Never(_)
        ));
        assert!(matches!(
            judge(Robot::Wecom, 200, "<html>"),
            Judgement::Later(..)
        ));
    }

    #[test]
    fn a_text_is_no_longer_than_its_robot_takes_and_still_leads_to_the_rest() {
        let link = "https://support.example/inbox#v=waiting&c=c-1";
        let said = |text: &str| format!("{}\n{link}", text.repeat(1000));
        let (_, body) = Robot::Wecom.render(None, &said("\u{9000}"), 0);
        let body: Value = serde_json::from_str(&body).unwrap();
        let text = body["text"]["content"].as_str().unwrap();
        assert!(text.len() <= 2048 && text.len() > 1900, "{}", text.len());
        assert!(text.ends_with(&format!("\u{2026}\n{link}")), "{text}");
        // What is written longer than it is leads to the rest as well.
        for (robot, most) in [(Robot::Slack, 40_000), (Robot::Feishu, 20_000)] {
            for hard in ["&", "<at>", "\""] {
                let (_, body) = robot.render(None, &format!("{}\n{link}", hard.repeat(30_000)), 0);
                let whole: Value = serde_json::from_str(&body).unwrap();
                let text = whole["text"].as_str().or(whole["content"]["text"].as_str());
                let text = text.unwrap().replace("&amp;", "&");
                assert!(text.ends_with(&format!("\n{link}")), "{hard}");
                assert!(body.len() <= most, "{hard}: {}", body.len());
            }
        }
        // What has room stays as it is, as does what only another robot would cut.
        let (_, body) = Robot::Feishu.render(None, &said("\u{9000}"), 0);
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body["content"]["text"], said("\u{9000}"));
        let without = "\u{9000}".repeat(1000);
        let (_, body) = Robot::Wecom.render(None, &without, 0);
        let body: Value = serde_json::from_str(&body).unwrap();
        let text = body["text"]["content"].as_str().unwrap();
        assert!(text.len() <= 2048 && text.ends_with('\u{2026}'), "{text}");
    }
}
