//! The agents' page in the agent's own language, whatever the customer's.

use super::inbox::Inbox;

#[test]
fn a_chinese_page_reads_an_english_brief_in_chinese_and_says_one_of_one() {
    let Some(inbox) = Inbox::begin() else { return };
    for text in ["where is mine?", "and mine?"] {
        inbox.customer(text);
    }
    let customer = inbox.customer("where is my order A1001");
    inbox.enter();
    inbox.scene.turn.run(
        "const choose = document.querySelector('.bar select[aria-label=Language]'); choose.value = 'zh-Hans'; choose.dispatchEvent(new Event('change'))",
        &[],
    );
    inbox.until("document.documentElement.lang === 'zh-Hans' && document.querySelector('.bar h1').textContent === '客服工作台'");
    inbox.open(&customer);
    inbox.until("document.querySelector('.brief dd') && true");
    let brief = inbox.texts(".brief dd").join("\n");
    assert!(brief.contains("核实是订单本人"), "{brief}");
    for english in ["proof that", "delivered", "Shop has done"] {
        assert!(!brief.contains(english), "{english}: {brief}");
    }
    // A turn without a rule says what the bot did, in words.
    inbox.says(&customer, "hello?");
    let turns = inbox.texts(".why summary").join("\n");
    assert!(!turns.contains("escalate"), "{turns}");
    // Of one thing it speaks otherwise than of two.
    inbox.scene.turn.run(
        "const real = window.fetch; window.fetch = (path, given) => real(path, given).then(async answer => { \
           if (!String(path).startsWith('/v1/inbox?')) return answer; \
           const page = await answer.json(), due = new Date(Date.now() - 5 * 3600e3).toISOString().slice(0, 14) + String(lates).padStart(2, '0') + ':00Z'; \
           for (const row of page.rows.filter(row => row.id !== arguments[0]).slice(0, lates)) row.owed = {goal: 'first_response', stage: 'breached', warn_at: due, due}; \
           return new Response(JSON.stringify(page), {headers: {'content-type': 'application/json'}}); })"
            .replace("arguments[0]", &format!("'{}'", customer.conversation))
            .as_str(),
        &[],
    );
    for (lates, words) in [(2, "2 个会话已超时"), (1, "有 1 个会话已超时")] {
        inbox.scene.run(&format!("window.lates = {lates}"));
        inbox.says(&customer, "hello?");
        let toasts = "[...document.querySelectorAll('.toast')]";
        inbox.until(&format!(
            "{toasts}.some(one => one.firstChild.textContent === '{words}')"
        ));
    }
}

#[test]
fn what_a_customer_says_after_the_hand_over_stands_in_the_brief_the_newest_first_until_somebody_answers()
 {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.opened("you charged me twice for A1002");
    inbox.until("document.querySelector('.brief dd') && true");
    inbox.says(&customer, "it was 14.50 both times");
    inbox.says(&customer, "and please hurry");
    inbox.until("document.querySelector('.brief').textContent.includes('and please hurry')");
    let brief = inbox.texts(".brief dd");
    let since = brief.iter().find(|line| line.contains("and please hurry"));
    assert_eq!(
        since.map(String::as_str),
        Some("and please hurry / it was 14.50 both times"),
        "{brief:?}"
    );
    let named = inbox.texts(".brief dt");
    assert!(named.iter().any(|it| it == "Said since"), "{named:?}");
    assert!(brief.len() <= 10, "{brief:?}");
}
