//! The console of the sandbox: commands, one a line, that make things happen in a running simulator.

use std::collections::BTreeMap;

use super::fault::{Fault, FaultKind};
use super::graph::console as graph;
use super::simulator::Simulator;
use super::ucwa::console as ucwa;

/// The commands that concern both halves, and the others.
const SHARED_HELP: &str = "\
refuse ACTION STATUS [SUBCODE]              refuses the next accept, decline, addParticipant, events, reject …
repeat-poll                                 a proxy repeats the held poll: 409 PGetReplaced for the client
fault TOML                                  adds a fault as in scenarios: { of = 'events', kind = { cut = 9 } }
heal                                        removes all faults
pending                                     lists the pending invitations and calls
record                                      lists the requests so far
help | quit";

/// The result of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Text to print, which may have several lines or be empty.
    Text(String),
    /// The simulator ends.
    Quit,
}

/// Executes a line.
///
/// # Errors
/// Returns an error if there is no such command, an argument is missing or wrong, or what it names does not exist; in
/// words.
pub fn execute(sim: &Simulator, line: &str) -> Result<Output, String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [command, arguments @ ..] = words.as_slice() else { return Ok(Output::Text(String::new())) };
    if matches!(*command, "quit" | "exit") {
        return Ok(Output::Quit);
    }
    shared_command(sim, command, arguments)
        .or_else(|| ucwa::execute(&sim.ucwa, command, arguments))
        .or_else(|| graph::execute(&sim.graph, command, arguments))
        .unwrap_or_else(|| Err(format!("unknown command `{command}`; see help")))
        .map(Output::Text)
}

fn shared_command(sim: &Simulator, command: &str, arguments: &[&str]) -> Option<Result<String, String>> {
    Some(match (command, arguments) {
        ("help", _) => Ok([ucwa::HELP, graph::HELP, SHARED_HELP].join("\n")),
        ("refuse", [action, status, subcode @ ..]) => refuse(sim, action, status, subcode),
        ("refuse", _) => Err("`refuse` needs an action and a status; see help".into()),
        ("fault", _) => fault(sim, &arguments.join(" ")),
        ("repeat-poll", _) => {
            sim.repeat_poll();
            Ok("The poll is repeated.".into())
        }
        ("heal", _) => {
            sim.heal();
            Ok("All faults are removed.".into())
        }
        ("pending", _) => {
            let lines: Vec<String> =
                ucwa::pending(&sim.ucwa).into_iter().chain(graph::pending(&sim.graph)).collect();
            Ok(if lines.is_empty() { "Nothing is pending.".into() } else { lines.join("\n") })
        }
        ("record", _) => Ok(record(sim)),
        _ => return None,
    })
}

fn refuse(sim: &Simulator, action: &str, status: &str, subcode: &[&str]) -> Result<String, String> {
    let status = status.parse().ok().filter(|code: &u16| (400..600).contains(code));
    let status = status.ok_or("the status of an error is a number from 400 to 599")?;
    let subcode = subcode.first().copied().unwrap_or_default();
    sim.fault(Fault::next(action, FaultKind::error(status, subcode)));
    Ok(format!("The next {action} is refused."))
}

fn fault(sim: &Simulator, text: &str) -> Result<String, String> {
    let fault = toml::from_str::<BTreeMap<String, Fault>>(&format!("fault = {text}"))
        .ok()
        .and_then(|mut table| table.remove("fault"))
        .ok_or("that is not a fault; an example is fault { of = \"accept\", kind = \"lost-reply\" }")?;
    sim.fault(fault);
    Ok("The fault is added.".into())
}

fn record(sim: &Simulator) -> String {
    let dropped = sim.dropped_requests();
    let note = (dropped > 0).then(|| format!("({dropped} earlier requests are no longer kept)"));
    let record = sim.record();
    let lines = note.into_iter().chain(record.iter().map(ToString::to_string));
    lines.collect::<Vec<_>>().join("\n")
}
