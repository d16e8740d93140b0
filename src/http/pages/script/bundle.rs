//! The parts of a script as one, as they would be run one after the other: what they take from each other is there, and what each begins with is
//! in the order of its imports. Each imports on lines of their own, by name, and no two of them call two things the same: that is left to the
//! browser to say, which runs no script that does.

/// A part: its name, and what it says.
pub type Part = (&'static str, String);

/// The parts that one of them needs, and itself, as one script.
#[must_use]
pub fn bundled(parts: &[Part], main: &str) -> String {
    let mut order = Vec::new();
    visit(parts, main, &mut Vec::new(), &mut order);
    let lines = order.into_iter().flat_map(str::lines);
    let own = lines.filter(|line| imported(line).is_none());
    let bare = own.map(|line| line.strip_prefix("export ").unwrap_or(line));
    bare.flat_map(|line| [line, "\n"]).collect()
}

/// Which part a line imports from.
fn imported(line: &str) -> Option<&str> {
    let (_, from) = line.strip_prefix("import ")?.split_once(" from './")?;
    from.strip_suffix("';")
}

/// Each part comes behind those that it imports, unless they import it in turn.
fn visit<'p>(parts: &'p [Part], name: &str, seen: &mut Vec<String>, order: &mut Vec<&'p str>) {
    let part = parts.iter().find(|(own, _)| *own == name);
    let Some((_, text)) = part.filter(|_| !seen.iter().any(|one| one == name)) else {
        return;
    };
    seen.push(name.to_owned());
    for needed in text.lines().filter_map(imported) {
        visit(parts, needed, seen, order);
    }
    order.push(text);
}

#[cfg(test)]
mod tests {
    use super::bundled;

    #[test]
    fn each_part_is_there_once_behind_what_it_needs_and_imports_nothing() {
        let parts = [
            (
                "main.js",
                "import {b} from './b.js';\nimport {c} from './c.js';\nb(c);\n",
            ),
            (
                "c.js",
                "import {b} from './b.js';\nexport const c = b(1);\n",
            ),
            (
                "b.js",
                "import {c} from './c.js';\n// c\nexport function b(n) { return n + c; }\n",
            ),
            ("d.js", "nobody();\n"),
        ];
        let parts = parts.map(|(name, text)| (name, text.to_owned()));
        let one = "const c = b(1);\n// c\nfunction b(n) { return n + c; }\nb(c);\n";
        assert_eq!(bundled(&parts, "main.js"), one);
    }
}
