//! W4, W10 and W11: with a keyboard alone, with a screen reader, on a small or enlarged screen, from right to left.

use std::path::Path;

use serde_json::{Value, json};

use super::scene::{ENTER, ESCAPE, Scene, TAB};

/// A whole refund, without a mouse.
fn refund(locale: &str, yes: &str) {
    let Some(scene) = Scene::with("") else { return };
    scene.visit(&format!("data-locale=\"{locale}\""));
    scene.tab_to("at.matches('.launcher')");
    scene.turn.keys(&ENTER.to_string());
    scene.until("!$('.panel').hidden && W.activeElement === $('textarea')");
    let words = scene
        .desk()
        .get(
            &format!(
                "/widget/{}.json",
                if locale == "en" { "en" } else { "zh-Hans" }
            ),
            &[],
        )
        .json();
    let topic = words["topics"]["refund_request"].as_str().unwrap();
    // Backwards from where one writes, to the buttons above.
    for _ in 0..12 {
        if scene.see("W.activeElement.textContent") == topic {
            break;
        }
        scene.turn.with(super::scene::SHIFT, TAB);
    }
    assert_eq!(scene.see("W.activeElement.textContent"), topic);
    scene.turn.keys(" ");
    scene.until("$$('.said.bot').length >= 1");
    let answer = |text: &str, n: usize| {
        scene.tab_to("at.localName === 'textarea'");
        scene.turn.keys(&format!("{text}{ENTER}"));
        scene.until(&format!(
            "$$('.said.mine').length === {n} && $$('.said').at(-1).matches('.bot')"
        ));
    };
    answer("A1001", 2);
    answer("mia@example.com", 3);
    scene.until("$$('.said .choice').length === 6");
    let fourth = scene.see("$$('.said .choice')[3].textContent");
    for _ in 0..20 {
        if scene.see("W.activeElement.textContent") == fourth {
            break;
        }
        scene.turn.with(super::scene::SHIFT, TAB);
    }
    scene.turn.keys(&ENTER.to_string());
    scene.until("$$('.said.mine').length === 4 && $$('.said').at(-1).matches('.bot')");
    answer(yes, 5);
    scene.until("$('section.claim')");
    let accepted = words["words"]["claim_accepted"].as_str().unwrap();
    assert_eq!(scene.see("$('.claim .chip').textContent"), accepted);
    scene.turn.keys(&ESCAPE.to_string());
    scene.until("$('.panel').hidden && W.activeElement === $('.launcher')");
    scene.assert_quiet();
}

#[test]
fn w4_a_whole_refund_with_the_keyboard_alone_in_english() {
    refund("en", "yes");
}

#[test]
fn w4_a_whole_refund_with_the_keyboard_alone_in_chinese() {
    refund("zh-CN", "是");
}

/// Where `tests/run` puts the checker.
pub fn axe() -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/axe/package/axe.min.js");
    let found = std::fs::read_to_string(&path).ok();
    if found.is_none() {
        assert!(
            std::env::var_os("CI").is_none(),
            "axe-core is not in target/axe: tests/run fetches it"
        );
        eprintln!("SKIPPED: axe-core is not in target/axe; tests/run fetches it");
    }
    found
}

/// How far two colours are apart, as WCAG counts it.
const CONTRAST: &str = "((front, back) => { const light = colour => { const pen = new OffscreenCanvas(1, 1).getContext('2d'); pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1); \
        const [r, g, b] = [...pen.getImageData(0, 0, 1, 1).data].map(part => part / 255).map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4); \
        return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05; }; const two = [light(front), light(back)].sort((a, b) => b - a); return two[0] / two[1]; })";

/// Texts that are too pale on what is behind them. The checker leaves out what it is not sure about, and that is much in a window
/// that lies over a page.
fn pale(scene: &Scene) -> Value {
    scene.see(&format!(
        "$$('.panel *, .launcher').filter(one => one.getClientRects().length && !one.closest('.aside, [hidden]') \
           && [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim())).map(one => {{ \
           const style = getComputedStyle(one); let behind = one; \
           while (behind.parentElement && /rgba?\\(0, 0, 0, 0\\)/.test(getComputedStyle(behind).backgroundColor)) behind = behind.parentElement; \
           const far = {CONTRAST}(style.color, getComputedStyle(behind).backgroundColor); \
           const large = parseFloat(style.fontSize) >= 24 || parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700; \
           return far < (large ? 3 : 4.45) ? one.className + ' ' + one.textContent.slice(0, 20) + ' ' + far.toFixed(2) : null; }}).filter(Boolean)"
    ))
}

/// What the checker finds, by rule and element.
pub fn violations(scene: &Scene, axe: &str, when: &str) {
    scene
        .turn
        .run(&format!("if (!window.axe) {{ {axe} }}"), &[]);
    let script = "const done = arguments[arguments.length - 1]; \
        axe.run(document.querySelector('front-desk'), {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}) \
        .then(found => done({ok: found.passes.length, bad: found.violations.map(one => one.id + ': ' + one.nodes.map(node => node.html + ' ' + node.failureSummary).join(' | '))}), \
              problem => done({ok: 0, bad: [String(problem)]}));";
    let found = scene.turn.call(
        "POST",
        "/execute/async",
        &json!({"script": script, "args": []}),
    );
    assert_eq!(found["bad"], json!([]), "{when}");
    assert_eq!(pale(scene), json!([]), "{when}");
    assert!(
        found["ok"].as_u64().unwrap() >= 10,
        "{when}: nothing was looked at: {found}"
    );
}

#[test]
fn w10_axe_finds_nothing_in_light_dark_and_phone_with_every_card() {
    let Some(axe) = axe() else { return };
    let Some(scene) = Scene::with("") else { return };
    scene.visit("data-locale=\"en\"");
    violations(&scene, &axe, "shut");
    scene.open();
    let check = |when: &str| {
        for scheme in ["light", "dark"] {
            scene.scheme(scheme);
            scene.until(&format!("$('.root').classList.contains('{scheme}')"));
            scene.at_rest();
            violations(&scene, &axe, &format!("{when}, {scheme}"));
        }
    };
    check("greeting");
    scene.ask("I want a refund for A1001");
    scene.ask("mia@example.com");
    scene.until("$$('.said .choice').length === 6");
    check("choices");
    scene.run("$$('.said .choice')[3].click()");
    scene.until("$$('.said.mine').length === 3 && $$('.said').at(-1).matches('.bot')");
    scene.say("yes");
    scene.until("$('section.claim')");
    check("application");
    let path = scene.with_agent();
    scene.agent_says(
        &path,
        "1",
        "**Hello**, see https://linden.example/help and `A1001`.",
    );
    scene.until("$$('.said.agent a').length === 1");
    scene.say("4242424242424242");
    scene.until("!$('.note').hidden");
    check("agent, and a card number");
    scene.run("$$('.note .choice')[1].click()");
    scene.offline(true);
    scene.run("$('textarea').value = 'kept'");
    scene.say("");
    scene.until("$('.said.failed') && $('.banner.trouble')");
    check("not sent");
    scene.offline(false);
    scene.until("!$('.said.failed')");
    scene.size(390, 844);
    check("phone");
    assert_eq!(
        scene.see("$('.launcher').getClientRects().length"),
        0,
        "the launcher lies over what one writes"
    );
}

#[test]
fn w10_axe_finds_nothing_in_the_line_on_the_forms_and_in_what_is_wrong_with_them() {
    let Some(axe) = axe() else { return };
    let Some(scene) = Scene::with("") else { return };
    let token = scene.desk().sign("jo", "jo@example.com", 600);
    scene.visit(&format!(
        "data-locale=\"en\" data-order=\"A1002\" data-token=\"{token}\""
    ));
    scene.open();
    let check = |when: &str| {
        for scheme in ["light", "dark"] {
            scene.scheme(scheme);
            scene.until(&format!("$('.root').classList.contains('{scheme}')"));
            scene.at_rest();
            violations(&scene, &axe, &format!("{when}, {scheme}"));
        }
    };
    scene.run("$('.hero .choice').click()");
    scene.until("$$('.card .choice').length === 3");
    scene.run("$$('.card .choice')[2].click()");
    scene.until("$('form.card')");
    check("form");
    scene.run("$('form.card [type=submit]').click()");
    scene.until("$('form.card .error').textContent || $$('.error').some(one => one.textContent)");
    check("form with mistakes");
    scene.run("$$('form.card [type=radio]')[3].click(); $('form.card [type=submit]').click()");
    scene.until("$('section.claim')");
    scene.until("$('.banner p').textContent");
    check("filed, and in line");
    scene.run("$$('.banner .way')[1].click()");
    scene.until("$('form.card')");
    check("address");
    scene.size(390, 844);
    let path = format!("/v1/conversations/{}", scene.conversation());
    for what in ["claim", "resolve"] {
        scene
            .desk()
            .as_agent("POST", &format!("{path}/{what}"), &json!({}));
    }
    scene.until("$$('form.card .pick').length === 5 || $('.state.agent')");
    check("phone");
}

#[test]
fn w10_any_colour_of_a_shop_can_be_read_on_it_and_as_text() {
    let Some(scene) = Scene::begin() else { return };
    let look = |selector: &str, what: &str| format!("getComputedStyle($('{selector}')).{what}");
    for accent in [
        "#0f5c4a", "#1558d6", "#ffcc00", "#888888", "#e8590c", "#ff0000", "#00c853", "#000000",
        "#ffffff", "#b026ff",
    ] {
        for theme in ["light", "dark"] {
            scene.visit(&format!(
                "data-locale=\"en\" data-accent=\"{accent}\" data-theme=\"{theme}\""
            ));
            scene.open_if_shut();
            let pairs = [
                (
                    look(".launcher", "color"),
                    look(".launcher", "backgroundColor"),
                ),
                (
                    look(".hero .choice", "color"),
                    look(".panel", "backgroundColor"),
                ),
            ];
            for (front, back) in pairs {
                let found = scene
                    .see(&format!("{CONTRAST}({front}, {back})"))
                    .as_f64()
                    .unwrap();
                assert!(
                    found >= 4.45,
                    "{accent}, {theme}: {front} on {back} is {found:.2}"
                );
            }
        }
    }
}

#[test]
fn w11_at_320_pixels_and_at_four_times_the_size_nothing_is_cut_off() {
    let Some(scene) = Scene::begin() else { return };
    scene.visit("data-locale=\"en\"");
    for (width, height) in [(320, 640), (320, 256)] {
        scene.size(width, height);
        scene.open_if_shut();
        scene.ask("I want a refund");
        let wide = scene.see("$$('.panel, .panel *').filter(one => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== 'visible' && !one.closest('.aside') && !one.matches('.aside')).map(one => one.className)");
        assert_eq!(wide, json!([]), "{width}x{height}");
        let outside = "$$('.panel button, .panel textarea, .panel label').filter(one => !one.closest('[hidden]') && !one.matches('.aside') && (r => r.width && (r.left < -1 || r.right > innerWidth + 1))(one.getBoundingClientRect())).length";
        assert_eq!(scene.see(outside), 0, "{width}x{height}");
        let writing = scene.see(
            "(r => r.top >= 0 && r.bottom <= innerHeight)($('textarea').getBoundingClientRect())",
        );
        assert_eq!(
            writing, true,
            "{width}x{height}: one cannot see what one writes"
        );
        let log = scene.see("$('.log').clientHeight");
        assert!(
            log.as_u64().unwrap() >= 60,
            "{width}x{height}: {log} pixels of the conversation are left"
        );
    }
    assert_eq!(
        scene.see("$('.panel').getAttribute('aria-modal')"),
        "true",
        "a phone shows nothing else"
    );
    // The focus stays in what covers all.
    for _ in 0..12 {
        scene.turn.keys(&TAB.to_string());
        assert_eq!(
            scene.see("document.activeElement.localName + !!$('.panel').contains(W.activeElement)"),
            "front-desktrue"
        );
    }
}

#[test]
fn w11_all_that_is_pressed_is_large_enough_and_sides_change_from_right_to_left() {
    let Some(scene) = Scene::begin() else { return };
    scene.visit("data-locale=\"en\"");
    scene.open();
    scene.ask("I want to talk to a person");
    let small = scene.see("$$('button, label.icon').filter(one => one.getClientRects().length).map(one => [one.className, one.getBoundingClientRect()]).filter(([, r]) => r.width < 43.5 || r.height < 43.5).map(([name]) => name)");
    assert_eq!(small, json!([]));
    let sides = "(([l, p, m]) => [l.left > innerWidth / 2, p.left > innerWidth / 2, m.left > p.left + 40].join())([$('.launcher'), $('.panel'), $('.said.mine .bubble')].map(one => one.getBoundingClientRect()))";
    assert_eq!(scene.see(sides), "true,true,true");
    let page = scene
        .page("data-locale=\"en\"")
        .replace("<html lang=\"en\">", "<html lang=\"en\" dir=\"rtl\">");
    scene.shop.put("/", &[], &page);
    scene.go("/");
    scene.until("$$('.said.mine').length === 1 && !$('.panel').hidden");
    let mirrored = "(([l, p, m]) => [l.right < innerWidth / 2, p.right < innerWidth / 2, m.right < p.right - 40].join())([$('.launcher'), $('.panel'), $('.said.mine .bubble')].map(one => one.getBoundingClientRect()))";
    assert_eq!(scene.see(mirrored), "true,true,true");
    let _: Value = scene.see("1");
}
