//! A simulator of the services that rsvp connects to, for the demo, the sandbox and the tests: a Skype for
//! Business server whose users can call each other (`ucwa`), and the calling service of Microsoft Graph with one bot (`graph`).
//!
//! Both follow the documentation and what is known from practice, and complain about a client that breaks a
//! rule.
//!
//! [`Simulator`] is a handle to both. `router` receives requests over HTTP, applies the faults and records
//! what happened; `ucwa` and `graph`, which do not know each other, handle the requests and hold the state.
//! Both use the modules that stand beside them: `shared` (faults, record and change signal), `request`,
//! `reply`, `broken_rule`, `wire` (JSON and XML) and `recent` (bounded lists). `event_faults` applies faults to events; `redact`
//! keeps secrets out of the record. `console` and `scenario` make things happen, by a `step` each; `script_checks` has what a
//! script waits for and asserts.

mod broken_rule;
pub mod console;
mod content;
mod event_batch;
mod event_faults;
mod fault;
mod graph;
mod in_process;
mod options;
mod recent;
mod record;
mod redact;
mod reply;
mod request;
mod router;
pub mod scenario;
mod script_checks;
mod serve;
mod shared;
mod simulator;
mod step;
mod time;
mod ucwa;
mod wire;

pub use fault::{Fault, FaultKind};
pub use graph::{
    Answerer, Call, CallEvent, CallModality, CallNumber, CallOutcome, CallSnapshot, CallState, Caller,
    CallerKind, CallingService, EndedCall, GraphOptions, InvalidToken, Malformed,
};
pub use in_process::{InProcess, InProcessWebhook};
pub use options::Options;
pub use record::RecordedRequest;
pub use serve::serve;
pub use simulator::Simulator;
pub use ucwa::{
    ConversationNumber, ConversationSnapshot, EndCause, EndedInvitation, InvitationNumber,
    InvitationSnapshot, Invite, InviteKind, InviteeBehavior, MessageBody, MessageFormat, PeopleFormat,
    Person, Routing, TicketGrant, UcwaOptions, UcwaServer,
};
