//! The only room that has heard of the Language Server Protocol.
//!
//! A reader thread, one loop that owns all state, a writer thread ([`transport`]). Handlers ([`service`]) change the state
//! ([`world`]) before their first `.await`; documents are read in place when that is quick, else on a worker, and
//! questions wait for the reading of the text they were asked about.

mod answers;
mod client;
mod commands;
mod document;
mod paths;
mod projects;
mod reading;
mod service;
mod sweep;
pub mod transport;
mod world;

use crate::detect::STACK;
use std::io::IsTerminal;

/// Serves over standard input and output until the client ends it. Returns the exit code: 0 after `shutdown`, else 1.
///
/// Does not wait for threads that still read: leave the process with the code.
pub fn run() -> i32 {
    if std::io::stdin().is_terminal() {
        eprintln!(
            "lsp-lint {}: a language server, waiting for an editor on standard input. `lsp-lint --help` lists what a person can ask.",
            env!("CARGO_PKG_VERSION")
        );
    }
    serve(std::io::stdin(), std::io::stdout())
}

/// Serves over any pair of pipes.
pub fn serve(
    input: impl std::io::Read + Send + 'static,
    output: impl std::io::Write + Send + 'static,
) -> i32 {
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(|| serve_here(input, output));
    thread.ok().and_then(|thread| thread.join().ok()).unwrap_or(1)
}

/// The JSON schema of what an editor may set besides the keys of `lsp-lint.toml`.
pub fn settings_schema() -> serde_json::Value {
    schemars::schema_for!(projects::OfEditors).to_value()
}

fn serve_here(
    input: impl std::io::Read + Send + 'static,
    output: impl std::io::Write + Send + 'static,
) -> i32 {
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get().min(4));
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .max_blocking_threads(threads)
        .thread_stack_size(STACK)
        .enable_time()
        .build()
    {
        Ok(runtime) => runtime,
        Err(fault) => {
            eprintln!("lsp-lint: cannot start: {fault}");
            return 1;
        }
    };
    let hall = transport::Hall::new();
    let world = world::World::new(hall.door(), runtime.handle().clone());
    let service = service::service(&world);
    let code = transport::serve(&runtime, service, (input, output), hall, || world::lock(&world).idle());
    runtime.shutdown_background();
    code
}
