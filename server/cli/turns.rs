//! Work that takes much memory: not on all threads at once.

use super::pipeline::STACK;
use std::sync::{Condvar, Mutex, PoisonError};

/// How many pieces of such work may still begin. Half of the threads go on with other work.
pub struct Turns {
    free: Mutex<usize>,
    given_back: Condvar,
}

impl Turns {
    /// Turns for a run on so many threads.
    pub fn of(threads: usize) -> Turns {
        Turns { free: Mutex::new((threads / 2).max(1)), given_back: Condvar::new() }
    }

    /// Does the work when it is its turn, in a thread of its own: what an allocator keeps for a thread after its work is passed
    /// on to the next thread that begins, where each thread that goes on would keep as much for itself.
    ///
    /// # Errors
    /// The system starts no thread. A panic in the work is passed on.
    pub fn take<T: Send>(&self, work: impl FnOnce() -> T + Send) -> std::io::Result<T> {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free =
            self.given_back.wait_while(free, |free| *free == 0).unwrap_or_else(PoisonError::into_inner);
        *free -= 1;
        drop(free);
        let done = std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work)?;
            Ok(thread.join())
        });
        *self.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.given_back.notify_one();
        done.map(|result| result.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn no_more_pieces_are_worked_on_than_there_are_turns_and_each_gives_its_turn_back() {
        let (turns, now, most) = (Turns::of(4), AtomicUsize::new(0), AtomicUsize::new(0));
        let work = || {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            std::thread::yield_now();
            now.fetch_sub(1, Ordering::SeqCst);
        };
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| (0..20).for_each(|_| turns.take(work).expect("a thread")));
            }
        });
        assert!((1..=2).contains(&most.load(Ordering::SeqCst)));
        let panics =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| turns.take(|| panic!("as asked"))));
        assert!(panics.is_err());
        assert_eq!(*turns.free.lock().expect("not poisoned"), 2);
    }
}
