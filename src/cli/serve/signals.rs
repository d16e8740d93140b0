//! When to stop: SIGINT, SIGTERM, or a disk that failed. The second signal stops at once. SIGHUP reloads the rules.

use std::process::exit;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

/// The exit code of a process that a second signal ended: 128 and SIGINT.
const AT_ONCE: i32 = 130;

/// Makes the desk stop.
#[derive(Clone)]
pub struct Stop(watch::Sender<Option<Why>>);

/// Waits until the desk is to stop.
pub struct Stopped {
    told: watch::Receiver<Option<Why>>,
    /// Whether signals are waited for, too.
    signals: bool,
}

/// Why the desk is to stop.
#[derive(Clone, Copy)]
enum Why {
    Asked,
    StoreStopped,
}

/// The two ends.
pub fn stopping() -> (Stop, Stopped) {
    let (sender, told) = watch::channel(None);
    let signals = true;
    (Stop(sender), Stopped { told, signals })
}

impl Stop {
    /// Stops now: the store takes nothing more.
    pub fn now(&self) {
        self.0.send_replace(Some(Why::StoreStopped));
    }

    /// Stops as at a signal.
    pub fn asked(&self) {
        self.0.send_replace(Some(Why::Asked));
    }
}

impl Stopped {
    /// Leaves signals to somebody else, who says when to stop.
    #[must_use]
    pub fn without_signals(self) -> Self {
        Self {
            signals: false,
            ..self
        }
    }

    /// Waits for a signal or for [`Stop`].
    pub async fn wait(mut self) {
        let mut signals = match self.signals {
            true => Signals::new(),
            false => Signals::none(),
        };
        let why = tokio::select! {
            () = signals.next() => Some(Why::Asked),
            why = self.told.wait_for(Option::is_some) => why.ok().and_then(|why| *why),
        };
        match why {
            Some(Why::Asked) => tracing::info!("stopping: finishing what was accepted"),
            _ => tracing::error!("stopping: the store has stopped"),
        }
        tokio::spawn(async move {
            signals.next().await;
            exit(AT_ONCE);
        });
    }
}

/// Acts on each SIGHUP from now on. Without this the signal would end the process.
pub fn on_hangup(act: impl Fn() + Send + 'static) {
    let mut hangup = signal(SignalKind::hangup()).ok();
    tokio::spawn(async move {
        loop {
            arrives(&mut hangup).await;
            act();
        }
    });
}

/// SIGINT and SIGTERM, as far as the system gives them.
struct Signals {
    interrupt: Option<Signal>,
    terminate: Option<Signal>,
}

impl Signals {
    fn new() -> Self {
        Self {
            interrupt: signal(SignalKind::interrupt()).ok(),
            terminate: signal(SignalKind::terminate()).ok(),
        }
    }

    const fn none() -> Self {
        Self {
            interrupt: None,
            terminate: None,
        }
    }

    async fn next(&mut self) {
        tokio::select! {
            () = arrives(&mut self.interrupt) => {}
            () = arrives(&mut self.terminate) => {}
        }
    }
}

async fn arrives(signal: &mut Option<Signal>) {
    match signal {
        Some(signal) => {
            signal.recv().await;
        }
        None => std::future::pending().await,
    }
}
