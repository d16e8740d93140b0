//! The agents' page in a real Chromium: UX 7 I1-I12, RELIABILITY B rows 17, 18, 32. Two agents are two addresses of one desk, because a
//! browser keeps the cookies of `127.0.0.1` and `localhost` apart.

use serde_json::{Value, json};

use super::desk::Desk;
use super::scene::Scene;
use super::wire;

/// Ctrl, held.
pub const CONTROL: char = '\u{e009}';

/// An agent's desk in the browser.
pub struct Inbox {
    pub scene: Scene,
    /// The password of Mei.
    pub password: String,
}

/// A customer who writes without a page.
pub struct Customer {
    pub token: String,
    pub conversation: String,
}

impl Inbox {
    pub fn begin() -> Option<Self> {
        Self::with("")
    }

    /// With more in the configuration.
    pub fn with(more: &str) -> Option<Self> {
        let mut password = String::new();
        let scene = Scene::on(|| {
            let desk = Desk::start(more);
            password = desk.command(&["agent", "passwd", "mei"]);
            desk
        })?;
        Some(Self { scene, password })
    }

    pub fn desk(&self) -> &Desk {
        self.scene.desk()
    }

    /// Comes in as Mei.
    pub fn enter(&self) {
        let origin = self.desk().origin();
        self.enter_as(&origin, "mei", &self.password);
    }

    pub fn enter_as(&self, origin: &str, agent: &str, password: &str) {
        self.visit(&format!("{origin}/inbox"));
        self.scene
            .until("document.querySelector('.door input') && true");
        // The page asks who is there before it asks for a password.
        self.scene.turn.console();
        self.scene.turn.run(
            "document.querySelector('[name=agent]').value = arguments[0]; \
             document.querySelector('[name=password]').value = arguments[1]; \
             document.querySelector('.door .btn').click()",
            &[json!(agent), json!(password)],
        );
        self.scene.until("document.querySelector('.app') && true");
    }

    pub fn visit(&self, address: &str) {
        let to = json!({"url": address});
        self.scene.turn.call("POST", "/url", &to);
    }

    /// A conversation that waits for a person.
    pub fn customer(&self, text: &str) -> Customer {
        let opened = self.post("/v1/sessions", None, &json!({"site": "linden"}));
        let token = opened["session"].as_str().unwrap().to_owned();
        let mut customer = Customer {
            token,
            conversation: String::new(),
        };
        let answer = self.says(&customer, text);
        customer.conversation = answer["conversation"].as_str().unwrap().to_owned();
        self.says(&customer, "I want to talk to a human");
        customer
    }

    /// A customer who waits for a person and has applied for the refund of an order.
    pub fn with_claim(&self) -> Customer {
        let customer = self.signed_in("I want to talk to a human about A1002");
        let form = json!({"client_id": "c1", "order": "A1002", "cause": "changed_mind"});
        self.post("/v1/claims", Some(&customer.token), &form);
        customer
    }

    /// Jo, signed in by the shop, who has written something.
    pub fn signed_in(&self, text: &str) -> Customer {
        let token = self.desk().sign("jo", "jo@example.com", 600);
        let body = json!({"site": "linden", "token": token});
        let opened = self.post("/v1/sessions", None, &body);
        let mut customer = Customer {
            token: opened["session"].as_str().unwrap().to_owned(),
            conversation: String::new(),
        };
        let said = self.says(&customer, text);
        customer.conversation = said["conversation"].as_str().unwrap().to_owned();
        customer
    }

    pub fn says(&self, customer: &Customer, text: &str) -> Value {
        let body = json!({"client_id": crate::support::fresh_id(), "text": text});
        self.post("/v1/messages", Some(&customer.token), &body)
    }

    pub fn post(&self, path: &str, token: Option<&str>, body: &Value) -> Value {
        let answer = wire::json(&self.desk().address, "POST", path, token, body).unwrap();
        assert!(answer.status < 300, "{path}: {}", answer.json());
        answer.json()
    }

    /// Opens a conversation by its address, which a colleague may have sent.
    pub fn open(&self, customer: &Customer) {
        self.scene.turn.run(
            "location.hash = '#v=waiting&c=' + arguments[0]",
            &[json!(customer.conversation)],
        );
        self.scene
            .until("document.querySelector('.thread .said') && true");
    }

    /// Comes in as Mei, and opens a conversation that waits.
    pub fn opened(&self, text: &str) -> Customer {
        let customer = self.customer(text);
        self.enter();
        self.open(&customer);
        customer
    }

    /// Clicks what fits a selector.
    pub fn clicks(&self, selector: &str) {
        self.scene
            .run(&format!("document.querySelector('{selector}').click()"));
    }

    /// The log of a conversation, as agents read it.
    pub fn log(&self, customer: &Customer) -> Vec<Value> {
        let path = format!("/v1/conversations/{}/events", customer.conversation);
        let seen = self.desk().as_agent("GET", &path, &Value::Null);
        seen["events"].as_array().unwrap().clone()
    }

    pub fn keys(&self, keys: &str) {
        self.scene.turn.keys(keys);
    }

    pub fn types(&self, text: &str) {
        self.scene
            .until("document.activeElement.matches('.compose textarea')");
        self.scene.turn.keys(text);
    }

    pub fn control(&self, key: char) {
        self.scene.turn.with(CONTROL, key);
    }

    pub fn until(&self, expression: &str) -> Value {
        self.scene.until(expression)
    }

    pub fn see(&self, expression: &str) -> Value {
        self.scene.see(expression)
    }

    /// The words of everything that fits a selector.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let seen = self.see(&format!(
            "[...document.querySelectorAll('{selector}')].map(one => one.textContent)"
        ));
        super::scene::texts(&seen)
    }
}
