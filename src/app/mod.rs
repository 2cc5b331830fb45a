//! The reducer: [`update`] applies a [`Message`] to the [`State`] and returns the [`Effect`]s to carry out.
//!
//! Nothing in this module does I/O, reads a clock, starts a task or uses a channel. Each message comes with the
//! time of its arrival.

mod account;
mod action;
pub mod address;
mod advice;
mod alerts;
mod announcement;
mod available;
mod batch;
mod contact_lists;
mod contacts;
mod copies;
pub(crate) mod current_list;
mod details;
mod dialog;
mod effect;
mod entry;
mod focus;
mod instruction;
mod items;
pub mod key;
mod keymap;
mod links;
mod list;
mod lobby;
mod message;
mod mode;
mod mouse;
mod new_conversation;
mod notice;
mod notification;
mod offers;
mod own_presence;
mod pending_request;
mod person_choice;
mod rulings;
mod search;
mod selection_state;
mod settings;
mod sort;
mod started_conversations;
mod state;
mod tab;
mod targets;
mod thread;
mod update;
mod urgency;
mod viewport;
mod walkthrough;

pub use account::Account;
pub use action::Action;
pub use advice::advice;
pub use alerts::Alerts;
pub use announcement::{Announcement, News};
pub use available::{answerable, available, reason_against};
pub use batch::Batch;
pub use contact_lists::ContactLists;
pub use contacts::Contacts;
pub use details::Details;
pub use dialog::{
    Answer, CALLBACK, Candidate, Choice, Compose, Confirm, Decline, Field, FindPerson, Help, Line, Menu,
    MenuItem, Palette, Picker, PresenceDialog, Prompt, Purpose, Reject,
};
pub use effect::Effect;
pub use entry::{Entry, Phase, Progress};
pub use focus::{Focus, Subject};
pub use instruction::{Instruction, Place, Reply, Underway};
pub use keymap::KeyMap;
pub use list::{Item, List};
pub use lobby::answered_by;
pub use message::{Message, Now};
pub use mode::Mode;
pub use mouse::{Mouse, MouseAction, Spot, Target};
pub use new_conversation::NewConversation;
pub use notice::{Condition, Notice, Tone};
pub use notification::{Notification, NotificationChoice};
pub use own_presence::{OwnPresence, PresenceChoice};
pub use pending_request::PendingRequest;
pub use person_choice::{PeopleInvolved, PickObstacle, PickPurpose, obstacle};
pub use rulings::{Ruling, Rulings};
pub use search::{Found, Search};
pub use settings::Settings;
pub use sort::Sort;
pub use started_conversations::{StartedConversation, StartedConversations};
pub use state::{Earlier, State};
pub use tab::Tab;
pub use targets::Targets;
pub use thread::{Delivery, Post, PostKind, Thread};
pub use update::update;
pub use urgency::{Unseen, Urgency};
pub use viewport::Viewport;
pub use walkthrough::Walkthrough;
