//! What the source may do with secrets and cookies, whatever the tests try. RELIABILITY B rows 13, 15.

use std::collections::BTreeSet;

use crate::tidy::sources;

/// The files that look into a secret: to hash it, sign or check with it, measure its length, or print it once.
const LOOK_INTO_SECRETS: [&str; 17] = [
    "channels/secret.rs",
    "cli/access.rs",
    "cli/channel/add.rs",
    "cli/demo/mod.rs",
    "cli/demo/shop.rs",
    "cli/init/mod.rs",
    "cli/serve/greeting.rs",
    "cli/token/sign.rs",
    "clock.rs",
    "config/channels.rs",
    "config/secret.rs",
    "config/webhooks.rs",
    "desk/access/accounts.rs",
    "domain/password.rs",
    "domain/webhook/signature.rs",
    "http/customer/auth.rs",
    "http/gate/cookie.rs",
];
/// The file that takes a token in and gives one out.
const TAKES_TOKENS: &str = "http/customer/visitor.rs";

/// Ways to find out whether two texts are alike that take as long as they are.
const COMPARISONS: [&str; 9] = [
    " == ",
    " != ",
    ".eq(",
    ".ne(",
    ".cmp(",
    "matches!",
    ".contains(",
    "starts_with(",
    "ends_with(",
];

/// Whether a line compares something that its author called a secret.
fn compares_a_secret(line: &str) -> bool {
    let secret = [
        "expose_secret()",
        "token.0",
        "hash.0",
        "secret.as_",
        "signature",
    ];
    let length = line.contains(".len()") || line.contains("is_empty()");
    !length
        && secret.iter().any(|word| line.contains(word))
        && COMPARISONS.iter().any(|word| line.contains(word))
}

#[test]
fn row_13_no_secret_is_compared_but_in_constant_time() {
    let mut looks = BTreeSet::new();
    for source in sources() {
        for (number, line) in source.code() {
            assert!(
                !compares_a_secret(line),
                "src/{}:{number}: {}",
                source.path,
                line.trim()
            );
            if line.contains(".expose_secret()") {
                looks.insert(source.path.clone());
            }
        }
    }
    let known = LOOK_INTO_SECRETS.into_iter().chain([TAKES_TOKENS]);
    let known: BTreeSet<String> = known.map(str::to_owned).collect();
    assert_eq!(
        looks, known,
        "another file looks into secrets: what does it do with them?"
    );
}

#[test]
fn row_13_hashes_of_tokens_and_contact_data_have_no_comparison_of_their_own() {
    let all = sources();
    let file = |path: &str| all.iter().find(|source| source.path == path).unwrap();
    let account = &file("domain/account.rs").text;
    let (before, after) = account.split_once("pub struct TokenHash").unwrap();
    let derived = before.rsplit("#[derive(").next().unwrap();
    for word in ["PartialEq", "PartialOrd", "Ord", "Hash"] {
        assert!(!derived.contains(word), "{word} of `TokenHash` is derived");
    }
    let equality = after.split_once("impl PartialEq for TokenHash").unwrap().1;
    let equality = equality.split("\n}").next().unwrap();
    assert!(equality.contains("same(&self.0, &other.0)"), "{equality}");
    assert!(file("domain/constant_time.rs").text.contains(".ct_eq("));
    // What customers prove an order with is compared in one file, by its own few functions.
    for (number, line) in file("engine/dialogue/proof.rs").code() {
        let names = ["email", "phone", "tail", "given"];
        let contact = names.iter().any(|name| line.contains(name));
        let compares = [" == ", " != ", "ends_with(", "starts_with(", ".eq("];
        let compares = compares.iter().any(|word| line.contains(word));
        assert!(!(contact && compares), "proof.rs:{number}: {}", line.trim());
    }
}

#[test]
fn the_scan_of_row_13_sees_a_comparison() {
    for line in [
        "if token.expose_secret() == given {",
        "let known = secrets.iter().any(|s| s.expose_secret().eq(given));",
        "stored.token.0 != token.0",
        "matches!(key.expose_secret(), \"x\")",
        "given.starts_with(secret.as_str())",
    ] {
        assert!(compares_a_secret(line), "{line}");
    }
    for line in [
        "Sha256::digest(token.expose_secret().as_bytes())",
        "if secret.expose_secret().is_empty() {",
        "Some(secret) if secret.expose_secret().len() < SECRET_BYTES",
    ] {
        assert!(!compares_a_secret(line), "{line}");
    }
}

#[test]
fn row_15_the_one_cookie_is_read_and_set_in_one_file_and_no_visitor_has_any() {
    // `staff` asks for it with the check of where a change comes from, `log_in` gives it out.
    let known = [
        "http/gate/cookie.rs",
        "http/gate/staff.rs",
        "http/agents/log_in.rs",
        "http/gate/mod.rs",
    ];
    let others = sources().into_iter();
    for source in others.filter(|source| !known.contains(&source.path.as_str())) {
        for (number, line) in source.code() {
            let cookie = line.to_ascii_lowercase().contains("cookie");
            assert!(!cookie, "src/{}:{number}: {}", source.path, line.trim());
        }
    }
    let manifest = include_str!("../../Cargo.toml").to_ascii_lowercase();
    assert!(!manifest.contains("cookie"), "a cookie library is used");
}
