//! The stable codes of problems. Programs tell problems apart by these, so a code never changes its meaning.

use axum::http::StatusCode;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $status:ident;)*) => {
        /// What kind of problem an answer tells of.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            /// All codes, in the order in which they are documented.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The code as it stands in the answer.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }

            /// The HTTP status that goes with it.
            #[must_use]
            pub const fn status(self) -> StatusCode {
                match self {
                    $(Self::$name => StatusCode::$status,)*
                }
            }
        }
    };
}

codes! {
    /// The body is no JSON.
    MalformedJson = "malformed_json", BAD_REQUEST;
    /// The body is no UTF-8.
    InvalidUtf8 = "invalid_utf8", BAD_REQUEST;
    /// The query or a header cannot be read.
    InvalidRequest = "invalid_request", BAD_REQUEST;
    /// A secret stands in the address, where logs and other pages see it.
    TokenInQuery = "token_in_query", BAD_REQUEST;
    /// No token was sent.
    TokenMissing = "token_missing", UNAUTHORIZED;
    /// The token is not known, or has ended.
    TokenInvalid = "token_invalid", UNAUTHORIZED;
    /// The log-in and the password do not fit together.
    WrongPassword = "wrong_password", UNAUTHORIZED;
    /// The password is right; a code of the second factor is needed, too.
    CodeNeeded = "code_needed", UNAUTHORIZED;
    /// The code of the second factor is wrong, too old, or was used.
    WrongCode = "wrong_code", UNAUTHORIZED;
    /// The shop's token for its customer is not signed by the shop.
    IdentityForged = "identity_forged", UNAUTHORIZED;
    /// The shop's token for its customer has ended.
    IdentityExpired = "identity_expired", UNAUTHORIZED;
    /// The shop's token for its customer is for another site.
    IdentityWrongSite = "identity_wrong_site", UNAUTHORIZED;
    /// The shop's token for its customer lacks something, or says something that cannot be.
    IdentityIncomplete = "identity_incomplete", UNAUTHORIZED;
    /// The request of a messaging platform is not signed by it, was changed, or was signed too long ago.
    SignatureInvalid = "signature_invalid", UNAUTHORIZED;
    /// A messaging platform introduces itself with the wrong word.
    IntroductionRefused = "introduction_refused", FORBIDDEN;
    /// The page that asks is not one of the site's own.
    OriginNotAllowed = "origin_not_allowed", FORBIDDEN;
    /// The agent's role does not reach so far.
    RoleTooLow = "role_too_low", FORBIDDEN;
    /// Two agents are no lead: one of the two who approve has to be one.
    LeadNeeded = "lead_needed", FORBIDDEN;
    /// Nothing by this name, or nothing that this token may see.
    NotFound = "not_found", NOT_FOUND;
    /// No such address.
    UnknownRoute = "unknown_route", NOT_FOUND;
    /// The address knows other methods.
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED;
    /// The body did not come in time.
    BodyTooSlow = "body_too_slow", REQUEST_TIMEOUT;
    /// Somebody else owns the conversation, or it stands where this cannot be done.
    Conflict = "conflict", CONFLICT;
    /// The customer has not shown that the order is theirs.
    OrderNotShown = "order_not_shown", CONFLICT;
    /// The order is on its way or over, and not corrected any more.
    OrderLeft = "order_left", CONFLICT;
    /// The order does not wait to be paid.
    OrderNotUnpaid = "order_not_unpaid", CONFLICT;
    /// The site's merchant gives no links to pay by.
    NoPaymentLinks = "no_payment_links", CONFLICT;
    /// A link to pay by was asked for already.
    LinkAskedAlready = "link_asked_already", CONFLICT;
    /// No program of the merchant's is told of it.
    NobodyListens = "nobody_listens", CONFLICT;
    /// The conversation has changed since the revision that this was based on.
    StaleRevision = "stale_revision", CONFLICT;
    /// What was done last was done too long ago to be taken back, or by somebody else.
    TooLateToUndo = "too_late_to_undo", CONFLICT;
    /// Only the owner of a conversation does this.
    NotOwner = "not_owner", CONFLICT;
    /// The body is over the limit.
    BodyTooLarge = "body_too_large", PAYLOAD_TOO_LARGE;
    /// The body is of a kind that this address does not take.
    UnsupportedMediaType = "unsupported_media_type", UNSUPPORTED_MEDIA_TYPE;
    /// A field that is not known.
    UnknownField = "unknown_field", UNPROCESSABLE_ENTITY;
    /// A field that is needed is not there.
    MissingField = "missing_field", UNPROCESSABLE_ENTITY;
    /// The agent who is to have it has left.
    AgentAway = "agent_away", UNPROCESSABLE_ENTITY;
    /// The agent who is to have it has as many as they are given at a time.
    AgentAtCap = "agent_at_cap", UNPROCESSABLE_ENTITY;
    /// A field has a value that cannot be.
    InvalidValue = "invalid_value", UNPROCESSABLE_ENTITY;
    /// Something else was sent under the same name, which is what tells a repeated call from a new one.
    IdempotencyMismatch = "idempotency_mismatch", UNPROCESSABLE_ENTITY;
    /// Too many requests: wait.
    RateLimited = "rate_limited", TOO_MANY_REQUESTS;
    /// The desk itself failed.
    Internal = "internal", INTERNAL_SERVER_ERROR;
    /// The desk has more to do than it can: try again.
    Busy = "busy", SERVICE_UNAVAILABLE;
    /// The desk is stopping or cannot write.
    Stopped = "stopped", SERVICE_UNAVAILABLE;
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn every_code_is_one_of_its_own_and_tells_of_an_error() {
        let mut seen = std::collections::HashSet::new();
        for code in Code::ALL {
            assert!(seen.insert(code.as_str()), "{} stands twice", code.as_str());
            let status = code.status();
            assert!(status.is_client_error() || status.is_server_error());
        }
    }
}
