//! The forms that the widget fills in for customers, described by the desk: which fields, in which words, where they go. The widget
//! knows kinds of fields and no form.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::claim::ClaimCause;
use crate::domain::language::Language;
use crate::domain::transcript::{CustomerEvent, CustomerSees};
use crate::domain::wording::word;
use crate::http::App;

/// A form.
#[derive(Serialize)]
pub struct Form {
    /// Where it is sent.
    to: &'static str,
    /// What it is called.
    title: String,
    /// What is to be known before it is filled in.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    /// Its fields, in order.
    fields: Vec<Field>,
    /// What its button says.
    send: String,
}

/// A field.
#[derive(Serialize)]
struct Field {
    /// What it is called in the body that is sent.
    name: &'static str,
    /// How it is filled in.
    kind: Kind,
    /// What it is called before customers.
    label: String,
    /// What can be chosen: the value that is sent, and what it is called.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    options: Vec<(Value, String)>,
}

/// How a field is filled in.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    /// Given with the form, not to be changed.
    Fixed,
    /// A line.
    Text,
    /// An e-mail address.
    Email,
    /// Several lines.
    Area,
    /// One of the options.
    Radio,
    /// Any of the options.
    Checkbox,
    /// Files.
    Files,
}

/// A value as it is sent.
#[derive(Serialize)]
#[serde(untagged)]
enum Value {
    Number(u8),
    Name(&'static str),
}

/// The form by which a customer rates the help, for each event that asks for it, in the language of the conversation.
pub(in crate::http) fn beside(
    app: &App,
    mut seen: Vec<CustomerEvent>,
    otherwise: Language,
) -> Vec<CustomerEvent> {
    for event in &mut seen {
        let CustomerSees::RatingAsked { of, language, form } = &mut event.what else {
            continue;
        };
        let language = language.unwrap_or(otherwise);
        let (words, _) = app.desk.widget_words();
        let word = |name: &str| word(&words, app.pages.words(), name, language).to_owned();
        let title = word(&format!("form_csat_{}", of.name()));
        *form = serde_json::to_value(csat(&word, title)).ok();
    }
    seen
}

/// All forms, by name. `word` gives the widget's words, `cause` what a cause of a claim is called.
pub fn all(
    word: impl Fn(&str) -> String,
    cause: impl Fn(ClaimCause) -> String,
) -> BTreeMap<&'static str, Form> {
    let send = || word("form_send");
    let email = |why| Form {
        to: "/v1/contact",
        title: word("form_email"),
        why: Some(word(why)),
        fields: vec![field("email", Kind::Email, word("form_email_field"))],
        send: send(),
    };
    let claim = Form {
        to: "/v1/claims",
        title: word("form_claim"),
        why: Some(word("form_claim_why")),
        fields: claim_fields(&word, cause),
        send: send(),
    };
    BTreeMap::from([
        ("csat_bot", csat(&word, word("form_csat_bot"))),
        ("csat_agent", csat(&word, word("form_csat_agent"))),
        ("email", email("form_email_noted")),
        ("letter", email("form_email_why")),
        ("claim", claim),
    ])
}

fn csat(word: &impl Fn(&str) -> String, title: String) -> Form {
    let scores = (1..=5u8).map(|n| (Value::Number(n), word(&format!("form_score_{n}"))));
    let score = Field {
        options: scores.collect(),
        ..field("score", Kind::Radio, word("form_score"))
    };
    Form {
        to: "/v1/csat",
        title,
        why: None,
        fields: vec![score, field("text", Kind::Area, word("form_score_text"))],
        send: word("form_send"),
    }
}

fn claim_fields(
    word: &impl Fn(&str) -> String,
    cause: impl Fn(ClaimCause) -> String,
) -> Vec<Field> {
    let causes = ClaimCause::ALL.into_iter();
    let causes = causes.map(|one| (Value::Name(one.name()), cause(one)));
    let of = |name, kind, label: &str| field(name, kind, word(label));
    vec![
        of("order", Kind::Fixed, "form_claim_order"),
        Field {
            options: causes.collect(),
            ..of("cause", Kind::Radio, "form_claim_cause")
        },
        of("items", Kind::Checkbox, "form_claim_items"),
        of("amount", Kind::Text, "form_claim_amount"),
        of("note", Kind::Area, "form_claim_note"),
        of("evidence", Kind::Files, "form_claim_evidence"),
    ]
}

const fn field(name: &'static str, kind: Kind, label: String) -> Field {
    Field {
        name,
        kind,
        label,
        options: Vec::new(),
    }
}
