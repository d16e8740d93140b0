//! E-mail addresses.

use super::plain::Plain;

/// The range of the address that starts at a letter or digit.
pub(super) fn email(text: &Plain, at: usize) -> Option<usize> {
    if is_local(text.before(at)) {
        return None;
    }
    let sign = text.run(at, is_local);
    if sign == at || text.at(sign) != '@' || sign - at > 64 {
        return None;
    }
    let mut end = text.run(sign + 1, |c| {
        c.is_ascii_alphanumeric() || matches!(c, '-' | '.')
    });
    while matches!(text.before(end), '.' | '-') {
        end -= 1;
    }
    let domain = text.text(sign + 1, end.max(sign + 1));
    let has_zone = domain
        .rsplit_once('.')
        .is_some_and(|(host, zone)| !host.is_empty() && zone.len() >= 2);
    has_zone.then_some(end)
}

fn is_local(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-')
}
