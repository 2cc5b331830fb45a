//! What happens at which second: faults of the server, and keys of the user.

use crate::simulation::Simulation;

/// Faults and the intervals between them, in seconds. Most are primes, so that each fault meets each other one.
const FAULTS: [(u64, &str); 17] = [
    (10, "conversations"),
    (31, r#"fault { of = "events", kind = "lost-reply" }"#),
    (37, r#"fault { of = "accept", kind = "lost-reply" }"#),
    (41, r#"fault { of = "decline", kind = "lost-reply" }"#),
    (43, r#"fault { of = "events", kind = "twice" }"#),
    (47, r#"fault { of = "events", kind = "reversed" }"#),
    (53, r#"fault { of = "events", kind = { cut = 40 } }"#),
    (59, r#"fault { of = "any", kind = { late = 2 } }"#),
    (61, r#"fault { of = "any", kind = "reset" }"#),
    (67, r#"fault { of = "events", kind = "noise" }"#),
    (71, "drop"),
    (73, "resume"),
    (97, "resync"),
    (101, "unavailable"),
    (151, r#"fault { of = "events", kind = "black-hole" }"#),
    (307, "expire"),
    (401, "tokens"),
];

/// The time that packets vanish, in seconds.
const BLACK_HOLE: u64 = 13;

/// Tells the simulator what goes wrong in this second.
pub fn disturb(simulation: &Simulation, second: u64) {
    for (interval, command) in FAULTS {
        if second.is_multiple_of(interval) {
            simulation.tell(command);
        }
    }
    if second % 151 == BLACK_HOLE {
        simulation.tell("heal");
    }
}

/// Returns the keys that the user presses in this second. Answers follow a second after the selection, because keys are
/// ignored shortly after it moved by itself.
pub fn keys(second: u64) -> Option<&'static str> {
    match second % 20 {
        2 | 6 | 12 => Some("1!"),
        3 => Some("a"),
        7 | 13 => Some("D"),
        9 => Some("3"),
        15 => Some("4"),
        17 => Some("1"),
        _ => None,
    }
}
