//! Pictures that agents show: cleaned as those of customers, seen by the two sides of the conversation, by a link on a platform, and never
//! held against the customer.

use image::ImageFormat;
use reqwest::Response;
use serde_json::{Value, json};

use crate::evidence::{attach, form, pdf, picture, png, text_of};
use crate::support::{TestApp, Visitor, problem};

async fn show(app: &TestApp, agent: &str, id: &str, file: &[u8]) -> Response {
    let path = format!("/v1/conversations/{id}/attachments");
    let request = form(app.post(&path).bearer_auth(agent), &[("file", "", file)]);
    request.send().await.unwrap()
}

/// A conversation that an agent has.
async fn claimed(app: &TestApp, agent: &str) -> (Visitor, String) {
    let (visitor, id) = app.waiting("linden").await;
    let path = format!("/v1/conversations/{id}/claim");
    let taken = app.post(&path).bearer_auth(agent).json(&json!({}));
    assert_eq!(taken.send().await.unwrap().status(), 200);
    (visitor, id)
}

#[tokio::test]
async fn a_customer_gets_what_an_agent_shows_once_and_cleaned_and_nobody_else_does() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let (visitor, id) = claimed(&app, &mei).await;
    // A place and a camera stand in what was taken with a phone.
    let mut photo = picture(1, ImageFormat::Jpeg);
    let exif = b"\xff\xe1\x00\x16Exif\0\0somewhere-secret";
    photo.splice(2..2, exif[..24].iter().copied());
    let shown = show(&app, &mei, &id, &photo).await;
    assert_eq!(shown.status(), 201);
    let shown: Value = shown.json().await.unwrap();
    assert_eq!(text_of(&shown, "media_type"), "image/jpeg");
    let again = show(&app, &mei, &id, &photo).await;
    assert_eq!(again.status(), 200);
    let again: Value = again.json().await.unwrap();
    assert_eq!(again["seq"], shown["seq"], "sent again, it is the same");
    let hash = text_of(&shown, "sha256");
    let own = format!("/v1/attachments/{hash}?conversation={id}");
    let seen = app.get(&own).bearer_auth(&visitor.token).send().await;
    let seen = seen.unwrap().bytes().await.unwrap();
    assert!(seen.starts_with(b"\xff\xd8"));
    assert!(
        !seen.windows(9).any(|part| part == b"somewhere"),
        "EXIF is kept"
    );
    let stranger = app.visitor().await;
    let refused = app.get(&own).bearer_auth(&stranger.token).send().await;
    assert_eq!(refused.unwrap().status(), 404);
    // It has answered: the customer waits no longer, and their own files are counted as before.
    let row = app.get(&format!("/v1/conversations/{id}"));
    let row: Value = row
        .bearer_auth(&mei)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(row["status"], "waiting_customer");
    // The same picture from another customer is no sign of anything.
    let other = app.visitor().await;
    app.send(&other, "hello").await;
    let sent = attach(&app, &other, &photo, None).await;
    let path = format!(
        "/v1/conversations/{}/events",
        text_of(&sent, "conversation")
    );
    let log = app.get(&path).bearer_auth(&mei).send().await.unwrap();
    let log = log.text().await.unwrap();
    assert!(!log.contains("evidence_reused"), "{log}");
}

#[tokio::test]
async fn only_who_speaks_there_shows_something_and_only_what_is_a_picture_or_a_document() {
    let app = TestApp::start().await;
    let (mei, lee) = (app.agent("mei", None).await, app.agent("lee", None).await);
    let (_, id) = claimed(&app, &mei).await;
    assert_eq!(show(&app, &lee, &id, &png(1)).await.status(), 409);
    let page = b"<html><script>alert(1)</script></html>";
    let refused = show(&app, &mei, &id, page).await;
    assert_eq!(refused.status(), 415, "{:?}", refused.text().await);
    let log = app.get(&format!("/v1/conversations/{id}/events"));
    let log = log.bearer_auth(&mei).send().await.unwrap().text().await;
    assert!(!log.unwrap().contains("\"attached\""));
    assert_eq!(show(&app, &mei, &id, &pdf("a label")).await.status(), 201);
    let other = app.agent("oda", Some("m_other")).await;
    let foreign = show(&app, &other, &id, &png(2)).await;
    assert_eq!(problem(foreign).await.0, 404);
}
