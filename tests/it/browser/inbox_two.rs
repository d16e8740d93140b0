//! One agent in two browsers or two tabs, and two agents in one browser: whose draft is the later one, who rests, who is where.

use std::time::Duration;

use serde_json::{Value, json};

use super::inbox::{CONTROL, Customer, Inbox};
use super::scene::ENTER;

impl Inbox {
    /// Waits until the desk says so of what an agent asks for.
    pub(super) fn until_desk(&self, path: &str, is: impl Fn(&Value) -> bool) {
        for _ in 0..1_200 {
            if is(&self.desk().as_agent("GET", path, &Value::Null)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("{}", self.desk().as_agent("GET", path, &Value::Null));
    }

    fn until_kept(&self, reply: &str) {
        self.until_desk("/v1/drafts", |all| all[0]["reply"] == reply);
    }

    fn until_mei_is(&self, word: &str) {
        self.until_desk("/v1/agents", |all| {
            let mut all = all.as_array().unwrap().iter();
            all.any(|one| one["id"] == "mei" && one["availability"] == word)
        });
    }

    fn until_written(&self, text: &str) {
        self.until(&format!(
            "document.querySelector('.compose textarea')?.value === '{text}'"
        ));
    }

    pub(super) fn sends(&self) {
        self.scene
            .run("document.querySelector('.compose textarea').focus()");
        self.scene.turn.with(CONTROL, ENTER);
    }

    fn chooses(&self, word: &str) {
        self.scene.turn.run(
            "const one = document.querySelector('.presence'); one.value = arguments[0]; one.dispatchEvent(new Event('change'))",
            &[json!(word)],
        );
    }

    /// What agents have said to a customer.
    fn sent(&self, customer: &Customer) -> Vec<String> {
        let log = self.log(customer).into_iter();
        let sent = log.filter(|event| event["kind"] == "reply" && event["from"] == "agent");
        sent.map(|event| event["text"].as_str().unwrap().to_owned())
            .collect()
    }

    fn early(&self, source: &str) {
        let source = json!({"source": source});
        self.scene
            .turn
            .cdp("Page.addScriptToEvaluateOnNewDocument", &source);
    }
}

#[test]
fn what_has_gone_out_does_not_come_back_by_an_answer_that_was_under_way() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.opened("where is my order A1001");
    inbox.keys("a");
    inbox.types("It is on its way");
    inbox.until_kept("It is on its way");
    // What the desk says of drafts from here on comes when the test lets it.
    inbox.scene.run(
        "window.late = []; const real = window.fetch; window.fetch = async (...asked) => { const answer = await real(...asked); if (String(asked[0]).endsWith('/v1/drafts')) await new Promise(come => window.late.push(come)); return answer; }",
    );
    let label = json!({"add": ["seen"]});
    let path = format!("/v1/conversations/{}/labels", customer.conversation);
    inbox.desk().as_agent("POST", &path, &label);
    inbox.until("window.late.length");
    inbox.types(" now");
    inbox.sends();
    inbox.until("document.querySelectorAll('.said.agent').length === 1");
    inbox.until_desk("/v1/drafts", |all| all.as_array().unwrap().is_empty());
    inbox.until_written("");
    inbox.scene.run(
        "window.late.forEach(come => come()); setTimeout(() => window.then = document.querySelector('.compose textarea').value + '.', 300)",
    );
    assert_eq!(inbox.until("window.then"), json!("."));
}

#[test]
fn a_draft_that_went_on_or_went_out_in_another_browser_does_not_go_out_as_it_was() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.opened("where is my order A1001");
    inbox.keys("a");
    inbox.types("Dear Mia");
    inbox.until_kept("Dear Mia");
    let one = inbox.scene.turn.window();
    let two = inbox.scene.turn.tab();
    // The second one hears of nothing by itself.
    inbox.scene.turn.cdp("Network.enable", &json!({}));
    let blocked = json!({"urls": ["*/v1/inbox/events*"]});
    inbox.scene.turn.cdp("Network.setBlockedURLs", &blocked);
    let elsewhere = inbox.desk().origin().replace("127.0.0.1", "localhost");
    inbox.enter_as(&elsewhere, "mei", &inbox.password);
    inbox.open(&customer);
    inbox.until_written("Dear Mia");
    inbox
        .scene
        .run("addEventListener('visibilitychange', event => event.isTrusted && event.stopImmediatePropagation(), true)");
    inbox.scene.turn.switch(&one);
    inbox.types(", and more");
    inbox.until_kept("Dear Mia, and more");
    // Looking at the note and back writes nothing.
    inbox.scene.turn.switch(&two);
    inbox.clicks("[data-tab=note]");
    inbox.clicks("[data-tab=reply]");
    std::thread::sleep(Duration::from_secs(2));
    inbox.until_kept("Dear Mia, and more");
    inbox.sends();
    inbox.until_written("Dear Mia, and more");
    inbox.until(
        "document.querySelector('.compose .hint').textContent.startsWith('This draft was changed')",
    );
    inbox.scene.turn.switch(&one);
    inbox.types("!");
    inbox.until_kept("Dear Mia, and more!");
    inbox.scene.turn.switch(&two);
    inbox
        .scene
        .run("document.dispatchEvent(new Event('visibilitychange'))");
    inbox.until_written("Dear Mia, and more!");
    inbox.scene.turn.switch(&one);
    inbox.sends();
    inbox.until_written("");
    inbox.until_desk("/v1/drafts", |all| *all == json!([]));
    inbox.scene.turn.switch(&two);
    inbox.sends();
    inbox.until_written("");
    inbox.until("!document.querySelector('.line .chip.warn')");
    assert_eq!(inbox.sent(&customer), ["Dear Mia, and more!"]);
    // What is typed here is not taken away, and not put over what was typed there.
    inbox.scene.turn.switch(&one);
    inbox.types("from one");
    inbox.until_kept("from one");
    inbox.scene.turn.switch(&two);
    inbox.types("from two");
    std::thread::sleep(Duration::from_secs(2));
    inbox
        .scene
        .run("document.dispatchEvent(new Event('visibilitychange'))");
    std::thread::sleep(Duration::from_millis(500));
    inbox.until_kept("from one");
    inbox.until_written("from two");
}

/// Ten seconds go by in a tenth of one, and whether somebody rests is looked at more often.
const FAST: &str = "const now = Date.now.bind(Date), every = window.setInterval; window.skew = 0; Date.now = () => now() + skew; \
                    window.setInterval = (work, ms) => every(work, ms === 30000 ? 200 : ms); every(() => { skew += 10000; }, 100);";

#[test]
fn whoever_works_in_one_tab_does_not_rest_in_another() {
    let Some(inbox) = Inbox::begin() else { return };
    inbox.early(FAST);
    inbox.enter();
    let one = inbox.scene.turn.window();
    let two = inbox.scene.turn.tab();
    inbox.early(FAST);
    inbox.visit(&format!("{}/inbox", inbox.desk().origin()));
    inbox.until("document.querySelector('.presence') && true");
    inbox.scene.run(
        "window.works = setInterval(() => dispatchEvent(new PointerEvent('pointermove')), 50)",
    );
    inbox.until_mei_is("online");
    for _ in 0..80 {
        std::thread::sleep(Duration::from_millis(50));
        inbox.until_mei_is("online");
    }
    let shown = "document.querySelector('.presence').value";
    assert_eq!(inbox.see(shown), json!("online"));
    let minutes = inbox.see("skew / 60000").as_f64().unwrap();
    assert!(minutes > 5.0, "{minutes}");
    // Nobody touches anything: both rest, and both are back with a key in either.
    inbox.scene.run("clearInterval(works)");
    inbox.until_mei_is("paused");
    inbox.until(&format!("{shown} === 'paused'"));
    inbox.scene.turn.switch(&one);
    inbox.until(&format!("{shown} === 'paused'"));
    inbox.scene.turn.switch(&two);
    inbox.scene.run(
        "window.works = setInterval(() => dispatchEvent(new PointerEvent('pointermove')), 50)",
    );
    inbox.until_mei_is("online");
    inbox.scene.turn.switch(&one);
    inbox.until(&format!("{shown} === 'online'"));
}

#[test]
fn what_an_agent_chose_to_be_is_not_what_the_next_one_in_the_browser_is() {
    let Some(inbox) = Inbox::begin() else { return };
    inbox.desk().second_agent("lin", "Lin");
    let password = inbox.desk().command(&["agent", "passwd", "lin"]);
    inbox.enter();
    inbox.until("document.querySelector('.presence')?.value === 'online'");
    inbox.chooses("paused");
    inbox.until_mei_is("paused");
    // `g a` shows all that is open, as `g o` does.
    inbox.keys("ga");
    inbox.until("document.querySelector('.views [aria-current]')?.dataset.view === 'open'");
    inbox
        .scene
        .run("[...document.querySelectorAll('.bar button')].at(-1).click()");
    inbox.until("document.querySelector('.door input') && true");
    let origin = inbox.desk().origin();
    inbox.enter_as(&origin, "lin", &password);
    inbox.until("document.querySelector('.presence')?.value === 'online'");
    inbox.enter_as_again("mei");
    inbox.until("document.querySelector('.presence')?.value === 'paused'");
}

impl Inbox {
    /// Somebody logs out, and another one comes in.
    fn enter_as_again(&self, agent: &str) {
        self.scene
            .run("[...document.querySelectorAll('.bar button')].at(-1).click()");
        self.until("document.querySelector('.door input') && true");
        let origin = self.desk().origin();
        self.enter_as(&origin, agent, &self.password);
    }
}

#[test]
fn a_lead_sees_who_has_left_and_reads_why_nothing_is_given_to_them() {
    let Some(inbox) = Inbox::begin() else { return };
    let lead = ["agent", "rights", "mei", "--role", "lead"];
    inbox.desk().command(&lead);
    let lin = inbox.desk().second_agent("lin", "Lin");
    let gone = json!({"availability": "offline"});
    inbox
        .desk()
        .as_other(&lin, "POST", "/v1/availability", &gone);
    inbox.opened("where is my order A1001");
    inbox.until("document.querySelector('.head select.chip') && true");
    inbox.scene.run("const one = document.querySelector('.head select.chip'); one.value = 'lin'; one.dispatchEvent(new Event('change'))");
    inbox.clicks(".head [data-do=assign]");
    inbox.until("[...document.querySelectorAll('.toast')].some(one => one.textContent.includes('This agent has left'))");
    inbox.scene.run("document.querySelector('.line').focus()");
    inbox.keys("x");
    inbox.until(
        "document.querySelector('[data-bulk=assign] [value=lin]')?.textContent === 'Lin · Offline'",
    );
    inbox.scene.run("const one = document.querySelector('[data-bulk=assign]'); one.value = 'lin'; one.dispatchEvent(new Event('change')); document.querySelector('[data-bulk-yes=assign]').click()");
    inbox.until("document.querySelector('.toast li')?.textContent.includes('This agent has left')");
}

#[test]
fn what_is_written_in_one_tab_stands_in_the_other_and_goes_out_once() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.opened("where is my order A1001");
    inbox.keys("a");
    inbox.types("We paid it out");
    let one = inbox.scene.turn.window();
    let two = inbox.scene.turn.tab();
    inbox.early(
        "addEventListener('storage', event => window.deaf && event.stopImmediatePropagation())",
    );
    inbox.visit(&format!("{}/inbox", inbox.desk().origin()));
    inbox.until("document.querySelector('.app') && true");
    inbox.open(&customer);
    inbox.until_written("We paid it out");
    inbox.scene.turn.switch(&one);
    inbox.types(" today.");
    inbox.scene.turn.switch(&two);
    inbox.until_written("We paid it out today.");
    inbox.scene.turn.switch(&one);
    inbox.sends();
    inbox.until_written("");
    inbox.scene.turn.switch(&two);
    inbox.until_written("");
    // One that has not heard of it sends nothing either.
    inbox.scene.turn.switch(&one);
    inbox.types("Anything else?");
    inbox.scene.turn.switch(&two);
    inbox.until_written("Anything else?");
    inbox.scene.run("window.deaf = true");
    inbox.scene.turn.switch(&one);
    inbox.sends();
    inbox.until_written("");
    inbox.scene.turn.switch(&two);
    inbox.until_written("Anything else?");
    inbox.sends();
    inbox.until(
        "document.querySelector('.compose .hint').textContent.startsWith('This draft was changed')",
    );
    inbox.until_written("");
    assert_eq!(
        inbox.sent(&customer),
        ["We paid it out today.", "Anything else?"]
    );
    // It was only shown there: nobody is offered to say it once more.
    assert_eq!(
        inbox.see("document.querySelector('.compose [data-do=take_back]')"),
        Value::Null
    );
}

#[test]
fn what_another_browser_has_begun_comes_into_the_composer_when_it_is_asked_for() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.opened("where is my order A1001");
    inbox.keys("a");
    inbox.types("Hello");
    inbox.until_kept("Hello");
    let one = inbox.scene.turn.window();
    inbox.scene.turn.cdp("Network.enable", &json!({}));
    let reads = |blocked: Value| {
        let urls = json!({"urls": blocked});
        inbox.scene.turn.cdp("Network.setBlockedURLs", &urls);
    };
    reads(json!(["*/v1/drafts*"]));
    inbox.scene.turn.tab();
    let elsewhere = inbox.desk().origin().replace("127.0.0.1", "localhost");
    inbox.enter_as(&elsewhere, "mei", &inbox.password);
    inbox.open(&customer);
    inbox.until_written("Hello");
    inbox.scene.run("const area = document.querySelector('.compose textarea'); area.focus(); area.setSelectionRange(5, 5)");
    inbox.types(" from the other");
    inbox.until_kept("Hello from the other");
    inbox.scene.turn.switch(&one);
    inbox.types(", it is on its way");
    // That somebody went on with it elsewhere is said before it goes out.
    inbox.until(
        "document.querySelector('.compose .hint').textContent.startsWith('This draft was changed')",
    );
    reads(json!([]));
    inbox.sends();
    inbox.until(
        "document.querySelector('.compose .offer p')?.textContent === 'Hello from the other'",
    );
    inbox.until_written("");
    assert_eq!(inbox.sent(&customer), ["Hello, it is on its way"]);
    inbox.clicks(".compose .offer button");
    inbox.until_written("Hello from the other");
    inbox.until("!document.querySelector('.compose .offer')");
}

#[test]
fn a_page_that_was_left_offline_takes_nobody_away_and_shows_what_is_chosen_elsewhere() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.opened("where is my order A1001");
    inbox.keys("a");
    inbox.until("document.querySelector('[data-do=resolve]') && true");
    inbox.until_mei_is("online");
    let one = inbox.scene.turn.window();
    inbox.scene.turn.tab();
    let elsewhere = inbox.desk().origin().replace("127.0.0.1", "localhost");
    inbox.visit(&format!("{elsewhere}/inbox"));
    inbox
        .scene
        .run("localStorage.setItem('frontdesk.inbox.availability.mei', '\"offline\"')");
    inbox.enter_as(&elsewhere, "mei", &inbox.password);
    let shows = |word: &str| {
        inbox.until(&format!(
            "document.querySelector('.presence')?.value === '{word}'"
        ));
    };
    shows("online");
    inbox.until("performance.getEntriesByType('resource').some(one => one.name.endsWith('/v1/availability'))");
    shows("online");
    let path = format!("/v1/conversations/{}", customer.conversation);
    inbox.until_desk(&path, |row| row["agent"] == "mei");
    inbox.chooses("paused");
    inbox.until_mei_is("paused");
    inbox.scene.turn.switch(&one);
    shows("paused");
    inbox.chooses("online");
    inbox.until_mei_is("online");
}
