//! Reading a message against a raw scan of the same text for the same keywords, at growing numbers of rules.
//!
//! Prints ratios measured in one run, which say more than times on a shared machine: `cargo bench --bench reading`. The raw scan is
//! what any keyword matcher has to do at least: one contiguous NFA over the text as it was typed, every hit counted.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use criterion::Criterion;
use frontdesk::engine::matcher::{Matcher, Scratch};
use frontdesk::engine::rules::load::load;
use frontdesk::rules_folder::read_folder;

/// Rules per size; each has four keywords of its own.
const SIZES: [usize; 4] = [20, 1_000, 10_000, 100_000];

fn main() {
    let mut criterion = Criterion::default()
        .configure_from_args()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_millis(700));
    let (english, chinese) = messages();
    let english_words = words_of_rules(|word| word.is_ascii() && word.len() > 3);
    let chinese_words = words_of_rules(|word| word.chars().all(|c| c > '\u{3400}'));
    let mut table = String::new();
    for size in SIZES {
        let setup = Setup::new(size, &english, &english_words);
        setup.measure(&mut criterion, &format!("english/{size}"), &mut table);
        let setup = Setup::new(size, &chinese, &chinese_words);
        setup.measure(&mut criterion, &format!("chinese/{size}"), &mut table);
    }
    patterns(&english, &english_words, &mut table);
    long_texts(&english, &english_words, &mut table);
    phrases(&english, &chinese, &mut table);
    println!("{table}");
    criterion.final_summary();
}

/// A matcher and the raw scan beside it.
struct Setup<'a> {
    matcher: Matcher,
    raw: AhoCorasick,
    messages: &'a [String],
}

impl<'a> Setup<'a> {
    fn new(rules: usize, messages: &'a [String], words: &[String]) -> Self {
        let keywords = keywords(4 * rules, words);
        Self {
            matcher: matcher(&keywords, ""),
            raw: raw(&keywords),
            messages,
        }
    }

    fn measure(&self, criterion: &mut Criterion, name: &str, table: &mut String) {
        let mut group = criterion.benchmark_group(name);
        group.bench_function("raw scan", |b| b.iter(|| self.scan_all()));
        let mut scratch = Scratch::default();
        group.bench_function("read", |b| b.iter(|| self.read_all(&mut scratch)));
        group.finish();
        let scan = median(|| self.scan_all());
        let read = median(|| self.read_all(&mut scratch));
        let per_message = read.as_nanos() / self.messages.len() as u128;
        let ratio = read.as_secs_f64() / scan.as_secs_f64();
        let _ = writeln!(
            table,
            "{name:<18}{per_message:>8} ns a message  {ratio:.2}x a raw scan"
        );
    }

    fn scan_all(&self) {
        for text in self.messages {
            black_box(
                self.raw
                    .find_overlapping_iter(black_box(text.as_str()))
                    .count(),
            );
        }
    }

    fn read_all(&self, scratch: &mut Scratch) {
        for text in self.messages {
            self.matcher.read_with(black_box(text), scratch);
        }
    }
}

/// 500 pattern rules against 50.
fn patterns(messages: &[String], words: &[String], table: &mut String) {
    let keywords = keywords(400, words);
    let mut scratch = Scratch::default();
    let mut times = [50, 500].map(|count| {
        let mut patterns = String::from("[concepts.patterns]\npatterns = [\n");
        for n in 0..count {
            let word = format!(
                "{}{n}",
                words[n % words.len()].replace(|c: char| !c.is_ascii_alphanumeric(), "")
            );
            let _ = writeln!(
                patterns,
                "{{ regex = '{word}\\s+.{{0,20}}\\d+', needs = \"{word}\" }},"
            );
        }
        patterns.push_str("]\n");
        let matcher = matcher(&keywords, &patterns);
        median(|| {
            messages
                .iter()
                .for_each(|text| matcher.read_with(black_box(text), &mut scratch))
        })
    });
    let [few, many] = &mut times;
    let ratio = many.as_secs_f64() / few.as_secs_f64();
    let _ = writeln!(table, "500 pattern rules cost {ratio:.2}x of 50");
}

/// Ten thousand characters against a thousand.
fn long_texts(messages: &[String], words: &[String], table: &mut String) {
    let matcher = matcher(&keywords(40_000, words), "");
    let mut scratch = Scratch::default();
    let mut time = |length: usize| {
        let text: String = messages.concat().chars().cycle().take(length).collect();
        median(|| matcher.read_with(black_box(&text), &mut scratch))
    };
    let (short, long) = (time(1_000), time(10_000));
    let ratio = long.as_secs_f64() / short.as_secs_f64();
    let _ = writeln!(
        table,
        "10,000 characters cost {ratio:.1}x of 1,000, {long:?}"
    );
}

/// The rule folder that the program brings along, with its phrases and without.
fn phrases(english: &[String], chinese: &[String], table: &mut String) {
    let folder = read_folder(&folder()).unwrap_or_else(|error| unreachable(&error));
    let (phrases, rules): (Vec<_>, Vec<_>) = folder
        .into_iter()
        .partition(|(name, _)| name.starts_with("phrases/"));
    let both: Vec<_> = rules.iter().chain(&phrases).cloned().collect();
    let (mut times, mut whole) = (Vec::new(), Vec::new());
    for files in [rules, both] {
        let loaded = load(files);
        let Some(book) = loaded.book else {
            unreachable(&loaded.report.diagnostics.first())
        };
        let matcher = Matcher::build(&book);
        let mut scratch = Scratch::default();
        for messages in [english, chinese] {
            let all = median(|| {
                messages
                    .iter()
                    .for_each(|text| matcher.read_with(black_box(text), &mut scratch))
            });
            times.push(all.as_nanos() / messages.len() as u128);
            let all = median(|| {
                for text in messages {
                    black_box(matcher.read(black_box(text)));
                }
            });
            whole.push(all.as_nanos() / messages.len() as u128);
        }
    }
    let _ = writeln!(
        table,
        "our own rules: {} ns an English message, {} ns a Chinese one; with the phrases {} ns, {} ns",
        times[0], times[1], times[2], times[3]
    );
    let _ = writeln!(
        table,
        "the same as the desk is told it, with what is heard in parts: {} ns, {} ns; with the phrases {} ns, {} ns",
        whole[0], whole[1], whole[2], whole[3]
    );
}

fn raw(keywords: &[String]) -> AhoCorasick {
    AhoCorasick::builder()
        .kind(Some(AhoCorasickKind::ContiguousNFA))
        .match_kind(MatchKind::Standard)
        .build(keywords)
        .unwrap_or_else(|error| unreachable(&error))
}

/// A matcher with a rule for every four keywords that asks for three of them, spread over 25 intents with a file each.
fn matcher(keywords: &[String], more: &str) -> Matcher {
    let mut files = vec![("more.toml".to_owned(), more.to_owned())];
    for nth in 0..25 {
        let mut text = format!("[intent.i{nth}]\nabout = \"x\"\naction = \"answer\"\n");
        let rules: Vec<&[String]> = keywords.chunks(4).skip(nth).step_by(25).collect();
        for rule in &rules {
            let list: Vec<String> = rule.iter().map(|word| format!("\"{word}\"")).collect();
            let (all, any) = list.split_at(list.len() / 2);
            let (all, any) = (all.join(","), any.join(","));
            let rule = format!("all = [{all}]\nany = [{any}]\nweight = 60\n");
            let _ = write!(text, "[[intent.i{nth}.rule]]\n{rule}");
        }
        if !rules.is_empty() {
            files.push((format!("i{nth}.toml"), text));
        }
    }
    let loaded = load(files);
    match loaded.book {
        Some(book) => Matcher::build(&book),
        None => unreachable(&loaded.report.diagnostics.first()),
    }
}

fn unreachable(why: &dyn std::fmt::Debug) -> ! {
    eprintln!("{why:?}");
    std::process::exit(1)
}

/// What customers write, in English and in Chinese: the examples of our own rule folder, so many and so different that neither side
/// finds its path in the processor's caches from the message before.
fn messages() -> (Vec<String>, Vec<String>) {
    let loaded = load(files());
    let Some(book) = loaded.book else {
        unreachable(&loaded.report.diagnostics.first())
    };
    let examples = book
        .intents
        .iter()
        .flat_map(|intent| &intent.examples.matching);
    let texts = examples.map(|example| example.value.clone());
    texts.partition(|text| text.is_ascii())
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("intents")
}

/// The files of our own rule folder.
fn files() -> Vec<(String, String)> {
    let entries = std::fs::read_dir(folder()).into_iter().flatten().flatten();
    let toml = entries.filter(|entry| entry.path().extension().is_some_and(|it| it == "toml"));
    let named = toml.filter_map(|entry| {
        let text = std::fs::read_to_string(entry.path()).ok()?;
        Some((entry.file_name().to_string_lossy().into_owned(), text))
    });
    named.collect()
}

/// What is longer, in bytes, is a sentence and no word of a rule.
const LONGEST: usize = 40;

/// The words of our own rule folder in one script: what people who write rules really name.
fn words_of_rules(is_wanted: fn(&str) -> bool) -> Vec<String> {
    let mut words = BTreeSet::new();
    for (_, text) in files() {
        let concepts = text.split("[intent").next().unwrap_or_default();
        let quoted = concepts.split('"').skip(1).step_by(2);
        let short = quoted.filter(|word| word.len() <= LONGEST);
        let plain = short.filter(|word| !word.contains(['@', '.', '*', '\\', '\n', '=', '[', '<']));
        words.extend(plain.filter(|word| is_wanted(word)).map(str::to_lowercase));
    }
    words.into_iter().collect()
}

/// So many different keywords: a mixed pick of the words, then pairs of them.
fn keywords(count: usize, words: &[String]) -> Vec<String> {
    let mut picked: BTreeSet<String> = BTreeSet::new();
    let mut all = Vec::new();
    let mut state = 7_u64;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        &words[(state >> 33) as usize % words.len()]
    };
    while all.len() < count {
        let word = if all.len() < words.len() / 2 {
            next().clone()
        } else {
            format!("{} {}", next(), next())
        };
        if picked.insert(word.clone()) {
            all.push(word);
        }
    }
    all
}

/// The middle of many short measurements.
fn median(mut run: impl FnMut()) -> Duration {
    for _ in 0..50 {
        run();
    }
    let mut times: Vec<Duration> = (0..301)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}
