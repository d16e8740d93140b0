//! W2, W3 and W14: pages that are strict, pages that are careless, and pages that replace themselves.

use serde_json::json;

use super::scene::Scene;

/// The strictest policy under which a shop can still load a script from the desk.
fn strict(desk: &str) -> String {
    format!(
        "default-src 'none'; script-src {desk}; connect-src {desk}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'"
    )
}

#[test]
fn w2_under_a_strict_policy_with_trusted_types_everything_works_and_the_console_is_silent() {
    let Some(scene) = Scene::begin() else { return };
    let page = scene
        .page("")
        .replace("<link rel=\"icon\" href=\"data:,\">", "");
    let policy = strict(&scene.desk().origin());
    scene
        .shop
        .put("/", &[("content-security-policy", &policy)], &page);
    scene
        .shop
        .put("/favicon.ico", &[("content-type", "image/x-icon")], "");
    scene.go("/");
    scene.open();
    assert!(scene.ask("how long does a refund take?").len() > 20);
    scene.run("$('.launcher').click()");
    scene.run("$('.launcher').click()");
    scene.reload();
    scene.until("$$('.said.bot').length");
    // A browser asks for the shop's own icon, which this policy forbids: that is the shop's.
    let console: Vec<String> = scene
        .turn
        .console()
        .into_iter()
        .filter(|line| !line.contains("favicon"))
        .collect();
    assert!(console.is_empty(), "{console:#?}");
}

#[test]
fn w3_a_page_whose_styles_are_meant_for_everything_does_not_reach_the_widget() {
    let Some(scene) = Scene::begin() else { return };
    scene.visit("");
    scene.open();
    let look = "(s => { const c = getComputedStyle($(s)), r = $(s).getBoundingClientRect(); return [c.position, c.fontSize, c.opacity, c.color, \
                c.textTransform, c.letterSpacing, c.display, c.visibility, c.direction, Math.round(r.x), Math.round(document.documentElement.clientHeight - r.bottom), Math.round(r.width), Math.round(r.height)].join(); })";
    let parts = [
        "'.launcher'",
        "'.panel'",
        "'.hello'",
        "'.choice'",
        "'textarea'",
        "'.send'",
    ];
    let looks = || parts.map(|part| scene.see(&format!("{look}({part})")));
    scene.at_rest(); // the panel has risen
    let plain = looks();
    scene.run(
        "const style = document.createElement('style'); style.textContent = `\
         * { position: static !important; font-size: 40px !important; opacity: .2 !important; display: inline !important; \
             visibility: hidden !important; transform: rotate(3deg) !important; pointer-events: none !important; float: left !important; } \
         html body ~ *, front-desk { width: 3px !important; color: red !important; text-transform: uppercase !important; letter-spacing: 9px !important; \
             zoom: 3 !important; filter: blur(4px) !important; z-index: -1 !important; margin: 90px !important; } \
         button, textarea, h2, p, div { all: unset !important; }`; document.head.append(style);",
    );
    // The page's own root is turned by the same rule; that turns all that is on it, which nobody can undo.
    scene.run("document.documentElement.style.setProperty('transform', 'none', 'important')");
    scene.run("document.documentElement.style.setProperty('opacity', '1', 'important')");
    assert_eq!(looks(), plain);
    scene.run("const over = document.createElement('div'); over.style.cssText = 'all:initial!important;position:fixed!important;inset:0!important;z-index:2147482999!important;opacity:0!important'; document.body.append(over)");
    let on_top = scene.see("(() => { const r = $('.launcher').getBoundingClientRect(); return document.elementFromPoint(r.x + 28, r.y + 28)?.localName; })()");
    assert_eq!(on_top, "front-desk");
}

#[test]
fn w14_a_second_script_changes_nothing_and_a_replaced_body_leaves_the_widget_where_it_was() {
    let Some(scene) = Scene::begin() else { return };
    let twice = format!(
        "{}{}",
        scene.snippet("data-locale=\"en\""),
        scene.snippet("")
    );
    scene.shop.put(
        "/",
        &[],
        &scene
            .page("")
            .replace("</body>", &format!("{twice}</body>")),
    );
    scene.go("/");
    scene.open();
    scene.ask("hello");
    scene.run("$('textarea').focus()");
    scene.turn.keys("half a sen");
    assert_eq!(
        scene.see("document.querySelectorAll('front-desk').length"),
        1
    );
    scene.run("const body = document.createElement('body'); body.append('another page'); document.body.replaceWith(body);");
    scene.turn.keys("tence");
    assert_eq!(scene.see("$('textarea').value"), "half a sentence");
    assert_eq!(scene.mine(), ["hello"]);
    scene.say("");
    scene.until("$$('.said.mine').length === 2");
    assert_eq!(
        scene.see("document.querySelectorAll('front-desk').length"),
        1
    );
    scene.assert_quiet();
}

#[test]
fn w14_calls_that_came_before_the_script_are_done_in_order_and_an_unknown_one_is_named_once() {
    let Some(scene) = Scene::begin() else { return };
    let queue = "<script>window.heard = []; window.frontdesk = window.frontdesk || []; \
                 frontdesk.push(['on', 'message', e => heard.push(e.from + ':' + e.text)], ['on', 'message', () => { throw new Error('the page') }], \
                 ['frobnicate'], ['frobnicate'], ['open'], ['send', 'thanks']);</script>";
    scene.shop.put(
        "/",
        &[],
        &scene.page("").replace("<body>", &format!("<body>{queue}")),
    );
    scene.go("/");
    scene.until("heard.length >= 2");
    assert_eq!(scene.see("heard[0]"), "customer:thanks");
    assert!(scene.see("heard[1]").as_str().unwrap().starts_with("bot:"));
    let console = scene.turn.console();
    let warned = console.iter().filter(|line| line.contains("frobnicate"));
    assert_eq!(warned.count(), 1, "{console:#?}");
    assert!(
        console.iter().any(|line| line.contains("logout")),
        "the valid names are listed"
    );
    assert_eq!(
        scene.see("frontdesk.element.localName"),
        json!("front-desk")
    );
}
