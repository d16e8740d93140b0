//! A script as a row of words: names, numbers, texts and signs. Enough to tell a text, a pattern and a comment from what stands around
//! them.

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name or a keyword.
    Name,
    /// A number.
    Number,
    /// A text, a pattern, or a piece of a template.
    Text,
    /// A sign.
    Sign,
}

/// What stood before a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    /// Nothing.
    None,
    /// Blanks.
    Blank,
    /// The end of a line.
    Line,
}

/// A word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'a> {
    pub(super) kind: Kind,
    pub(super) text: &'a str,
    pub(super) gap: Gap,
}

/// Signs of more than one character that must not be taken for others.
const LONG_SIGNS: [&str; 3] = ["...", "?.", "=>"];
/// Keywords after which a slash begins a pattern.
const BEFORE_PATTERN: [&str; 3] = ["return", "typeof", "case"];

/// The words of a script, in order.
pub(super) fn words(code: &str) -> Vec<Word<'_>> {
    let mut reader = Reader {
        rest: code,
        words: Vec::new(),
        templates: Vec::new(),
    };
    while let Some(gap) = reader.skip() {
        let (kind, length) = reader.next();
        let (text, rest) = reader.rest.split_at(length);
        reader.rest = rest;
        reader.words.push(Word { kind, text, gap });
    }
    reader.words
}

struct Reader<'a> {
    rest: &'a str,
    words: Vec<Word<'a>>,
    /// For each template that is open around here, how many braces are open inside its hole.
    templates: Vec<usize>,
}

impl Reader<'_> {
    /// Goes to the next word and says what was before it; nothing at the end.
    fn skip(&mut self) -> Option<Gap> {
        let mut gap = Gap::None;
        loop {
            let first = self.rest.chars().next()?;
            let length = match first {
                '\n' => {
                    gap = Gap::Line;
                    1
                }
                c if c.is_whitespace() => {
                    gap = gap.max(Gap::Blank);
                    c.len_utf8()
                }
                '/' if self.rest.starts_with("//") => {
                    self.rest.find('\n').unwrap_or(self.rest.len())
                }
                '/' if self.rest.starts_with("/*") => {
                    gap = gap.max(Gap::Blank);
                    self.rest.find("*/").map_or(self.rest.len(), |end| end + 2)
                }
                _ => return Some(gap),
            };
            self.rest = &self.rest[length..];
        }
    }

    /// What the next word is and how long.
    fn next(&mut self) -> (Kind, usize) {
        let first = self.rest.chars().next().unwrap_or(' ');
        match first {
            '\'' | '"' => (Kind::Text, self.quoted(first)),
            '`' => (Kind::Text, self.template()),
            '}' if self.templates.last() == Some(&0) => {
                self.templates.pop();
                (Kind::Text, self.template())
            }
            '/' if self.begins_pattern() => (Kind::Text, self.pattern()),
            c if c.is_ascii_digit() => (Kind::Number, self.run(|c| is_name(c) || c == '.')),
            c if is_name(c) => (Kind::Name, self.run(is_name)),
            c => (Kind::Sign, self.sign(c)),
        }
    }

    fn run(&self, belongs: impl Fn(char) -> bool) -> usize {
        let end = self.rest.find(|c| !belongs(c));
        end.unwrap_or(self.rest.len())
    }

    fn sign(&mut self, first: char) -> usize {
        match (self.templates.last_mut(), first) {
            (Some(open), '{') => *open += 1,
            (Some(open), '}') => *open -= 1,
            _ => {}
        }
        let long = LONG_SIGNS.iter().find(|sign| self.rest.starts_with(**sign));
        long.map_or(first.len_utf8(), |sign| sign.len())
    }

    /// Up to where a text ends that `quote` began.
    fn quoted(&self, quote: char) -> usize {
        self.until(|c, _| c == quote)
    }

    /// Up to where a pattern ends, with its flags.
    fn pattern(&self) -> usize {
        let mut in_class = false;
        let end = self.until(|c, _| {
            match c {
                '[' => in_class = true,
                ']' => in_class = false,
                _ => {}
            }
            c == '/' && !in_class
        });
        let flags = self.rest[end..].chars();
        end + flags.take_while(char::is_ascii_lowercase).count()
    }

    /// Up to where a piece of a template ends: at its hole, or at its end.
    fn template(&mut self) -> usize {
        let end = self.until(|c, rest| c == '`' || rest.starts_with("${"));
        if !self.rest[..end].ends_with('$') {
            return end;
        }
        self.templates.push(0);
        end + 1
    }

    /// The first place after the opening sign that fits, and past it. What is escaped does not count.
    fn until(&self, mut fits: impl FnMut(char, &str) -> bool) -> usize {
        let mut escaped = false;
        for (at, c) in self.rest.char_indices().skip(1) {
            if escaped {
                escaped = false;
            } else if c == '\\' {
                escaped = true;
            } else if fits(c, &self.rest[at..]) {
                return at + c.len_utf8();
            }
        }
        self.rest.len()
    }

    /// Whether a slash here begins a pattern and does not divide.
    fn begins_pattern(&self) -> bool {
        self.words.last().is_none_or(|word| match word.kind {
            Kind::Sign => !matches!(word.text, ")" | "]" | "}"),
            Kind::Name => BEFORE_PATTERN.contains(&word.text),
            Kind::Number | Kind::Text => false,
        })
    }
}

/// Whether a character may stand in a name.
pub(super) fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}
