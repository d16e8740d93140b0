//! Reading what others wrote: whatever is missing or of another kind is taken as not being there.

use jiff::Timestamp;
use serde_json::Value;

use super::incoming::Refusal;

/// A JSON object.
pub(super) fn object(body: &[u8]) -> Result<Value, Refusal> {
    let value: Value = serde_json::from_slice(body).map_err(|_| Refusal::Unreadable)?;
    if value.is_object() {
        Ok(value)
    } else {
        Err(Refusal::Unreadable)
    }
}

/// A text at a place such as `/message/text`.
pub(super) fn text(value: &Value, place: &str) -> Option<String> {
    let found = value.pointer(place)?.as_str()?;
    Some(found.to_owned())
}

/// A text at a place, or an empty one.
pub(super) fn or_nothing(value: &Value, place: &str) -> String {
    text(value, place).unwrap_or_default()
}

/// A name at a place, be it a text or a number: platforms write their ids as either.
pub(super) fn name(value: &Value, place: &str) -> Option<String> {
    let name = match value.pointer(place)? {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!name.is_empty()).then_some(name)
}

/// A time at a place, in seconds since 1970.
pub(super) fn second(value: &Value, place: &str) -> Option<Timestamp> {
    let second = name(value, place)?.parse().ok()?;
    Timestamp::from_second(second).ok()
}

/// A time at a place, in milliseconds since 1970.
pub(super) fn millisecond(value: &Value, place: &str) -> Option<Timestamp> {
    let millisecond = name(value, place)?.parse().ok()?;
    Timestamp::from_millisecond(millisecond).ok()
}

/// A list at a place; an empty one when there is none.
pub(super) fn list<'v>(value: &'v Value, place: &str) -> &'v [Value] {
    let found = value.pointer(place).and_then(Value::as_array);
    found.map_or(&[], Vec::as_slice)
}

/// The number of a choice, as the desk writes it into buttons.
pub(super) fn choice(payload: &str) -> Option<u8> {
    let number = payload.parse().ok()?;
    (1..=99).contains(&number).then_some(number)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_there_or_of_another_kind_is_nothing() {
        let value =
            json!({"a": {"b": "x", "n": 7, "e": ""}, "l": [1], "big": 9_007_199_254_740_993_i64});
        assert_eq!(text(&value, "/a/b").as_deref(), Some("x"));
        assert_eq!(name(&value, "/a/n").as_deref(), Some("7"));
        assert_eq!(name(&value, "/big").as_deref(), Some("9007199254740993"));
        for place in ["/a", "/a/n", "/x", "/l/0"] {
            assert_eq!(text(&value, place), None, "{place}");
        }
        assert_eq!((name(&value, "/a/e"), name(&value, "/a")), (None, None));
        assert_eq!((list(&value, "/l").len(), list(&value, "/a").len()), (1, 0));
    }

    #[test]
    fn a_body_is_one_object_and_nothing_else() {
        assert!(object(b"{}").is_ok());
        for wrong in [
            &b""[..],
            b"[]",
            b"7",
            b"{",
            b"{} {}",
            b"\xff{}",
            b"{\"a\":\"\xff\"}",
        ] {
            assert_eq!(object(wrong), Err(Refusal::Unreadable));
        }
        let deep = [b"{\"a\":".repeat(5000), b"1".to_vec(), b"}".repeat(5000)].concat();
        assert_eq!(object(&deep), Err(Refusal::Unreadable));
    }

    #[test]
    fn a_payload_is_a_number_of_ours_or_none() {
        assert_eq!(
            (choice("2"), choice("0"), choice("300"), choice("x")),
            (Some(2), None, None, None)
        );
    }
}
