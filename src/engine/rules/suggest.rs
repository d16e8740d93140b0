//! "Did you mean": the nearest of the names that exist.

/// The nearest candidate, if one is near enough to be a slip of the fingers.
pub fn nearest<'c>(typed: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let allowed = match typed.chars().count() {
        0..=2 => 1,
        3..=5 => 2,
        6..=64 => 3,
        // Nobody types that; the distance would cost more than the hint is worth.
        _ => return None,
    };
    candidates
        .into_iter()
        .map(|candidate| (strsim::osa_distance(typed, candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The hint that names the nearest candidate.
pub fn did_you_mean<'c>(
    typed: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<String> {
    nearest(typed, candidates).map(|name| format!("did you mean `{name}`?"))
}

/// The nearest candidate, or all of them when none is near.
pub fn choose_from(typed: &str, candidates: &[&str]) -> String {
    did_you_mean(typed, candidates.iter().copied())
        .unwrap_or_else(|| format!("use one of: {}", candidates.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_recognised_and_a_stranger_is_not() {
        let names = ["weight", "whole", "scope", "all", "any"];
        let table = [
            ("wieght", Some("weight")),
            ("hwole", Some("whole")),
            ("al", Some("all")),
            ("colour", None),
            ("", None),
        ];
        for (typed, expected) in table {
            assert_eq!(nearest(typed, names), expected, "{typed}");
        }
    }
}
