//! Several threads that share one list.

use std::sync::mpsc;

/// Does something with each item, in so many threads, and gives the results to this one as they come. When that says no, none
/// is begun any more, and those that are under way end: a thread has its next item only once its result is known.
pub(super) fn each<T: Sync, R: Send>(
    items: &[T],
    threads: usize,
    work: &(dyn Fn(&T) -> R + Sync),
    mut goes_on: impl FnMut(usize, R) -> bool,
) {
    let mut open = 0..items.len();
    let (done, results) = mpsc::channel();
    std::thread::scope(|scope| {
        let mut threads: Vec<Option<mpsc::Sender<usize>>> = open
            .by_ref()
            .take(threads)
            .enumerate()
            .map(|(thread, first)| {
                let (next, own) = mpsc::channel();
                // It can't fail: the thread begins below.
                let _ = next.send(first);
                let done = done.clone();
                scope.spawn(move || {
                    for place in own {
                        let is_heard = done.send((thread, place, work(&items[place])));
                        if is_heard.is_err() {
                            break;
                        }
                    }
                });
                Some(next)
            })
            .collect();
        drop(done);
        for (thread, place, result) in results {
            if !goes_on(place, result) {
                open = 0..0;
            }
            // A thread without another item ends when nobody can send it one.
            let is_sent = open.next().and_then(|place| threads[thread].as_ref()?.send(place).ok());
            if is_sent.is_none() {
                threads[thread] = None;
            }
        }
    });
}
