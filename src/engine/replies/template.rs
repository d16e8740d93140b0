//! A reply with placeholders and conditions, read once when rules are loaded; after that, rendering cannot fail.
//!
//! The language is the part of Jinja that replies need: `{{ order.id }}`, `{% if order.tracking %}…{% elif … %}…{% else %}…{% endif %}` with
//! `not`, `and`, `or`, and `{# notes #}`. There are no loops, calls, filters or includes, so that a reply can neither run long nor reach
//! for anything but the values it is given.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::engine::replies::condition::Condition;
use crate::engine::replies::mistake::Mistake;
use crate::engine::replies::parse::{self, Node};
use crate::engine::replies::placeholder::Placeholder;
use crate::engine::replies::values::Values;

/// A reply that can be rendered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    nodes: Vec<Node>,
    /// What it speaks of, and where in the text.
    pub mentions: Vec<(Placeholder, Range<usize>)>,
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// The first mistake in it.
    pub fn parse(text: &str) -> Result<Self, Mistake> {
        let (template, mistakes) = Self::read(text);
        match mistakes.into_iter().next() {
            Some(mistake) => Err(mistake),
            None => Ok(template),
        }
    }

    /// Reads a template with all that is wrong in it, tag by tag. What it speaks of is known even where it is wrong.
    pub fn read(text: &str) -> (Self, Vec<Mistake>) {
        let (nodes, mentions, mistakes) = parse::nodes(text);
        (Self { nodes, mentions }, mistakes)
    }

    /// The text with values in it.
    #[must_use]
    pub fn render(&self, values: &Values) -> String {
        let mut text = String::new();
        render(&self.nodes, values, &mut text);
        text
    }

    /// The placeholders that are rendered with these values: not those of branches that are passed over.
    #[must_use]
    pub fn uses(&self, values: &Values) -> BTreeSet<Placeholder> {
        let mut found = BTreeSet::new();
        uses(&self.nodes, values, &mut found);
        found
    }

    /// So many characters stand in it at the most beside its values, whatever the conditions turn out to be.
    #[must_use]
    pub fn longest(&self) -> usize {
        longest(&self.nodes)
    }
}

fn longest(nodes: &[Node]) -> usize {
    let of_node = |node: &Node| match node {
        Node::Text(literal) => literal.chars().count(),
        Node::Value(_) => 0,
        Node::Choice(branches) => {
            let lengths = branches.iter().map(|(_, nodes)| longest(nodes));
            lengths.max().unwrap_or_default()
        }
    };
    nodes.iter().map(of_node).sum()
}

fn render(nodes: &[Node], values: &Values, text: &mut String) {
    for node in nodes {
        match node {
            Node::Text(literal) => append(text, literal),
            Node::Value(placeholder) => append(text, values.get(*placeholder)),
            Node::Choice(branches) => render(chosen(branches, values), values, text),
        }
    }
}

fn uses(nodes: &[Node], values: &Values, found: &mut BTreeSet<Placeholder>) {
    for node in nodes {
        match node {
            Node::Text(_) => {}
            Node::Value(placeholder) => {
                found.insert(*placeholder);
            }
            Node::Choice(branches) => uses(chosen(branches, values), values, found),
        }
    }
}

/// The branch that holds, if one does.
fn chosen<'n>(branches: &'n [(Option<Condition>, Vec<Node>)], values: &Values) -> &'n [Node] {
    let holds = |condition: &Option<Condition>| {
        condition
            .as_ref()
            .is_none_or(|condition| condition.holds(values))
    };
    let found = branches.iter().find(|(condition, _)| holds(condition));
    found.map_or(&[], |(_, nodes)| nodes)
}

/// Adds a part. Where a value meets a text in the other writing there is a space, whether the rule file has one or not: a number
/// before a Chinese character, a Chinese word before a letter.
fn append(text: &mut String, part: &str) {
    let (before, after) = (text.chars().next_back(), part.chars().next());
    if let (Some(before), Some(after)) = (before, after)
        && (before.is_ascii_alphanumeric() && is_han(after)
            || is_han(before) && after.is_ascii_alphanumeric())
    {
        text.push(' ');
    }
    text.push_str(part);
}

const fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}')
}

#[cfg(test)]
mod tests {
    use minijinja::{Environment, context};
    use proptest::prelude::*;

    use super::Template;
    use crate::engine::replies::mistake::MistakeKind;
    use crate::engine::replies::placeholder::Placeholder;
    use crate::engine::replies::values::Values;

    fn values(id: &str, carrier: &str, tracking: &str) -> Values<'static> {
        Values::new()
            .with(Placeholder::OrderId, id)
            .with(Placeholder::OrderCarrier, carrier)
            .with(Placeholder::OrderTracking, tracking)
    }

    /// What Jinja makes of the same text and values.
    fn by_jinja(text: &str, values: &Values) -> String {
        let order = context! {
            id => values.get(Placeholder::OrderId),
            carrier => values.get(Placeholder::OrderCarrier),
            tracking => values.get(Placeholder::OrderTracking),
        };
        Environment::empty()
            .render_str(text, context! { order })
            .unwrap()
    }

    #[test]
    fn a_mistake_is_named_where_it_is() {
        let table = [
            ("{{ order.id", 0..2),
            ("{{ }}", 0..5),
            ("a {% if order.id %}b", 2..19),
            ("{% endif %}", 0..11),
            ("{% if order.id %}{% else %}{% else %}{% endif %}", 27..37),
            ("{% if order.id == 1 %}{% endif %}", 15..17),
            ("{% if %}{% endif %}", 0..8),
            ("{% if order.id and %}{% endif %}", 0..21),
            ("{% include 'x' %}", 3..10),
            ("{{ order.nr }}", 3..11),
            ("{{ 7*7 }}", 3..6),
            ("{{-order.nr-}}", 3..11),
        ];
        for (text, at) in table {
            assert_eq!(Template::parse(text).unwrap_err().at, at, "{text}");
        }
        let unknown = Template::parse("{{ order.nr }}").unwrap_err().kind;
        assert_eq!(
            unknown,
            MistakeKind::UnknownPlaceholder("order.nr".to_owned())
        );
    }

    #[test]
    fn every_mistake_is_named_and_what_stands_beside_them_is_still_spoken_of() {
        let text = "{{ order.idd }} {% iff order.id %}{{ order.amount }}{% endif %} {% if order.nr %}{{ due.by | upper }}{% endif %}";
        let (template, mistakes) = Template::read(text);
        let places: Vec<&str> = mistakes.iter().map(|it| &text[it.at.clone()]).collect();
        let whole = "{{ due.by | upper }}";
        assert_eq!(places, ["order.idd", "iff", "order.nr", whole]);
        assert_eq!(template.mentions.len(), 1);
        assert_eq!(template.mentions[0].0, Placeholder::OrderAmount);
        // A tag that stands where it cannot is not excused by a mistake inside another.
        let (_, mistakes) = Template::read("{{ order.nr }}{% endif %}");
        assert_eq!(mistakes.len(), 2, "{mistakes:?}");
        let (_, mistakes) = Template::read("{% if order.nr %}{{ order.idd }}");
        assert_eq!(mistakes.len(), 3, "{mistakes:?}");
    }

    #[test]
    fn all_that_is_mentioned_is_known_even_where_it_is_not_said() {
        let text =
            "{% if not order.id %}{% elif order.amount or due.by %}{{ order.items }}{% endif %}";
        let mentions = Template::parse(text).unwrap().mentions;
        let names: Vec<&str> = mentions.iter().map(|(p, _)| p.name()).collect();
        assert_eq!(names, ["order.id", "order.amount", "due.by", "order.items"]);
        assert!(mentions.iter().all(|(p, at)| &text[at.clone()] == p.name()));
    }

    #[test]
    fn its_length_is_that_of_the_longest_branch_and_not_of_its_tags() {
        let text = "Hi {{ agent.name }}{% if order.id %}a{% if due.by %}bcd{% endif %}{% else %}é{% endif %}!";
        assert_eq!(Template::parse(text).unwrap().longest(), 8);
    }

    #[test]
    fn a_value_and_a_text_in_the_other_writing_have_a_space_between() {
        let table = [
            ("{{ due.by }}\u{524d}", "18:00", "18:00 \u{524d}"),
            ("{{ due.by }} \u{524d}", "18:00", "18:00 \u{524d}"),
            ("{{ due.by }}\u{524d}", "25\u{65e5}", "25\u{65e5}\u{524d}"),
            (
                "\u{662f}{{ due.by }}\u{7684}",
                "Linden",
                "\u{662f} Linden \u{7684}",
            ),
            ("by {{ due.by }}.", "18:00", "by 18:00."),
        ];
        for (text, value, said) in table {
            let values = Values::new().with(Placeholder::DueBy, value);
            assert_eq!(Template::parse(text).unwrap().render(&values), said);
        }
    }

    /// A piece of a template that is correct.
    fn part() -> impl Strategy<Value = String> {
        let path = prop::sample::select(vec!["order.id", "order.carrier", "order.tracking"]);
        let text = prop::sample::select(vec!["a ", " \u{e9}\n", "%", "{ x }", " }}"]);
        let tight = |path: &str, tight: bool| match tight {
            true => format!("{{{{- {path} -}}}}"),
            false => format!("{{{{ {path} }}}}"),
        };
        let condition = (path.clone(), any::<bool>(), path.clone(), any::<bool>()).prop_map(
            |(one, not, two, and)| {
                let (not, join) = (
                    if not { "not " } else { "" },
                    if and { "and" } else { "or" },
                );
                format!("{one} {join} {not}{two}")
            },
        );
        let leaf = prop_oneof![
            text.prop_map(str::to_owned),
            (path, any::<bool>()).prop_map(move |(path, close)| tight(path, close)),
            Just("{# note {{ x #}".to_owned()),
        ];
        leaf.prop_recursive(3, 12, 3, move |inner| {
            (
                condition.clone(),
                inner.clone(),
                condition.clone(),
                inner.clone(),
                inner,
            )
                .prop_map(|(one, a, two, b, c)| {
                    format!(
                        "{{% if {one} %}}{a}{{%- elif {two} -%}}{b}{{% else %}}{c}{{% endif %}}"
                    )
                })
        })
    }

    proptest! {
        #[test]
        fn it_says_what_jinja_would_say(
            parts in prop::collection::vec(part(), 1..5),
            id in "[A-Z]{0,2}", carrier in "[a-z]{0,1}", tracking in "[0-9]{0,1}",
        ) {
            let text = parts.concat();
            let values = values(&id, &carrier, &tracking);
            let said = Template::parse(&text).unwrap().render(&values);
            // Jinja drops one line break at the end of a template; ours are trimmed before.
            let text = format!("{text}|");
            prop_assert_eq!(format!("{said}|"), by_jinja(&text, &values));
        }

        #[test]
        fn any_text_is_a_template_or_a_mistake_inside_it(text in "[a-z{}%#. -]{0,40}") {
            if let Err(mistake) = Template::parse(&text) {
                prop_assert!(text.get(mistake.at.clone()).is_some());
            }
        }
    }
}
