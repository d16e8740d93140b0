//! What an account is to have, and what it may say, for its platform.

use super::Making;
use crate::channels::{Account, Need, hands_over, has_file_hosts, knows_servicers, needs};
use crate::domain::channel::Channel;
use crate::domain::email::Email;

impl Making<'_> {
    /// Notes what an account says that means nothing on its platform, and what it does not say.
    pub(super) fn check(&mut self, account: &Account) {
        for (setting, wrong) in misplaced(account) {
            self.note(setting, &account.key, wrong);
        }
        for host in &account.file_hosts {
            if !is_host(host) {
                let message = format!(
                    "`{}` is no name of a host: write it whole, as in \"files.example.com\"",
                    host.escape_debug()
                );
                self.note("file_hosts", &account.key, &message);
            }
        }
        let sender = account.sender.as_deref();
        if let Some(sender) = sender.filter(|_| account.key.channel.is_mail())
            && !is_bare(sender)
        {
            let message = "its sender is the address alone, without a name: sender = \"support@shop.example\"";
            self.note("sender", &account.key, message);
        }
        for need in needs(account.key.channel) {
            let is_there = match need {
                Need::Token => account.token.is_some(),
                Need::Verify => account.verify.is_some(),
                Need::Sender => account.sender.is_some(),
                Need::AesKey => account.aes_key.is_some() || account.plain,
                Need::Url => true,
            };
            // What is said and cannot be taken has been noted.
            if !is_there && !self.is_given(&account.key, need.name()) {
                let name = need.name();
                let message = match need {
                    Need::Token | Need::Verify | Need::AesKey => format!(
                        "has no {name}: add {name}_file = \"/etc/frontdesk/{}.{name}\"",
                        account.key.outbox
                    ),
                    Need::Sender | Need::Url => format!(
                        "has no {name}: add {name} = \"...\", as the platform's console shows it"
                    ),
                };
                self.note(need.name(), &account.key, &message);
            }
        }
    }
}

/// What is said for another platform than the account is of, and in which setting.
fn misplaced(account: &Account) -> Vec<(&'static str, &'static str)> {
    let channel = account.key.channel;
    let may_name = account.hands_over && knows_servicers(channel);
    let wrong = [
        (
            account.poll && channel != Channel::Telegram,
            "poll",
            "cannot be asked for its messages: `poll` is for telegram",
        ),
        (
            account.hands_over && !hands_over(channel),
            "hands_over",
            "cannot hand over to people at its platform: `hands_over` is for chatwoot, wecom and wechat",
        ),
        (
            account.servicer.is_some() && !may_name,
            "servicer",
            "names a person who takes over: `servicer` is for wecom and wechat, with hands_over = true",
        ),
        (
            !account.shared_keys.is_empty() && channel != Channel::Twilio,
            "shared_key",
            "is signed with a shared key: `shared_key` is for twilio",
        ),
        (
            !account.file_hosts.is_empty() && !has_file_hosts(channel),
            "file_hosts",
            "says where files are: `file_hosts` is for dingtalk",
        ),
    ];
    let wrong = wrong.into_iter().filter(|(is_wrong, ..)| *is_wrong);
    wrong
        .map(|(_, setting, message)| (setting, message))
        .collect()
}

/// Whether this is an address and nothing else: by it the desk knows its own letters again, which nobody is to answer.
fn is_bare(sender: &str) -> bool {
    Email::parse(sender).is_ok_and(|email| email.to_string() == sender.to_lowercase())
}

/// A whole name, in small letters, of more than one part: nothing that stands for others, no port, no address in numbers.
fn is_host(text: &str) -> bool {
    let mut parts = text.split('.');
    let is_part = |part: &str| {
        let all = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        !part.is_empty() && part.chars().all(all) && !part.starts_with('-') && !part.ends_with('-')
    };
    let last = text.rsplit('.').next().unwrap_or_default();
    text.contains('.') && parts.all(is_part) && last.starts_with(|c: char| c.is_ascii_lowercase())
}
