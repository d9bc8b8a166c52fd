//! Work that takes much memory: not on all threads at once.

use crate::detect::STACK;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Mutex, PoisonError, mpsc};

type Work<'a> = Box<dyn FnOnce() + Send + 'a>;

/// Where such work is handed in. It is done on threads that do nothing else, half as many as others: what an allocator keeps for
/// a thread after work of this kind is then kept for few.
pub struct Turns<'a> {
    waiting: mpsc::Sender<Work<'a>>,
}

impl<'a> Turns<'a> {
    /// Does something that may hand in such work, on a machine that runs so many threads at once.
    ///
    /// # Errors
    /// The system starts no thread; or what `doing` fails with.
    pub fn within<T, E: From<std::io::Error>>(
        threads: usize,
        doing: impl FnOnce(&Turns<'a>) -> Result<T, E>,
    ) -> Result<T, E> {
        let (sender, receiver) = mpsc::channel::<Work<'a>>();
        let receiver = Mutex::new(receiver);
        let next = || receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
        std::thread::scope(|scope| {
            // Dropped at the end, which ends the threads.
            let turns = Turns { waiting: sender };
            for _ in 0..(threads / 2).max(1) {
                let worker = || {
                    while let Ok(work) = next() {
                        work();
                        give_back();
                    }
                };
                std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, worker)?;
            }
            doing(&turns)
        })
    }

    /// Does the work when it is its turn. A panic in it is passed on.
    pub fn take<T: Send + 'a>(&self, work: impl FnOnce() -> T + Send + 'a) -> T {
        let (done, result) = mpsc::channel();
        let work = move || drop(done.send(catch_unwind(AssertUnwindSafe(work))));
        self.waiting.send(Box::new(work)).expect("the threads are there as long as work is handed in");
        result.recv().expect("each piece of work has a result").unwrap_or_else(|panic| resume_unwind(panic))
    }
}

/// Has the allocator give back to the system what is free on all threads: it would keep the room of the largest trees.
fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[allow(unsafe_code)]
    {
        unsafe extern "C" {
            fn malloc_trim(pad: usize) -> i32;
        }
        // SAFETY: glibc's own function, which may be called at any time on any thread and touches no memory that is in use.
        unsafe { malloc_trim(0) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn no_more_pieces_are_worked_on_than_half_of_the_threads_and_a_panic_ends_none() {
        let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let work = |n: usize| {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            std::thread::yield_now();
            now.fetch_sub(1, Ordering::SeqCst);
            n
        };
        let done = Turns::within(4, |turns| {
            let panics = catch_unwind(AssertUnwindSafe(|| turns.take(|| panic!("as asked"))));
            assert!(panics.is_err());
            std::thread::scope(|scope| {
                for _ in 0..8 {
                    scope.spawn(|| (0..20).for_each(|n| assert_eq!(turns.take(move || work(n)), n)));
                }
            });
            std::io::Result::Ok(())
        });
        assert!(done.is_ok());
        assert!((1..=2).contains(&most.load(Ordering::SeqCst)));
    }
}
