//! A check that the place and the test of each deliberate defect in `bugs.toml` exist. The crate in `mutants` seeds the defects.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::path::Path;

#[test]
fn every_deliberate_defect_has_its_place_and_its_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let bugs: toml::Table =
        std::fs::read_to_string(root.join("tests/bugs/bugs.toml")).unwrap().parse().unwrap();
    let tests: String = ["src", "tests"].into_iter().map(|part| sources(&root.join(part))).collect();
    for bug in bugs["bug"].as_array().unwrap() {
        let text = |name: &str| bug[name].as_str().unwrap();
        let source = std::fs::read_to_string(root.join(text("file"))).unwrap();
        assert_eq!(
            source.matches(text("find")).count(),
            1,
            "`find` does not occur exactly once: {}",
            text("name")
        );
        assert!(
            tests.contains(&format!("fn {}(", text("caught"))),
            "the test does not exist: {}",
            text("name")
        );
    }
}

fn sources(folder: &Path) -> String {
    let mut all = String::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.push_str(&sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            all.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
    all
}
