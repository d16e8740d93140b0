//! What the time of an answer tells. RELIABILITY B rows 2 and 13.
//!
//! No time is asserted: of two things done in turn, in an order that a die decides, neither may be the slower one more often than
//! chance allows. Load on the machine meets both alike, so it hides a difference rather than makes one; a sample that looks unequal is
//! taken again, and only a difference that shows every time, in the same direction, is one.

use std::hint::black_box;
use std::time::{Duration, Instant};

use frontdesk::clock::token_hash;
use frontdesk::domain::account::{Session, TokenHash};
use frontdesk::domain::constant_time::same;
use tokio::task::JoinSet;

use crate::attacks::Dice;
use crate::attacks_orders::{send, session, shop_with_orders};
use crate::support::TestApp;

/// So many standard deviations from chance are no chance: 1 in 16,000, and 1 in 10^13 three times in a row.
const NO_CHANCE: f64 = 4.0;
/// So often an unequal sample is taken.
const SAMPLES: usize = 3;

/// The signed-rank statistic of pairs (Wilcoxon), in standard deviations: positive when the first of a pair tends to be greater.
fn signed_rank(pairs: &[(Duration, Duration)]) -> f64 {
    let difference = |(a, b): &(Duration, Duration)| a.as_nanos() as f64 - b.as_nanos() as f64;
    let mut differences: Vec<f64> = pairs.iter().map(difference).filter(|d| *d != 0.0).collect();
    differences.sort_by(|a, b| a.abs().total_cmp(&b.abs()));
    let ranked = differences.iter().zip(1..);
    let sum: f64 = ranked.map(|(d, rank)| d.signum() * f64::from(rank)).sum();
    let n = differences.len() as f64;
    sum / (n * (n + 1.0) * (2.0 * n + 1.0) / 6.0).sqrt()
}

/// Whether another sample is needed: the ones so far all looked unequal, and are not yet enough.
fn open_question(statistics: &[f64]) -> bool {
    statistics.len() < SAMPLES && statistics.iter().all(|one| one.abs() > NO_CHANCE)
}

/// Whether one of two ways is the slower one, sample after sample.
fn told_apart(statistics: &[f64]) -> bool {
    let slower = |sign: f64| statistics.iter().all(|one| one * sign > NO_CHANCE);
    statistics.len() == SAMPLES && (slower(1.0) || slower(-1.0))
}

#[test]
fn the_rank_test_of_row_2_and_13_sees_a_tenth_of_the_noise_and_nothing_where_nothing_is() {
    let mut dice = Dice::new(7);
    let mut sample = |more: usize| -> Vec<_> {
        let mut time = |more: usize| {
            // A busy machine: one of ten times is ten times as long.
            let busy = if dice.below(10) == 0 { 10 } else { 1 };
            Duration::from_nanos((more + busy * (5_000 + dice.below(1_000))) as u64)
        };
        (0..2_000).map(|_| (time(more), time(0))).collect()
    };
    for _ in 0..20 {
        assert!(signed_rank(&sample(0)).abs() < NO_CHANCE);
        assert!(signed_rank(&sample(100)) > NO_CHANCE);
    }
    assert!(told_apart(&[5.0, 6.0, 5.0]) && told_apart(&[-5.0, -6.0, -5.0]));
    for chance in [[5.0, 3.0, 5.0], [5.0, -5.0, 5.0], [0.1, -0.2, 0.3]] {
        assert!(!told_apart(&chance), "{chance:?}");
    }
}

/// Many new sessions, opened at once because that is quicker.
async fn sessions(app: &TestApp, count: usize) -> Vec<Session> {
    let mut opening = JoinSet::new();
    let mut open = Vec::new();
    for _ in 0..count {
        let desk = app.app.desk.clone();
        opening.spawn(async move { session(&desk).await });
        if opening.len() >= 64 {
            open.push(opening.join_next().await.unwrap().unwrap());
        }
    }
    open.extend(opening.join_all().await);
    open
}

/// What is asked about an order number, the second with contact data that are wrong for every order.
const QUESTIONS: [&str; 2] = [
    "what is the state of order ORDER",
    "where is order ORDER? my mail is nobody@example.net",
];

/// Asks about an order that is there and about one that is not, in turn, and pairs the times.
async fn asked_in_turn(app: &TestApp, dice: &mut Dice, count: usize) -> Vec<(Duration, Duration)> {
    let mut open = sessions(app, 2 * count).await;
    let mut pairs = Vec::new();
    for round in 0..count {
        let mut pair = [Duration::ZERO; 2];
        let first = dice.below(2);
        for which in [first, 1 - first] {
            // A1007 and the like are orders; A1008 and the like are not. Nobody asks about one often enough to be shut out.
            let order = format!("A{}", 1_007 + 7 * (round % 19) + which);
            let text = QUESTIONS[round % 2].replace("ORDER", &order);
            let address = format!("192.0.2.{}", round % 250);
            let visitor = open.pop().unwrap();
            let began = Instant::now();
            send(&app.app.desk, &visitor, &address, &text).await;
            pair[which] = began.elapsed();
        }
        pairs.push((pair[0], pair[1]));
    }
    pairs
}

#[tokio::test]
async fn row_2_the_time_of_an_answer_does_not_tell_whether_there_is_such_an_order() {
    let app = shop_with_orders().await;
    let mut dice = Dice::new(2);
    let mut statistics = Vec::new();
    while open_question(&statistics) {
        let pairs = asked_in_turn(&app, &mut dice, 2_000).await;
        statistics.push(signed_rank(&pairs));
    }
    assert!(
        !told_apart(&statistics),
        "whether there is an order shows in the time: {statistics:?}"
    );
}

/// How long a comparison takes, many times over: one is too short to be measured.
#[inline(never)]
fn time_of(compare: fn(&[u8], &[u8]) -> bool, a: &[u8], b: &[u8]) -> Duration {
    let began = Instant::now();
    for _ in 0..20 {
        black_box(compare(black_box(a), black_box(b)));
    }
    began.elapsed()
}

/// Compares a secret, in turn, with one that differs in its first byte and with one that differs in its last.
fn first_and_last(compare: fn(&[u8], &[u8]) -> bool, secret: &[u8], dice: &mut Dice) -> f64 {
    let mut pairs = Vec::new();
    // Both stand at the same place in memory when they are compared, so that nothing but their bytes tells them apart.
    let mut guess = secret.to_vec();
    for _ in 0..500 {
        let mut pair = [Duration::ZERO; 2];
        let first = dice.below(2);
        for which in [first, 1 - first] {
            guess.copy_from_slice(secret);
            guess[[0, secret.len() - 1][which]] ^= 1;
            pair[which] = time_of(compare, secret, &guess);
        }
        pairs.push((pair[0], pair[1]));
    }
    signed_rank(&pairs)
}

/// Hashes of tokens as the desk holds them.
fn same_hash(a: &[u8], b: &[u8]) -> bool {
    let hash = |bytes: &[u8]| TokenHash(bytes.try_into().unwrap());
    hash(a) == hash(b)
}

#[test]
fn row_13_the_time_of_a_comparison_does_not_tell_where_two_secrets_differ() {
    let mut dice = Dice::new(13);
    let hash = token_hash(&"fda_0123456789abcdef".to_owned().into()).0;
    let mail = format!("{}@example.org", "a".repeat(200));
    let mut statistics = |compare, secret| -> Vec<f64> {
        let mut statistics = Vec::new();
        while open_question(&statistics) {
            statistics.push(first_and_last(compare, secret, &mut dice));
        }
        statistics
    };
    let byte_by_byte = statistics(|a, b| a.iter().zip(b).all(|(a, b)| a == b), mail.as_bytes());
    assert!(
        told_apart(&byte_by_byte),
        "this test sees nothing: {byte_by_byte:?}"
    );
    for (what, compare, secret) in [
        ("hashes of tokens", same_hash as fn(&_, &_) -> _, &hash[..]),
        ("contact data", same, mail.as_bytes()),
    ] {
        let statistics = statistics(compare, secret);
        assert!(!told_apart(&statistics), "{what}: {statistics:?}");
    }
}
