//! Whether a platform knows the account: asked without any effect, or, of programs and mail servers of one's own, with a message that is
//! for nobody.

use serde_json::json;

use super::account::Account;
use super::json::text;
use super::outgoing::{Request, Responded};
use super::platforms::{token_in, token_request};
use super::secret::Secret;
use super::{discord, mail, standard, telegram, twilio};
use crate::domain::channel::Channel;

/// Chatwoot knows the token of an agent bot, and says that bots may not read this.
const NO_BOTS: &str = "not authorized for bots";

/// The request that asks a platform whether it knows the account, under a name and at a second; none where there is nothing to ask.
#[must_use]
pub fn check_request(account: &Account, (name, second): (&str, i64)) -> Option<Request> {
    let sender = account.sender.as_deref().unwrap_or_default();
    let token = account.token.as_ref().map_or("", Secret::reveal);
    let asked = |path: &str| Request::get(account, path);
    let bearer = |request: Request| request.header("authorization", account.bearer());
    match account.key.channel {
        Channel::Telegram => Some(telegram::check_request(account)),
        Channel::Slack => Some(bearer(Request::json(account, "/auth.test", &json!({})))),
        Channel::Line => Some(bearer(asked("/v2/bot/info"))),
        Channel::WhatsApp => Some(bearer(asked(&format!("/{sender}")))),
        Channel::Messenger | Channel::Instagram => Some(bearer(asked("/me"))),
        Channel::Twilio => Some(twilio::check_request(account)),
        Channel::Feishu | Channel::Wechat | Channel::Wecom | Channel::Dingtalk => {
            token_request(account).filter(|_| account.token.is_some())
        }
        Channel::Postmark => {
            Some(asked("/server").header("x-postmark-server-token", token.to_owned()))
        }
        Channel::Chatwoot => {
            Some(asked("/api/v1/profile").header("api_access_token", token.to_owned()))
        }
        Channel::Webhook => Some(standard::check_request(account, name, second)),
        Channel::Email => mail::check_raw(account, (name, second)),
        Channel::Mailgun => Some(mail::check_mailgun(account)),
        Channel::Discord => discord::check_request(account),
    }
}

/// Whether the answer to such a request says that the account is known.
#[must_use]
pub fn is_known(account: &Account, responded: &Responded<'_>) -> bool {
    let channel = account.key.channel;
    let body = responded.json();
    match channel {
        // Whoever is known has asked for nothing to be sent; whoever is not, hears only that.
        Channel::Mailgun => responded.status == 400,
        Channel::Chatwoot if responded.status == 401 => {
            text(&body, "/error").is_some_and(|why| why.contains(NO_BOTS))
        }
        _ if !responded.is_success() => false,
        Channel::Telegram | Channel::Slack => body["ok"] == true,
        Channel::Feishu | Channel::Wechat | Channel::Wecom | Channel::Dingtalk => {
            token_in(channel, responded).is_some()
        }
        Channel::Discord => discord::is_own(account, &body),
        _ => true,
    }
}
