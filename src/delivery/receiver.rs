//! One endpoint of a merchant: where it is and how it knows us; or a robot that says events to a group.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;

use super::address::Allowed;
use crate::channels::{Robot, Secret};
use crate::domain::ids::EndpointId;
use crate::domain::webhook::{SigningSecret, Subscription};

/// An event in words.
pub type InWords = Arc<dyn Fn(&str) -> String + Send + Sync>;

/// A robot in a group.
#[derive(Clone)]
pub struct GroupRobot {
    /// Whose.
    pub robot: Robot,
    /// What it is signed with, where its group wants that.
    pub secret: Option<Secret>,
    /// What an event is called there.
    pub in_words: InWords,
}

impl std::fmt::Debug for GroupRobot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("GroupRobot").field(&self.robot).finish()
    }
}

/// One endpoint: where it is and how it knows us.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Its key in the configuration.
    pub id: EndpointId,
    /// Its address. It may hold a secret, and is never logged.
    pub url: Url,
    /// The secrets it signs with: one, or two while it is changed.
    pub secrets: Vec<SigningSecret>,
    /// Where it may be.
    pub allowed: Allowed,
    /// So long it has to answer.
    pub timeout: Duration,
    /// A robot that says it in words to a group, where it is no program.
    pub robot: Option<GroupRobot>,
    /// Who else is told when nothing more is sent here.
    pub others: Vec<Subscription>,
}
