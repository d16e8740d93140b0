//! From a messaging platform to the chat on a page: the link behind an order leads into the same conversation.

use serde_json::json;

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

#[test]
fn a_link_from_wechat_leads_into_the_same_conversation_and_leaves_nothing_in_the_address() {
    let Some(scene) = Scene::with_public(WECHAT) else {
        return;
    };
    let address = scene.desk().address.clone();
    let mut said = String::new();
    for (id, text) in [(1, "where is my order A1001?"), (2, "mia@example.com")] {
        let second = jiff::Timestamp::now().as_second().to_string();
        let parts = ["browser-wechat-0123456789abcdef", &second, "7"];
        let signature = crate::channels::sealed::sha1_of(&parts);
        let path = format!("/hooks/wechat/shop?signature={signature}&timestamp={second}&nonce=7");
        let body = format!(
            "<xml><ToUserName>gh_1</ToUserName><FromUserName>open_1</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType><Content>{text}</Content><MsgId>{id}</MsgId></xml>"
        );
        let answer = wire::ask(&address, "POST", &path, &[], body.as_bytes()).unwrap();
        said = String::from_utf8_lossy(&answer.body).into_owned();
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
