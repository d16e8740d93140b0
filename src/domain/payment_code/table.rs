//! The tables of codes, read once.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::{Actor, Direction, Meaning};

/// The tables by platform: `code`, `direction`, `meaning` and `actor`, with a tab between; `#` begins a remark.
pub(super) const TABLES: [(&str, &str); 4] = [
    ("wechat", include_str!("wechat.tsv")),
    ("alipay", include_str!("alipay.tsv")),
    ("antom", include_str!("antom.tsv")),
    ("stripe", include_str!("stripe.tsv")),
];

/// A line of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row<'a> {
    pub(super) code: &'a str,
    pub(super) directions: &'static [Direction],
    pub(super) meaning: Meaning,
    pub(super) actor: Actor,
}

static CODES: LazyLock<BTreeMap<(Direction, String), (Meaning, Actor)>> = LazyLock::new(|| {
    let mut codes = BTreeMap::new();
    for row in TABLES
        .iter()
        .flat_map(|(_, text)| lines(text))
        .flat_map(row)
    {
        for direction in row.directions {
            codes.insert((*direction, fold(row.code)), (row.meaning, row.actor));
        }
    }
    codes
});

/// What the tables say of a code.
pub(super) fn find(code: &str, direction: Direction) -> Option<(Meaning, Actor)> {
    CODES.get(&(direction, fold(code))).copied()
}

/// The lines that say something.
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
}

/// A line taken apart; none if it is not as it must be, which a test rules out.
pub(super) fn row(line: &str) -> Option<Row<'_>> {
    let mut cells = line.split('\t');
    let row = Row {
        code: cells.next()?,
        directions: directions(cells.next()?)?,
        meaning: named(cells.next()?, Meaning::ALL, Meaning::name)?,
        actor: named(cells.next()?, Actor::ALL, Actor::name)?,
    };
    cells.next().is_none().then_some(row)
}

fn directions(word: &str) -> Option<&'static [Direction]> {
    Some(match word {
        "payment" => &[Direction::Payment],
        "refund" => &[Direction::Refund],
        "both" => &[Direction::Payment, Direction::Refund],
        _ => return None,
    })
}

fn named<T: Copy, const N: usize>(
    word: &str,
    all: [T; N],
    name: impl Fn(T) -> &'static str,
) -> Option<T> {
    all.into_iter().find(|one| name(*one) == word)
}

/// A code as it is compared.
pub(super) fn fold(code: &str) -> String {
    code.trim().to_ascii_lowercase()
}
