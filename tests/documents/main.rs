//! Checks of what the documents show: commands, configurations, paths and links, and the length of the README's sentences.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod commands;
mod configurations;
mod document;
mod paths;

use document::{Document, README};

/// The languages of the code blocks. The lines of `commands` are for the simulator's console; those of `text` are shown by the
/// program, or describe a command line, and are not checked.
const LANGUAGES: [&str; 4] = ["sh", "toml", "commands", "text"];

#[test]
fn every_code_block_says_what_it_holds() {
    for document in Document::all() {
        for block in document.blocks() {
            assert!(LANGUAGES.contains(&block.language), "{}: {block:#?}", document.name);
        }
        let mut before = "";
        for line in document.prose().lines() {
            let is_code = before.is_empty() && line.starts_with("    ");
            assert!(!is_code, "{}: mark this code by ```: {line}", document.name);
            before = line;
        }
    }
}

#[test]
fn every_line_for_the_simulators_console_is_valid() {
    let mut lines = 0;
    for document in Document::all() {
        for line in document.lines_of("commands") {
            rsvp::sim::console::check(line).unwrap_or_else(|error| panic!("{}: {error}", document.name));
            lines += 1;
        }
    }
    assert!(lines > 10, "{lines}");
}

#[test]
fn no_sentence_of_the_readme_has_25_words() {
    let long: Vec<String> = document::sentences(&Document::read(README).prose())
        .into_iter()
        .filter(|sentence| sentence.split_whitespace().count() >= 25)
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}
