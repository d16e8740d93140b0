//! The writer: expectations are judged against what came before in the same batch, answers come after the disk, errors end it.

use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use super::*;
use crate::store::disk::journal;
use crate::store::open;
use crate::store::options::Options;

fn shop(dir: &std::path::Path) -> Shop {
    let options = Options {
        segment: 1 << 16,
        min_free: 0,
        ..Options::new(dir.join("data"), jiff::Timestamp::UNIX_EPOCH)
    };
    let opened = open::open(&options).unwrap();
    let stop = Arc::new(Stop::new(opened.folder.suspect(), None));
    let map = Arc::new(Layered::new(opened.engine, opened.applied));
    Shop {
        root: opened.folder.root().to_owned(),
        min_free: 0,
        applier: Applier::start(Arc::clone(&map), Arc::clone(&stop)).unwrap(),
        map,
        journal: opened.journal,
        stop,
        applied: Arc::new(AtomicU64::new(opened.applied)),
        agreement: Arc::new(Agreement::new(opened.folder.journal(), opened.store)),
        in_force: Arc::default(),
        touches: Arc::default(),
    }
}

fn put(key: &'static [u8], value: u8) -> Work<&'static str> {
    Box::new(move |tx| Ok(tx.put(key, &[value])?))
}

fn commit<R: Send + 'static>(writer: &Writer<R>, work: Work<R>) -> Answer<R> {
    match writer.submit_blocking(work) {
        Ok(pending) => pending.wait_blocking(),
        Err(error) => Err(Failure::Store(error)),
    }
}

/// Takes the key if nobody has it.
fn claim(who: u8) -> Work<u8> {
    Box::new(move |tx| match tx.get(b"owner")? {
        Some(owner) => Err(WorkError::Refused(owner[0])),
        None => Ok(tx.put(b"owner", &[who])?),
    })
}

#[test]
fn of_many_who_claim_at_once_one_wins_and_the_others_are_told_who() {
    let dir = tempfile::tempdir().unwrap();
    let writer = Arc::new(Writer::start(shop(dir.path())).unwrap());
    let threads: Vec<_> = (0..32)
        .map(|who| {
            let writer = Arc::clone(&writer);
            thread::spawn(move || (who, commit(&writer, claim(who))))
        })
        .collect();
    let answers: Vec<_> = threads.into_iter().map(|t| t.join().unwrap()).collect();
    let winners: Vec<u8> = answers
        .iter()
        .filter(|(_, a)| a.is_ok())
        .map(|(w, _)| *w)
        .collect();
    assert_eq!(winners.len(), 1);
    for (_, answer) in answers {
        assert!(answer.is_ok() || matches!(answer, Err(Failure::Refused(w)) if w == winners[0]));
    }
}

#[test]
fn a_refused_commit_leaves_nothing_behind_and_a_panicking_one_neither() {
    let dir = tempfile::tempdir().unwrap();
    let shop = shop(dir.path());
    let map = Arc::clone(&shop.map);
    let writer = Writer::start(shop).unwrap();
    let refused: Work<&str> = Box::new(|tx| {
        tx.put(b"half", &[1])?;
        Err(WorkError::Refused("no"))
    });
    assert!(matches!(
        commit(&writer, refused),
        Err(Failure::Refused("no"))
    ));
    let panics: Work<&str> = Box::new(|tx| {
        tx.put(b"half", &[1])?;
        panic!("a bug");
    });
    assert!(matches!(
        commit(&writer, panics),
        Err(Failure::Store(StoreError::Damaged { .. }))
    ));
    commit(&writer, put(b"whole", 1)).unwrap();
    assert_eq!(map.get(b"half").unwrap(), None);
    assert_eq!(map.get(b"whole").unwrap(), Some(vec![0, 1]));
}

#[test]
fn what_was_answered_is_in_the_journal_and_after_closing_nothing_is_taken() {
    let dir = tempfile::tempdir().unwrap();
    let writer = Writer::start(shop(dir.path())).unwrap();
    for value in 0..50 {
        commit(&writer, put(b"k", value)).unwrap();
    }
    writer.close();
    writer.close();
    assert!(matches!(
        commit(&writer, put(b"k", 99)),
        Err(Failure::Store(StoreError::Stopped { .. }))
    ));
    let folder = dir.path().join("data/journal");
    let store = journal::store_of(&journal::list(&folder).unwrap()[0].path).unwrap();
    let records: Vec<_> = journal::Reader::open(&folder, store, 1, u64::MAX)
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let last = batch::decode(&records.last().unwrap().payload).unwrap();
    assert_eq!(last, [(b"k".to_vec(), Some(vec![0, 49]))]);
}

#[test]
fn a_full_queue_is_busy_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let writer = Writer::start(shop(dir.path())).unwrap();
    let (hold, held) = std::sync::mpsc::channel::<()>();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let slow: Work<&str> = Box::new(move |_| {
            let _ = held.recv();
            Ok(())
        });
        let mut waiting = vec![Box::pin(writer.commit(slow))];
        poll_once(&mut waiting[0]).await;
        thread::sleep(Duration::from_millis(50));
        for _ in 0..QUEUE {
            let mut next = Box::pin(writer.commit(put(b"k", 1)));
            assert!(poll_once(&mut next).await.is_none());
            waiting.push(next);
        }
        assert!(matches!(
            writer.commit(put(b"k", 2)).await,
            Err(Failure::Store(StoreError::Busy))
        ));
        drop(hold);
        for answer in waiting {
            answer.await.unwrap();
        }
    });
}

async fn poll_once<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    std::future::poll_fn(|cx| {
        std::task::Poll::Ready(match std::pin::Pin::new(&mut *future).poll(cx) {
            std::task::Poll::Ready(value) => Some(value),
            std::task::Poll::Pending => None,
        })
    })
    .await
}

#[test]
fn after_an_io_error_nothing_is_acknowledged_and_the_process_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let mut shop = shop(dir.path());
    let told = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&told);
    shop.stop = Arc::new(Stop::new(
        dir.path().join("SUSPECT"),
        Some(Arc::new(move |_| {
            count.fetch_add(1, Ordering::SeqCst);
        })),
    ));
    let writer = Writer::start(shop).unwrap();
    commit(&writer, put(b"k", 1)).unwrap();
    std::fs::remove_dir_all(dir.path().join("data/journal")).unwrap();
    let large: Work<&str> = Box::new(|tx| Ok(tx.put(b"large", &[1; 100_000])?));
    for work in [large, put(b"k", 2)] {
        assert!(matches!(
            commit(&writer, work),
            Err(Failure::Store(StoreError::Stopped { .. }))
        ));
    }
    assert_eq!(told.load(Ordering::SeqCst), 1);
}

#[test]
fn a_nearly_full_disk_refuses_before_anything_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let mut shop = shop(dir.path());
    shop.min_free = u64::MAX;
    let applied = Arc::clone(&shop.applied);
    let writer = Writer::start(shop).unwrap();
    assert!(matches!(
        commit(&writer, put(b"k", 1)),
        Err(Failure::Store(StoreError::DiskFull { .. }))
    ));
    assert_eq!(applied.load(Ordering::SeqCst), 0);
}

#[test]
fn no_segment_goes_while_the_engine_lacks_what_is_in_it() {
    let dir = tempfile::tempdir().unwrap();
    let mut shop = shop(dir.path());
    shop.applier.finish(); // from here on the engine gets nothing
    let writer = Writer::start(shop).unwrap();
    for _ in 0..4 {
        let large: Work<()> = Box::new(|tx| Ok(tx.put(b"large", &[1; 50_000])?));
        commit(&writer, large).unwrap();
    }
    assert_eq!(writer.prune_blocking(u64::MAX).unwrap(), 0);
    writer.close();
    drop(writer);
    let options = Options {
        min_free: 0,
        ..Options::new(dir.path().join("data"), jiff::Timestamp::UNIX_EPOCH)
    };
    let opened = open::open(&options).unwrap();
    assert_eq!(opened.report.replayed, 4);
    assert!(opened.engine.contains(b"large").unwrap());
}
