//! Comparing what must stay secret: in a time that does not tell where two values differ.

use subtle::ConstantTimeEq as _;

/// Whether two secrets are the same. How long they are is no secret; what is in them is.
#[must_use]
pub fn same(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn only_the_same_bytes_are_the_same() {
        for (a, b) in [("", ""), ("a", "a"), ("ann@example.org", "ann@example.org")] {
            assert!(same(a.as_bytes(), b.as_bytes()), "{a}");
        }
        for (a, b) in [
            ("a", "b"),
            ("ab", "aB"),
            ("ba", "ca"),
            ("a", "ab"),
            ("", "a"),
        ] {
            assert!(!same(a.as_bytes(), b.as_bytes()), "{a} {b}");
        }
    }
}
