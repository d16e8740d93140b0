//! A transcript as plain text: a line with time and speaker, the words under it, indented so that no word can pass for a line head.

use super::{Line, visible};

pub(super) fn write(lines: &[Line]) -> String {
    let mut out = String::new();
    for line in lines {
        out.push_str(&line.at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string());
        out.push_str("  ");
        out.push_str(&visible(&line.who).replace('\n', " "));
        out.push('\n');
        for row in visible(&line.text).lines() {
            out.push_str("    ");
            out.push_str(row);
            out.push('\n');
        }
        out.push('\n');
    }
    out
}
