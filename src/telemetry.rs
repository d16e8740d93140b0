//! What the desk says about itself while it runs: log lines on stderr, and metrics for whoever asks.
//!
//! What customers write may get into a line. It must not begin another line, colour a terminal or turn its direction around, so
//! every line is escaped on its way out, whatever wrote it.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::time::Duration;

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// How often what was measured is put into buckets, scraped or not.
const UPKEEP: Duration = Duration::from_secs(5);

/// The upper bounds of what is measured in seconds: from a turn in memory to a slow platform.
const SECONDS: &[f64] = &[
    0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5,
    5.0, 10.0,
];

/// Writes log lines to stderr from now on. A program that has a log already keeps it.
///
/// `level` is a filter such as `info` or `info,frontdesk::http=debug`; the configuration has checked it.
pub fn log(json: bool, level: &str) {
    let filter = EnvFilter::try_new(level).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        .with_writer(Escaping {
            json,
            out: io::stderr,
        });
    let set = if json {
        lines
            .json()
            .flatten_event(true)
            .with_current_span(false)
            .try_init()
    } else {
        lines.try_init()
    };
    if set.is_ok() {
        log_panics();
    }
}

/// A panic is a line like any other, so that it reaches whoever collects the lines.
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        let why = panic.payload_as_str().unwrap_or("no message");
        tracing::error!(place, why, "panicked");
    }));
}

/// The metrics of this process.
#[derive(Clone)]
pub struct Metrics {
    handle: PrometheusHandle,
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Metrics")
    }
}

impl Metrics {
    /// Collects what is measured from now on.
    ///
    /// # Errors
    /// When something collects already.
    pub fn install() -> Result<Self, BuildError> {
        let handle = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS)?
            .install_recorder()?;
        Ok(Self { handle })
    }

    /// All metrics as Prometheus text.
    #[must_use]
    pub fn render(&self) -> String {
        self.handle.render()
    }

    /// Keeps what was measured from piling up while nobody asks. Never ends: give it a task of its own.
    pub async fn upkeep(self) {
        let mut ticks = tokio::time::interval(UPKEEP);
        loop {
            ticks.tick().await;
            self.handle.run_upkeep();
        }
    }
}

/// A text without characters that act instead of being seen: control characters and those that turn the direction of writing.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    escape(text, |out, c| {
        let _ = write!(out, "{}", c.escape_unicode());
    })
}

fn escape(text: &str, write: impl Fn(&mut String, char)) -> Cow<'_, str> {
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if acts(c) {
            write(&mut out, c);
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Whether a character does something to a terminal or to the characters around it.
fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Where lines go, each escaped as a whole.
#[derive(Clone, Copy)]
struct Escaping<W> {
    json: bool,
    out: fn() -> W,
}

impl<'a, W: Write + 'a> MakeWriter<'a> for Escaping<W> {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        Self { ..*self }
    }
}

impl<W: Write> Write for Escaping<W> {
    /// Takes whole lines only: the formatter hands over each at once.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        (self.out)().write_all(escaped_line(line, self.json).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        (self.out)().flush()
    }
}

/// A line as it goes out. In JSON such a character can only stand in a string, where `\u202e` means the same.
fn escaped_line(line: &[u8], json: bool) -> String {
    let line = String::from_utf8_lossy(line);
    let line = line.strip_suffix('\n').unwrap_or(&line);
    let escaped = escape(line, |out, c| {
        let _ = if json {
            write!(out, "\\u{:04x}", u32::from(c))
        } else {
            write!(out, "{}", c.escape_unicode())
        };
    });
    format!("{escaped}\n")
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::io::Write;

    use serde_json::Value;

    use super::{Escaping, Metrics, visible};

    const NASTY: &str =
        "a\r\nERROR forged \u{1b}[31mred\u{202e}gnihton\u{2066}x\u{9b}y\u{0}\u{2028}z";

    thread_local! {
        static WRITTEN: RefCell<String> = const { RefCell::new(String::new()) };
    }

    struct Kept;

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            WRITTEN.with_borrow_mut(|kept| kept.push_str(std::str::from_utf8(bytes).unwrap()));
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    /// The line that is logged for a message and fields with something nasty in them.
    fn logged(json: bool) -> String {
        WRITTEN.take();
        let lines = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_writer(Escaping { json, out: || Kept });
        let log = || tracing::info!(shown = %NASTY, quoted = NASTY, "said {NASTY}");
        if json {
            tracing::subscriber::with_default(lines.json().flatten_event(true).finish(), log);
        } else {
            tracing::subscriber::with_default(lines.finish(), log);
        }
        WRITTEN.take()
    }

    #[test]
    fn what_customers_write_forges_no_line_and_moves_no_cursor() {
        for json in [false, true] {
            let line = logged(json);
            let acts = |c: char| {
                c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            };
            assert!(!line.trim_end_matches('\n').contains(acts), "{line:?}");
            assert_eq!(line.matches('\n').count(), 1, "{line:?}");
            assert!(line.contains("gnihton"), "{line:?}");
        }
    }

    #[test]
    fn a_json_line_means_what_was_said() {
        let line: Value = serde_json::from_str(&logged(true)).unwrap();
        assert_eq!(line["quoted"], NASTY);
    }

    #[test]
    fn plain_text_is_left_alone() {
        assert_eq!(
            visible("\u{9000}\u{6b3e} refund"),
            "\u{9000}\u{6b3e} refund"
        );
        assert_eq!(visible("a\tb"), "a\\u{9}b");
    }

    #[test]
    fn what_was_measured_is_rendered_with_buckets() {
        let metrics = Metrics::install().unwrap();
        metrics::histogram!("frontdesk_test_seconds").record(0.003);
        metrics::counter!("frontdesk_test_total").increment(2);
        let text = metrics.render();
        assert!(text.contains("frontdesk_test_total 2"), "{text}");
        assert!(
            text.contains("frontdesk_test_seconds_bucket{le=\"0.005\"} 1"),
            "{text}"
        );
        assert!(
            text.contains("frontdesk_test_seconds_bucket{le=\"0.0025\"} 0"),
            "{text}"
        );
        assert!(Metrics::install().is_err());
    }
}
