//! The table of the platforms, and what can be done with any of them.

use jiff::{SignedDuration, Timestamp};

use super::account::{Account, Need};
use super::incoming::{Accepted, Answer, Inbound, Incoming, Refusal, Renamed};
use super::outgoing::{Judgement, Outbound, Request, Responded, Verb, Way};
use super::secret::Secret;
use super::{
    chatwoot, dingtalk, discord, feishu, line, mail, meta, slack, standard, telegram, twilio,
    wechat, wecom,
};
use crate::domain::channel::{Channel, KNOWN_FOR, Recipient};

/// A customer's name at a platform has at most so many bytes, and so has a message's.
const NAME: usize = 256;

/// What there is to know of a platform beside its bytes.
struct Platform {
    channel: Channel,
    /// Where its requests go unless the configuration says otherwise; empty where it has to say so.
    base: &'static str,
    /// What it needs of an account beside a secret.
    needs: &'static [Need],
    /// So long after the customer's last message it takes answers; none for as long as one likes.
    window: Option<SignedDuration>,
}

const DAY: Option<SignedDuration> = Some(SignedDuration::from_hours(24));
const TWO_DAYS: Option<SignedDuration> = Some(SignedDuration::from_hours(48));
const GRAPH: &str = "https://graph.facebook.com/v25.0";

/// A row a platform, and so kept a row a line.
#[rustfmt::skip]
const PLATFORMS: &[Platform] = &[
    Platform { channel: Channel::Webhook, base: "", needs: &[Need::Url], window: None },
    Platform { channel: Channel::Telegram, base: "https://api.telegram.org", needs: &[Need::Token], window: None },
    Platform { channel: Channel::WhatsApp, base: GRAPH, needs: &[Need::Token, Need::Verify, Need::Sender], window: DAY },
    Platform { channel: Channel::Slack, base: "https://slack.com/api", needs: &[Need::Token], window: None },
    Platform { channel: Channel::Line, base: "https://api.line.me", needs: &[Need::Token], window: None },
    Platform { channel: Channel::Messenger, base: GRAPH, needs: &[Need::Token, Need::Verify], window: DAY },
    Platform { channel: Channel::Instagram, base: GRAPH, needs: &[Need::Token, Need::Verify], window: DAY },
    Platform { channel: Channel::Feishu, base: "https://open.feishu.cn", needs: &[Need::Token, Need::Verify, Need::Sender], window: None },
    Platform { channel: Channel::Wechat, base: "https://api.weixin.qq.com", needs: &[Need::AesKey, Need::Sender], window: TWO_DAYS },
    Platform { channel: Channel::Twilio, base: "https://api.twilio.com", needs: &[Need::Token, Need::Sender], window: None },
    Platform { channel: Channel::Chatwoot, base: "https://app.chatwoot.com", needs: &[Need::Token], window: None },
    Platform { channel: Channel::Wecom, base: "https://qyapi.weixin.qq.com", needs: &[Need::Token, Need::AesKey, Need::Sender], window: TWO_DAYS },
    Platform { channel: Channel::Dingtalk, base: "https://api.dingtalk.com", needs: &[Need::Token, Need::Sender], window: None },
    Platform { channel: Channel::Email, base: "", needs: &[Need::Url, Need::Token, Need::Sender], window: None },
    Platform { channel: Channel::Mailgun, base: "https://api.mailgun.net", needs: &[Need::Token, Need::Sender], window: None },
    Platform { channel: Channel::Postmark, base: "https://api.postmarkapp.com", needs: &[Need::Token, Need::Sender], window: None },
    // So long the token of a command is good.
    Platform { channel: Channel::Discord, base: "https://discord.com/api/v10", needs: &[], window: Some(SignedDuration::from_mins(15)) },
];

fn platform(channel: Channel) -> Option<&'static Platform> {
    PLATFORMS.iter().find(|one| one.channel == channel)
}

/// Where requests to a platform go unless the configuration says otherwise.
#[must_use]
pub fn default_base(channel: Channel) -> &'static str {
    platform(channel).map_or("", |one| one.base)
}

/// What a platform needs to be known of an account, beside a secret.
#[must_use]
pub fn needs(channel: Channel) -> &'static [Need] {
    platform(channel).map_or(&[], |one| one.needs)
}

/// Whether a platform wants whoever answers by a program to say so first: Meta, where the law does
/// (developers.facebook.com/docs/messenger-platform/policy/policy-overview).
#[must_use]
pub const fn wants_who_speaks(channel: Channel) -> bool {
    matches!(
        channel,
        Channel::WhatsApp | Channel::Messenger | Channel::Instagram
    )
}

/// Whether all accounts of one app at a platform have one address between them: each request says which of them it is for.
#[must_use]
pub const fn shares_address(channel: Channel) -> bool {
    matches!(
        channel,
        Channel::WhatsApp | Channel::Messenger | Channel::Instagram
    )
}

/// So many bytes a request of a platform has at most: letters, and what one's own programs say, come with their files.
#[must_use]
pub const fn body_limit(channel: Channel) -> usize {
    match channel {
        Channel::Email | Channel::Mailgun | Channel::Postmark | Channel::Webhook => 12 << 20,
        _ => 1 << 20,
    }
}

/// So long after a customer's last message a platform takes answers to them; what a person wrote, some take longer.
#[must_use]
pub fn window(to: &Recipient, by_person: bool) -> Option<SignedDuration> {
    match to.channel {
        Channel::Messenger | Channel::Instagram if by_person => meta::BY_PERSON,
        Channel::Twilio if twilio::is_on_whatsapp(&to.user) => DAY,
        channel => platform(channel)?.window,
    }
}

/// Checks a request and reads it.
///
/// # Errors
/// [`Refusal`], before anything in it has been believed.
pub fn accept(
    account: &Account,
    incoming: &Incoming<'_>,
    now: Timestamp,
) -> Result<Accepted, Refusal> {
    let mut accepted = match account.key.channel {
        Channel::Webhook => standard::accept(account, incoming, now),
        Channel::Telegram => telegram::accept(account, incoming),
        Channel::WhatsApp => meta::accept_whatsapp(account, incoming),
        Channel::Slack => slack::accept(account, incoming, now),
        Channel::Line => line::accept(account, incoming),
        Channel::Messenger => meta::accept_messenger(account, incoming),
        Channel::Instagram => meta::accept_instagram(account, incoming),
        Channel::Feishu => feishu::accept(account, incoming, now),
        Channel::Wechat => wechat::accept(account, incoming, now),
        Channel::Twilio => twilio::accept(account, incoming),
        Channel::Chatwoot => chatwoot::accept(account, incoming, now),
        Channel::Wecom => wecom::accept(account, incoming, now),
        Channel::Dingtalk => dingtalk::accept(account, incoming, now),
        Channel::Email => mail::accept_raw(account, incoming),
        Channel::Mailgun => mail::accept_mailgun(account, incoming, now),
        Channel::Postmark => mail::accept_postmark(account, incoming),
        Channel::Discord => discord::accept(account, incoming, now),
    }?;
    named(&mut accepted);
    // Its name has been forgotten: what is so old is no message, but a request that somebody kept.
    let is_new = |at: Option<Timestamp>| at.is_none_or(|at| now.duration_since(at) < KNOWN_FOR);
    accepted.left_out.old += accepted.retain_messages(|one: &Inbound| is_new(one.at));
    accepted.renamed.retain(|one| is_new(one.at));
    Ok(accepted)
}

/// What has no name, or one that is too long to be kept, is left out.
pub(super) fn named(accepted: &mut Accepted) {
    let named = |name: &str| (1..=NAME).contains(&name.len());
    let left_out = accepted.retain_messages(|one| named(&one.id) && named(&one.user));
    accepted.left_out.unnamed += left_out;
    accepted.receipts.retain(|one| named(&one.id));
    accepted.seen.retain(|one| named(&one.user));
    accepted.opened.retain(|one| named(&one.user));
    accepted.held.retain(|one| named(&one.user));
    let both = |one: &Renamed| named(&one.id) && named(&one.user);
    accepted.renamed.retain(both);
}

/// The requests that a message becomes, in order; each is to be made when the one before it was taken.
#[must_use]
pub fn render(way: &Way<'_>, out: &Outbound) -> Vec<Request> {
    match way.account.key.channel {
        Channel::Webhook => standard::render(way, out),
        Channel::Telegram => telegram::render(way, out),
        Channel::WhatsApp => meta::render_whatsapp(way, out),
        Channel::Slack => slack::render(way, out),
        Channel::Line => line::render(way, out),
        Channel::Messenger => meta::render_messenger(way, out),
        Channel::Instagram => meta::render_instagram(way, out),
        Channel::Feishu => feishu::render(way, out),
        Channel::Wechat => wechat::render(way, out),
        Channel::Twilio => twilio::render(way, out),
        Channel::Chatwoot => chatwoot::render(way, out),
        Channel::Wecom => wecom::render(way, out),
        Channel::Dingtalk => dingtalk::render(way, out),
        Channel::Email => mail::render_raw(way, out),
        Channel::Mailgun => mail::render_mailgun(way, out),
        Channel::Postmark => mail::render_postmark(way, out),
        Channel::Discord => discord::render(way, out),
    }
}

/// For so long a platform knows by the desk's own name for a message that it has had it, so that a second one comes to nothing; not at
/// all where it would be a second message.
#[must_use]
pub fn knows_for(channel: Channel, request: &Request) -> SignedDuration {
    match channel {
        Channel::Webhook | Channel::Wecom => SignedDuration::MAX,
        // The waiting line is written over.
        Channel::Discord if request.verb == Verb::Patch => SignedDuration::MAX,
        // The first answer goes without a key, and then once more with one.
        Channel::Line => SignedDuration::from_hours(24),
        Channel::Feishu => SignedDuration::from_hours(1),
        _ => SignedDuration::ZERO,
    }
}

/// What a platform's answer to a request means.
#[must_use]
pub fn judge(channel: Channel, responded: &Responded<'_>) -> Judgement {
    match channel {
        Channel::Webhook => standard::judge(responded),
        Channel::Telegram => telegram::judge(responded),
        Channel::WhatsApp | Channel::Messenger | Channel::Instagram => meta::judge(responded),
        Channel::Slack => slack::judge(responded),
        Channel::Line => line::judge(responded),
        Channel::Feishu => feishu::judge(responded),
        Channel::Wechat => wechat::judge(responded),
        Channel::Twilio => twilio::judge(responded),
        Channel::Chatwoot => chatwoot::judge(responded),
        Channel::Email => responded.by_status(),
        Channel::Wecom => wecom::judge(responded),
        Channel::Dingtalk => dingtalk::judge(responded),
        Channel::Mailgun => mail::judge_mailgun(responded),
        Channel::Postmark => mail::judge_postmark(responded),
        Channel::Discord => discord::judge(responded),
    }
}

/// The request that fetches a token to send with, on platforms where one is fetched.
#[must_use]
pub fn token_request(account: &Account) -> Option<Request> {
    match account.key.channel {
        Channel::Feishu => Some(feishu::token_request(account)),
        Channel::Wechat => Some(wechat::token_request(account)),
        Channel::Wecom => Some(wecom::token_request(account)),
        Channel::Dingtalk => Some(dingtalk::token_request(account)),
        _ => None,
    }
}

/// The token in the answer to such a request, and for how many seconds it is good; none when it was refused.
#[must_use]
pub fn token_in(channel: Channel, responded: &Responded<'_>) -> Option<(String, i64)> {
    let body = responded.json();
    match channel {
        Channel::Feishu => feishu::token_in(&body),
        Channel::Wechat | Channel::Wecom => wechat::token_in(&body),
        Channel::Dingtalk => dingtalk::token_in(&body),
        _ => None,
    }
}

/// What is said within the answer to a request, on platforms where it may be; none when it does not fit.
#[must_use]
pub fn inline(
    account: &Account,
    incoming: &Incoming<'_>,
    to: &Recipient,
    said: &str,
    now: (i64, [u8; 16]),
) -> Option<Answer> {
    match account.key.channel {
        Channel::Wechat => wechat::inline(account, incoming, to, said, now),
        Channel::Webhook => standard::inline(incoming, said),
        _ => None,
    }
}

/// As much of what is said as fits into the answer to a request, with the way to the rest, for an account that can say nothing else; none where all
/// fits or the rest goes another way.
#[must_use]
pub fn beginning(account: &Account, said: &str, way: Option<&str>) -> Option<String> {
    match account.key.channel {
        Channel::Wechat => wechat::beginning(account, said, way),
        _ => None,
    }
}

/// What is said at once to somebody whose message a person will answer, on platforms that would show a line that waits for as long as
/// they wait, and then a failure.
#[must_use]
pub fn meanwhile(channel: Channel, said: &str) -> Option<Answer> {
    match channel {
        Channel::Discord => Some(discord::line(said)),
        _ => None,
    }
}

/// Whether a text is a key with which a platform encrypts.
#[must_use]
pub fn is_aes_key(secret: &Secret) -> bool {
    wechat::is_key(secret)
}

/// Whether a text is the public half of the key that a platform signs with.
#[must_use]
pub fn is_public_key(secret: &Secret) -> bool {
    discord::is_key(secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_channel_has_a_row_of_its_own() {
        for channel in Channel::ALL {
            assert!(platform(*channel).is_some(), "{channel}");
        }
        assert_eq!(PLATFORMS.len(), Channel::ALL.len());
        for one in PLATFORMS {
            let has_address = one.base.starts_with("https://") && !one.base.ends_with('/');
            assert!(
                has_address || one.needs.contains(&Need::Url),
                "{}",
                one.channel
            );
        }
    }

    fn judged(channel: Channel, status: u16, body: &str) -> Judgement {
        judge(
            channel,
            &Responded {
                status,
                body: body.as_bytes(),
            },
        )
    }

    #[test]
    fn a_message_that_is_refused_for_what_it_says_holds_up_no_other() {
        for (channel, body) in [
            (
                Channel::Feishu,
                r#"{"code":230028,"msg":"The messages do NOT pass the audit"}"#,
            ),
            (Channel::Feishu, r#"{"code":230025}"#),
            (Channel::Feishu, r#"{"code":230053}"#),
            (
                Channel::Wecom,
                r#"{"errcode":45002,"errmsg":"message content size out of limit"}"#,
            ),
            (Channel::Wecom, r#"{"errcode":44004}"#),
            (Channel::Wechat, r#"{"errcode":45002}"#),
            (
                Channel::Wechat,
                r#"{"errcode":87014,"errmsg":"risky content"}"#,
            ),
            (Channel::Slack, r#"{"ok":false,"error":"invalid_blocks"}"#),
        ] {
            let judged = judged(channel, 200, body);
            assert!(matches!(judged, Judgement::Never(_)), "{channel} {body}");
        }
        for (channel, body) in [
            (Channel::Feishu, r#"{"code":230020,"msg":"rate"}"#),
            (Channel::Wecom, r#"{"errcode":-1,"errmsg":"system busy"}"#),
            (
                Channel::Wechat,
                r#"{"errcode":45009,"errmsg":"reach max api daily quota limit"}"#,
            ),
            (Channel::Slack, r#"{"ok":false,"error":"ratelimited"}"#),
        ] {
            let judged = judged(channel, 200, body);
            assert!(matches!(judged, Judgement::Later(..)), "{channel} {body}");
        }
    }

    #[test]
    fn a_page_of_something_that_stands_before_a_platform_is_no_answer_of_it() {
        let asked = Channel::ALL.iter().copied();
        let own = [Channel::Webhook, Channel::Email, Channel::Postmark];
        for channel in asked.filter(|channel| !own.contains(channel)) {
            let judged = judged(channel, 200, "<html>Down for maintenance</html>");
            assert!(matches!(judged, Judgement::Later(..)), "{channel}");
        }
    }

    #[test]
    fn a_month_that_is_used_up_waits_for_the_customer() {
        let used_up = r#"{"message":"You have reached your monthly limit."}"#;
        let closed = judged(Channel::Line, 429, used_up);
        assert!(matches!(closed, Judgement::Closed(_)));
        let paced = r#"{"message":"The API rate limit has been exceeded."}"#;
        let later = judged(Channel::Line, 429, paced);
        assert!(matches!(later, Judgement::Later(..)));
    }
}
