//! Pieces of work whose instructions `benches/instructions` counts under Valgrind, and whose time `benches/peers/compare` measures.

use std::hint::black_box;
use std::path::Path;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use rsvp::provider::Event;
use rsvp::ui::{Look, draw};

use crate::{frames, recording};

/// The argument that is followed by the name of a piece of work, the file of a recording and, for `repeat`, a number.
pub const WORK: &str = "--work";

/// Does a piece of work: `record` writes the recording, the others read it. `repeat` decodes and reduces it so many times and
/// prints the number of its events.
pub fn run(name: &str, file: &Path, repetitions: Option<&str>) {
    if name == "record" {
        std::fs::write(file, serde_json::to_string(&recording::recorded()).unwrap()).unwrap();
        return;
    }
    let bodies: Vec<String> = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let decode = || bodies.iter().map(|body| recording::decoded(body)).collect::<Vec<_>>();
    match name {
        "decode" => drop(black_box(counted(decode))),
        "reduce" => {
            let (mut store, mut state) = (recording::store(), recording::state());
            let events: Vec<Event> =
                decode().iter().flat_map(|batch| recording::events(&mut store, batch)).collect();
            counted(|| recording::apply(events, &mut state));
        }
        "frame" => {
            let state = frames::state(40);
            let mut cells = Buffer::empty(Rect::new(0, 0, 120, 40));
            counted(|| draw(&mut cells, &state, &Look::default()));
        }
        "repeat" => {
            let repetitions = repetitions.unwrap().parse().unwrap();
            (0..repetitions).for_each(|_| drop(black_box(recording::reduce(&bodies))));
            let events: usize = decode().iter().map(|batch| batch.changes.len()).sum();
            println!("{}", events * repetitions);
        }
        other => panic!("no work is called {other}"),
    }
}

/// Does the work that is counted; Valgrind finds it by the name of this function.
#[inline(never)]
fn counted<T>(work: impl FnOnce() -> T) -> T {
    black_box(work())
}
