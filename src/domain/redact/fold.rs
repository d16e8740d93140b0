//! A message as it is searched for secrets: width and case folded, invisible signs dropped, with the way back to the original.

/// A folded text; every byte of it knows the bytes of the original that it stands for.
pub(super) struct Folded {
    /// The folded text.
    pub text: String,
    /// For every byte of `text`, start and end of its character in the original.
    origin: Vec<(usize, usize)>,
}

impl Folded {
    /// Folds a text.
    pub fn new(original: &str) -> Self {
        let mut text = String::with_capacity(original.len());
        let mut origin: Vec<(usize, usize)> = Vec::with_capacity(original.len());
        for (start, c) in original.char_indices() {
            let Some(folded) = fold(c) else {
                // An invisible sign belongs to the character before it, as the frame of a keycap does.
                if let Some(last) = origin.last_mut() {
                    last.1 = start + c.len_utf8();
                }
                continue;
            };
            text.push(folded);
            origin.resize(text.len(), (start, start + c.len_utf8()));
        }
        Self { text, origin }
    }

    /// The bytes of the original that a range of the folded text stands for.
    pub fn original(&self, start: usize, end: usize) -> (usize, usize) {
        let first = self.origin.get(start).map_or(0, |place| place.0);
        let last = end.checked_sub(1).and_then(|last| self.origin.get(last));
        (first, last.map_or(first, |place| place.1))
    }
}

/// One character as it is searched; none for a sign that nobody sees.
fn fold(c: char) -> Option<char> {
    Some(match c {
        'a'..='z' | '0'..='9' => c,
        'A'..='Z' => c.to_ascii_lowercase(),
        '\u{ff01}'..='\u{ff5e}' => {
            return fold(char::from_u32(c as u32 - 0xfee0).unwrap_or(c));
        }
        '\u{1d7ce}'..='\u{1d7ff}' => digit((c as u32 - 0x1d7ce) % 10),
        '\u{660}'..='\u{669}' => digit(c as u32 - 0x660),
        '\u{6f0}'..='\u{6f9}' => digit(c as u32 - 0x6f0),
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' | '\t' => ' ',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' => '-',
        '\u{2018}' | '\u{2019}' => '\'',
        _ if is_invisible(c) => return None,
        other => other,
    })
}

/// The digit with this value.
fn digit(value: u32) -> char {
    char::from_digit(value, 10).unwrap_or('0')
}

/// Zero-width signs, direction marks, variation selectors and the frame of a keycap digit.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{20e3}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}
