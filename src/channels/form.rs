//! Forms, as bytes that a browser or a platform sends: `a=1&b=2`.

/// What a form is called.
pub(super) const MEDIA_TYPE: &str = "application/x-www-form-urlencoded";

/// The fields of a form in their order; one that is no text is left out.
pub(super) fn fields(body: &[u8]) -> Vec<(String, String)> {
    let pairs = body
        .split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty());
    let field = |pair: &[u8]| {
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        let name = String::from_utf8(value(halves.next()?)).ok()?;
        Some((
            name,
            String::from_utf8(value(halves.next().unwrap_or_default())).ok()?,
        ))
    };
    pairs.filter_map(field).collect()
}

/// The bytes of a value.
pub(super) fn value(value: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|hex| str::from_utf8(hex).ok());
        let is_hex = |hex: &&str| hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        let byte = hex
            .filter(is_hex)
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (first, byte) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            (b'+', _) => {
                bytes.push(b' ');
                rest = after;
            }
            (other, _) => {
                bytes.push(*other);
                rest = after;
            }
        }
    }
    bytes
}

/// Fields as a form.
pub(super) fn write(fields: &[(&str, &str)]) -> String {
    let each = fields.iter();
    let pairs: Vec<String> = each
        .map(|(name, value)| format!("{}={}", escaped(name), escaped(value)))
        .collect();
    pairs.join("&")
}

/// A text as it stands in a form or an address.
pub(super) fn escaped(text: &str) -> String {
    let bytes = text.bytes().map(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
            char::from(byte).to_string()
        }
        other => format!("%{other:02X}"),
    });
    bytes.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_decoded_byte_by_byte() {
        assert_eq!(
            value(b"%7B%22a%22%3A+%E9%80%80%7D"),
            "{\"a\": \u{9000}}".as_bytes()
        );
        assert_eq!(value(b"100%"), b"100%");
        assert_eq!(value(b"%zz%+1%+a"), b"%zz% 1% a");
    }

    #[test]
    fn a_form_is_read_as_it_was_written() {
        let text = "a & b = c+\u{9000}%";
        let written = write(&[("To", text), ("Body", "")]);
        let expected = [
            ("To".to_owned(), text.to_owned()),
            ("Body".to_owned(), String::new()),
        ];
        assert_eq!(fields(written.as_bytes()), expected);
        assert_eq!(
            fields(b"&&x&=y&b=%FF"),
            [
                ("x".to_owned(), String::new()),
                (String::new(), "y".to_owned())
            ]
        );
    }
}
