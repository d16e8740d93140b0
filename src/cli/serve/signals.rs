//! When to stop: SIGINT, SIGTERM, or a disk that failed. The second signal stops at once. SIGHUP reloads the rules.

use std::process::exit;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

/// The exit code of a process that a second signal ended: 128 and SIGINT.
const AT_ONCE: i32 = 130;

/// Makes the desk stop.
#[derive(Clone)]
pub struct Stop(watch::Sender<bool>);

/// Waits until the desk is to stop.
pub struct Stopped(watch::Receiver<bool>);

/// The two ends.
pub fn stopping() -> (Stop, Stopped) {
    let (sender, receiver) = watch::channel(false);
    (Stop(sender), Stopped(receiver))
}

impl Stop {
    /// Stops now.
    pub fn now(&self) {
        self.0.send_replace(true);
    }
}

impl Stopped {
    /// Waits for a signal or for [`Stop::now`].
    pub async fn wait(mut self) {
        let mut signals = Signals::new();
        tokio::select! {
            () = signals.next() => tracing::info!("stopping: finishing what was accepted"),
            _ = self.0.wait_for(|stopped| *stopped) => tracing::error!("stopping: the store has stopped"),
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
