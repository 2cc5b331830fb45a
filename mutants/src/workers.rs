//! Work on all processors.

use std::sync::Mutex;
use std::thread;

use anyhow::Result;

/// Runs `job` for each of `items`, as many at once as there are processors. Stops at the first error.
pub fn work<T: Send>(items: Vec<T>, job: impl Fn(T) -> Result<()> + Sync) -> Result<()> {
    let queue = Mutex::new(items.into_iter());
    let next = || queue.lock().unwrap_or_else(|error| error.into_inner()).next();
    thread::scope(|scope| {
        let workers: Vec<_> = (0..thread::available_parallelism().map_or(1, usize::from))
            .map(|_| {
                scope.spawn(|| {
                    while let Some(item) = next() {
                        job(item)?;
                    }
                    Ok(())
                })
            })
            .collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().unwrap_or_else(|_| anyhow::bail!("a worker panicked")))
    })
}
