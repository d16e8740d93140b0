//! What an agent may do: a role, the team and the merchant they work for, and since when their log-ins count.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::language::Language;
use super::password::PasswordHash;
use super::totp::Totp;

/// What somebody who answers customers may do. Each may do all that those before may.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum AgentRole {
    /// Reads.
    Viewer,
    /// Answers customers and decides on refunds.
    #[default]
    Agent,
    /// Gives conversations to others.
    Lead,
    /// Reads who looked at what.
    Admin,
}

impl AgentRole {
    /// All roles, the one that may least first.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Agent, Self::Lead, Self::Admin];

    /// The word in records, commands and the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Agent => "agent",
            Self::Lead => "lead",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for AgentRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for AgentRole {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|role| role.name() == name);
        found.ok_or("a role is `viewer`, `agent`, `lead` or `admin`")
    }
}

/// What an agent may do, and how they log in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rights {
    /// What they may do.
    #[serde(default)]
    pub role: AgentRole,
    /// The team that they belong to.
    #[serde(default)]
    pub team: Option<String>,
    /// Their password; whoever has none does not log in.
    #[serde(default)]
    pub password: Option<PasswordHash>,
    /// Their second factor; whoever has none comes in by the password alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub totp: Option<Totp>,
    /// They are given no more conversations than so many at a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<u16>,
    /// The languages that they answer in; none said is all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<Language>,
    /// Counts what ends all log-ins that were made before.
    #[serde(default)]
    pub epoch: u32,
}

impl Rights {
    /// Ends all log-ins that were made before.
    #[must_use]
    pub fn renewed(self) -> Self {
        Self {
            epoch: self.epoch.wrapping_add(1),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::AgentRole;

    #[test]
    fn each_role_may_what_those_before_it_may_and_is_known_by_its_name() {
        assert!(AgentRole::ALL.is_sorted());
        for role in AgentRole::ALL {
            assert_eq!(role.name().parse(), Ok(role));
        }
        assert!("root".parse::<AgentRole>().is_err());
    }
}
