//! The console of the sandbox: commands, one a line, that make things happen in a running simulator.

use std::collections::BTreeMap;
use std::time::Duration;

use super::expectation::{self, Expectation};
use super::fault::{Fault, FaultKind};
use super::graph::console as graph;
use super::simulator::Simulator;
use super::ucwa::console as ucwa;
use crate::nearest::nearest;

/// The commands that concern both halves, and the others.
const SHARED_HELP: &str = "\
refuse ACTION STATUS [SUBCODE]              refuses the next accept, decline, addParticipant, events, reject …
repeat-poll                                 a proxy repeats the held poll: 409 PGetReplaced for the client
fault TOML                                  adds a fault as in scenarios: { of = 'events', kind = { cut = 9 } }
heal                                        removes all faults
pending                                     lists the pending invitations and calls
unavailable                                 the held poll is answered, and the next one gets the status 503
record                                      lists the requests so far
wait TIME                                   waits: 500ms, 2s, 1m
expect ACTION [N] [PART] within TIME        waits until a client has sent this request: accept, decline, answer …; N is
                                            the invitation, conversation or call, PART a part of the body or the query
expect online|offline within TIME           waits until a client can be reached by invitations, or none can
assert no-marks | assert pending N          fails if a request broke a rule; if not N invitations and calls are pending
assert online | assert offline              fails if no client, or one, can be reached by invitations
help | quit";

/// The result of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Text to print, which may have several lines or be empty.
    Text(String),
    /// The next line is to be read after this time.
    Wait(Duration),
    /// The next line is to be read after this event.
    Expect(Expectation),
    /// The simulator ends.
    Quit,
}

const SHARED_COMMANDS: [&str; 13] = [
    "refuse",
    "repeat-poll",
    "fault",
    "heal",
    "pending",
    "unavailable",
    "record",
    "wait",
    "expect",
    "assert",
    "help",
    "quit",
    "exit",
];

/// Returns the names of all commands.
#[must_use]
pub fn commands() -> Vec<&'static str> {
    [&SHARED_COMMANDS[..], &ucwa::COMMANDS, &graph::COMMANDS].concat()
}

/// Checks a line without executing it: the name of the command, and the arguments of `wait` and `expect`. An empty line and
/// one that begins with `#` are valid.
///
/// # Errors
/// Returns an error in words.
pub fn check(line: &str) -> Result<(), String> {
    let words = words(line);
    match words.as_slice() {
        [] => Ok(()),
        ["wait", time] => expectation::parse_duration(time).map(drop),
        ["expect", expected @ ..] => Expectation::parse(expected).map(drop),
        [command, ..] if commands().contains(command) => Ok(()),
        [command, ..] => Err(unknown(command)),
    }
}

/// Returns the words of a line; none for a comment.
fn words(line: &str) -> Vec<&str> {
    if line.trim_start().starts_with('#') { Vec::new() } else { line.split_whitespace().collect() }
}

fn unknown(command: &str) -> String {
    match nearest(command, &commands()) {
        Some(name) => format!("unknown command `{command}`; did you mean `{name}`?"),
        None => format!("unknown command `{command}`; see help"),
    }
}

/// Executes a line.
///
/// # Errors
/// Returns an error if there is no such command, an argument is missing or wrong, or what it names does not exist; in
/// words.
pub fn execute(sim: &Simulator, line: &str) -> Result<Output, String> {
    let words = words(line);
    let [command, arguments @ ..] = words.as_slice() else { return Ok(Output::Text(String::new())) };
    match (*command, arguments) {
        ("quit" | "exit", _) => return Ok(Output::Quit),
        ("wait", [time]) => return expectation::parse_duration(time).map(Output::Wait),
        ("expect", _) => return Expectation::parse(arguments).map(Output::Expect),
        _ => {}
    }
    shared_command(sim, command, arguments)
        .or_else(|| ucwa::execute(&sim.ucwa, command, arguments))
        .or_else(|| graph::execute(&sim.graph, command, arguments))
        .unwrap_or_else(|| Err(unknown(command)))
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
        ("unavailable", _) => {
            sim.fault(Fault::next("events", FaultKind::error(503, "")));
            sim.ucwa.interrupt_polls();
            Ok("The next poll gets the status 503.".into())
        }
        ("record", _) => Ok(record(sim)),
        ("wait", _) => Err("`wait` needs a duration, such as 500ms, 2s or 1m".into()),
        ("assert", _) => expectation::assert(sim, arguments).map(|()| "It holds.".into()),
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
