//! Evidence: chosen, shown, removed, sent with what it proves; and RELIABILITY B row 19: what is no picture is refused in words.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::scene::Scene;

/// Chooses a file as the browser's own dialog would.
pub fn choose(scene: &Scene, path: &Path) {
    let picker = scene.run("return $('#picker')");
    let id = picker
        .as_object()
        .unwrap()
        .values()
        .next()
        .unwrap()
        .as_str()
        .unwrap()
        .to_owned();
    let path = path.display().to_string();
    scene.turn.call(
        "POST",
        &format!("/element/{id}/value"),
        &json!({"text": path}),
    );
}

pub fn picture(scene: &Scene, name: &str) -> PathBuf {
    let path = scene.desk().folder().join(name);
    let pixels =
        image::RgbImage::from_fn(64, 48, |x, y| image::Rgb([x as u8 * 4, y as u8 * 5, 90]));
    pixels
        .save_with_format(&path, image::ImageFormat::Png)
        .unwrap();
    path
}

/// Goes through the form until evidence is wanted.
fn apply(scene: &Scene) {
    scene.ask("I want a refund for A1003");
    scene.ask("lina@example.com");
    scene.run("$$('.said .choice').find(one => /faulty|damaged/i.test(one.textContent)).click()");
    scene.until("$$('.said.mine').length === 3 && $$('.said').at(-1).matches('.bot')");
    scene.say("the lid was broken when it came");
    scene.until("$('section.claim')");
}

#[test]
fn evidence_is_shown_before_it_is_sent_can_be_taken_back_and_reaches_the_application() {
    let Some(scene) = Scene::with("") else { return };
    scene.visit("data-locale=\"en\"");
    scene.open();
    apply(&scene);
    scene.until("$('.claim .chip').textContent === 'Evidence needed'");
    let (lid, other) = (
        picture(&scene, "lid\u{202e}.png"),
        picture(&scene, "other.png"),
    );
    choose(&scene, &lid);
    choose(&scene, &other);
    scene.until("$$('.strip li').length === 2");
    let drawn = "$('.strip canvas').getContext('2d').getImageData(20, 20, 1, 1).data[3] === 255";
    scene.until(drawn);
    assert!(
        !scene
            .see("$('.strip').textContent")
            .as_str()
            .unwrap()
            .contains('\u{202e}')
    );
    scene.run("$$('.strip button')[1].click()");
    scene.until("$$('.strip li').length === 1");
    scene.run("$('.send').click()");
    scene.until("$$('.file').length === 1 && $('.strip').hidden");
    scene.until("$('.claim .chip').textContent === 'Under review'");
    assert_eq!(
        scene.see("$$('section.claim').length"),
        1,
        "one card for one application"
    );
    let path = format!("/v1/conversations/{}/events", scene.conversation());
    let events = scene.desk().as_agent("GET", &path, &Value::Null);
    let files = events["events"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|event| event["kind"] == "attached");
    assert_eq!(files.count(), 1);
    scene.reload();
    scene.until("$$('.file').length === 1 && $$('section.claim').length === 1");
}

#[test]
fn row_19_what_is_no_picture_or_document_is_refused_in_words_and_never_sent_or_never_kept() {
    let Some(scene) = Scene::with("") else { return };
    scene.visit("data-locale=\"en\"");
    scene.open();
    scene.ask("hello");
    let put = |name: &str, bytes: &[u8]| {
        let path = scene.desk().folder().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    for name in ["page.html", "drawing.svg", "run.exe"] {
        choose(
            &scene,
            &put(
                name,
                b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
            ),
        );
        scene.until(&format!(
            "!$('.note').hidden && $('.note').textContent.includes('{name}')"
        ));
        assert_eq!(scene.see("$$('.strip li').length"), 0, "{name}");
    }
    choose(&scene, &put("large.png", &vec![0; 5 * 1024 * 1024 + 1]));
    scene.until("$('.note').textContent.includes('larger than 5 MB')");
    // By its name a picture, by its content a page: the browser believes the name, the desk does not.
    choose(
        &scene,
        &put("really.png", b"<!doctype html><script>alert(1)</script>"),
    );
    scene.until("$$('.strip li').length === 1");
    scene.run("$('.send').click()");
    scene.until(
        "!$$('.strip li').length && $('.note').textContent.includes('neither a picture nor a PDF')",
    );
    for n in 0..4 {
        choose(&scene, &picture(&scene, &format!("p{n}.png")));
    }
    scene.until("$('.note').textContent.includes('Three files')");
    assert_eq!(scene.see("$$('.strip li').length"), 3);
    assert_eq!(scene.see("$$('.file').length"), 0);
}
