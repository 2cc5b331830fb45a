//! The links and paths of the documents.

use std::path::Path;

use crate::document::{Document, ROOT};

#[test]
fn every_link_leads_to_a_file_and_a_heading() {
    let mut count = 0;
    for document in Document::all() {
        for link in document.links().iter().filter(|link| !link.contains("://")) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() {
                Path::new(ROOT).join(&document.name)
            } else {
                document.folder().join(file)
            };
            assert!(target.exists(), "{}: {link}", document.name);
            if !anchor.is_empty() {
                let name = target.canonicalize().unwrap();
                let name = name.strip_prefix(Path::new(ROOT).canonicalize().unwrap()).unwrap();
                let anchors = Document::read(name.to_str().unwrap()).anchors();
                assert!(
                    anchors.iter().any(|heading| heading == anchor),
                    "{}: {link}: {anchors:?}",
                    document.name
                );
            }
            count += 1;
        }
    }
    assert!(count > 10, "{count}");
}

#[test]
fn every_path_of_this_repository_exists() {
    const FOLDERS: [&str; 9] =
        ["assets/", "benches/", "docs/", "examples/", "fuzz/", "mutants/", "packaging/", "src/", "tests/"];
    for document in Document::all() {
        for code in document.inline_code() {
            let is_path = FOLDERS.iter().any(|folder| code.starts_with(folder));
            if is_path && code.chars().all(|c| c.is_ascii_alphanumeric() || "_-./".contains(c)) {
                assert!(Path::new(ROOT).join(&code).exists(), "{}: {code}", document.name);
            }
        }
    }
}
