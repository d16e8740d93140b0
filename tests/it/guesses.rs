//! Who guesses at passwords: they get neither in nor to know who works here. RELIABILITY B row 44.

use std::time::{Duration, Instant};

use jiff::SignedDuration;

use crate::log_ins::{enter, entering, pass};
use crate::support::{PASSWORD, TestApp, problem};

#[tokio::test]
async fn row_44_a_thousand_passwords_are_not_tried_and_no_answer_tells_who_is_there() {
    let app = TestApp::start().await;
    app.agent("mei", None).await;
    for name in ["mei", "nobody"] {
        let mut answers = Vec::new();
        for n in 0..1_000 {
            let tried = entering(&app, name, &format!("guess number {n}"));
            let (status, code) = problem(tried.send().await.unwrap()).await;
            answers.push((status, code));
        }
        let tried = answers.iter().filter(|(status, _)| *status == 401).count();
        assert_eq!(tried, 8, "{name}");
        assert!(answers[8..].iter().all(|(status, _)| *status == 429));
    }
    let right = entering(&app, "mei", PASSWORD).send().await.unwrap();
    assert!(right.headers().contains_key("retry-after"));
    assert_eq!(problem(right).await.0, 429, "the right one among them");
    pass(&app, SignedDuration::from_mins(15));
    enter(&app, "mei").await;
    let odd = entering(&app, "no/such name", PASSWORD).send().await;
    assert_eq!(
        problem(odd.unwrap()).await,
        (401, "wrong_password".to_owned())
    );
}

/// How long a wrong password for a name takes.
async fn takes(app: &TestApp, name: &str) -> Duration {
    let begun = Instant::now();
    let tried = entering(app, name, "a guess").send().await.unwrap();
    assert_eq!(tried.status(), 401, "{name}");
    begun.elapsed()
}

/// By turns, so that what else the machine does weighs on both alike.
#[tokio::test]
async fn row_44_a_wrong_password_takes_as_long_for_a_name_that_nobody_has() {
    let app = TestApp::start().await;
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for n in 0..5 {
        app.agent(&format!("mei{n}"), None).await;
        for _ in 0..3 {
            known.push(takes(&app, &format!("mei{n}")).await);
            unknown.push(takes(&app, &format!("nobody{n}")).await);
        }
    }
    known.sort_unstable();
    unknown.sort_unstable();
    let (there, nowhere) = (known[known.len() / 2], unknown[unknown.len() / 2]);
    let ratio = there.as_secs_f64() / nowhere.as_secs_f64();
    // A password that is not hashed at all takes a hundredth of the time.
    assert!((0.2..5.0).contains(&ratio), "{there:?} and {nowhere:?}");
}

#[tokio::test]
async fn row_44_guesses_at_many_names_from_one_network_end_too() {
    let app = TestApp::start().await;
    let mut refused = 0;
    for n in 0..60 {
        let tried = entering(&app, &format!("agent{n}"), "guess number 1");
        refused += usize::from(tried.send().await.unwrap().status() == 429);
    }
    assert_eq!(refused, 20);
}
