//! The scripts of widget and inbox made small for the way to the browser: without comments and needless blanks, and with short names for what is
//! named inside it only. It is read word by word, not understood: a name is left as it is wherever it may be one that others see.

mod bundle;
mod names;
mod words;

pub use bundle::bundled;
use names::short_names;
use words::{Gap, Kind, Word, is_name, words};

/// The script, smaller. What it does is the same.
#[must_use]
pub fn small(code: &str) -> String {
    let words = words(code);
    let short = short_names(&words);
    let mut out = String::with_capacity(code.len());
    for word in &words {
        let text = match word.kind {
            // What is not set again may be: one word for both packs better.
            Kind::Name if word.text == "const" => "let",
            Kind::Name => short.get(word.text).map_or(word.text, String::as_str),
            _ => word.text,
        };
        out.push_str(between(&out, text, word));
        out.push_str(text);
    }
    out.push('\n');
    out
}

/// What has to stand between what was written so far and the next word. A line ends where it did unless a sign makes it plain that the
/// statement goes on, for the end of a line may be the end of a statement.
fn between(before: &str, next: &str, word: &Word<'_>) -> &'static str {
    let (Some(last), Some(first)) = (before.chars().next_back(), next.chars().next()) else {
        return "";
    };
    let goes_on = "{(,;[=&|?:>".contains(last) || "})];.?:&|,".contains(first);
    match word.gap {
        Gap::None => "",
        Gap::Line if !goes_on => "\n",
        _ if is_name(last) && is_name(first) => " ",
        _ if last == first && "+-".contains(first) => " ",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::small;

    #[test]
    fn comments_blanks_and_inner_names_shrink_and_the_rest_stays() {
        let table = [
            (
                "// why\nconst total = 1; // no\n/* head */\nshow(total);\n",
                "let a=1;show(a);\n",
            ),
            ("let first = 1\nlet second = first\n", "let a=1\nlet b=a\n"),
            ("const url = 'http://x // y';\n", "let a='http://x // y';\n"),
            ("const mark = /[/]\\/ \"/g;\n", "let a=/[/]\\/ \"/g;\n"),
            (
                "const half = whole / 2 / parts;\n",
                "let a=whole/2/parts;\n",
            ),
            (
                "const t = `a  ${{b: word}.b}  // c`;\n",
                "let t=`a  ${{b:word}.b}  // c`;\n",
            ),
            (
                "const say = `${one} ${`${two}`}`;\n",
                "let a=`${one} ${`${two}`}`;\n",
            ),
            ("x = a + +b - -c;\n", "x=a+ +b- -c;\n"),
        ];
        for (code, expected) in table {
            assert_eq!(small(code), expected);
        }
    }

    #[test]
    fn what_others_may_see_keeps_its_name() {
        for code in [
            "const color=1;node.color=2;\n",
            "const color=1;send({color});\n",
            "const color=1;send({a,color,b});\n",
            "const {color}=node;show(color);\n",
            "const {color=1}=node;show(color);\n",
            "const color=1;send({color:2});\n",
            "class A{color(){}}\nconst color=1;\n",
            "show(color);\n",
            "export const color=1;show(color);\n",
            "export async function color(){}\ncolor();\n",
            "import {a,color} from './b.js';show(color);\n",
        ] {
            assert!(
                small(code).matches("color").count() >= code.matches("color").count(),
                "{}",
                small(code)
            );
        }
        let inner = "const color=(first,second)=>first?second:0;color(1,2);\n";
        assert!(!small(inner).contains("color") && !small(inner).contains("second"));
    }

    #[test]
    fn a_short_name_is_nobody_elses() {
        let code = "const total=1;a(total);b(total);\n";
        assert_eq!(small(code), "let c=1;a(c);b(c);\n");
    }
}
