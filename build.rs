//! The vectors are part of the command, so that they are at hand wherever it is. Compressed they
//! are a ninth of their size.

use std::path::Path;
use std::{env, fs, io};

use flate2::{Compression, write::GzEncoder};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=vectors");
    if env::var_os("CARGO_FEATURE_CLI").is_none() {
        return Ok(());
    }
    let folder = env::var_os("OUT_DIR").expect("Cargo names the folder");
    for name in ["policy", "retention", "corners"] {
        let file = fs::File::create(Path::new(&folder).join(format!("{name}.jsonl.gz")))?;
        let mut encoder = GzEncoder::new(file, Compression::best());
        io::copy(&mut fs::File::open(format!("vectors/{name}.jsonl"))?, &mut encoder)?;
        encoder.finish()?;
    }
    Ok(())
}
