//! On what, and beside what, a bench ran.

use std::fs;

/// Processor, cores, memory and system, as far as the system tells.
pub fn machine() -> String {
    let information = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let processor = information.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let processor = processor.map_or("a processor without a name", |(_, name)| name.trim());
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let memory = memory.lines().find_map(|line| line.strip_prefix("MemTotal:")?.trim().split(' ').next());
    let memory = memory.and_then(|kibibytes| kibibytes.parse::<f64>().ok());
    let memory =
        memory.map_or(String::new(), |kibibytes| format!(", {:.0} GiB", kibibytes / f64::from(1 << 20)));
    let system = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let release: Vec<&str> = system.split('.').take(2).collect();
    format!("{processor}, {cores} cores{memory}, {} {}", std::env::consts::OS, release.join("."))
}

/// How many threads wanted to run, on average over the last minute.
pub fn load() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').next().filter(|load| !load.is_empty()).unwrap_or("unknown").to_string()
}
