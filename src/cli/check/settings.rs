//! The configuration as `frontdesk check` looks at it: its mistakes as a report like that of the rule files.

use std::path::Path;

use crate::config::{Config, ConfigFile, Problem, Sources, refusals};
use crate::engine::rules::book::{Place, SourceFile};
use crate::engine::rules::diagnostic::{Diagnostic, Report};

/// The code of what is wrong with the configuration.
const CODE: &str = "config";

/// What was found.
pub(super) struct Looked {
    /// What is wrong.
    pub report: Report,
    /// The configuration, if it can be used.
    pub config: Option<Config>,
    /// Where it stands.
    pub from: String,
}

/// Looks at the configuration that `serve` would find: this file, or `frontdesk.toml` here, and the environment.
pub(super) fn look(file: Option<&Path>) -> Looked {
    let sources = match Sources::read(file, Vec::new()) {
        Ok(sources) => sources,
        Err(error) => return unusable(None, &error.0),
    };
    let file = sources.file.as_ref();
    let config = match Config::load(&sources) {
        Ok(config) => config,
        Err(error) => return unusable(file, &error.0),
    };
    let listen = config.listen;
    let unsafe_to_serve = refusals(&config).into_iter().map(|why| {
        let message = format!("not safe to serve on {listen}: {why}");
        Diagnostic::new(CODE, message)
    });
    Looked {
        report: Report {
            diagnostics: unsafe_to_serve.collect(),
            ..Report::default()
        },
        from: from(file),
        config: Some(config),
    }
}

fn unusable(file: Option<&ConfigFile>, problems: &[Problem]) -> Looked {
    let mut report = Report {
        files: file.into_iter().map(source).collect(),
        diagnostics: Vec::new(),
    };
    report.extend(problems.iter().map(|problem| diagnostic(file, problem)));
    Looked {
        report,
        config: None,
        from: from(file),
    }
}

fn from(file: Option<&ConfigFile>) -> String {
    file.map_or_else(
        || "no configuration file".to_owned(),
        |file| file.path.display().to_string(),
    )
}

fn source(file: &ConfigFile) -> SourceFile {
    SourceFile {
        name: file.path.display().to_string().into(),
        text: file.text.as_str().into(),
    }
}

fn diagnostic(file: Option<&ConfigFile>, problem: &Problem) -> Diagnostic {
    let found = Diagnostic::new(CODE, problem.placed()).maybe_help(problem.hint.clone());
    let (Some(file), Some(span)) = (file, &problem.span) else {
        return found;
    };
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let at = Place {
        file: 0,
        start: offset(span.start),
        end: offset(span.end),
        line: offset(file.line(span.start)),
    };
    found.at(at, "")
}
