//! The console's lines about the calling service.

use super::super::Simulator;
use super::caller::{Call, CallModality, Caller, CallerKind};
use super::calls::{CallEnd, CallNumber};
use super::{InvalidToken, Malformed};

/// Does what a line says.
pub(in super::super) fn obey(sim: &Simulator, command: &str, words: &[&str]) -> Result<String, String> {
    match (command, words) {
        ("call", [kind, rest @ ..]) => {
            let call = call(kind, rest)?;
            if !sim.has_webhook() {
                return Err("there is no webhook to tell of a call".into());
            }
            Ok(format!("call {}", sim.call(call)))
        }
        ("call-gives-up", [number]) => end(sim, number, CallEnd::GivesUp),
        ("call-elsewhere", [number]) => end(sim, number, CallEnd::AnsweredElsewhere),
        ("hangs-up", [number]) => end(sim, number, CallEnd::OtherPartyEnds),
        ("call-fails", [number]) => end(sim, number, CallEnd::Fails { code: 500, subcode: 1_005 }),
        ("call-fails", [number, code, subcode]) => {
            let parse = |text: &str| text.parse().map_err(|_| format!("`{text}` is no code"));
            end(sim, number, CallEnd::Fails { code: parse(code)?, subcode: parse(subcode)? })
        }
        ("forge", [name]) => {
            let forgeries = chosen(&InvalidToken::ALL, InvalidToken::name, name)?;
            let sim = sim.clone();
            // What comes of it is in the record.
            tokio::spawn(async move {
                for invalid_token in forgeries {
                    let _ = sim.forge(invalid_token).await;
                }
            });
            Ok(String::new())
        }
        ("odd", [name]) => {
            let oddities = chosen(&Malformed::ALL, Malformed::name, name)?;
            let sim = sim.clone();
            tokio::spawn(async move {
                for malformed in oddities {
                    let _ = sim.malformed(malformed).await;
                }
            });
            Ok(String::new())
        }
        ("rotate", []) => {
            sim.rotate_keys();
            Ok("there is a new key".into())
        }
        ("graph-tokens", []) => {
            sim.tokens_of_graph_expire();
            Ok("no token of the bot's is worth anything any more".into())
        }
        _ => Err(format!("that is not how `{command}` is used; see help")),
    }
}

/// The calls that are not over, a line each.
pub(in super::super) fn pending(sim: &Simulator) -> Vec<String> {
    let calls = sim.calls();
    calls.iter().map(|call| format!("call {} {} {}", call.number, call.state.name(), call.who)).collect()
}

fn call(kind: &str, words: &[&str]) -> Result<Call, String> {
    let find = |known: &CallerKind| known.name() == kind;
    let kind = CallerKind::ALL
        .into_iter()
        .find(find)
        .ok_or_else(|| format!("`{kind}` is none of {}", CallerKind::ALL.map(CallerKind::name).join(", ")))?;
    let (name, mut text) = match words {
        [name, text @ ..] => (*name, text),
        [] if kind == CallerKind::Encrypted => ("", words),
        [] => return Err("`call` needs a name; see help".into()),
    };
    let mut call = Call::from(Caller::new(kind, &name.replace(['.', '_'], " ")));
    while let [word @ ("group" | "video"), more @ ..] = text {
        match *word {
            "group" => call.group = true,
            _ => call.modalities = vec![CallModality::Audio, CallModality::Video],
        }
        text = more;
    }
    call.subject = text.join(" ");
    Ok(call)
}

fn end(sim: &Simulator, number: &str, how: CallEnd) -> Result<String, String> {
    let number: CallNumber = number.parse().map_err(|_| format!("`{number}` is no number of a call"))?;
    sim.end_call(number, how)?;
    Ok("done".into())
}

/// The one of that name, or all of them.
fn chosen<T: Copy>(all: &[T], name_of: fn(T) -> &'static str, name: &str) -> Result<Vec<T>, String> {
    let chosen: Vec<T> = all.iter().copied().filter(|one| name == "all" || name_of(*one) == name).collect();
    if chosen.is_empty() {
        let names: Vec<&str> = all.iter().map(|one| name_of(*one)).collect();
        return Err(format!("`{name}` is none of {}", names.join(", ")));
    }
    Ok(chosen)
}
