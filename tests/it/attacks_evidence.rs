//! Files as weapons: somebody else's, ones that are not what they say, ones that swell, ones that the desk dies over. RELIABILITY B rows
//! 5, 19, 38.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use frontdesk::store::Store;
use image::ImageFormat;
use rand::RngExt as _;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use crate::attacks::World;
use crate::crash_http::{CONFIG, Server};
use crate::evidence::{attach, form, pdf, picture, png, send, text_of};
use crate::load::{check_whole, number, options, runtime, scratch};
use crate::support::{TestApp, problem};

#[tokio::test]
async fn row_5_a_file_opens_with_no_other_file_conversation_or_person_in_its_place() {
    let world = World::begin().await;
    let app = &world.app;
    let file = attach(app, &world.owner, &png(1), None).await;
    let other = attach(app, &world.neighbour, &png(2), None).await;
    let (hash, conversation) = (text_of(&file, "sha256"), text_of(&file, "conversation"));
    let (other_hash, other_place) = (text_of(&other, "sha256"), text_of(&other, "conversation"));
    assert_eq!(conversation, world.conversation);
    let ways = |conversation: &str, hash: &str| {
        [
            format!("/v1/attachments/{hash}?conversation={conversation}"),
            format!("/v1/conversations/{conversation}/attachments/{hash}"),
        ]
    };
    let ask = async |path: &str, token: &str| {
        let answer = app.get(path).bearer_auth(token).send().await.unwrap();
        (answer.status().as_u16(), answer.bytes().await.unwrap())
    };
    let [own, theirs] = ways(conversation, hash);
    let kept = ask(&own, &world.owner.token).await;
    assert_eq!(kept.0, 200);
    for (who, opens, token) in world.everybody() {
        let may = matches!(who, "an agent of the platform" | "an agent of the shop");
        let expected = match (who, opens) {
            ("the owner", _) => (200, 401),
            (_, "visitor") => (404, 401),
            (_, "agent") => (401, if may { 200 } else { 404 }),
            _ => (401, 401),
        };
        let got = (ask(&own, token).await.0, ask(&theirs, token).await.0);
        assert_eq!(got, expected, "{who}");
    }
    // Another file in this conversation, this file in another one, and what nobody has.
    let nothing = "0".repeat(64);
    let upper = hash.to_uppercase();
    let up = "..%2f..%2fstore";
    for (place, name) in [
        (conversation, other_hash),
        (other_place, hash),
        (conversation, nothing.as_str()),
        (conversation, &upper),
        (conversation, &hash[..63]),
        (conversation, up),
        ("nobody", hash),
        ("", hash),
    ] {
        let [own, theirs] = ways(place, name);
        assert_eq!(ask(&own, &world.owner.token).await.0, 404, "{own}");
        let agents = ask(&theirs, &world.own_agent).await.0;
        assert_eq!(agents, 404, "{theirs}");
    }
    let without = format!("/v1/attachments/{hash}");
    assert_eq!(ask(&without, &world.owner.token).await.0, 400);
}

/// What is no picture and no document, whatever it is called and whatever it says it is.
fn corpus() -> Vec<(&'static str, Vec<u8>)> {
    let page = b"<!doctype html><html><script>alert(1)</script></html>";
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";
    let zip = b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    let pdf = pdf("x");
    let ends = |bytes: &[u8]| [bytes, b"%%EOF\n"].concat();
    let jpeg = picture(1, ImageFormat::Jpeg);
    let comment = [&jpeg[..2], b"\xff\xfe\0\x0c<script>x", &jpeg[2..]].concat();
    vec![
        ("an svg", svg.to_vec()),
        (
            "an svg with xml in front",
            [b"<?xml version=\"1.0\"?>", &svg[..]].concat(),
        ),
        ("a page", page.to_vec()),
        (
            "a page with a byte order mark",
            [b"\xef\xbb\xbf", &page[..]].concat(),
        ),
        ("a gif", b"GIF89a\x01\0\x01\0\0\0\0;".to_vec()),
        ("a gif that is a script", b"GIF89a=1;alert(1)".to_vec()),
        ("an archive", b"PK\x03\x04\x14\0\0\0\0\0".to_vec()),
        ("a program", b"\x7fELF\x02\x01\x01".to_vec()),
        ("a windows program", b"MZ\x90\0".to_vec()),
        ("a bitmap", b"BM\x46\0\0\0".to_vec()),
        ("a tiff", b"II*\0\x08\0\0\0".to_vec()),
        ("an icon", b"\0\0\x01\0\x01\0".to_vec()),
        ("an avif", b"\0\0\0\x1cftypavif".to_vec()),
        ("text", b"hello".to_vec()),
        ("a script for images", b"%!PS-Adobe-3.0".to_vec()),
        ("a pdf behind a page", [&page[..], &pdf].concat()),
        (
            "a pdf that is a page",
            ends(&[b"%PDF-1.4\n", &page[..]].concat()),
        ),
        (
            "a pdf that is an svg",
            ends(&[b"%PDF-1.4\n", &svg[..]].concat()),
        ),
        ("a pdf with a page behind", [&pdf[..], page].concat()),
        ("a pdf with an archive behind", [&pdf[..], zip].concat()),
        (
            "a pdf with an archive inside",
            ends(&[b"%PDF-1.4\n", &zip[..]].concat()),
        ),
        ("a pdf without an end", b"%PDF-1.4\n1 0 obj".to_vec()),
        ("a jpeg that is a page", comment),
        ("a jpeg with an archive behind", [&jpeg[..], zip].concat()),
        ("a png with an archive behind", [&png(1)[..], zip].concat()),
        ("a png that is only a head", png(1)[..33].to_vec()),
        ("a png of nothing", b"\x89PNG\r\n\x1a\n".to_vec()),
        ("a webp of nothing", b"RIFF\x04\0\0\0WEBP".to_vec()),
        ("nothing", Vec::new()),
    ]
}

#[tokio::test]
async fn row_19_what_is_no_picture_and_no_document_is_refused_whatever_it_is_called() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    let names = [
        "; filename=\"photo.png\"\r\ncontent-type: image/png",
        "; filename=\"invoice.pdf\"\r\ncontent-type: application/pdf",
        "; filename=\"x.svg\"\r\ncontent-type: image/svg+xml",
        "",
    ];
    for (what, bytes) in corpus() {
        for name in names {
            let request = app.post("/v1/attachments").bearer_auth(&visitor.token);
            let sent = form(request, &[("file", name, &bytes)]).send().await;
            let (status, code) = problem(sent.unwrap()).await;
            let known = ["unsupported_media_type", "invalid_value"];
            assert!(known.contains(&code.as_str()), "{what}: {status} {code}");
        }
    }
    let kept = app.data().join("evidence");
    assert_eq!(std::fs::read_dir(kept).unwrap().count(), 0);
}

#[tokio::test]
async fn row_19_what_is_served_is_what_its_bytes_say_and_nothing_that_a_browser_would_run() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    let lie = "; filename=\"<script>.html\"\r\ncontent-type: text/html";
    for (file, kind, end) in [
        (png(1), "image/png", "png"),
        (picture(2, ImageFormat::Jpeg), "image/jpeg", "jpg"),
        (picture(3, ImageFormat::WebP), "image/jpeg", "jpg"),
        (pdf("invoice"), "application/pdf", "pdf"),
    ] {
        let request = app.post("/v1/attachments").bearer_auth(&visitor.token);
        let sent = form(request, &[("file", lie, &file)]).send().await.unwrap();
        let kept: Value = sent.json().await.unwrap();
        let (hash, place) = (text_of(&kept, "sha256"), text_of(&kept, "conversation"));
        let path = format!("/v1/attachments/{hash}?conversation={place}");
        let served = app.get(&path).bearer_auth(&visitor.token);
        let served = served.send().await.unwrap();
        let head = |name: &str| header(served.headers(), name);
        assert_eq!(head("content-type"), kind);
        let name = format!("attachment; filename=\"{}.{end}\"", &hash[..12]);
        assert_eq!(head("content-disposition"), name);
        assert_eq!(head("x-content-type-options"), "nosniff");
        let policy = head("content-security-policy");
        assert!(
            policy.contains("sandbox") && policy.contains("default-src 'none'"),
            "{policy}"
        );
        assert_eq!(head("cross-origin-resource-policy"), "same-origin");
        assert_eq!(head("cache-control"), "no-store");
    }
}

fn header(headers: &HeaderMap, name: &str) -> String {
    let value = headers.get(name);
    let value = value.unwrap_or_else(|| panic!("no {name} in {headers:?}"));
    value.to_str().unwrap().to_owned()
}

#[tokio::test]
async fn row_19_a_photo_is_kept_without_the_place_where_it_was_taken() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    let jpeg = picture(1, ImageFormat::Jpeg);
    let place = b"Exif\0\0MM\0*\0\0\0\x08\0\0GPSLatitude 48.8584 N CANARY of the place";
    let length = u16::try_from(place.len() + 2).unwrap().to_be_bytes();
    let photo = [
        &jpeg[..2],
        b"\xff\xe1",
        &length,
        place,
        &jpeg[2..],
        b"CANARY behind",
    ]
    .concat();
    attach(&app, &visitor, &photo, None).await;
    for folder in std::fs::read_dir(app.data().join("evidence")).unwrap() {
        for file in std::fs::read_dir(folder.unwrap().path()).unwrap() {
            let kept = std::fs::read(file.unwrap().path()).unwrap();
            let text = String::from_utf8_lossy(&kept);
            assert!(!text.contains("CANARY") && !text.contains("Exif"));
        }
    }
}

#[tokio::test]
async fn row_38_a_form_that_is_too_large_broken_or_of_other_parts_is_refused() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    let post = || app.post("/v1/attachments").bearer_auth(&visitor.token);
    let ask = async |request: reqwest::RequestBuilder| problem(request.send().await.unwrap()).await;
    let mut largest = pdf("large");
    let end = largest.split_off(20);
    largest.resize(5 * 1024 * 1024 - end.len(), b' ');
    largest.extend_from_slice(&end);
    assert_eq!(
        send(&app, &visitor.token, &largest, None).await.status(),
        201
    );
    for size in [5 * 1024 * 1024 + 1, 6 * 1024 * 1024] {
        let large = vec![b'x'; size];
        let refused = ask(form(post(), &[("file", "", &large)])).await;
        assert_eq!(refused, (413, "body_too_large".to_owned()));
    }
    let file = png(1);
    for (parts, code) in [
        (vec![], "missing_field"),
        (vec![("claim", "", &b"A1-1"[..])], "missing_field"),
        (
            vec![("file", "", &file[..]), ("file", "", &file)],
            "invalid_value",
        ),
        (
            vec![("file", "", &file[..]), ("owner", "", b"me")],
            "unknown_field",
        ),
    ] {
        assert_eq!(ask(form(post(), &parts)).await, (422, code.to_owned()));
    }
    let kind = "multipart/form-data; boundary=x";
    for body in [
        "",
        "--x",
        "--x\r\n\r\n",
        "--x\r\ncontent-disposition: form-data; name=\"file\"\r\n\r\nab",
    ] {
        let broken = post().header("content-type", kind).body(body);
        let (status, code) = ask(broken).await;
        assert!(matches!(status, 400 | 422), "{body:?}: {status} {code}");
    }
    let without = post().header("content-type", "multipart/form-data");
    assert_eq!(ask(without.body("x")).await.0, 400);
    let packed = form(post(), &[("file", "", &file)]).header("content-encoding", "gzip");
    assert_eq!(ask(packed).await.0, 415);
    assert_eq!(ask(post().json(&json!({"file": "x"}))).await.0, 415);
    let refused = send(&app, "fdv_nobody", &file, None).await;
    assert_eq!(problem(refused).await.0, 401);
}

/// Hands files in until the desk is gone; gives those that were acknowledged.
async fn hand_in(
    http: &reqwest::Client,
    base: &str,
    first: u32,
    taken: &AtomicU32,
) -> Vec<(String, String)> {
    let mut told = Vec::new();
    let open = http.post(format!("{base}/v1/sessions"));
    let Ok(opened) = open.json(&json!({"site": "linden"})).send().await else {
        return told;
    };
    let Ok(opened) = opened.json::<Value>().await else {
        return told;
    };
    for seed in first..first + 18 {
        let request = http.post(format!("{base}/v1/attachments"));
        let request = request.bearer_auth(text_of(&opened, "session"));
        let name = format!("page {seed}");
        let Ok(answer) = form(request, &[("file", "", &pdf(&name))]).send().await else {
            break;
        };
        let Ok(answer) = answer.json::<Value>().await else {
            break;
        };
        let place = text_of(&answer, "conversation").to_owned();
        told.push((place, text_of(&answer, "sha256").to_owned()));
        taken.fetch_add(1, Ordering::Relaxed);
    }
    told
}

#[test]
fn kills_between_the_file_and_the_commit_break_no_reference_and_lose_no_file() {
    let kills = number("FRONTDESK_KILLS", 12);
    let (dir, folder) = scratch();
    let config = dir.path().join("frontdesk.toml");
    std::fs::write(&config, CONFIG).unwrap();
    let mut told = Vec::new();
    for kill in 0..kills {
        told.extend(runtime().block_on(one_life(&folder, &config, kill * 1_000)));
        check_whole(&folder);
    }
    assert!(told.len() > kills as usize, "the load was no load");
    let store = Store::open(&options(&folder)).unwrap();
    for (conversation, hash) in told {
        let (conversation, hash) = (conversation.try_into().unwrap(), hash.try_into().unwrap());
        let event = runtime().block_on(store.attached(&conversation, &hash));
        assert!(event.unwrap().is_some(), "{conversation} {hash}");
        let file = runtime().block_on(store.evidence(hash));
        assert!(file.unwrap().is_some(), "{hash}");
    }
    store.close();
}

async fn one_life(folder: &Path, config: &Path, first: u32) -> Vec<(String, String)> {
    let http = reqwest::Client::builder();
    let http = http.timeout(Duration::from_secs(60)).build().unwrap();
    let server = Server::start(folder, config);
    server.up(&http).await;
    let taken = Arc::new(AtomicU32::new(0));
    let clients = (0..4).map(|client| {
        let (http, base, taken) = (http.clone(), server.base.clone(), taken.clone());
        tokio::spawn(async move { hand_in(&http, &base, first + client * 100, &taken).await })
    });
    let clients: Vec<_> = clients.collect();
    // A kill before anything was taken tries nothing.
    let deadline = Instant::now() + Duration::from_secs(60);
    while taken.load(Ordering::Relaxed) < 2 && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let moment = Duration::from_millis(20 + rand::rng().random_range(0..200));
    tokio::time::sleep(moment).await;
    drop(server);
    let mut told = Vec::new();
    for client in clients {
        told.extend(client.await.unwrap());
    }
    told
}
