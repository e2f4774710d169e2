//! Some threads that share a list of work.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::Result;

pub struct Workers(pub usize);

impl Workers {
    /// Do something with each item, and say now and then how far it is.
    pub fn map<T: Sync, R: Send>(
        &self,
        items: &[T],
        what: &str,
        work: impl Fn(&T) -> Result<R> + Sync,
    ) -> Result<Vec<R>> {
        let (next, results) = (AtomicUsize::new(0), Mutex::new(vec![]));
        thread::scope(|scope| {
            for _ in 0..self.0 {
                scope.spawn(|| {
                    while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let result = work(item);
                        let mut results = results.lock().unwrap();
                        results.push(result);
                        if results.len() % 100 == 0 || results.len() == items.len() {
                            println!("{} of {} {what}", results.len(), items.len());
                        }
                    }
                });
            }
        });
        results.into_inner().unwrap().into_iter().collect()
    }
}
