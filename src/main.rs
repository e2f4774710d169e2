//! The command `duplicati-retention`.

fn main() -> std::process::ExitCode {
    duplicati_retention::cli::run()
}
