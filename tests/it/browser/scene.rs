//! A customer before a shop's page: what they do, and what they see.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::chromium::{Turn, is_there, turn};
use super::desk::{Desk, shared};
use super::shop::Shop;
use crate::load::number;

pub const ENTER: char = '\u{e007}';
pub const TAB: char = '\u{e004}';
pub const SHIFT: char = '\u{e008}';
pub const ESCAPE: char = '\u{e00c}';

/// How long something may take before it counts as not happening. Generous: other programs share the machine.
static PATIENCE: LazyLock<Duration> =
    LazyLock::new(|| Duration::from_secs(number("BROWSER_PATIENCE_SECONDS", 60).into()));

/// The widget's inside, in every script.
const INSIDE: &str = "const W = document.querySelector('front-desk')?.shadowRoot; const $ = s => W?.querySelector(s); \
                      const $$ = s => [...(W?.querySelectorAll(s) || [])];";

/// A customer, a shop, a desk.
pub struct Scene {
    pub turn: Turn,
    pub shop: Shop,
    pub desk: Option<Desk>,
}

impl Scene {
    /// With the desk that all tests share.
    pub fn begin() -> Option<Self> {
        if !is_there() {
            return None;
        }
        shared();
        let shop = Shop::start();
        Some(Self {
            turn: turn(),
            shop,
            desk: None,
        })
    }

    /// With a desk of its own.
    pub fn with(more: &str) -> Option<Self> {
        Self::on(|| Desk::start(more))
    }

    /// With a desk of its own that has a public address, though nobody reaches it there.
    pub fn with_public(more: &str) -> Option<Self> {
        Self::on(|| Desk::start_under("https://support.example", more))
    }

    /// With a desk that is made ready while other tests have the browser.
    pub fn on(desk: impl FnOnce() -> Desk) -> Option<Self> {
        if !is_there() {
            return None;
        }
        let (shop, desk) = (Shop::start(), Some(desk()));
        Some(Self {
            turn: turn(),
            shop,
            desk,
        })
    }

    pub fn desk(&self) -> &Desk {
        self.desk.as_ref().unwrap_or_else(|| shared())
    }

    /// The one line that a shop owner pastes, with attributes.
    pub fn snippet(&self, attributes: &str) -> String {
        format!(
            "<script async src=\"{}/widget.js\" {attributes}></script>",
            self.desk().origin()
        )
    }

    /// A plain page of the shop with the widget.
    pub fn page(&self, attributes: &str) -> String {
        format!(
            "<!doctype html><html lang=\"en\"><head><title>Shop</title><link rel=\"icon\" href=\"data:,\"></head>\
             <body><h1>Mugs</h1><p>Blue, green.</p>{}</body></html>",
            self.snippet(attributes)
        )
    }

    /// Goes to a plain page of the shop and waits for the widget.
    pub fn visit(&self, attributes: &str) {
        self.shop.put("/", &[], &self.page(attributes));
        self.go("/");
    }

    /// Goes to a page of the shop and waits for the widget.
    pub fn go(&self, path: &str) {
        self.turn.call(
            "POST",
            "/url",
            &json!({"url": format!("{}{path}", self.shop.origin)}),
        );
        self.until("window.frontdesk && !Array.isArray(frontdesk) && $('.launcher')?.getAttribute('aria-label')");
    }

    /// What an expression says now.
    pub fn see(&self, expression: &str) -> Value {
        self.turn
            .try_run(&format!("{INSIDE} return ({expression});"))
    }

    /// Runs statements.
    pub fn run(&self, statements: &str) -> Value {
        self.turn.run(&format!("{INSIDE} {statements}"), &[])
    }

    /// Waits until an expression says something true, and gives it.
    pub fn until(&self, expression: &str) -> Value {
        let deadline = Instant::now() + *PATIENCE;
        loop {
            let seen = self.see(expression);
            if !matches!(&seen, Value::Null | Value::Bool(false))
                && seen != json!(0)
                && seen != json!("")
            {
                return seen;
            }
            assert!(
                Instant::now() < deadline,
                "it never came: {expression}\nlog: {}\nconsole: {:?}",
                self.see("$('.log')?.innerText"),
                self.turn.console()
            );
            std::thread::sleep(Duration::from_millis(40));
        }
    }

    /// Waits until nothing moves any more but what moves for ever.
    pub fn at_rest(&self) {
        self.until("!$('.root').getAnimations({subtree: true}).some(one => one.effect.getTiming().iterations !== Infinity)");
    }

    /// Opens the panel.
    pub fn open(&self) {
        self.run("$('.launcher').click()");
        self.until("$('.panel') && !$('.panel').hidden && $('.hello')?.textContent");
    }

    /// Types a text and sends it.
    pub fn say(&self, text: &str) {
        self.run("$('textarea').focus()");
        self.turn.keys(&format!("{text}{ENTER}"));
    }

    /// Says something and waits until the bot has answered it.
    pub fn ask(&self, text: &str) -> String {
        let before = self.replies().len();
        self.say(text);
        self.until(&format!("$$('.said.bot .bubble').length > {before}"));
        self.until(&format!(
            "$$('.said').at(-1).matches('.bot') && {}",
            json!(true)
        ));
        self.replies()[before..].join("\n")
    }

    /// What the customer said, as the log shows it.
    pub fn mine(&self) -> Vec<String> {
        texts(&self.see("$$('.said.mine .bubble').map(one => one.textContent)"))
    }

    /// What the bot said.
    pub fn replies(&self) -> Vec<String> {
        texts(&self.see("$$('.said.bot .bubble').map(one => one.textContent)"))
    }

    /// What an agent said.
    pub fn agents(&self) -> Vec<String> {
        texts(&self.see("$$('.said.agent .bubble').map(one => one.textContent)"))
    }

    /// Hands the chat over and takes it as the agent Mei: the path of the conversation.
    pub fn with_agent(&self) -> String {
        self.ask("I want to talk to a person");
        let path = format!("/v1/conversations/{}", self.conversation());
        self.desk()
            .as_agent("POST", &format!("{path}/claim"), &json!({}));
        path
    }

    /// Says something as the agent Mei.
    pub fn agent_says(&self, path: &str, id: &str, text: &str) {
        let body = json!({"client_id": id, "text": text});
        self.desk()
            .as_agent("POST", &format!("{path}/messages"), &body);
    }

    /// Presses Tab until what has the focus fits: an expression about `at`, the element.
    pub fn tab_to(&self, expression: &str) {
        for _ in 0..60 {
            let found = self.see(&format!(
                "(at => !!at && ({expression}))(W?.activeElement ?? document.activeElement)"
            ));
            if found == json!(true) {
                return;
            }
            self.turn.keys(&TAB.to_string());
        }
        panic!(
            "the keyboard does not reach {expression}; it is at {}",
            self.see("(W.activeElement ?? document.activeElement).outerHTML")
        );
    }

    /// The conversation of this browser.
    pub fn conversation(&self) -> String {
        let found = self.until(
            "Object.keys(localStorage).filter(name => name.endsWith(':session')).map(name => JSON.parse(localStorage[name]).conversation)[0]",
        );
        found.as_str().unwrap().to_owned()
    }

    /// Cuts the page off from the network, or lets it back.
    pub fn offline(&self, is_off: bool) {
        self.turn.cdp("Network.enable", &json!({}));
        let way = json!({"offline": is_off, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
        self.turn.cdp("Network.emulateNetworkConditions", &way);
    }

    /// Loads the page again and waits for the widget.
    pub fn reload(&self) {
        self.turn.call("POST", "/refresh", &json!({}));
        self.until("window.frontdesk && !Array.isArray(frontdesk) && $('.launcher')?.getAttribute('aria-label')");
    }

    /// Makes the window so wide and high.
    pub fn size(&self, width: u32, height: u32) {
        let screen =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.turn.cdp("Emulation.setDeviceMetricsOverride", &screen);
    }

    /// As large as the window is again.
    pub fn own_size(&self) {
        let none = json!({});
        self.turn.cdp("Emulation.clearDeviceMetricsOverride", &none);
    }

    /// On the narrowest phone nothing stands out at the side.
    pub fn assert_fits_a_phone(&self) {
        self.size(320, 640);
        let fits = self.see("document.documentElement.scrollWidth <= innerWidth");
        assert_eq!(fits, json!(true));
        self.own_size();
    }

    /// `light` or `dark`.
    pub fn scheme(&self, scheme: &str) {
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.turn.cdp("Emulation.setEmulatedMedia", &features);
    }

    /// The console says nothing that somebody would have to look into.
    pub fn assert_quiet(&self) {
        let console = self.turn.console();
        assert!(console.is_empty(), "{console:#?}");
    }
}

pub fn texts(value: &Value) -> Vec<String> {
    let list = value.as_array().cloned().unwrap_or_default();
    list.iter()
        .map(|one| one.as_str().unwrap_or_default().to_owned())
        .collect()
}

impl Scene {
    /// Opens the panel unless it is.
    pub fn open_if_shut(&self) {
        self.run("frontdesk.open()");
        self.until("!$('.panel').hidden && $('.hello')?.textContent");
    }
}
