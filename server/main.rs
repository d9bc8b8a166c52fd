//! Starts the command line.

fn main() -> std::process::ExitCode {
    lsp_lint::cli::run()
}
