//! An answer without what it answers: the lines that quote, and all that follows the line that says who wrote before.

/// What begins the copy of an earlier letter, in the programs that people write with.
const BEGINNINGS: [&str; 4] = [
    "-----Original Message",
    "________________________________",
    "Begin forwarded message",
    // "Sender:" and "original letter", as Chinese programs write them.
    "-----\u{539f}\u{59cb}\u{90ae}\u{4ef6}",
];
/// Labels of a block of headers of an earlier letter, in the languages of the desk.
const LABELS: [&str; 6] = [
    "from",
    "\u{53d1}\u{4ef6}\u{4eba}",
    "\u{5bc4}\u{4ef6}\u{8005}",
    "sent",
    "\u{53d1}\u{9001}\u{65f6}\u{95f4}",
    "\u{50b3}\u{9001}\u{65e5}\u{671f}",
];
/// How a line ends that says who wrote before.
const ENDINGS: [&str; 5] = [
    "wrote:",
    "\u{5199}\u{9053}\u{ff1a}",
    "\u{5beb}\u{9053}\u{ff1a}",
    "\u{5199}\u{9053}:",
    "\u{5beb}\u{9053}:",
];

/// The text without what it quotes; all of it where nothing else would be left.
pub(super) fn without_quotes(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let end = (0..lines.len()).find(|at| begins_earlier(&lines[*at..]));
    let own = lines[..end.unwrap_or(lines.len())].iter();
    let own: Vec<&str> = own
        .filter(|line| !line.trim_start().starts_with('>'))
        .copied()
        .collect();
    let own = own.join("\n").trim().to_owned();
    if own.is_empty() {
        text.trim().to_owned()
    } else {
        own
    }
}

/// Whether what was written before begins here.
fn begins_earlier(lines: &[&str]) -> bool {
    let line = lines[0].trim();
    if BEGINNINGS.iter().any(|one| line.starts_with(one)) {
        return true;
    }
    // Who wrote before may be said on two lines; what follows is quoted.
    let next = lines.get(1).map_or("", |next| next.trim());
    let names = |line: &str| ENDINGS.iter().any(|one| line.ends_with(one));
    let (after, attribution) = match (names(line), names(next)) {
        (true, _) => (1, true),
        (false, true) if line.starts_with("On ") => (2, true),
        _ => (0, false),
    };
    let mut rest = lines.iter().skip(after).map(|line| line.trim());
    if attribution
        && rest
            .find(|line| !line.is_empty())
            .is_none_or(|line| line.starts_with('>'))
    {
        return true;
    }
    is_label(line, &LABELS[..3])
        && lines
            .iter()
            .skip(1)
            .take(3)
            .any(|line| is_label(line.trim(), &LABELS[3..]))
}

fn is_label(line: &str, labels: &[&str]) -> bool {
    let Some((label, _)) = line.split_once([':', '\u{ff1a}']) else {
        return false;
    };
    let label = label
        .trim_matches(|c: char| c == '*' || c.is_whitespace())
        .to_lowercase();
    labels.contains(&label.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_without_what_it_answers() {
        let table = [
            (
                "yes please\n\nOn Mon, 1 Nov 2026, Shop wrote:\n> Do you want it?\n",
                "yes please",
            ),
            (
                "yes\n\nOn Mon, 1 Nov 2026 at 10:00, Shop <shop@linden.example>\nwrote:\n> Do you?\n",
                "yes",
            ),
            ("> Do you want it?\nyes please", "yes please"),
            (
                "A1001\n\n-----Original Message-----\nFrom: Shop\nRefund?",
                "A1001",
            ),
            (
                "A1001\n\nFrom: Shop <shop@x>\nSent: Monday\nTo: Ann\n\nRefund?",
                "A1001",
            ),
            (
                "\u{597d}\u{7684}\n\n\u{53d1}\u{4ef6}\u{4eba}\u{ff1a}\u{5e97}\n\u{53d1}\u{9001}\u{65f6}\u{95f4}\u{ff1a}\u{5468}\u{4e00}\n\u{9000}\u{6b3e}",
                "\u{597d}\u{7684}",
            ),
        ];
        for (text, expected) in table {
            assert_eq!(without_quotes(text), expected, "{text}");
        }
    }

    #[test]
    fn words_that_look_like_it_and_quote_nothing_are_kept() {
        for text in [
            "My sister wrote:\nplease refund A1001",
            "From: my phone",
            "On Monday I paid twice",
            "> only quoted",
        ] {
            assert_eq!(without_quotes(text), text);
        }
    }
}
