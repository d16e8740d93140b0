//! A transcript as a table for spreadsheets: every cell in quotes, and none of them is taken for a formula.

use super::Line;

/// What a spreadsheet takes for the beginning of a formula, in any width.
const FORMULAS: [char; 10] = [
    '=', '+', '-', '@', '\t', '\r', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
];

/// What may stand before a formula and is not seen.
const BLANKS: [char; 5] = [' ', '\u{a0}', '\u{3000}', '\u{feff}', '\u{200b}'];

/// A table that begins so is read as UTF-8. Without it Chinese comes out as rubbish.
pub const UNICODE: char = '\u{feff}';

/// A cell: in quotes, and with an apostrophe before what would be taken for a formula. Where a list is written with semicolons or tabs, a
/// spreadsheet parts rows by these and heeds no quotes between commas: what follows one of them, or a line break, begins a cell there, and quotes
/// that this one begins with are taken off.
#[must_use]
pub fn cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    if is_formula(text) || text.trim_start_matches(BLANKS).starts_with('\n') {
        out.push('\'');
    }
    for (at, c) in text.char_indices() {
        out.push(c);
        let rest = &text[at + c.len_utf8()..];
        match c {
            '"' => out.push('"'),
            ';' | '\t' | '\n' | '\r' if begins_formula(rest) => out.push('\''),
            _ => {}
        }
    }
    out.push('"');
    out
}

fn is_formula(text: &str) -> bool {
    text.trim_start_matches(BLANKS).starts_with(FORMULAS)
}

/// The same of what may stand in quotes.
fn begins_formula(text: &str) -> bool {
    is_formula(text.trim_start_matches(|c| c == '"' || BLANKS.contains(&c)))
}

/// A row of cells.
#[must_use]
pub fn row(cells: &[&str]) -> String {
    let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    format!("{}\r\n", cells.join(","))
}

pub(super) fn write(lines: &[Line]) -> String {
    let mut out = row(&["at", "who", "kind", "text"]);
    for line in lines {
        let at = line.at.to_string();
        out += &row(&[&at, &line.who, line.kind, &super::visible(&line.text)]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn row_34_no_cell_is_a_formula_and_none_ends_early() {
        for text in [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            " =1",
            "\u{ff1d}1",
            "\u{feff}=1",
            "\n=1",
        ] {
            let cell = cell(text);
            assert!(cell.starts_with("\"'"), "{cell}");
            let said = cell.replace('\'', "");
            assert_eq!(said, format!("\"{text}\""), "nothing else is changed");
        }
        for text in ["hello;=1+1;", "hello; @x", "one\n=1", "one;\u{ff1d}1"] {
            let cell = cell(text);
            let parts = cell.split([';', '\n']);
            assert!(parts.skip(1).all(|part| !is_formula(part)), "{cell}");
        }
        // As a spreadsheet reads it that knows of no quotes in the middle of a cell, and of quotes at the beginning of one.
        for text in [
            "x;\"=1+1\"",
            "x;\"\"=1",
            "x; \" =1",
            "x\t=1",
            "x\t\"=1",
            "x\n\"=1",
        ] {
            let cell = cell(text);
            let parts = cell.split([';', '\t', '\n']).skip(1);
            let mut bare = parts.map(|part| part.replace('"', ""));
            assert!(bare.all(|part| !is_formula(&part)), "{cell}");
        }
        assert_eq!(cell("a; \"b\"\tc"), "\"a; \"\"b\"\"\tc\"");
        assert_eq!(cell("a; b\nc"), "\"a; b\nc\"");
        assert_eq!(cell("a \"b\", c"), "\"a \"\"b\"\", c\"");
        assert_eq!(cell("the money = mine"), "\"the money = mine\"");
        let mut read = csv::Reader::from_reader("a,b\r\n".as_bytes());
        drop(read.headers());
        let text = row(&["=x\",\"", "line\nbreak"]);
        let mut read = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(text.as_bytes());
        let back = read.records().next().unwrap().unwrap();
        assert_eq!(back.iter().collect::<Vec<_>>(), ["'=x\",\"", "line\nbreak"]);
    }
}
