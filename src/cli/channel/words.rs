//! What each platform calls what it is asked for, and where it takes the desk's address: whoever sets up an account reads the platform's
//! console, and the desk's own names mean something else there (what WeChat calls a token is our secret).

use crate::domain::channel::Channel;

/// What a platform calls a setting of ours.
pub(super) fn called(channel: Channel, name: &str) -> &'static str {
    match name {
        "secret" => secret(channel),
        "token" => token(channel),
        "verify" => match channel {
            Channel::Feishu => "the Verification Token, beside the Encrypt Key",
            _ => "the verify token",
        },
        "aes_key" => "the EncodingAESKey, 43 letters and digits",
        "sender" => sender(channel),
        "url" => match channel {
            Channel::Email => "where a mail server of yours takes whole messages",
            _ => "where your program takes answers",
        },
        _ => "as the platform's console shows it",
    }
}

const fn secret(channel: Channel) -> &'static str {
    match channel {
        Channel::WhatsApp | Channel::Messenger | Channel::Instagram => {
            "the App Secret, under App settings, Basic"
        }
        Channel::Line => "the Channel secret",
        Channel::Slack => "the Signing Secret, under Basic Information",
        Channel::Feishu => "the Encrypt Key, under Events and callbacks",
        Channel::Wechat => {
            "what the platform calls Token, beside the EncodingAESKey; you make it up there: 16 letters and digits, or more"
        }
        Channel::Wecom => {
            "what the platform calls Token, beside the EncodingAESKey: 16 letters and digits, or more"
        }
        Channel::Dingtalk => "the AppSecret (Client Secret)",
        Channel::Twilio => "the Auth Token",
        Channel::Chatwoot => {
            "the agent bot's secret; for a version that signs nothing a password of yours: 16 letters and digits, or more"
        }
        Channel::Email | Channel::Postmark => "a password of yours: 16 letters and digits, or more",
        Channel::Mailgun => "the HTTP webhook signing key",
        Channel::Discord => "the application's Public Key",
        Channel::Webhook | Channel::Telegram => "made by the desk",
    }
}

const fn token(channel: Channel) -> &'static str {
    match channel {
        Channel::Telegram => "the bot's token, from @BotFather",
        Channel::WhatsApp => "an access token of a system user",
        Channel::Messenger | Channel::Instagram => "the page's access token",
        Channel::Line => "the Channel access token",
        Channel::Slack => "the Bot User OAuth Token, xoxb-...",
        Channel::Feishu => "the App Secret",
        Channel::Wechat => {
            "the AppSecret; empty if the account has none: then only what fits into the first answer is sent"
        }
        Channel::Wecom => "the Secret of the customer service, not the Token",
        Channel::Dingtalk => "the AppSecret (Client Secret)",
        Channel::Twilio => "the Auth Token",
        Channel::Chatwoot => "the agent bot's access token",
        Channel::Email => "the bearer token that your mail server wants",
        Channel::Mailgun => "a sending key of the domain",
        Channel::Postmark => "the Server API token",
        Channel::Webhook | Channel::Discord => "a bot's token",
    }
}

const fn sender(channel: Channel) -> &'static str {
    match channel {
        Channel::WhatsApp => "the Phone number ID",
        Channel::Messenger => "the id of the page",
        // What is told of one says so by this, and not by the page that it belongs to
        // (developers.facebook.com/documentation/business-messaging/instagram-messaging/webhooks).
        Channel::Instagram => "the id of the Instagram professional account, not that of its page",
        Channel::Feishu => "the App ID, cli_...",
        Channel::Wechat => "the AppID, wx...",
        Channel::Wecom => "the corp ID, ww...",
        Channel::Dingtalk => "the AppKey (Client ID)",
        Channel::Twilio => "the Account SID, AC...",
        Channel::Email | Channel::Mailgun | Channel::Postmark => {
            "the address that customers write to"
        }
        _ => "the platform's own name for the account",
    }
}

/// What the platform calls the place for the desk's address.
pub(super) const fn place(channel: Channel) -> &'static str {
    match channel {
        Channel::Webhook => "Have your program post here",
        Channel::Telegram => "Set this address as the bot's webhook",
        Channel::WhatsApp | Channel::Messenger | Channel::Instagram => {
            "Give the platform this address as the Callback URL of its webhooks"
        }
        Channel::Line => "Give the platform this address as the Webhook URL",
        Channel::Slack => {
            "Give the platform this address as the Request URL of Event Subscriptions and of Interactivity"
        }
        Channel::Feishu => {
            "Give the platform this address as the Request URL of events and of callbacks"
        }
        Channel::Wechat => "Give the platform this address as the server's URL, in safe mode",
        Channel::Wecom => {
            "Give the platform this address as the callback URL of the customer service"
        }
        Channel::Dingtalk => {
            "Give the platform this address as where the robot gets messages, in HTTP mode"
        }
        Channel::Twilio => {
            "Give the platform this address for what comes in (\"A message comes in\")"
        }
        Channel::Chatwoot => "Give the platform this address as the agent bot's outgoing URL",
        Channel::Email => "Have your mail server post each letter here",
        Channel::Mailgun => {
            "Give the platform this address in a route, as forward(...) or store(notify=...)"
        }
        Channel::Postmark => "Give the platform this address as the inbound webhook",
        Channel::Discord => "Give the platform this address as the Interactions Endpoint URL",
    }
}

/// What else is to be done there, with `{address}`, `{bare}` (the same without `https://`) and, after `@`, the names of files of secrets.
pub(super) const fn beside(channel: Channel) -> Option<&'static str> {
    Some(match channel {
        Channel::Webhook => "Your program signs with what is in @secret, and so does the desk",
        Channel::Telegram => {
            "curl \"https://api.telegram.org/bot$(cat @token)/setWebhook\" -d url={address} -d secret_token=\"$(cat @secret)\""
        }
        Channel::WhatsApp => {
            "The verify token that it asks for is in @verify; subscribe to the field messages"
        }
        Channel::Messenger => {
            "The verify token that it asks for is in @verify; subscribe the page to messages, messaging_postbacks, message_deliveries and message_reads"
        }
        Channel::Instagram => {
            "The verify token that it asks for is in @verify; subscribe to messages, messaging_postbacks and messaging_seen"
        }
        Channel::Line => "Switch \"Use webhook\" on there, and the auto-reply messages off",
        Channel::Slack => {
            "Subscribe the bot to message.im and app_mention there, give it the scopes chat:write, im:history, app_mentions:read and files:read, let people write to it (App Home, Messages Tab), and install the app once more"
        }
        Channel::Feishu => {
            "Switch the app's bot on, subscribe to im.message.receive_v1, im.message.message_read_v1 and the callback card.action.trigger, give it the permissions to read what it is written, to send as a bot and to fetch files (im:resource), and publish a version"
        }
        Channel::Wechat => {
            "With the AppSecret, put the address that the desk connects from on the list of IP addresses there"
        }
        Channel::Chatwoot => {
            "A version that signs nothing takes the secret along: https://desk:SECRET@{bare}, with what is in @secret in place of SECRET"
        }
        Channel::Postmark => {
            "It is to have the password along: https://desk:SECRET@{bare}, with what is in @secret in place of SECRET"
        }
        Channel::Email => {
            "curl -H \"authorization: Bearer $(cat @secret)\" --data-binary @- {address}"
        }
        _ => return None,
    })
}

/// Whether the desk's two names are for one and the same thing, which is asked for once.
pub(super) const fn sends_with_secret(channel: Channel) -> bool {
    matches!(channel, Channel::Dingtalk | Channel::Twilio)
}

/// Secrets that an account may do without.
pub(super) fn may_lack(channel: Channel, name: &str) -> bool {
    channel == Channel::Wechat && name == "token"
}

/// Why there is nothing to ask a platform about the account.
pub(super) const fn nothing_to_ask(channel: Channel) -> &'static str {
    match channel {
        Channel::Wechat => {
            "without the AppSecret (`token`) there is nothing to ask this platform, and what does not fit into the first answer reaches nobody"
        }
        _ => "without a bot's token (`token`) there is nothing to ask this platform",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channels::needs;

    #[test]
    fn what_a_platform_needs_is_asked_for_in_its_own_words() {
        for channel in Channel::ALL {
            let names = needs(*channel).iter().map(|need| need.name());
            for name in names.chain(["secret"]) {
                let words = called(*channel, name);
                assert!(words != called(*channel, "?"), "{channel} {name}");
            }
            assert!(!place(*channel).is_empty());
        }
    }
}
