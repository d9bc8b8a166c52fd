//! What `--stats` accounts for: processor time, so that the figures hold on a busy machine, too.

use crate::detect::Timing;
use cpu_time::{ProcessTime, ThreadTime};
use std::time::{Duration, Instant};

/// Work that one thread has begun.
pub struct Work {
    thread: ThreadTime,
    clock: Instant,
}

/// What a piece of work took: of the processor, and by the clock.
#[derive(Clone, Copy, Default)]
pub struct Spent {
    processor: Duration,
    clock: Duration,
}

/// All pieces of a run, added up over its threads.
#[derive(Clone, Copy, Default)]
pub struct Accounts {
    /// Finding the files.
    pub walk: Duration,
    /// Getting the texts.
    pub read: Spent,
    /// Detection, and what it needs to know about a file's surroundings.
    pub understand: Spent,
    /// How detection divides that, by the clock.
    pub timing: Timing,
    /// Everything that is made of the facts of a file.
    pub judge: Spent,
    /// What the rules take of that, by the clock.
    pub rules: Duration,
    /// Putting results in order and printing them.
    pub print: Spent,
}

impl Work {
    pub fn begin() -> Work {
        Work { thread: ThreadTime::now(), clock: Instant::now() }
    }
    pub fn end(self) -> Spent {
        Spent { processor: self.thread.elapsed(), clock: self.clock.elapsed() }
    }
}

impl Spent {
    pub fn add(&mut self, other: Spent) {
        self.processor += other.processor;
        self.clock += other.clock;
    }
    /// The processor's share in a part of this work that was timed by the clock: reading a thread's own clock takes longer
    /// than many a part.
    fn share(&self, part: Duration) -> f64 {
        let whole = self.clock.as_secs_f64();
        if whole == 0.0 { 0.0 } else { self.processor.as_secs_f64() * (part.as_secs_f64() / whole).min(1.0) }
    }
}

impl Accounts {
    /// Adds the pieces of one file.
    pub fn add(&mut self, other: &Accounts) {
        self.read.add(other.read);
        self.understand.add(other.understand);
        self.timing.add(&other.timing);
        self.judge.add(other.judge);
    }

    /// The whole processor time of this process so far, and its parts in seconds. They make up the whole.
    pub fn parts(&self) -> (f64, [(&'static str, f64); 9]) {
        let whole = ProcessTime::now().as_duration().as_secs_f64();
        let rules = self.judge.share(self.rules);
        let detection = |part| self.understand.share(part);
        let mut parts = [
            ("walk", self.walk.as_secs_f64()),
            ("read", self.read.processor.as_secs_f64()),
            ("scan", detection(self.timing.scan)),
            ("parse", detection(self.timing.parse)),
            ("shapes", detection(self.timing.shapes)),
            ("meaning", detection(self.timing.meaning)),
            ("rules", rules),
            ("report", self.judge.processor.as_secs_f64() - rules + self.print.processor.as_secs_f64()),
            ("other", 0.0),
        ];
        let known: f64 = parts.iter().map(|(_, seconds)| seconds).sum();
        parts[8].1 = (whole - known).max(0.0);
        (whole, parts)
    }
}
