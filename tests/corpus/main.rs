//! The bodies of the fuzz targets, run over their corpora.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "../../fuzz/bodies.rs"]
mod bodies;

use std::path::Path;

#[test]
fn what_the_fuzzers_found_is_survived() {
    for (name, body) in bodies::TARGETS {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
        let inputs = std::fs::read_dir(&corpus).unwrap();
        let mut count = 0;
        for input in inputs {
            body(&std::fs::read(input.unwrap().path()).unwrap());
            count += 1;
        }
        assert!(count > 0, "{name} has a corpus");
    }
}
