//! How long one file may take, in processor time: what is found in it does not depend on what else the machine is doing.

use cpu_time::ThreadTime;
use std::time::{Duration, Instant};

/// A limit to what the thread that began it spends.
pub(super) struct Budget {
    limit: Duration,
    clock: Instant,
    thread: ThreadTime,
}

impl Budget {
    pub(super) fn of(limit: Duration) -> Budget {
        Budget { limit, clock: Instant::now(), thread: ThreadTime::now() }
    }

    /// It is spent. A thread spends no more than the clock shows, and the clock is cheaper to ask: it is asked first.
    pub(super) fn is_spent(&self) -> bool {
        self.clock.elapsed() > self.limit && self.thread.elapsed() > self.limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Works until it is spent.
    fn work(budget: &Budget) {
        while !budget.is_spent() {
            std::hint::black_box(budget.limit);
        }
    }

    #[test]
    fn waiting_spends_nothing_and_work_does() {
        let limit = Duration::from_millis(20);
        let budget = Budget::of(limit);
        std::thread::spawn(move || work(&Budget::of(limit))).join().expect("it ends");
        assert!(budget.clock.elapsed() > limit && !budget.is_spent());
        work(&budget);
        assert!(budget.thread.elapsed() > limit);
    }
}
