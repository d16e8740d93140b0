//! The card of an order: what of it is seen, and by whom.

use serde_json::json;

use super::scene::Scene;

#[test]
fn an_order_that_was_proven_is_shown_as_a_card_with_no_more_than_was_proven() {
    let Some(scene) = Scene::begin() else { return };
    scene.visit("data-locale=\"en\"");
    scene.open();
    scene.ask("where is my order A1001?");
    std::thread::sleep(std::time::Duration::from_millis(600));
    assert_eq!(
        scene.see("$$('.card').length"),
        0,
        "a card for somebody who has shown nothing"
    );
    scene.ask("mia@example.com");
    scene.until("$$('.card').length === 1");
    assert_eq!(
        scene.see("$('.card b').textContent + ' ' + $('.card .chip').textContent"),
        "Order A1001 Delivered"
    );
    let steps = scene.see("$$('.card li span').map(one => one.textContent)");
    assert_eq!(steps, json!(["Ordered", "Paid", "Shipped", "Delivered"]));
    let card = scene.see("$('.card').textContent");
    let card = card.as_str().unwrap();
    assert!(
        card.contains("DPD 1550") && !card.contains("20.50") && !card.contains("mugs"),
        "{card}"
    );
    scene.run("$$('.card .choice').find(one => one.textContent === 'Ask for a refund').click()");
    scene.until("$$('.said.mine').length === 3");
    assert_eq!(scene.mine()[2], "Ask for a refund (A1001)");
}

#[test]
fn a_customer_whom_the_shop_has_signed_in_sees_what_was_bought_and_what_it_cost() {
    let Some(scene) = Scene::begin() else { return };
    let mia = scene.desk().sign("mia", "mia@example.com", 600);
    scene.visit(&format!(
        "data-locale=\"en\" data-order=\"A1001\" data-token=\"{mia}\""
    ));
    scene.open();
    scene.run("$('.hero .choice').click()");
    scene.until("$$('.card').length === 1");
    assert_eq!(scene.mine(), ["Where is my order? (A1001)"]);
    let lines = scene.see("$$('.card .small').map(one => one.textContent)");
    assert_eq!(lines, json!(["Two mugs", "£20.50", "DPD 1550"]));
    scene.reload();
    scene.until("$$('.card').length === 1");
}
