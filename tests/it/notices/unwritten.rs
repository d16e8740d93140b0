//! A notice that was not written did not happen: nobody reads of it in the log, and it is not counted.

use std::io::Write;
use std::sync::{Arc, Mutex};

use metrics_exporter_prometheus::PrometheusBuilder;

use super::*;

/// What is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_notice_that_cannot_be_written_is_neither_in_the_log_nor_counted() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let metrics = recorder.handle();
    let _local = metrics::set_default_local_recorder(&recorder);
    let log = Log::default();
    let kept = log.clone();
    let lines = tracing_subscriber::fmt().with_writer(move || kept.clone());
    let _lines = tracing::subscriber::set_default(lines.finish());
    let shop = Shop::open().await;
    let folder = tempfile::tempdir().unwrap();
    let full = Store::open(&store::Options {
        min_free: u64::MAX,
        ..store::Options::new(folder.path().join("data"), shop.clock.now())
    })
    .unwrap();
    for (store, times) in [(&full, 0), (&shop.store, 1)] {
        let register = Register {
            store,
            clock: &shop.clock,
            told: &[],
        };
        let said = said("n1", "intent=payment_system_fault");
        let declared = declare(register, DeclaredBy::Operator, said).await;
        assert_eq!(declared.is_ok(), times == 1);
        let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        let told = log.lines().filter(|line| line.contains("a notice")).count();
        assert_eq!(told, times, "{log}");
        let counted = metrics.render();
        let is_counted = counted.contains("frontdesk_notices_total");
        assert_eq!(is_counted, times == 1, "{counted}");
    }
}
