//! `lsp-lint server`: the language server.

use super::{Fault, Outcome};
use clap::Args;

/// What `server` takes: what clients are used to pass.
#[derive(Args)]
pub struct Options {
    /// Accepted because editors pass it; there is no other way to talk
    #[arg(long)]
    stdio: bool,
    /// The editor's process; the server ends when it does
    #[arg(long = "clientProcessId", value_name = "PID", alias = "client-process-id")]
    client_process_id: Option<u32>,
}

/// Serves until the client ends it.
pub fn run(options: &Options) -> Result<Outcome, Fault> {
    let Options { stdio: _, client_process_id } = options;
    if let Some(id) = client_process_id {
        end_with(*id);
    }
    // Threads that still read are not waited for.
    std::process::exit(crate::lsp::run())
}

/// Ends this process when the editor's does, for editors whose death leaves our input open.
fn end_with(id: u32) {
    let Ok(id) = i32::try_from(id) else { return };
    // A process that cannot be seen from here has not died; the end of the input still covers that editor.
    let Ok(mut editor) = waitpid_any::WaitHandle::open(id) else { return };
    std::thread::spawn(move || {
        if editor.wait().is_ok() {
            std::process::exit(1);
        }
    });
}
