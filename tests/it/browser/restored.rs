//! A backup is put back while a customer's page is open: the page knows numbers that the desk does not, and goes on all the same.

use super::scene::Scene;

#[test]
fn a_page_that_knows_more_than_a_desk_that_was_put_back_shows_what_there_is_and_hears_what_comes() {
    let Some(mut scene) = Scene::with("") else {
        return;
    };
    scene.visit("data-locale=\"en\"");
    scene.open();
    scene.ask("how long does a refund take?");
    let backup = ["backup", "--data", "data", "--to", "old.fdbackup"];
    scene.desk().command(&backup);
    scene.ask("is there a fee?");
    scene.ask("can I get a voucher?");
    let desk = scene.desk.as_mut().unwrap();
    desk.kill();
    desk.command(&["restore", "old.fdbackup", "--data", "data"]);
    desk.run();
    // What there is stands below the line, what is no more above it.
    let below =
        |kind: &str| format!("$$('.line ~ .said.{kind} .bubble').map(one => one.textContent)");
    scene.until(&format!("$('.line') && {}.length === 1", below("mine")));
    assert_eq!(scene.see("$$('.log > .line').length"), 1);
    let path = scene.with_agent();
    scene.agent_says(&path, "r1", "Hello, I am Mei.");
    scene.until(&format!("{}.at(-1) === 'Hello, I am Mei.'", below("agent")));
    let mine = scene.see(&below("mine"));
    assert_eq!(
        mine,
        serde_json::json!(["how long does a refund take?", "I want to talk to a person"])
    );
}
