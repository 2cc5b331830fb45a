//! Announcements as programs and people read them: as objects of JSON, and as lines of text. `docs/watch.md` describes both.

mod id;
mod object;
mod words;

pub use id::{Id, text_of_conversation, text_of_invitation};
pub use object::{Object, SCHEMA, announcement, notice, reply};
pub use words::words;
