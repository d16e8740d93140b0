//! Elements that a page adds, takes away and adds again, as shops do that never load a second page.

use serde_json::json;

use super::scene::Scene;

/// How many panels there are, wherever they are.
const PANELS: &str = "[...document.querySelectorAll('front-desk')].filter(one => one.shadowRoot?.querySelector('.panel')).length";

/// Adds an element with attributes to the page.
fn add(scene: &Scene, attributes: &str) {
    scene.run(&format!(
        "const at = document.createElement('div'); at.id = 'help'; at.style = 'height:480px;width:360px'; document.body.append(at); \
         const own = document.createElement('front-desk'); for (const [name, value] of Object.entries({attributes})) own.setAttribute(name, value); at.append(own);"
    ));
}

#[test]
fn an_element_that_comes_after_the_page_has_the_chat_and_gives_it_back_when_it_goes() {
    let Some(scene) = Scene::begin() else { return };
    scene.visit("data-locale=\"en\"");
    scene.run("window.heard = []; frontdesk.on('message', event => heard.push(event.from)); document.addEventListener('frontdesk:close', () => heard.push('close'))");
    scene.open();
    let path = scene.with_agent();
    scene.until("$('.state.agent')");
    scene.run("$('textarea').focus()");
    scene.turn.keys("half a sen");
    add(&scene, "{mode: 'inline', theme: 'dark', accent: '#aa0000'}");
    let inline = "$('.root')?.matches('.inline.dark') && !$('.panel').hidden && $('.launcher').hidden && (r => [r.width, r.height].map(Math.round).join())($('.panel').getBoundingClientRect())";
    assert_eq!(scene.until(inline), "360,480");
    assert_eq!(scene.see(PANELS), 1, "it is there twice, or nowhere");
    assert_eq!(scene.see("$('textarea').value"), "half a sen");
    assert_eq!(scene.mine().len(), 1);
    scene.agent_says(&path, "1", "one");
    scene.until("$$('.said.agent').length === 1 && heard.includes('agent')");
    // Taken away and put back, as when a view is left and come back to; then another one in its place.
    scene.run(
        "const help = document.getElementById('help'); help.remove(); document.body.append(help)",
    );
    assert_eq!(scene.until(inline), "360,480");
    assert_eq!(scene.see(PANELS), 1);
    scene.run("document.getElementById('help').remove()");
    scene.until("$('.root')?.matches('.float') && !$('.launcher').hidden && $('.panel').hidden && heard.at(-1) === 'close'");
    assert_eq!(scene.see(PANELS), 1);
    assert_eq!(
        scene.see("$('.root').style.getPropertyValue('--accent')"),
        ""
    );
    add(&scene, "{mode: 'inline', 'no-launcher': ''}");
    assert_eq!(scene.until(inline.replace(".dark", "").as_str()), "360,480");
    scene.agent_says(&path, "2", "two");
    scene.until("$$('.said.agent').length === 2");
    assert_eq!(scene.agents(), ["one", "two"], "twice, or lost");
    scene.run("$('textarea').focus()");
    scene.turn.keys("tence\u{e007}");
    scene.until("$$('.said.mine').length === 2 && !$$('.meta').some(one => one.textContent)");
    assert_eq!(scene.mine()[1], "half a sentence");
    scene.assert_quiet();
}

#[test]
fn an_element_inside_another_component_or_with_a_customer_of_its_own_is_served_too() {
    let Some(scene) = Scene::begin() else { return };
    scene.visit("data-locale=\"en\"");
    let token = scene.desk().sign("mia", "mia@example.com", 600);
    scene.run(&format!(
        "const part = document.createElement('div'); document.body.append(part); const own = document.createElement('front-desk'); \
         own.setAttribute('mode', 'inline'); own.setAttribute('token', '{token}'); part.attachShadow({{mode: 'open'}}).append(own); window.own = own;"
    ));
    let inside = "own.shadowRoot?.querySelector";
    scene.until(&format!(
        "{inside}('.hello')?.textContent && !{inside}('.panel').hidden"
    ));
    assert_eq!(
        scene.see("document.querySelectorAll('front-desk').length"),
        0
    );
    assert_eq!(scene.see("frontdesk.element === own"), true);
    scene.run("frontdesk.send('how long does a refund take?')");
    scene.until(&format!("{inside}('.said.bot')"));
    let path = format!("/v1/conversations/{}", scene.conversation());
    let seen = scene.desk().as_agent("GET", &path, &json!({}));
    assert!(seen.to_string().contains("mia@example.com"), "{seen}");
}
