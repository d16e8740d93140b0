//! What tests ask the desk over HTTP, in a line each.

use serde_json::Value;

use crate::support::TestApp;

impl TestApp {
    /// What is read at an address, by whoever has the token.
    pub async fn read(&self, token: &str, path: &str) -> Value {
        let asked = self.get(path).bearer_auth(token).send().await.unwrap();
        assert_eq!(asked.status(), 200, "{path}");
        asked.json().await.unwrap()
    }

    /// What comes of sending something to an address, which takes it.
    pub async fn does(&self, token: &str, path: &str, body: Value) -> Value {
        let asked = self.post(path).bearer_auth(token).json(&body);
        let answer = asked.send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{path} {body}: {status} {text}");
        serde_json::from_str(&text).unwrap()
    }
}
