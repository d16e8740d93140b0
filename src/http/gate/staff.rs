//! Agents, by the role that a route asks for: each role is a type that only a checked token or log-in makes.
//!
//! A program shows its token in the `Authorization` header, a browser the cookie of its log-in. What a browser sends along by itself
//! proves nothing about who wanted it sent, so that a change is taken from the desk's own page only.

use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderName, Method};
use jiff::SignedDuration;

use super::bearer::{bearer, count};
use super::{cookie, origin};
use crate::desk::Pass;
use crate::domain::account::Agent;
use crate::domain::rights::AgentRole;
use crate::http::App;
use crate::http::code::Code;
use crate::http::error::{Problem, Result};

/// For how many seconds nobody has touched the page that asks.
const IDLE: HeaderName = HeaderName::from_static("x-idle-seconds");

/// An agent who has at least some role.
pub struct AtLeast<R> {
    /// Who.
    pub agent: Agent,
    /// By what they are known, to check again later.
    pub pass: Pass,
    role: PhantomData<R>,
}

/// Somebody who may read.
pub type Staff = AtLeast<Viewer>;
/// Somebody who may answer customers.
pub type Acting = AtLeast<Answering>;
/// Somebody who may give work to others.
pub type Leading = AtLeast<Lead>;
/// Somebody who may read the audit log.
pub type Admin = AtLeast<Auditor>;

/// The least role that a type stands for.
pub trait Floor {
    /// That role.
    const ROLE: AgentRole;
}

macro_rules! floors {
    ($($(#[$doc:meta])* $name:ident = $role:ident;)*) => {
        $($(#[$doc])* pub struct $name;
        impl Floor for $name {
            const ROLE: AgentRole = AgentRole::$role;
        })*
    };
}

floors! {
    /// Any agent.
    Viewer = Viewer;
    /// An agent who answers customers.
    Answering = Agent;
    /// A lead.
    Lead = Lead;
    /// An admin.
    Auditor = Admin;
}

impl<R: Floor + Send> FromRequestParts<App> for AtLeast<R> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let pass = pass(parts, app)?;
        let agent = app.desk.active_agent(&pass, touched(parts)).await?;
        count(parts, app, ("agent", &agent.id))?;
        if agent.rights.role < R::ROLE {
            let detail = format!("this takes the role `{}`, or one above it", R::ROLE);
            return Err(Problem::new(Code::RoleTooLow, detail));
        }
        Ok(Self {
            agent,
            pass,
            role: PhantomData,
        })
    }
}

/// How long ago a person did something, as far as the request says.
///
/// A page asks by itself, whether anybody sits before it or not, and says with every request how long it was not touched. Who changes
/// something without saying that does it now; who only looks may be a page that looks by itself.
fn touched(parts: &Parts) -> Option<SignedDuration> {
    match parts.headers.get(&IDLE) {
        Some(said) => {
            let seconds = said.to_str().ok()?.parse::<u32>().ok()?;
            Some(SignedDuration::from_secs(seconds.into()))
        }
        None => (!parts.method.is_safe()).then_some(SignedDuration::ZERO),
    }
}

/// By what the caller wants to be known. Who sends a token is not asked for a cookie.
fn pass(parts: &Parts, app: &App) -> Result<Pass> {
    let log_in = cookie::log_in(&parts.headers, app.options.https);
    match log_in.filter(|_| !parts.headers.contains_key(AUTHORIZATION)) {
        None => bearer(&parts.headers).map(Pass::Token),
        Some(token) => {
            if parts.method != Method::GET {
                origin::check_own(app, &parts.headers)?;
            }
            Ok(Pass::LogIn(token))
        }
    }
}
