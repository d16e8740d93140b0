//! A picture that an agent shows to the customer of a platform: a link to this one file, good for a while, for whoever has it.

use jiff::SignedDuration;
use serde_json::json;

use super::delivery::{conversation_of, drain, say};
use super::platform::{HOME, Loopback};
use super::*;
use crate::evidence::{form, png};

#[tokio::test]
async fn a_picture_goes_out_as_a_link_that_opens_it_and_nothing_else_until_its_time_is_over() {
    let app = desk().await;
    let platform = Loopback::start(Channel::Telegram).await;
    let sender = platform.sender(&app, &HOME);
    say(&app, 1, 1, "I want to talk to a human").await;
    drain(&sender, &app).await;
    let mei = app.agent("mei", None).await;
    let id = conversation_of(&app, Channel::Telegram, "1").await;
    let path = format!("/v1/conversations/{id}");
    let taken = app.post(&format!("{path}/claim")).bearer_auth(&mei);
    let taken = taken.json(&json!({})).send().await.unwrap();
    assert_eq!(taken.status(), 200);
    let show = async || {
        let request = app.post(&format!("{path}/attachments")).bearer_auth(&mei);
        let request = form(request, &[("file", "", &png(1))]);
        request.send().await.unwrap().status().as_u16()
    };
    // Without an address there is nothing that the customer could open, and nobody believes that they have seen it.
    assert_eq!(show().await, 422);
    app.app.desk.set_public(Some(PUBLIC.to_owned()));
    assert_eq!(show().await, 201);
    drain(&sender, &app).await;
    let texts = platform.texts();
    let link = texts.last().and_then(|text| text.split(PUBLIC).nth(1));
    let link = link.unwrap_or_else(|| panic!("no link in {texts:?}"));
    let open = async |link: &str| app.get(link).send().await.unwrap();
    let seen = open(link).await;
    assert_eq!(seen.status(), 200);
    assert_eq!(seen.headers()["content-type"], "image/png");
    assert_eq!(seen.headers()["content-disposition"], "inline");
    let (shared, signed) = link.split_once('?').unwrap();
    let (conversation, _) = shared.rsplit_once('/').unwrap();
    for wrong in [
        shared.to_owned(),
        format!("{conversation}/html?{signed}"),
        format!("{conversation}/{}?{signed}", "0".repeat(64)),
        link.replace("until=", "until=9"),
    ] {
        assert_eq!(open(&wrong).await.status(), 404, "{wrong}");
    }
    let later = SignedDuration::from_hours(7 * 24 + 1);
    app.clock.move_to(app.clock.now() + later);
    assert_eq!(open(link).await.status(), 404);
}
