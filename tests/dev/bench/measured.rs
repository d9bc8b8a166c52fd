//! What a command costs. The system tells a process what all its children took together, so each command runs below a
//! process of its own: this program again.

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;
use serde::{Deserialize, Serialize};
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The costs of one command.
#[derive(Deserialize, Serialize)]
pub struct Measured {
    /// Seconds of all processors, in the program and in the system on its behalf.
    pub time: f64,
    /// Seconds by the clock.
    pub wall: f64,
    /// The most memory it held at once, in bytes.
    pub memory: u64,
    /// Bytes that it printed.
    pub printed: u64,
    /// What it said on standard error.
    pub said: String,
    /// It took longer than it may, and was ended: the figures are those until then.
    pub stopped: bool,
    code: Option<i32>,
}

/// The word that makes this program measure one command.
pub const WORD: &str = "measure";

/// How often a command is looked at that may not run for ever.
const LOOK: Duration = Duration::from_millis(50);

/// Takes seconds and a command: runs it, at most so long, reads all that it prints and writes what it cost.
///
/// # Errors
/// It cannot be started.
pub fn measure(words: &[&str]) -> Result<(), String> {
    let [longest, program, arguments @ ..] = words else { return Err("measure what?".into()) };
    let longest: f64 = longest.parse().map_err(|_| format!("{longest} is no number of seconds"))?;
    let began = Instant::now();
    let mut child = Command::new(program)
        .args(arguments)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|fault| format!("{program}: {fault}"))?;
    let (mut output, mut errors) = (child.stdout.take().expect("piped"), child.stderr.take().expect("piped"));
    let listener = std::thread::spawn(move || {
        let mut said = vec![];
        errors.read_to_end(&mut said).map(|_| String::from_utf8_lossy(&said).into_owned())
    });
    // A program that may not write to a pipe may stop early: ripgrep looks whether anybody reads.
    let reader = std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
    while !reader.is_finished() && began.elapsed().as_secs_f64() < longest {
        std::thread::sleep(LOOK.min(began.elapsed() / 50));
    }
    let stopped = !reader.is_finished();
    if stopped {
        child.kill().map_err(|fault| format!("{program}: {fault}"))?;
    }
    let printed = reader.join().expect("a reader does not panic").map_err(|fault| fault.to_string())?;
    let status = child.wait().map_err(|fault| format!("{program}: {fault}"))?;
    let wall = began.elapsed().as_secs_f64();
    let used = getrusage(UsageWho::RUSAGE_CHILDREN).map_err(|fault| fault.to_string())?;
    let seconds = |time: TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    let measured = Measured {
        time: seconds(used.user_time()) + seconds(used.system_time()),
        wall,
        // Apple's systems count bytes, all others kibibytes.
        memory: used.max_rss() as u64 * if cfg!(target_vendor = "apple") { 1 } else { 1024 },
        printed,
        said: listener.join().expect("a reader does not panic").map_err(|fault| fault.to_string())?,
        stopped,
        code: status.code(),
    };
    println!("{}", serde_json::to_string(&measured).map_err(|fault| fault.to_string())?);
    Ok(())
}

/// What a command costs that ends with 0 or, as all searchers and linters may, with 1. `longest`: after so many seconds it is ended.
///
/// # Errors
/// It cannot be run, or ends otherwise: what it said.
pub fn measured(
    program: &Path,
    arguments: &[String],
    folder: &Path,
    longest: f64,
) -> Result<Measured, String> {
    let shown = program.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let myself = std::env::current_exe().map_err(|fault| fault.to_string())?;
    let output = Command::new(myself)
        .arg(WORD)
        .arg(longest.to_string())
        .arg(program)
        .args(arguments)
        .current_dir(folder)
        .output();
    let output = output.map_err(|fault| format!("{shown}: {fault}"))?;
    if !output.status.success() {
        return Err(format!("{shown}: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let measured: Measured =
        serde_json::from_slice(&output.stdout).map_err(|fault| format!("{shown}: {fault}"))?;
    match measured.code {
        Some(0 | 1) => Ok(measured),
        _ if measured.stopped => Ok(measured),
        _ => Err(format!("{shown} failed:\n{}", measured.said)),
    }
}
