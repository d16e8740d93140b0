//! One `[intent.…]`.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::DeValue;

use crate::domain::handoff::HandoffReason;
use crate::domain::ids::IntentId;
use crate::domain::language::Language;
use crate::domain::proof::ProofLevel;
use crate::engine::rules::book::{Action, Intent, Located, Reply, SlotKind, Yields};
use crate::engine::rules::diagnostic::{Diagnostic, code};
use crate::engine::rules::fields::Fields;
use crate::engine::rules::parts;
use crate::engine::rules::rule;
use crate::engine::rules::source::Source;

const KEYS: [&str; 12] = [
    "about",
    "action",
    "handoff",
    "proof",
    "slots",
    "yields_to",
    "yields_to_near",
    "told_beside",
    "rule",
    "label",
    "reply",
    "examples",
];

/// The actions that need no more than their name; `None` is the one that needs a reason.
const ACTIONS: [(&str, Option<Action>); 15] = [
    ("answer", Some(Action::Answer)),
    ("show_order", Some(Action::ShowOrder)),
    ("show_refund", Some(Action::ShowRefund)),
    ("start_refund", Some(Action::StartRefund)),
    ("explain_rejection", Some(Action::ExplainRejection)),
    ("withdraw_refund", Some(Action::WithdrawRefund)),
    ("cancel_order", Some(Action::CancelOrder)),
    ("change_order", Some(Action::ChangeOrder)),
    ("pay_again", Some(Action::PayAgain)),
    ("report_delivery", Some(Action::ReportDelivery)),
    ("handoff", None),
    ("greet", Some(Action::Greet)),
    ("thank", Some(Action::Thank)),
    ("close", Some(Action::Close)),
    ("soothe", Some(Action::Soothe)),
];

const SLOTS: [(&str, SlotKind); 5] = [
    ("order", SlotKind::Order),
    ("amount", SlotKind::Amount),
    ("date", SlotKind::Date),
    ("phone", SlotKind::Phone),
    ("email", SlotKind::Email),
];

/// An intent as it stands in one file.
pub struct Read {
    /// Its name.
    pub name: Located<String>,
    /// The intent, if enough of it is there.
    pub intent: Option<Intent>,
    /// What it lacks. Where another file has the intent, too, that is not what is wrong with it.
    pub lacks: Vec<Diagnostic>,
}

/// Reads an intent.
pub fn read(source: &mut Source<'_>, name: Located<String>, value: &Spanned<DeValue<'_>>) -> Read {
    let before = source.found.len();
    let intent = whole(source, &name, value);
    let begin = format!("`intent.{}` has no ", name.value);
    let found = source.found.split_off(before);
    let (lacks, others) = (found.into_iter())
        .partition(|it| it.code == code::MISSING_KEY && it.message.starts_with(&begin));
    source.found.extend::<Vec<_>>(others);
    Read {
        name,
        intent,
        lacks,
    }
}

fn whole(
    source: &mut Source<'_>,
    name: &Located<String>,
    value: &Spanned<DeValue<'_>>,
) -> Option<Intent> {
    let what = format!("`intent.{}`", name.value);
    let table = source.as_table(&what, value)?;
    let at = source.place(value.span());
    let fields = Fields::new(source, &what, table, at, &KEYS);
    let action = action(source, &fields, &what);
    let proof = parts::proof(source, &fields);
    let slots = slots(source, &fields);
    let yields_to = yields_to(source, &fields, &name.value);
    let yields_to_near = intents_named(source, &fields, "yields_to_near", &name.value);
    let told_beside = intents_named(source, &fields, "told_beside", &name.value);
    let rules = rule::read_all(source, &fields, &what);
    let label = texts(source, &fields, "label");
    label
        .values()
        .for_each(|text| said_as_it_stands(source, text));
    if action == Some(Action::Answer) {
        let idle = [
            ("proof", proof > ProofLevel::Nothing),
            ("slots", !slots.is_empty()),
        ];
        looked_up_by_nobody(source, &fields, idle);
    }
    let reply = reply(source, &fields);
    let examples = parts::examples(source, &fields);
    let about = fields.text(source, "about");
    Some(Intent {
        id: parts::id(source, name)?,
        about: about.map(|text| text.value).unwrap_or_default(),
        action: action?,
        proof,
        slots,
        yields_to,
        yields_to_near,
        told_beside,
        rules,
        label: label.into_iter().map(|(l, text)| (l, text.value)).collect(),
        reply,
        examples,
    })
}

fn action(source: &mut Source<'_>, fields: &Fields<'_, '_>, what: &str) -> Option<Action> {
    if fields.get("action").is_none() {
        let help =
            "write action = \"answer\" to say the reply; the others are in intents/README.md";
        source.missing("action", what, fields.at, help);
    }
    let reason = handoff_reason(source, fields);
    let name = fields.text(source, "action")?;
    let action = source.one_of("action", &name, &ACTIONS)?;
    if action.is_some() && fields.get("handoff").is_some() {
        source.complain(
            Diagnostic::new(
                code::UNKNOWN_KEY,
                format!("`{}` hands nothing over", name.value),
            )
            .at(
                name.at,
                "not a hand-over, but `handoff` gives a reason for one",
            )
            .help("write action = \"handoff\", or remove `handoff`"),
        );
    }
    if action.is_none() && fields.get("handoff").is_none() {
        let help = "say why, such as handoff = \"asked_for_human\"";
        source.missing("handoff", what, name.at, help);
    }
    action.or(reason.map(Action::Handoff))
}

/// A button has no values in it.
fn said_as_it_stands(source: &mut Source<'_>, label: &Located<String>) {
    if label.value.contains(['{', '}']) {
        source.complain(
            Diagnostic::new(code::BAD_TEMPLATE, "a label is shown as it stands")
                .at(label.at, "no value is put into it")
                .help("name the matter; what is known of the order belongs into the reply"),
        );
    }
}

/// An answer is said to whoever asks: nothing is asked for first, and no order is looked up.
fn looked_up_by_nobody(
    source: &mut Source<'_>,
    fields: &Fields<'_, '_>,
    idle: [(&'static str, bool); 2],
) {
    for (key, is_idle) in idle {
        let Some(value) = fields.get(key).filter(|_| is_idle) else {
            continue;
        };
        let at = source.place(value.span());
        let message = format!("`{key}` does nothing with action = \"answer\"");
        source.complain(
            Diagnostic::new(code::IDLE_KEY, message)
                .at(at, "the reply is said at once, to anybody")
                .help("choose an action that looks at the order, such as \"show_order\", or remove the key"),
        );
    }
}

fn handoff_reason(source: &mut Source<'_>, fields: &Fields<'_, '_>) -> Option<HandoffReason> {
    let name = fields.text(source, "handoff")?;
    let reasons = HandoffReason::ALL.map(|reason| (reason.code(), reason));
    source.one_of("reason", &name, &reasons)
}

fn slots(source: &mut Source<'_>, fields: &Fields<'_, '_>) -> Vec<SlotKind> {
    let names = fields.texts(source, "slots");
    names
        .iter()
        .filter_map(|name| source.one_of("slot", name, &SLOTS))
        .collect()
}

fn yields_to(source: &mut Source<'_>, fields: &Fields<'_, '_>, own: &str) -> Yields {
    let mut names = fields.texts(source, "yields_to");
    let many = names.len();
    names.retain(|name| name.value != "*");
    // The others are looked at beside `*`, too: a name that is wrong was meant for something.
    let is_any = names.len() < many;
    let ids = others_named(source, "yields_to", &names, own);
    match is_any {
        true => Yields::ToAll,
        false if ids.is_empty() => Yields::ToNone,
        false => Yields::To(ids),
    }
}

/// A list of other intents, each by its name.
fn intents_named(
    source: &mut Source<'_>,
    fields: &Fields<'_, '_>,
    key: &str,
    own: &str,
) -> Vec<IntentId> {
    let mut names = fields.texts(source, key);
    names.retain(|name| {
        let is_any = name.value == "*";
        if is_any {
            source.complain(
                Diagnostic::new(code::BAD_NAME, format!("`{key}` cannot name any intent"))
                    .at(name.at, "not here")
                    .help("name the intents, or write yields_to = [\"*\"]"),
            );
        }
        !is_any
    });
    others_named(source, key, &names, own)
}

/// The intents of a list that is about others.
fn others_named(
    source: &mut Source<'_>,
    key: &str,
    names: &[Located<String>],
    own: &str,
) -> Vec<IntentId> {
    for name in names.iter().filter(|name| name.value == own) {
        source.complain(
            Diagnostic::new(code::IDLE_KEY, format!("`{key}` names its own intent"))
                .at(name.at, "nothing stands behind itself")
                .help("name another intent, or take this one out"),
        );
    }
    intent_ids(source, names)
}

fn intent_ids(source: &mut Source<'_>, names: &[Located<String>]) -> Vec<IntentId> {
    source.named_intents.extend(names.iter().cloned());
    let ids = names.iter().filter_map(|name| parts::id(source, name));
    ids.map(|id| id.value).collect()
}

fn reply(source: &mut Source<'_>, fields: &Fields<'_, '_>) -> Reply {
    let Some((table, at)) = fields.table(source, "reply") else {
        return Reply::default();
    };
    let known = ["calm", "upset", "when", "covers"];
    let reply = Fields::new(source, "`reply`", table, at, &known);
    let covers = reply.texts(source, "covers");
    Reply {
        covers: intent_ids(source, &covers),
        when: when(source, &reply),
        ..moods(source, &reply)
    }
}

/// The `calm` and `upset` texts of a reply.
fn moods(source: &mut Source<'_>, reply: &Fields<'_, '_>) -> Reply {
    Reply {
        calm: texts(source, reply, "calm"),
        upset: texts(source, reply, "upset"),
        ..Reply::default()
    }
}

/// `[intent.X.reply.when.NAME]`: what is said to somebody who told that circumstance.
fn when(source: &mut Source<'_>, reply: &Fields<'_, '_>) -> Vec<(Located<IntentId>, Reply)> {
    let mut told = Vec::new();
    for (name, value) in reply.entries(source, "when") {
        let what = format!("`reply.when.{}`", name.value);
        if let (Some(name), Some(table)) = (parts::id(source, &name), source.as_table(&what, value))
        {
            let at = source.place(value.span());
            let fields = Fields::new(source, &what, table, at, &["calm", "upset"]);
            told.push((name, moods(source, &fields)));
        }
    }
    told
}

/// Texts in the three languages.
fn texts(
    source: &mut Source<'_>,
    fields: &Fields<'_, '_>,
    key: &str,
) -> BTreeMap<Language, Located<String>> {
    let Some((table, at)) = fields.table(source, key) else {
        return BTreeMap::new();
    };
    let tags = Language::ALL.map(Language::tag);
    Fields::new(source, &format!("`{key}`"), table, at, &tags).languages(source)
}
