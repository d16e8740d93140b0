//! The README's pictures of the shop, the chat and the inbox, taken in the demo: `cargo test --test it pictures -- --ignored` writes them anew.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use serde_json::{Value, json};

use super::chromium::Leashed;
use super::inbox::Inbox;
use super::scene::{ENTER, Scene};
use super::wire;
use crate::support::free_port;

/// The demo as it runs.
struct Demo {
    address: String,
    /// Where what it prints is.
    said: PathBuf,
    /// It ends with this.
    process: Leashed,
}

impl Demo {
    /// The password of an agent, as it was printed.
    fn password(&self, agent: &str) -> String {
        let said = fs::read_to_string(&self.said).unwrap();
        let lines = said.lines().filter_map(|it| it.strip_prefix("log-in"));
        let mut all = lines.filter_map(|line| line.trim().split_once(" / "));
        let (_, rest) = all.find(|(id, _)| *id == agent).unwrap();
        rest.split_whitespace().next().unwrap().to_owned()
    }
}

/// Runs the demo.
fn demo() -> Demo {
    let folder = tempfile::Builder::new().prefix("demo").tempdir().unwrap();
    let address = format!("127.0.0.1:{}", free_port());
    let metrics = format!("127.0.0.1:{}", free_port());
    let program = env!("CARGO_BIN_EXE_frontdesk");
    let arguments = ["-c", "exec \"$0\" \"$@\" > said", program, "demo"];
    let arguments = arguments.into_iter().chain(["--listen", &address]);
    let arguments = arguments.chain(["--metrics-listen", &metrics]);
    let arguments: Vec<String> = arguments.map(str::to_owned).collect();
    let folder = folder.keep();
    let process = Leashed::run(&folder, "sh", &arguments);
    let deadline = Instant::now() + Duration::from_secs(180);
    while wire::ask(&address, "GET", "/readyz", &[], b"").is_none() {
        assert!(Instant::now() < deadline, "the demo does not start");
        std::thread::sleep(Duration::from_millis(50));
    }
    let said = folder.join("said");
    Demo {
        address,
        said,
        process,
    }
}

impl Scene {
    /// Signs in at the demo's shop as one of its customers and goes to their orders.
    fn at_orders_of(&self, address: &str, language: &str, customer: &str) {
        let url = format!("http://{address}/demo?lang={language}#orders");
        self.turn.call("POST", "/url", &json!({ "url": url }));
        self.until("window.frontdesk && !Array.isArray(frontdesk) && $('.launcher')?.ariaLabel && document.getElementById('account')?.options.length");
        self.run(&format!(
            "const who = document.getElementById('account'); who.value = '{customer}'; who.dispatchEvent(new Event('change'))"
        ));
        self.until("document.querySelector('.order button')");
    }

    /// Writes what is seen, sharp.
    fn picture(&self, name: &str, (width, height): (u32, u32), scale: u32) {
        let screen =
            json!({"width": width, "height": height, "deviceScaleFactor": scale, "mobile": false});
        self.turn.cdp("Emulation.setDeviceMetricsOverride", &screen);
        let no_bars = json!({"hidden": true});
        self.turn.cdp("Emulation.setScrollbarsHidden", &no_bars);
        self.run("document.activeElement.blur()");
        std::thread::sleep(Duration::from_millis(400)); // what moves has come to rest
        let seen = self.turn.call("GET", "/screenshot", &Value::Null);
        let bytes = STANDARD.decode(seen.as_str().unwrap()).unwrap();
        let pixels = image::load_from_memory(&bytes).unwrap().to_rgb8();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/browser");
        let file = fs::File::create(folder.join(name)).unwrap();
        let small = PngEncoder::new_with_quality(file, CompressionType::Best, FilterType::Adaptive);
        pixels.write_with_encoder(small).unwrap();
    }
}

#[test]
#[ignore = "writes the README's pictures"]
fn the_pictures_of_the_shop_and_the_chat() {
    let Some(scene) = Scene::begin() else { return };
    let demo = demo();
    let address = &demo.address;
    scene.size(1280, 800);
    scene.at_orders_of(address, "en", "mia");
    scene.run("document.querySelector('.order button').click()");
    scene.until("!$('.panel').hidden && $('.hello')?.textContent");
    scene.run("$('.hero .choice').click()");
    scene.until("$('.card')");
    scene.run(
        "$('textarea').blur(); $('.log').style.scrollbarWidth = 'none'; $('.log').scrollTop = 1e9",
    );
    scene.picture("order-en.png", (1280, 800), 1);
    scene.size(390, 844);
    scene.at_orders_of(address, "zh-Hans", "jo");
    scene.run("document.querySelector('.order button').click()");
    scene.until("!$('.panel').hidden && $('.hello')?.textContent");
    scene.run("$('.hero .choice').click()");
    scene.until("$$('.card .choice').length === 3");
    scene.run("$$('.card .choice')[2].click()");
    scene.until("$('form.card')");
    scene.run("$$('form.card [type=radio]')[0].click(); $('form.card textarea').focus()");
    scene.turn.keys("壶盖裂了，漏水。");
    scene.run("$('form.card [type=submit]').focus()");
    scene.turn.keys(&ENTER.to_string());
    scene.until("$('section.claim')");
    scene.run(
        "$('textarea').blur(); $('.log').style.scrollbarWidth = 'none'; $('.log').scrollTop = 1e9",
    );
    scene.picture("refund-zh.png", (390, 844), 2);
    demo.process.end();
}

#[test]
#[ignore = "writes the README's pictures"]
fn the_picture_of_the_inbox() {
    let Some(scene) = Scene::begin() else { return };
    let demo = demo();
    let password = demo.password("kim");
    let inbox = Inbox { scene, password };
    inbox.scene.size(1360, 920);
    let origin = format!("http://{}", demo.address);
    inbox.enter_as(&origin, "kim", &inbox.password);
    let own = "[...document.querySelectorAll('a.line')].find(line => line.textContent.includes('88412035'))";
    inbox.until(&format!("{own} && true"));
    inbox.scene.run(&format!("{own}.click()"));
    inbox.until(
        "document.querySelector('.thread .said') && document.querySelector('.brief') && true",
    );
    inbox.keys("a");
    inbox.until("document.querySelector('.ghost') && true");
    // What is said for a moment only has gone.
    inbox.until("!document.querySelector('.toast')");
    inbox.scene.run(
        "document.querySelectorAll('*').forEach(one => { one.style.scrollbarWidth = 'none'; })",
    );
    inbox.scene.picture("inbox-en.png", (1360, 920), 1);
    demo.process.end();
}
