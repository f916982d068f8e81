//! The `cargo rungs` command.

fn main() -> std::process::ExitCode {
    rungs_cli::main()
}
