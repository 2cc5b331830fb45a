//! The commands of the console that concern the calling service.

use super::call::{CallEvent, CallNumber};
use super::invalid_token::InvalidToken;
use super::malformed::Malformed;
use super::service::CallingService;

/// The lines of the help.
pub(in super::super) const HELP: &str = "\
call KIND NAME [KEY=VALUE…] [group] [video] [TEXT]
                                            calls the bot; KIND is user, phone, application, guest or encrypted,
                                            NAME is Lene.Aaling or the number of a phone, TEXT is the subject;
                                            KEY is modalities=audio,data, forwarded-from=Joe.Smith,
                                            then=caller-gives-up (or answered-elsewhere, other-party-ends) and
                                            after=20s
call-gives-up N | call-elsewhere N          the caller of call N gives up; another instance of the bot answers
presses N KEYS                              the other party of an answered call presses keys, such as 12#
hangs-up N | call-fails N [CODE SUBCODE]    the other party of an answered call hangs up; the service ends a call
transfer-fails N [CODE SUBCODE]             the transfer of a call fails, and the call goes on
forge KIND|all                              notifies the webhook with an invalid token: no-token, expired …
odd KIND|all                                sends a malformed notification with a valid token: not-json, deep …
rotate | graph-tokens                       signs notifications with a new key; makes the bot's tokens invalid";

/// The names of the commands.
pub(in super::super) const COMMANDS: [&str; 10] = [
    "call-gives-up",
    "call-elsewhere",
    "presses",
    "hangs-up",
    "call-fails",
    "transfer-fails",
    "forge",
    "odd",
    "rotate",
    "graph-tokens",
];

/// A command of the console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    Trigger(CallNumber, Vec<CallEvent>),
    SendInvalidTokens(Vec<InvalidToken>),
    SendMalformed(Vec<Malformed>),
    RotateKeys,
    ExpireTokens,
}

impl Command {
    /// Parses a line; returns `None` if there is no command of that name.
    ///
    /// # Errors
    /// Returns an error if an argument is missing or wrong; in words.
    pub fn parse(command: &str, words: &[&str]) -> Option<Result<Self, String>> {
        if !COMMANDS.contains(&command) {
            return None;
        }
        let trigger = |number: &str, events: Vec<CallEvent>| Ok(Self::Trigger(parse_number(number)?, events));
        Some(match (command, words) {
            ("call-gives-up", [number]) => trigger(number, vec![CallEvent::CallerGivesUp]),
            ("call-elsewhere", [number]) => trigger(number, vec![CallEvent::AnsweredElsewhere]),
            ("hangs-up", [number]) => trigger(number, vec![CallEvent::OtherPartyHangsUp]),
            ("presses", [number, keys]) => trigger(number, keys.chars().map(CallEvent::PressesKey).collect()),
            ("call-fails", [number]) => trigger(number, vec![CallEvent::Fails { code: 500, subcode: 1_005 }]),
            ("call-fails", [number, code, subcode]) => parse_failure(code, subcode)
                .and_then(|(code, subcode)| trigger(number, vec![CallEvent::Fails { code, subcode }])),
            ("transfer-fails", [number]) => {
                trigger(number, vec![CallEvent::TransferFails { code: 500, subcode: 7_000 }])
            }
            ("transfer-fails", [number, code, subcode]) => {
                parse_failure(code, subcode).and_then(|(code, subcode)| {
                    trigger(number, vec![CallEvent::TransferFails { code, subcode }])
                })
            }
            ("forge", [name]) => {
                select(&InvalidToken::ALL, InvalidToken::name, name).map(Self::SendInvalidTokens)
            }
            ("odd", [name]) => select(&Malformed::ALL, Malformed::name, name).map(Self::SendMalformed),
            ("rotate", []) => Ok(Self::RotateKeys),
            ("graph-tokens", []) => Ok(Self::ExpireTokens),
            _ => Err(format!("`{command}` has other arguments; see help")),
        })
    }

    /// Executes the command, and returns what to print.
    ///
    /// # Errors
    /// Returns an error if the call does not exist, or is in no state for it; in words.
    pub fn execute(self, service: &CallingService) -> Result<String, String> {
        match self {
            Self::Trigger(number, events) => {
                for event in events {
                    service.trigger(number, event)?;
                }
                Ok("Done.".into())
            }
            Self::SendInvalidTokens(kinds) => {
                send_invalid_tokens(service, kinds);
                Ok(String::new())
            }
            Self::SendMalformed(kinds) => {
                send_malformed(service, kinds);
                Ok(String::new())
            }
            Self::RotateKeys => {
                service.rotate_keys();
                Ok("Notifications are signed with a new key.".into())
            }
            Self::ExpireTokens => {
                service.expire_tokens();
                Ok("No token of the bot is valid any more.".into())
            }
        }
    }
}

/// Returns a line for each call that has not ended.
pub(in super::super) fn pending(service: &CallingService) -> Vec<String> {
    let calls = service.calls();
    calls.iter().map(|call| format!("call {} {} {}", call.number, call.state.name(), call.caller)).collect()
}

fn parse_number(word: &str) -> Result<CallNumber, String> {
    word.parse().map_err(|_| format!("`{word}` is not the number of a call"))
}

fn parse_failure(code: &str, subcode: &str) -> Result<(u32, u32), String> {
    let parse = |text: &str| text.parse().map_err(|_| format!("`{text}` is not a code"));
    Ok((parse(code)?, parse(subcode)?))
}

/// Starts a task that sends notifications with invalid tokens; the record tells the responses.
fn send_invalid_tokens(service: &CallingService, kinds: Vec<InvalidToken>) {
    let service = service.clone();
    tokio::spawn(async move {
        for kind in kinds {
            let _ = service.send_invalid_token(kind).await;
        }
    });
}

/// Starts a task that sends malformed notifications; the record tells the responses.
fn send_malformed(service: &CallingService, kinds: Vec<Malformed>) {
    let service = service.clone();
    tokio::spawn(async move {
        for kind in kinds {
            let _ = service.send_malformed(kind).await;
        }
    });
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
