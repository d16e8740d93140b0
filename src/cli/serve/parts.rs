//! The configuration, translated for each part of the desk.

use std::sync::{Arc, Mutex};

use jiff::SignedDuration;

use super::backups::Backups;
use super::rule_files::Refused;
use crate::channels::{Account, is_pulled};
use crate::clock::Clock;
use crate::config::{ChannelConfig, Config, RobotConfig};
use crate::delivery::{
    Allowed, BriefInWords, Endpoint, FileTaken, GroupRobot, MoreOnPage, OnFile, Platform, Puller,
    Sender, TIMEOUT, Take, Token, WelcomeInWords,
};
use crate::desk::{self, Desk, DeskError};
use crate::domain::channel::AccountKey;
use crate::domain::ids::{EndpointId, SiteId};
use crate::domain::webhook::{Subscription, ToFetch};
use crate::http::{
    self, Accounts, Check, LimitOptions, Limits, Pages, Parts, Rates, Readiness, SiteAccess, Sites,
    Streams, rate,
};
use crate::live::Live;
use crate::store::{self, OnStop, Schedule, Store};

/// One network may hold so many times what one caller may: offices and mobile networks share an address.
const CALLERS_PER_NETWORK: u32 = 20;
/// A batch of orders may be so many times as large as another body.
const BATCH: usize = 128;
/// At once, a caller may use up so large a part of a minute's rate.
const BURST: u32 = 2;

/// For the store.
pub fn store_options(config: &Config, clock: &Clock, on_stop: OnStop) -> store::Options {
    store::Options {
        cache: config.cache_mb << 20,
        min_free: config.free_space_mb << 20,
        on_stop: Some(on_stop),
        ..store::Options::new(&config.data, clock.now())
    }
}

/// For the desk.
pub fn desk_options(config: &Config) -> desk::Options {
    desk::Options {
        turn_budget: config.turn_budget,
        settle: config.settle,
        text_chars: config.limits.text_chars,
        keep_days: config.keep_days,
        promise_lead: SignedDuration::from_hours(config.promise_lead_hours.into()),
    }
}

/// A sender for each endpoint. Links in what robots say begin with `base`.
pub fn senders(
    config: &Config,
    store: &Store,
    clock: &Clock,
    desk: &Arc<Desk>,
    base: &str,
) -> anyhow::Result<Vec<Sender>> {
    let told = config.subscriptions();
    let endpoints = config.webhooks.iter().map(|one| Endpoint {
        robot: one.robot.as_ref().map(|robot| group(robot, desk, base)),
        others: others(&told, &one.subscription.endpoint),
        id: one.subscription.endpoint.clone(),
        allowed: Allowed::new(&one.url, &one.allow),
        url: one.url.clone(),
        secrets: one.secrets.clone(),
        timeout: TIMEOUT,
    });
    endpoints
        .map(|endpoint| Ok(Sender::new(store.clone(), clock.clone(), endpoint)?))
        .collect()
}

/// A robot, with the words of the rules in force.
fn group(robot: &RobotConfig, desk: &Arc<Desk>, base: &str) -> GroupRobot {
    let inbox = format!("{base}/inbox");
    let (desk, language) = (Arc::clone(desk), robot.language);
    GroupRobot {
        robot: robot.robot,
        secret: robot.secret.clone(),
        in_words: Arc::new(move |event| desk.in_words(event, language, &inbox)),
    }
}

/// All but one.
fn others(told: &[Subscription], one: &EndpointId) -> Vec<Subscription> {
    let others = told.iter().filter(|other| other.endpoint != *one);
    others.cloned().collect()
}

/// The address that a platform is given for an account; none while the desk has no public one.
pub fn hook_address(config: &Config, key: &AccountKey) -> Option<String> {
    let base = config.public_url.as_ref()?;
    Some(format!("{base}/hooks/{}/{}", key.channel, key.account))
}

/// The accounts at messaging platforms that are on. One without a secret is off, and whoever reads the log knows.
fn accounts(config: &Config) -> Vec<Arc<Account>> {
    for one in &config.channels {
        if one.account.is_none() {
            tracing::warn!(channel = %one.key.outbox, "the channel is off: it has no secret");
        }
    }
    let on = config.channels.iter();
    let known = |one: &ChannelConfig| {
        let mut account = one.account.clone()?;
        account.public = hook_address(config, &account.key).unwrap_or_default();
        Some(Arc::new(account))
    };
    on.filter_map(known).collect()
}

/// The accounts that are on, each with the site of its customers: those with mail write to them.
pub fn mailboxes(config: &Config) -> impl Iterator<Item = (SiteId, AccountKey)> {
    let on = config.channels.iter().filter(|one| one.account.is_some());
    on.map(|one| (one.site.clone(), one.key.clone()))
}

/// A sender for each account at a messaging platform.
pub fn platform_senders(
    config: &Config,
    store: &Store,
    clock: &Clock,
    live: &Live,
    desk: &Arc<Desk>,
) -> anyhow::Result<Vec<Sender>> {
    let mut senders = Vec::new();
    for one in &config.channels {
        let Some(mut account) = one.account.clone() else {
            continue;
        };
        account.public = hook_address(config, &account.key).unwrap_or_default();
        let live = live.clone();
        let platform = Platform {
            account: Arc::new(account),
            allowed: Allowed::new(&one.url, &one.allow),
            timeout: TIMEOUT,
            on_change: Arc::new(move |conversation| live.wake(conversation)),
            on_file: keeping(desk),
            who_speaks: who_speaks(desk),
            more_on_page: on_page(desk),
            brief: brief_of(desk),
            sent: Mutex::default(),
            quiet_until: Mutex::default(),
            token: Token::default(),
        };
        senders.push(Sender::to_platform(store.clone(), clock.clone(), platform)?);
    }
    Ok(senders)
}

/// Gives the desk what customers sent.
pub fn keeping(desk: &Arc<Desk>) -> OnFile {
    let desk = Arc::clone(desk);
    Arc::new(move |outbox, wanted: ToFetch, bytes| {
        let desk = Arc::clone(&desk);
        Box::pin(async move {
            match desk.attach_from(&outbox, &wanted.user, bytes).await {
                Ok(_) => FileTaken::Kept,
                Err(DeskError::Busy | DeskError::Stopped(_)) => FileTaken::Later,
                Err(error) => FileTaken::Refused(error.to_string()),
            }
        })
    })
}

/// That a program speaks.
pub fn who_speaks(desk: &Arc<Desk>) -> MoreOnPage {
    let desk = Arc::clone(desk);
    Arc::new(move |row, event| {
        let (desk, row, event) = (Arc::clone(&desk), row.clone(), event.clone());
        Box::pin(async move { desk.who_speaks(&row, &event).await.ok().flatten() })
    })
}

/// The link to what a platform cannot show. Without it rather than not at all: what was said is whole without it.
pub fn on_page(desk: &Arc<Desk>) -> MoreOnPage {
    let desk = Arc::clone(desk);
    Arc::new(move |row, event| {
        let (desk, row, event) = (Arc::clone(&desk), row.clone(), event.clone());
        Box::pin(async move { desk.way_to_page(&row, &event).await.ok().flatten() })
    })
}

/// The brief of a hand-over, for people at a platform.
pub fn brief_of(desk: &Arc<Desk>) -> BriefInWords {
    let desk = Arc::clone(desk);
    Arc::new(move |row, event| desk.brief_in_words(row, event))
}

/// The accounts whose people at the platform take over.
pub fn hands_over(config: &Config) -> impl Iterator<Item = EndpointId> {
    let on = config
        .channels
        .iter()
        .filter_map(|one| one.account.as_ref());
    let switched = on.filter(|account| account.hands_over);
    switched.map(|account| account.key.outbox.clone())
}

/// Whoever asks for messages, for each account that is asked.
pub fn pullers(config: &Config, senders: &[Sender], desk: &Arc<Desk>) -> Vec<Puller> {
    let on = config.channels.iter();
    let pulled = on.filter_map(|one| one.account.as_ref().filter(|account| is_pulled(account)));
    let sender = |account: &Account| {
        let mut all = senders.iter();
        all.find(|one| *one.outbox() == account.key.outbox).cloned()
    };
    pulled
        .filter_map(|account| Some((account, sender(account)?)))
        .map(|(account, sender)| {
            Puller::new(sender, taking(desk)).welcoming(welcome_of(desk, &account.site))
        })
        .collect()
}

/// The greeting of a site, in the words of the rules in force.
pub fn welcome_of(desk: &Arc<Desk>, site: &SiteId) -> WelcomeInWords {
    let (desk, site) = (Arc::clone(desk), site.clone());
    Arc::new(move || desk.welcome(&site))
}

/// Takes what was read, message by message. One that the desk does not want must not keep those behind it.
pub fn taking(desk: &Arc<Desk>) -> Take {
    let desk = Arc::clone(desk);
    Arc::new(move |account, accepted| {
        let desk = Arc::clone(&desk);
        Box::pin(async move {
            for one in accepted.one_by_one() {
                match http::take_all(&desk, &account, &one).await {
                    Ok(_) => {}
                    Err(DeskError::Busy | DeskError::Stopped(_)) => return false,
                    Err(error) => {
                        tracing::error!(%error, account = %account.key.outbox, "channel.not_taken");
                    }
                }
            }
            true
        })
    })
}

/// For the web surface.
pub fn http_options(config: &Config) -> http::Options {
    let limits = &config.limits;
    let own_origin = config.public_url.as_deref().and_then(origin_of);
    http::Options {
        trusted_proxies: config.trusted_proxies.clone(),
        https: own_origin
            .as_deref()
            .is_some_and(|own| own.starts_with("https://")),
        own_origin,
        max_body: limits.body_bytes,
        max_batch: limits.body_bytes.saturating_mul(BATCH),
        max_characters: limits.text_chars,
        max_streams_per_caller: limits.streams_per_visitor,
        max_connections: limits.connections,
        max_connections_per_network: limits.connections_per_address,
        limits: limit_options(limits),
        ..http::Options::default()
    }
}

/// Scheme and authority of an address.
fn origin_of(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split('/').next()?;
    Some(format!("{scheme}://{authority}"))
}

fn limit_options(limits: &crate::config::Limits) -> LimitOptions {
    let defaults = LimitOptions::default();
    LimitOptions {
        session: Rates {
            network: per_minute(limits.sessions_per_minute),
            ..defaults.session
        },
        message: for_callers(limits.messages_per_minute),
        agent: for_callers(limits.requests_per_minute),
        order: for_callers(limits.requests_per_minute),
        ..defaults
    }
}

fn for_callers(one: u32) -> Rates {
    Rates {
        network: per_minute(one.saturating_mul(CALLERS_PER_NETWORK)),
        caller: per_minute(one),
    }
}

fn per_minute(most: u32) -> http::Rate {
    rate(most, most.div_ceil(BURST))
}

/// The parts of the web surface.
pub fn http_parts(
    config: &Config,
    desk: Arc<Desk>,
    readiness: Readiness,
    pages: Pages,
    options: &http::Options,
) -> Parts {
    Parts {
        desk,
        sites: sites(config),
        limits: Limits::new(&options.limits),
        streams: Streams::new(options.max_streams_per_caller),
        readiness,
        pages,
        accounts: Accounts::new(accounts(config)),
        options: options.clone(),
    }
}

fn sites(config: &Config) -> Sites {
    let access = config.sites.iter().map(|one| {
        let access = SiteAccess {
            origins: one.site.origins.clone(),
            secrets: one.secret.iter().cloned().collect(),
        };
        (one.site.id.clone(), access)
    });
    Sites::new(access.collect())
}

/// For the backups; none if they are switched off.
pub fn schedule(config: &Config) -> Option<Schedule> {
    Some(Schedule {
        every: config.backup_every?,
        journal: config.backup_journal_mb << 20,
        keep: config.backup_keep,
    })
}

/// The desk does not open its doors without rules, so they are always there; store and disk are looked at anew each time. A desk
/// without a fresh backup serves all the same: it says so, and stays ready.
pub fn readiness(
    config: &Config,
    store: Store,
    backups: Option<Arc<Backups>>,
    refused: Refused,
) -> Readiness {
    let keep_free = config.free_space_mb << 20;
    Readiness::new(move || {
        let room = store.report().free.is_none_or(|free| free >= keep_free);
        vec![
            check(
                "store",
                store.is_writable(),
                "the store does not take commits",
            ),
            // There are rules, also while what stands in their files cannot be taken.
            Check {
                name: "rules",
                ok: true,
                detail: refused.complaint(),
            },
            check("disk", room, "the disk is nearly full"),
            Check {
                name: "backup",
                ok: true,
                detail: backups.as_ref().and_then(|backups| backups.complaint()),
            },
        ]
    })
}

fn check(name: &'static str, ok: bool, otherwise: &str) -> Check {
    Check {
        name,
        ok,
        detail: (!ok).then(|| otherwise.to_owned()),
    }
}
