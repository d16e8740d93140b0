//! W10 and W11 on every card: in light and dark, in a window and on a phone, from left to right and from right to left, axe finds nothing,
//! all text can be read, and nothing sticks out.

use serde_json::json;

use super::access::{axe, violations};
use super::files::{choose, picture};
use super::forms::at_form;
use super::scene::Scene;

/// What is cut off, or lies outside the window.
const STICKS_OUT: &str = "$$('.panel *').filter(one => one.getClientRects().length && !one.closest('.aside, svg')).filter(one => { const r = one.getBoundingClientRect(); \
     const p = $('.panel').getBoundingClientRect(); const cut = one.scrollWidth > one.clientWidth + 1 && one.clientWidth && !['visible', 'hidden'].includes(getComputedStyle(one).overflowX); \
     return cut || r.left < p.left - 1 || r.right > p.right + 1; }).map(one => one.localName + '.' + one.className)";
/// Where the parts of the header are, counted from the side where a line begins.
const HEADER: &str = "(([panel, ...parts]) => parts.map(r => Math.round(getComputedStyle($('.root')).direction === 'rtl' ? panel.right - r.right : r.left - panel.left)))\
     (['.panel', 'h2', '.bell', '.close'].map(name => $(name).getBoundingClientRect()))";

/// Looks at all that is shown, in each way that a page can be.
fn look(scene: &Scene, axe: &str, when: &str) {
    for (width, height) in [(1200, 900), (390, 844)] {
        scene.size(width, height);
        let mut headers = Vec::new();
        for direction in ["ltr", "rtl"] {
            scene.run(&format!("document.documentElement.dir = '{direction}'"));
            for theme in ["light", "dark"] {
                scene.run(&format!("frontdesk.setTheme('{theme}')"));
                scene.until(&format!(
                    "$('.root').matches('.{theme}[dir={direction}]') && W.getAnimations().every(one => one.playState !== 'running')"
                ));
                let way = format!("{when}, {width}, {direction}, {theme}");
                violations(scene, axe, &way);
                assert_eq!(scene.see(STICKS_OUT), json!([]), "{way}");
            }
            headers.push(scene.see(HEADER));
        }
        assert_eq!(headers[0], headers[1], "{when}: the header is no mirror");
    }
    scene.run("document.documentElement.dir = 'ltr'");
    scene.size(1200, 900);
}

#[test]
fn w10_w11_every_card_and_form_is_right_in_light_dark_on_a_phone_and_from_right_to_left() {
    let Some(axe) = axe() else { return };
    let Some(scene) = at_form("en", "jo", "A1002") else {
        return;
    };
    choose(&scene, &picture(&scene, "lid.png"));
    scene.until("$$('.strip li').length === 1");
    scene.run("$('form.card [type=submit]').click()");
    scene.until("$$('.error').some(one => one.textContent)");
    look(&scene, &axe, "a form with mistakes, an order, a file");
    scene.run("$$('form.card [type=radio]')[3].click(); $('form.card [type=submit]').click()");
    scene
        .until("$('section.claim') && $('.file') && $$('.banner .way')[1].getClientRects().length");
    scene.run("$$('.banner .way')[1].click()");
    scene.until("$('form.card')");
    look(&scene, &axe, "what was handed in, the line, an address");
    let path = format!("/v1/conversations/{}", scene.conversation());
    let act = |what: &str| {
        drop(
            scene
                .desk()
                .as_agent("POST", &format!("{path}/{what}"), &json!({})),
        )
    };
    act("claim");
    scene.agent_says(
        &path,
        "a1",
        "**Hello**, see https://linden.example/help and `A1002`.",
    );
    scene.until("$('.state.agent') && $('.said.agent a')");
    act("resolve");
    scene.until("$$('form.card .score .pick').length === 5");
    look(&scene, &axe, "a person, and how it was");
}
