//! Answers that are ready to be sent, with places that are filled in from the conversation.

use super::wording::Texts;

/// What a place may be filled with.
pub const VARIABLES: [&str; 5] = [
    "order.id",
    "order.amount",
    "customer.name",
    "agent.name",
    "due_date",
];

/// An answer that is ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Canned {
    /// What it is called by.
    pub name: String,
    /// What it is found by beside its name and its words: pinyin initials, abbreviations.
    pub keys: Vec<String>,
    /// What it says, in each language.
    pub texts: Texts,
}

/// What stands in braces in a text.
pub fn variables_in(text: &str) -> impl Iterator<Item = &str> {
    let pieces = text.split('{').skip(1);
    pieces.filter_map(|piece| piece.split_once('}').map(|(name, _)| name))
}

#[cfg(test)]
mod tests {
    use super::variables_in;

    #[test]
    fn what_stands_in_braces_is_a_variable() {
        let of = |text| variables_in(text).collect::<Vec<_>>();
        assert_eq!(
            of("Hello {customer.name}: {order.id}."),
            ["customer.name", "order.id"]
        );
        assert!(of("no } braces { here").is_empty());
    }
}
