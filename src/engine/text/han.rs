//! Chinese characters: which simplified one stands for a traditional one, and which of them tell the script.

use std::sync::LazyLock;

/// First and last character of the block that the tables cover.
const BLOCK: std::ops::RangeInclusive<u32> = 0x4e00..=0x9fff;

/// The bytes of each character of the block.
pub(super) const WIDTH: usize = 3;

/// The facts, as data: pairs and two lists of characters that only one script has.
const FACTS: &str = include_str!("traditional.txt");

/// What is known about each character of the block, read once from the facts.
pub(super) static HAN: LazyLock<HanTable> = LazyLock::new(|| HanTable::read(FACTS));

/// Which script a character gives away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    /// Both scripts write it.
    Either,
    /// Only traditional texts have it.
    Traditional,
    /// Only simplified texts have it.
    Simplified,
}

/// A row for each character of the block.
pub(super) struct HanTable {
    rows: Vec<Row>,
}

/// What stands for a character (0: itself), and which script it gives away.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    simplified: u16,
    pub script: Script,
}

impl Row {
    /// The character that stands for this one; none when it stands for itself.
    pub(super) fn other(self) -> Option<char> {
        match self.simplified {
            0 => None,
            other => char::from_u32(u32::from(other)),
        }
    }
}

impl HanTable {
    fn read(facts: &str) -> Self {
        let size = (BLOCK.end() - BLOCK.start() + 1) as usize;
        let mut table = Self {
            rows: vec![
                Row {
                    simplified: 0,
                    script: Script::Either,
                };
                size
            ],
        };
        let mut section = "";
        for line in facts.lines().filter(|line| !line.starts_with('#')) {
            match section_name(line) {
                Some(name) => section = name,
                None => table.read_line(section, line),
            }
        }
        table
    }

    fn read_line(&mut self, section: &str, line: &str) {
        let script = match section {
            "only traditional" => Script::Traditional,
            "only simplified" => Script::Simplified,
            _ => return line.split(' ').for_each(|pair| self.read_pair(pair)),
        };
        for at in line.chars().filter_map(row) {
            self.rows[at].script = script;
        }
    }

    fn read_pair(&mut self, pair: &str) {
        let mut chars = pair.chars();
        if let (Some(from), Some(to)) = (chars.next(), chars.next())
            && let (Some(at), Ok(to)) = (row(from), u16::try_from(u32::from(to)))
        {
            self.rows[at].simplified = to;
        }
    }

    /// The row of the character that starts at a byte of a text, if it is one of the block; all of them take three bytes.
    pub(super) fn row_at(&self, bytes: &[u8], at: usize) -> Option<Row> {
        let [first @ 0xe4..=0xe9, second, third] = *bytes.get(at..at + WIDTH)? else {
            return None;
        };
        let low = |byte: u8| u32::from(byte & 0x3f);
        let code = u32::from(first & 0x0f) << 12 | low(second) << 6 | low(third);
        let row = code.checked_sub(*BLOCK.start())?;
        self.rows.get(row as usize).copied()
    }

    /// The simplified character for `c`, which may be itself, and the script that it gives away.
    pub(super) fn fold(&self, c: char) -> (char, Script) {
        match row(c).map(|at| self.rows[at]) {
            None => (c, Script::Either),
            Some(row) => (row.other().unwrap_or(c), row.script),
        }
    }
}

/// `[name]` on a line of its own starts a section.
fn section_name(line: &str) -> Option<&str> {
    line.strip_prefix('[')?.strip_suffix(']')
}

/// The table's row for a character.
fn row(c: char) -> Option<usize> {
    let code = u32::from(c);
    BLOCK
        .contains(&code)
        .then(|| (code - BLOCK.start()) as usize)
}

/// Whether a character is a Chinese one, of any block.
#[must_use]
pub fn is_han(c: char) -> bool {
    matches!(u32::from(c), 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0x2_0000..=0x3_ffff | 0x3007)
}

/// A text with simplified characters in the place of traditional ones and nothing else changed.
#[must_use]
pub fn simplify(text: &str) -> String {
    text.chars().map(simplify_char).collect()
}

/// The simplified character for a traditional one; any other as it is.
#[must_use]
pub fn simplify_char(c: char) -> char {
    HAN.fold(c).0
}

#[cfg(test)]
mod tests {
    use super::{HAN, Script};

    #[test]
    fn traditional_characters_have_their_simplified_twins() {
        let table = [
            ('\u{6b3e}', '\u{6b3e}'), // money: the same in both
            ('\u{9322}', '\u{94b1}'), // coin
            ('\u{5e33}', '\u{8d26}'), // account, three ways of writing it
            ('\u{8cec}', '\u{8d26}'),
            ('\u{5e10}', '\u{8d26}'),
            ('\u{81fa}', '\u{53f0}'),
            ('a', 'a'),
        ];
        for (from, to) in table {
            assert_eq!(HAN.fold(from).0, to, "{from}");
        }
    }

    #[test]
    fn a_character_of_one_script_tells_it() {
        assert_eq!(HAN.fold('\u{9322}').1, Script::Traditional);
        assert_eq!(HAN.fold('\u{94b1}').1, Script::Simplified);
        assert_eq!(HAN.fold('\u{6b3e}').1, Script::Either);
        assert_eq!(HAN.fold('\u{91cc}').1, Script::Either); // a mile in one, inside in the other
    }

    #[test]
    fn a_simplified_character_is_never_folded_further() {
        for c in (0x4e00..=0x9fff_u32).filter_map(char::from_u32) {
            let to = HAN.fold(c).0;
            assert_eq!(HAN.fold(to).0, to, "{c}");
        }
    }
}
