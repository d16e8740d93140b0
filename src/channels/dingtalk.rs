//! DingTalk: robots of one's own company. What is signed is a time and the secret, and no byte of the message, so a signature is good for the
//! message that it came with first. The address that comes along for answers is not used: anybody could have written it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::account::Account;
use super::hosts::bare_request;
use super::incoming::{Accepted, File, Inbound, Incoming, Refusal, fresh};
use super::json::{list, name, object, text};
use super::outgoing::{Judgement, Outbound, Request, Responded, Way};
use super::secret::Secret;
use super::split::{Room, Unit, split};
use crate::domain::constant_time::same;

/// A request is one of now for so long.
const WITHIN: SignedDuration = SignedDuration::from_hours(1);
const ROOM: Room = Room {
    unit: Unit::Utf16,
    most: 3000,
};
/// Of a host that is not known so much is said.
const HOST: usize = 100;
/// A conversation of one person with the robot.
const SINGLE: &str = "1";

pub(super) fn accept(
    account: &Account,
    incoming: &Incoming<'_>,
    now: Timestamp,
) -> Result<Accepted, Refusal> {
    let (millisecond, given) = (incoming.header("timestamp")?, incoming.header("sign")?);
    let is_signed = account.any_secret(|secret| {
        let signed = [millisecond.as_bytes(), b"\n", secret.reveal().as_bytes()];
        let code = STANDARD.encode(secret.mac(&signed));
        same(code.as_bytes(), given.as_bytes())
    });
    if !is_signed {
        return Err(Refusal::Forged);
    }
    let at: i64 = millisecond.parse().map_err(|_| Refusal::Unsigned)?;
    fresh(&(at / 1000).to_string(), WITHIN, now)?;
    let body = object(incoming.body)?;
    let mut accepted = Accepted::default();
    accepted.messages.extend(message(&body));
    Ok(accepted.signed_by(given))
}

/// A message of somebody of the company to the robot alone; a guest cannot be written to.
fn message(body: &Value) -> Option<Inbound> {
    if name(body, "/conversationType").as_deref() != Some(SINGLE) {
        return None;
    }
    let kind = text(body, "/msgtype")?;
    let said = match kind.as_str() {
        "text" => text(body, "/text/content")?,
        "audio" => text(body, "/content/recognition").unwrap_or_default(),
        "richText" => {
            let parts = list(body, "/content/richText").iter();
            let parts = parts.filter_map(|part| text(part, "/text"));
            parts.collect::<Vec<_>>().join("\n")
        }
        "picture" | "video" | "file" => String::new(),
        _ => return None,
    };
    let file = text(body, "/content/downloadCode");
    let pictures = list(body, "/content/richText").iter();
    let pictures = pictures.filter_map(|part| {
        let id = text(part, "/downloadCode")?;
        Some(File {
            kind: "picture".to_owned(),
            id,
        })
    });
    let files: Vec<File> = file
        .map(|id| File { kind, id })
        .into_iter()
        .chain(pictures)
        .collect();
    let said = said.trim().to_owned();
    if said.is_empty() && files.is_empty() {
        return None;
    }
    Some(Inbound {
        id: name(body, "/msgId")?,
        user: name(body, "/senderStaffId")?,
        text: said,
        files,
        ..Inbound::default()
    })
}

pub(super) fn token_request(account: &Account) -> Request {
    let secret = account.token.as_ref().map_or("", Secret::reveal);
    let body = json!({"appKey": account.sender, "appSecret": secret});
    Request::json(account, "/v1.0/oauth2/accessToken", &body)
}

pub(super) fn token_in(body: &Value) -> Option<(String, i64)> {
    Some((text(body, "/accessToken")?, body["expireIn"].as_i64()?))
}

/// Where files are: whoever asks with a token is told an address that is signed for a while. The documentation names no host
/// (open.dingtalk.com/document/development/download-the-file-content-of-the-robot-receiving-message); these are the one that its answers
/// name, in the store of the company that it belongs to, and the platform's own for media. Everybody can rent a name beside the first,
/// so no name below a host is taken for the host.
const FILES: [&str; 3] = [
    "wukong-file-im-zjk.oss-cn-zhangjiakou.aliyuncs.com",
    "down.dingtalk.com",
    "down-cdn.dingtalk.com",
];

/// Asks where a file is.
pub(super) fn file_request(account: &Account, token: &str, file: &str) -> Request {
    let body = json!({"downloadCode": file, "robotCode": account.sender});
    let request = Request::json(account, "/v1.0/robot/messageFiles/download", &body);
    request.header("x-acs-dingtalk-access-token", token.to_owned())
}

/// The request for the file itself, which needs no token.
pub(super) fn next_request(
    account: &Account,
    responded: &Responded<'_>,
) -> Result<Request, Judgement> {
    let url = text(&responded.json(), "/downloadUrl")
        .ok_or_else(|| Judgement::nowhere("it names no file"))?;
    // It is there over TLS, too, however it is written.
    let secure = url
        .strip_prefix("http://")
        .map(|rest| format!("https://{rest}"));
    let own: Vec<&str> = account.file_hosts.iter().map(String::as_str).collect();
    let hosts = if own.is_empty() { &FILES[..] } else { &own };
    let found =
        bare_request(account, &url, hosts).or_else(|| bare_request(account, &secure?, hosts));
    found.ok_or_else(|| {
        let host = url.split(['/', '?', '#']).nth(2).unwrap_or_default();
        let host: String = host
            .chars()
            .filter(|c| !c.is_control())
            .take(HOST)
            .collect();
        Judgement::Never(format!(
            "the file is on a host that is not known to be the platform's: {host}"
        ))
    })
}

pub(super) fn render(way: &Way<'_>, out: &Outbound) -> Vec<Request> {
    let parts = split(&out.numbered(), ROOM).into_iter();
    let requests = parts.map(|part| {
        let said = json!({ "content": part }).to_string();
        let body = json!({"robotCode": way.account.sender, "userIds": [way.to.user],
            "msgKey": "sampleText", "msgParam": said});
        let request = Request::json(way.account, "/v1.0/robot/oToMessages/batchSend", &body);
        request.header("x-acs-dingtalk-access-token", way.token.to_owned())
    });
    requests.collect()
}

pub(super) fn judge(responded: &Responded<'_>) -> Judgement {
    let body = responded.json();
    let code = text(&body, "/code").unwrap_or_default();
    let why = format!("{code}: {}", text(&body, "/message").unwrap_or_default());
    match responded.by_status() {
        Judgement::Sent(_) if !list(&body, "/invalidStaffIdList").is_empty() => {
            Judgement::Never("there is no such person".to_owned())
        }
        Judgement::Sent(_) if !list(&body, "/flowControlledStaffIdList").is_empty() => {
            Judgement::Later("too many messages".to_owned(), None)
        }
        Judgement::Sent(_) => responded.sent_as(text(&body, "/processQueryKey")),
        _ if responded.status == 401 || code == "InvalidAuthentication" => Judgement::Renew(why),
        _ if code.starts_with("Forbidden.AccessDenied.QpsLimit") => Judgement::Later(why, None),
        // The app has no right to it, or the desk's address is not on its list.
        _ if code.starts_with("Forbidden.AccessDenied") => Judgement::Account(why),
        Judgement::Never(_) => Judgement::Never(why),
        other => other,
    }
}
