//! The commands of the console that concern the calling service.

use super::call::{CallEvent, CallNumber};
use super::caller::{Call, CallModality, Caller, CallerKind};
use super::invalid_token::InvalidToken;
use super::malformed::Malformed;
use super::service::CallingService;

/// The lines of the help.
pub(in super::super) const HELP: &str = "\
call KIND NAME [group] [video] [TEXT]       calls the bot; KIND is user, phone, application, guest or encrypted,
                                            NAME is Lene.Aaling or the number of a phone, TEXT is the subject
call-gives-up N | call-elsewhere N          the caller of call N gives up; another instance of the bot answers
presses N KEYS                              the other party of an answered call presses keys, such as 12#
hangs-up N | call-fails N [CODE SUBCODE]    the other party of an answered call hangs up; the service ends a call
forge KIND|all                              notifies the webhook with an invalid token: no-token, expired …
odd KIND|all                                sends a malformed notification with a valid token: not-json, deep …
rotate | graph-tokens                       signs notifications with a new key; makes the bot's tokens invalid";

/// The names of the commands.
pub(in super::super) const COMMANDS: [&str; 9] = [
    "call",
    "call-gives-up",
    "call-elsewhere",
    "hangs-up",
    "call-fails",
    "forge",
    "odd",
    "rotate",
    "graph-tokens",
];

/// Executes a command.
///
/// Returns what to print, or `None` if there is no command of that name.
///
/// # Errors
/// Returns an error if an argument is missing or wrong, or the call does not exist; in words.
pub(in super::super) fn execute(
    service: &CallingService,
    command: &str,
    words: &[&str],
) -> Option<Result<String, String>> {
    Some(match (command, words) {
        ("call", [kind, rest @ ..]) => call(service, kind, rest),
        ("call-gives-up", [number]) => trigger(service, number, CallEvent::CallerGivesUp),
        ("call-elsewhere", [number]) => trigger(service, number, CallEvent::AnsweredElsewhere),
        ("hangs-up", [number]) => trigger(service, number, CallEvent::OtherPartyHangsUp),
        ("presses", [number, keys]) => press(service, number, keys),
        ("call-fails", [number]) => trigger(service, number, CallEvent::Fails { code: 500, subcode: 1_005 }),
        ("call-fails", [number, code, subcode]) => fail(service, number, code, subcode),
        ("forge", [name]) => send_invalid_tokens(service, name),
        ("odd", [name]) => send_malformed(service, name),
        ("rotate", []) => {
            service.rotate_keys();
            Ok("Notifications are signed with a new key.".into())
        }
        ("graph-tokens", []) => {
            service.expire_tokens();
            Ok("No token of the bot is valid any more.".into())
        }
        (
            "call" | "call-gives-up" | "call-elsewhere" | "presses" | "hangs-up" | "call-fails" | "forge"
            | "odd" | "rotate" | "graph-tokens",
            _,
        ) => Err(format!("`{command}` has other arguments; see help")),
        _ => return None,
    })
}

/// Returns a line for each call that has not ended.
pub(in super::super) fn pending(service: &CallingService) -> Vec<String> {
    let calls = service.calls();
    calls.iter().map(|call| format!("call {} {} {}", call.number, call.state.name(), call.caller)).collect()
}

fn call(service: &CallingService, kind: &str, words: &[&str]) -> Result<String, String> {
    let call = parse_call(kind, words)?;
    if !service.has_webhook() {
        return Err("there is no webhook to notify".into());
    }
    Ok(format!("call {}", service.call(call)))
}

fn parse_call(kind: &str, words: &[&str]) -> Result<Call, String> {
    let is_named = |known: &CallerKind| known.name() == kind;
    let kind = CallerKind::ALL
        .into_iter()
        .find(is_named)
        .ok_or_else(|| format!("`{kind}` is none of {}", CallerKind::ALL.map(CallerKind::name).join(", ")))?;
    let (name, mut text) = match words {
        [name, text @ ..] => (*name, text),
        [] if kind == CallerKind::Encrypted => ("", words),
        [] => return Err("`call` needs a name; see help".into()),
    };
    let mut call = Call::from(Caller::new(kind, &name.replace(['.', '_'], " ")));
    while let [word @ ("group" | "video"), rest @ ..] = text {
        match *word {
            "group" => call.group = true,
            _ => call.modalities = vec![CallModality::Audio, CallModality::Video],
        }
        text = rest;
    }
    call.subject = text.join(" ");
    Ok(call)
}

fn trigger(service: &CallingService, number: &str, event: CallEvent) -> Result<String, String> {
    let number: CallNumber = number.parse().map_err(|_| format!("`{number}` is not the number of a call"))?;
    service.trigger(number, event)?;
    Ok("Done.".into())
}

fn press(service: &CallingService, number: &str, keys: &str) -> Result<String, String> {
    for key in keys.chars() {
        trigger(service, number, CallEvent::PressesKey(key))?;
    }
    Ok("Done.".into())
}

fn fail(service: &CallingService, number: &str, code: &str, subcode: &str) -> Result<String, String> {
    let parse = |text: &str| text.parse().map_err(|_| format!("`{text}` is not a code"));
    trigger(service, number, CallEvent::Fails { code: parse(code)?, subcode: parse(subcode)? })
}

/// Starts a task that sends notifications with invalid tokens; the record tells the responses.
fn send_invalid_tokens(service: &CallingService, name: &str) -> Result<String, String> {
    let kinds = select(&InvalidToken::ALL, InvalidToken::name, name)?;
    let service = service.clone();
    tokio::spawn(async move {
        for kind in kinds {
            let _ = service.send_invalid_token(kind).await;
        }
    });
    Ok(String::new())
}

/// Starts a task that sends malformed notifications; the record tells the responses.
fn send_malformed(service: &CallingService, name: &str) -> Result<String, String> {
    let kinds = select(&Malformed::ALL, Malformed::name, name)?;
    let service = service.clone();
    tokio::spawn(async move {
        for kind in kinds {
            let _ = service.send_malformed(kind).await;
        }
    });
    Ok(String::new())
}

/// Returns the kind of that name, or all of them for `all`.
fn select<T: Copy>(all: &[T], name_of: fn(T) -> &'static str, name: &str) -> Result<Vec<T>, String> {
    let selected: Vec<T> = all.iter().copied().filter(|one| name == "all" || name_of(*one) == name).collect();
    if selected.is_empty() {
        let names: Vec<&str> = all.iter().map(|one| name_of(*one)).collect();
        return Err(format!("`{name}` is none of {}", names.join(", ")));
    }
    Ok(selected)
}
