//! The simulated servers against the facts of the documentation, which stand in the tables of this folder.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod actions;
mod comparison;
mod facts;
mod graph;
mod reading;
mod refusals;
mod ucwa;
mod walk;
mod wire;

use facts::Facts;

#[test]
fn the_facts_of_the_reference_do_not_contradict_one_another() {
    let wrong = Facts::read("ucwa").contradictions();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
