//! A desk that does not answer: the shop's page says so in one line of its console at most, and the chat goes on as soon as somebody looks.

use std::time::Duration;

use serde_json::json;

use super::scene::Scene;

impl Scene {
    /// The desk goes while the customer looks at a page without a chat; then they come back to the shop.
    fn comes_to_a_shop_whose_desk_is_down(&mut self) {
        let blank = "<!doctype html><title>Next</title><link rel=\"icon\" href=\"data:,\"><p>next";
        self.shop.put("/next", &[], blank);
        let next = json!({"url": format!("{}/next", self.shop.origin)});
        self.turn.call("POST", "/url", &next);
        self.desk.as_mut().unwrap().kill();
        self.turn.console();
        self.go("/");
    }

    /// All that the console has said, once it has said something and then nothing for so long.
    pub fn complaints(&self) -> Vec<String> {
        let mut said = Vec::new();
        for _ in 0..500 {
            said.extend(self.turn.console());
            if !said.is_empty() {
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        // A second try would follow within 1.3 seconds, and a third within 2.3 more.
        std::thread::sleep(Duration::from_secs(4));
        said.extend(self.turn.console());
        said
    }
}

#[test]
fn a_page_that_has_a_conversation_says_one_line_and_waits_until_somebody_looks() {
    let Some(mut scene) = Scene::with("") else {
        return;
    };
    scene.visit("data-locale=\"en\"");
    scene.open();
    scene.ask("how long does a refund take?");
    scene.run("frontdesk.close()");
    scene.comes_to_a_shop_whose_desk_is_down();
    let said = scene.complaints();
    assert_eq!(said.len(), 1, "{said:#?}");
    // Words that the browser has not kept are asked for in vain, and then nothing more is.
    scene
        .shop
        .put("/", &[], &scene.page("data-locale=\"zh-CN\""));
    scene.go("/");
    let said = scene.complaints();
    assert_eq!(said.len(), 1, "{said:#?}");
    scene.run("$('.launcher').click()");
    scene.until("$('.tip').textContent");
    scene.desk.as_mut().unwrap().run();
    scene.until("!$('.panel').hidden && $$('.said.bot').length && !$('.banner.trouble')");
    scene.ask("I want to talk to a person");
}

#[test]
fn a_message_that_waits_is_sent_though_the_panel_is_shut() {
    let Some(mut scene) = Scene::with("") else {
        return;
    };
    scene.visit("data-locale=\"en\"");
    scene.open();
    scene.ask("how long does a refund take?");
    scene.desk.as_mut().unwrap().kill();
    scene.say("I want to talk to a person");
    scene.until("$('.said.failed')");
    scene.run("frontdesk.close()");
    scene.reload();
    scene.desk.as_mut().unwrap().run();
    scene.until("$('.state.queue')");
    assert_eq!(scene.see("$('.panel').hidden"), true);
}

#[test]
fn who_looks_in_one_tab_is_connected_again_though_another_holds_the_stream_and_sleeps() {
    let Some(mut scene) = Scene::with("") else {
        return;
    };
    scene.visit("data-locale=\"en\"");
    scene.open();
    scene.ask("how long does a refund take?");
    scene.run("frontdesk.close()");
    let leader = scene.turn.window();
    scene.comes_to_a_shop_whose_desk_is_down();
    assert_eq!(scene.complaints().len(), 1);
    scene.turn.tab();
    scene.go("/");
    scene.run("frontdesk.open()");
    scene.until("!$('.panel').hidden && $('.banner.trouble')");
    scene.desk.as_mut().unwrap().run();
    scene.until("$$('.said.bot').length && !$('.banner.trouble')");
    scene.turn.switch(&leader);
    scene.until("$$('.said.bot').length");
}
