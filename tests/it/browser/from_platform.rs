//! From a messaging platform to the chat on a page: the link behind an order leads into the same conversation. And what agents see of a platform
//! before they write.

use serde_json::{Value, json};

use super::inbox::{Customer, Inbox};
use super::scene::Scene;
use super::wire;

/// A desk to which WeChat brings messages that it does not encrypt.
const WECHAT: &str = r#"
[[channels]]
kind = "wechat"
account = "shop"
site = "linden"
secret = "browser-wechat-0123456789abcdef"
aes_key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
sender = "wx1"
plain = true
"#;

/// Somebody writes on WeChat: what they are answered.
fn write(address: &str, id: u32, text: &str) -> String {
    let second = jiff::Timestamp::now().as_second().to_string();
    let parts = ["browser-wechat-0123456789abcdef", &second, "7"];
    let signature = crate::channels::sealed::sha1_of(&parts);
    let path = format!("/hooks/wechat/shop?signature={signature}&timestamp={second}&nonce=7");
    let body = format!(
        "<xml><ToUserName>gh_1</ToUserName><FromUserName>open_1</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType><Content>{text}</Content><MsgId>{id}</MsgId></xml>"
    );
    let answer = wire::ask(address, "POST", &path, &[], body.as_bytes()).unwrap();
    String::from_utf8_lossy(&answer.body).into_owned()
}

#[test]
fn a_link_from_wechat_leads_into_the_same_conversation_and_leaves_nothing_in_the_address() {
    let Some(scene) = Scene::with_public(WECHAT) else {
        return;
    };
    let address = scene.desk().address.clone();
    let mut said = String::new();
    for (id, text) in [(1, "where is my order A1001?"), (2, "mia@example.com")] {
        said = write(&address, id, text);
    }
    let held = said.split("/continue#").nth(1);
    let held = held.unwrap_or_else(|| panic!("no link in {said}"));
    let held = held.split(['\n', ']']).next().unwrap();
    let go = |held: &str| {
        let url = format!("{}/continue#{held}", scene.desk().origin());
        scene.turn.call("POST", "/url", &json!({"url": url}));
    };
    go(&held.replace('.', "-"));
    scene.until("document.querySelector('p')?.checkVisibility()");
    go(held);
    scene.until("location.pathname === '/chat' && window.frontdesk && $$('.said.bot').length > 1");
    assert_eq!(
        scene.mine(),
        ["where is my order A1001?", "mia@example.com"]
    );
    assert_eq!(scene.see("location.hash"), "");
    assert_eq!(scene.see("location.search"), "?site=linden&locale=en");
}

#[test]
fn an_agent_sees_before_they_write_that_the_account_can_send_nothing() {
    let Some(inbox) = Inbox::with(WECHAT) else {
        return;
    };
    write(&inbox.desk().address, 1, "I want to talk to a human");
    let waiting = inbox
        .desk()
        .as_agent("GET", "/v1/inbox?view=waiting", &Value::Null);
    let id = waiting["rows"][0]["id"].as_str().unwrap();
    let customer = Customer {
        token: String::new(),
        conversation: id.to_owned(),
    };
    inbox.enter();
    inbox.open(&customer);
    inbox.clicks("[data-do=claim]");
    inbox.until("document.querySelector('[data-tab=reply][aria-selected=true]') && true");
    let said = inbox.texts(".compose").concat();
    assert!(
        said.contains("no app secret") && !said.contains("The customer sees this"),
        "{said}"
    );
    inbox.clicks("[data-tab=note]");
    inbox.until("document.querySelector('.compose.notes') && true");
    let said = inbox.texts(".compose").concat();
    assert!(said.contains("never sees this"), "{said}");
    // What changes while somebody writes is said beside their words, which stay under their hands.
    inbox.clicks("[data-tab=reply]");
    inbox.types("On its");
    inbox.scene.run(
        "document.querySelector('.compose textarea').kept = true; const ask = window.fetch; window.fetch = async (path, ...more) => { \
           const answer = await ask(path, ...more); if (!String(path).endsWith('/facts')) return answer; \
           return new Response(JSON.stringify({...await answer.json(), unreached: 'held'}), {headers: {'content-type': 'application/json'}}); }",
    );
    write(&inbox.desk().address, 2, "are you there?");
    inbox.until(
        "document.querySelector('.compose').textContent.includes('when the customer writes again')",
    );
    inbox.types(" way");
    let area = "document.querySelector('.compose textarea')";
    assert_eq!(
        inbox.see(&format!("[{area}.kept, {area}.value]")),
        json!([true, "On its way"])
    );
    inbox.scene.assert_quiet();
}
