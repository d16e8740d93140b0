//! The refund guide: as a page in three languages, and piece by piece in the chat, always as the policy in force has it.

use frontdesk::domain::language::Language;
use reqwest::Response;

use crate::ruled::ruled_by;
use crate::support::TestApp;

const POLICY: &str = r#"merchant = "m_linden"
offers   = ["full", "partial"]
[window]
days = 21
from = "shipped"
[excluded.gift_cards]
zh-Hans = ["礼品卡", "购物卡"]
zh-Hant = ["禮品卡"]
en      = ["gift cards"]
[auto_accept]
GBP = "77.77"
[return_shipping]
faulty       = "shop"
changed_mind = "customer"
[refund_time]
zh-Hans = "3-5 个工作日"
zh-Hant = "3-5 個工作天"
en      = "3-5 working days"
[evidence.damaged]
zh-Hans = "损坏处的照片"
zh-Hant = "損壞處的照片"
en      = "a photo of the damage"
[note]
zh-Hans = "请保留 <b>包装</b>。"
zh-Hant = "請保留 <b>包裝</b>。"
en      = "Please keep the <b>box</b>."
"#;

/// Puts a policy of `linden` into force.
pub fn enforce(app: &TestApp, policy: &str) {
    app.app.desk.set_rules(ruled_by(policy));
}

async fn page(app: &TestApp, path: &str, accept: &str) -> Response {
    let asked = app.get(path).header("accept-language", accept);
    asked.send().await.unwrap()
}

#[tokio::test]
async fn the_page_says_what_the_policy_says_in_the_readers_language() {
    let app = TestApp::start().await;
    enforce(&app, POLICY);
    let table = [
        (
            "/guide/linden",
            "fr, zh-TW;q=0.9, en;q=0.1",
            "zh-Hant",
            [
                "出貨後 21 天內",
                "禮品卡",
                "3-5 個工作天",
                "損壞處的照片",
                "運費由賣家負擔",
            ],
        ),
        (
            "/guide/m_linden",
            "zh-CN",
            "zh-Hans",
            [
                "发货后 21 天内",
                "礼品卡",
                "3-5 个工作日",
                "损坏处的照片",
                "运费由商家承担",
            ],
        ),
        (
            "/guide/linden?lang=en",
            "zh-CN",
            "en",
            [
                "within 21 days of the parcel being sent",
                "gift cards",
                "3-5 working days",
                "Faulty or damaged: please send a photo of the damage",
                "the shop pays if the item is faulty",
            ],
        ),
        // Nobody asks for a language that we speak: the site's own.
        (
            "/guide/linden",
            "fr",
            "en",
            [
                "Refunds at m_linden",
                "How to apply",
                "Types of refund: full refund, partial refund",
                "you pay if you changed your mind",
                "&lt;b&gt;box",
            ],
        ),
    ];
    for (path, accept, language, words) in table {
        let answer = page(&app, path, accept).await;
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(answer.headers()["content-language"], language);
        assert_eq!(answer.headers()["vary"], "accept-language");
        let policy = answer.headers()["content-security-policy"]
            .to_str()
            .unwrap();
        assert!(
            policy.starts_with("default-src 'none'; style-src 'sha256-"),
            "{policy}"
        );
        assert!(
            !policy.contains("unsafe") && !policy.contains("script-src"),
            "{policy}"
        );
        let page = answer.text().await.unwrap();
        assert!(page.starts_with("<!doctype html>\n<html lang=\""), "{page}");
        for word in words {
            assert!(page.contains(word), "{word:?} is missing in:\n{page}");
        }
        assert!(!page.contains("<b>") && !page.contains("<script"), "{page}");
        // What nobody is told: who knew it would always ask for a penny less.
        assert!(!page.contains("77.77"), "{page}");
    }
}

/// By the rules of WCAG that a page without a program can break: language, title, one first heading, headings for sections, names of
/// links in their own language, which of them is this page.
#[tokio::test]
async fn the_page_can_be_read_by_everybody() {
    let app = TestApp::start().await;
    enforce(&app, POLICY);
    let page = page(&app, "/guide/linden?lang=zh-Hans", "en")
        .await
        .text()
        .await
        .unwrap();
    assert!(
        page.contains("<html lang=\"zh-Hans\">")
            && page.contains("<title>m_linden 退款指南</title>"),
        "{page}"
    );
    assert_eq!(
        (page.matches("<h1>").count(), page.matches("<main>").count()),
        (1, 1)
    );
    assert_eq!(
        page.matches("<section ").count(),
        page.matches("<h2 ").count()
    );
    for part in page.split("aria-labelledby=\"").skip(1) {
        let id = part.split('"').next().unwrap();
        assert!(page.contains(&format!("<h2 id=\"{id}\">")), "{id}");
    }
    for language in Language::ALL {
        let tag = language.tag();
        assert!(
            page.contains(&format!("href=\"?lang={tag}\" lang=\"{tag}\"")),
            "{tag}: {page}"
        );
    }
    assert_eq!(page.matches("aria-current=\"page\"").count(), 1);
    assert!(page.contains("width=device-width"), "{page}");
}

#[tokio::test]
async fn a_saved_policy_is_in_the_next_page_and_what_it_does_not_say_is_in_none() {
    let app = TestApp::start().await;
    enforce(&app, POLICY);
    enforce(&app, "merchant = \"m_linden\"\n[window]\ndays = 9\n");
    let page_now = page(&app, "/guide/linden", "en")
        .await
        .text()
        .await
        .unwrap();
    assert!(page_now.contains("within 9 days of delivery"), "{page_now}");
    for gone in ["gift cards", "working days", "postage", "accepted at once"] {
        assert!(!page_now.contains(gone), "{gone}: {page_now}");
    }
    for wrong in ["/guide/nobody", "/guide/linden%00", "/guide/..%2f"] {
        assert_eq!(page(&app, wrong, "en").await.status(), 404, "{wrong}");
    }
    assert_eq!(
        page(&app, "/guide/linden?lang=fr", "en").await.status(),
        422
    );
}

#[tokio::test]
async fn who_asks_about_one_thing_hears_that_piece_of_the_guide() {
    let app = TestApp::start().await;
    enforce(&app, POLICY);
    let table = [
        (
            "do I have to pay return shipping?",
            "Return postage: the shop pays",
            "21 days",
        ),
        (
            "how many days do I have to return something?",
            "within 21 days",
            "postage",
        ),
        ("七天无理由退货运费谁承担", "退货运费：商品有问题", "21 天"),
        ("請問鑑賞期是幾天內可以退", "出貨後 21 天內", "運費"),
        // About all of it: the short form of all.
        (
            "what is your refund policy",
            "Not refundable: gift cards",
            "a colleague looks at it if the item is faulty",
        ),
    ];
    for (asked, says, not) in table {
        let visitor = app.visitor_of("linden").await;
        let said = app.say_as(&visitor, asked).await.join("\n");
        assert!(
            said.contains(says) && !said.contains(not),
            "{asked} -> {said}"
        );
    }
    let visitor = app.visitor_of("linden").await;
    let said = app
        .say_as(&visitor, "how do I apply for a refund")
        .await
        .join("\n");
    assert!(
        said.contains("Faulty or damaged: please send a photo of the damage."),
        "{said}"
    );
}
