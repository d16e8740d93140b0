//! Groups of digits, and which of them belong together as one number.

/// A run of digits without anything in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Group {
    /// First byte in the folded text.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Group {
    /// How many digits.
    pub const fn len(self) -> usize {
        self.end - self.start
    }
}

/// All runs of ASCII digits in a folded text.
pub(super) fn groups(text: &str) -> Vec<Group> {
    let mut found = Vec::new();
    let mut open: Option<usize> = None;
    for (at, byte) in text.bytes().enumerate() {
        match (byte.is_ascii_digit(), open) {
            (true, None) => open = Some(at),
            (false, Some(start)) => {
                found.push(Group { start, end: at });
                open = None;
            }
            _ => {}
        }
    }
    if let Some(start) = open {
        found.push(Group {
            start,
            end: text.len(),
        });
    }
    found
}

/// Whether two neighbouring groups may be parts of one number: at most three spaces, dashes, dots or the like lie between.
pub(super) fn joined(text: &str, left: Group, right: Group) -> bool {
    let between = text.get(left.end..right.start).unwrap_or("?");
    between.chars().count() <= 3
        && between.chars().all(|c| {
            matches!(
                c,
                ' ' | '-' | '.' | '_' | '\u{b7}' | '\n' | '\r' | '*' | '|'
            )
        })
}

/// The digits of neighbouring groups as values.
pub(super) fn digits(text: &str, groups: &[Group]) -> Vec<u8> {
    groups
        .iter()
        .flat_map(|group| text.get(group.start..group.end).unwrap_or_default().bytes())
        .map(|byte| byte - b'0')
        .collect()
}
