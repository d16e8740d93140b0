//! Texts on Discord: what would make them bold, a link or a heading is shown as it was written.
//!
//! Knows no requests, and nothing of who says what.

/// What makes a heading, a quotation or a list of a line that begins with it.
const BEGINS: [char; 3] = ['#', '>', '-'];

/// The text with the platform's marks as themselves. Within an address they are none. It is marked part by part: what begins one begins a line.
pub(super) fn marked(text: &str) -> String {
    let word = |word: &str| {
        if word.starts_with("https://") || word.starts_with("http://") {
            return word.to_owned();
        }
        let each = word.chars().map(|letter| match letter {
            '\\' | '*' | '_' | '~' | '`' | '|' | '[' | '<' => format!("\\{letter}"),
            other => other.to_string(),
        });
        each.collect()
    };
    let line = |line: &str| {
        let words = line.split_inclusive(char::is_whitespace).map(word);
        let words = words.collect::<Vec<String>>().concat();
        let (blank, rest) = words.split_at(words.len() - words.trim_start().len());
        match rest.starts_with(BEGINS) {
            true => format!("{blank}\\{rest}"),
            false => words,
        }
    };
    let lines = text.split_inclusive('\n').map(line);
    lines.collect::<Vec<String>>().concat()
}

#[cfg(test)]
mod tests {
    use super::super::ROOM;
    use super::*;
    use crate::channels::split::split_as;

    #[test]
    fn marks_of_the_platform_are_shown_as_they_were_written() {
        let table = [
            (
                "order A_1042_X is *late*",
                "order A\\_1042\\_X is \\*late\\*",
            ),
            (
                "see https://a.example/x_y_z*\nand ~ | ` \\",
                "see https://a.example/x_y_z*\nand \\~ \\| \\` \\\\",
            ),
            ("1. plain", "1. plain"),
            (
                "# no head\n > no quote\n- [no](https://link) <@1>\na # b > c - d",
                "\\# no head\n \\> no quote\n\\- \\[no](https://link) \\<@1>\na # b > c - d",
            ),
        ];
        for (from, expected) in table {
            assert_eq!(marked(from), expected, "{from}");
        }
    }

    #[test]
    fn a_long_text_is_cut_between_its_words_and_no_part_ends_in_half_a_mark() {
        let words = format!(
            "{} # no heading\n{}",
            "*a_b*".repeat(390),
            "~x~ ".repeat(900)
        );
        // Where no word ends before the room does, a mark stands across the end of it at one of these.
        let runs = ["", "x"].map(|first| format!("{first}{}", "*".repeat(3000)));
        let begins = format!("{} {}", "y".repeat(1998), "# > - ".repeat(100));
        for text in [words, begins].into_iter().chain(runs) {
            let parts = split_as(&text, ROOM, marked);
            let mut said = String::new();
            for part in &parts {
                assert!(ROOM.fits(part), "{}", part.len());
                let ends = part.len() - part.trim_end_matches('\\').len();
                assert_eq!(ends % 2, 0, "half a mark: {part}");
                assert!(!part.starts_with(BEGINS), "a heading: {part}");
                said.push_str(part);
            }
            let bare = |text: &str| text.replace(['\\', ' ', '\n'], "");
            assert_eq!(bare(&said), bare(&text));
        }
    }
}
