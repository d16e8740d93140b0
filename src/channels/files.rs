//! Files that customers send: asked for by the platform's own name for them. Where an answer names an address, it is followed only to the
//! hosts that the platform keeps files on.

use super::account::Account;
use super::form::escaped;
use super::hosts::bare_request;
use super::json::text;
use super::outgoing::{Judgement, Request, Responded};
use super::secret::Secret;
use super::{chatwoot, dingtalk, discord, meta, twilio};
use crate::domain::channel::Channel;
use serde_json::json;

/// A file that is wanted.
#[derive(Clone, Copy, Debug)]
pub struct WantedFile<'a> {
    /// Who asks.
    pub account: &'a Account,
    /// The token that was fetched for the account, on platforms where one is.
    pub token: &'a str,
    /// The platform's name for the file.
    pub file: &'a str,
    /// The message that it came with.
    pub reply: &'a str,
}

/// Whether files of this kind are evidence that the desk would keep, on a platform that gives them out.
#[must_use]
pub fn is_fetched(channel: Channel, kind: &str) -> bool {
    let kind = kind.to_lowercase();
    let kinds = [
        "image",
        "photo",
        "picture",
        "document",
        "file",
        "application/pdf",
    ];
    let gives = matches!(
        channel,
        Channel::Telegram
            | Channel::WhatsApp
            | Channel::Line
            | Channel::Slack
            | Channel::Feishu
            | Channel::Wechat
            | Channel::Wecom
            | Channel::Discord
            | Channel::Messenger
            | Channel::Instagram
            | Channel::Twilio
            | Channel::Dingtalk
            | Channel::Chatwoot
    );
    gives && kinds.iter().any(|one| kind.starts_with(one))
}

/// Whether a platform names the address of each file in an answer, so that it may be said on which hosts it is.
#[must_use]
pub const fn has_file_hosts(channel: Channel) -> bool {
    matches!(channel, Channel::Dingtalk)
}

/// The first request for it. On some platforms its answer is the file, on others it says where the file is: [`next_request`].
#[must_use]
pub fn file_request(wanted: &WantedFile<'_>) -> Option<Request> {
    let WantedFile {
        account,
        token,
        file,
        reply,
    } = *wanted;
    let bearer = |request: Request| request.header("authorization", account.bearer());
    let own = account.token.as_ref().map_or("", Secret::reveal);
    let name = escaped(file);
    match account.key.channel {
        Channel::Telegram => {
            let body = json!({ "file_id": file });
            Some(Request::json(account, &format!("/bot{own}/getFile"), &body))
        }
        Channel::WhatsApp => Some(bearer(Request::get(account, &format!("/{name}")))),
        Channel::Slack => Some(bearer(Request::get(
            account,
            &format!("/files.info?file={name}"),
        ))),
        Channel::Line => {
            // Files are kept on a host of their own.
            let base = account.base.replace("//api.line.me", "//api-data.line.me");
            let request = Request::get(account, "");
            let url = format!("{base}/v2/bot/message/{name}/content");
            Some(bearer(Request { url, ..request }))
        }
        Channel::Wechat | Channel::Wecom => {
            let token = escaped(token);
            let path = format!("/cgi-bin/media/get?access_token={token}&media_id={name}");
            Some(Request::get(account, &path))
        }
        Channel::Feishu => {
            let kind = if file.starts_with("img_") {
                "image"
            } else {
                "file"
            };
            let message = escaped(reply);
            let path = format!("/open-apis/im/v1/messages/{message}/resources/{name}?type={kind}");
            let request = Request::get(account, &path);
            Some(request.header("authorization", format!("Bearer {token}")))
        }
        Channel::Discord => discord::file_request(account, file),
        Channel::Messenger | Channel::Instagram => meta::file_request(account, file),
        Channel::Twilio => twilio::file_request(account, file),
        Channel::Dingtalk => Some(dingtalk::file_request(account, token, file)),
        Channel::Chatwoot => chatwoot::file_request(account, file),
        Channel::Webhook | Channel::Email | Channel::Mailgun | Channel::Postmark => None,
    }
}

/// Whether a platform answers with a redirection to where the file is.
#[must_use]
pub const fn is_redirected(channel: Channel) -> bool {
    matches!(channel, Channel::Twilio)
}

/// The request for a file that the first answer redirects to. The token stays behind.
///
/// # Errors
/// When it leads elsewhere than to the platform's own files.
pub fn redirected(account: &Account, location: &str) -> Result<Request, Judgement> {
    bare_request(account, location, &twilio::FILES)
        .ok_or_else(|| Judgement::nowhere("the file is on a host that is not the platform's"))
}

/// Whether the first answer only says where the file is.
#[must_use]
pub const fn is_elsewhere(channel: Channel) -> bool {
    matches!(
        channel,
        Channel::Telegram | Channel::WhatsApp | Channel::Slack | Channel::Dingtalk
    )
}

/// The request for the file itself.
///
/// # Errors
/// When there is none, or it leads elsewhere than the platform's own files.
pub fn next_request(account: &Account, responded: &Responded<'_>) -> Result<Request, Judgement> {
    if !responded.is_success() {
        let judged = match account.key.channel {
            Channel::Dingtalk => dingtalk::judge(responded),
            _ => responded.by_status(),
        };
        return Err(match judged {
            Judgement::Sent(_) => Judgement::Later(String::new(), None),
            other => other,
        });
    }
    let body = responded.json();
    let (place, host) = match account.key.channel {
        Channel::Telegram => {
            let own = account.token.as_ref().map_or("", Secret::reveal);
            let path = text(&body, "/result/file_path").filter(|path| is_path(path));
            let path = path.ok_or_else(|| Judgement::nowhere("it names no file"))?;
            return Ok(Request::get(account, &format!("/file/bot{own}/{path}")));
        }
        Channel::Dingtalk => return dingtalk::next_request(account, responded),
        Channel::WhatsApp => ("/url", "lookaside.fbsbx.com"),
        _ => ("/file/url_private", "files.slack.com"),
    };
    let url = text(&body, place).ok_or_else(|| Judgement::nowhere("it names no file"))?;
    let is_own = url.starts_with(&format!("https://{host}/"))
        || url.starts_with(&format!("{}/", account.base));
    if !is_own {
        return Err(Judgement::nowhere(
            "the file is on a host that is not the platform's",
        ));
    }
    let request = Request::get(account, "");
    Ok(Request { url, ..request }.header("authorization", account.bearer()))
}

/// A path below the platform's files, and not out of them.
fn is_path(path: &str) -> bool {
    let plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'_' | b'-' | b'.');
    path.bytes().all(plain) && !path.contains("..")
}
