use std::collections::BTreeMap;

use super::person::Person;
use crate::sim::ucwa::state::resource_numbers::LogNumber;

/// The greatest number of conversation logs of a user.
const MOST_LOGS: usize = 100;

/// The past conversations of a user, and those that the user missed.
#[derive(Default)]
pub struct History(BTreeMap<LogNumber, ConversationLog>);

/// A past conversation as its user saw it.
#[derive(Clone)]
pub struct ConversationLog {
    /// When it ended (milliseconds since 1970).
    pub created: i64,
    pub is_outgoing: bool,
    /// A member of `Importance`.
    pub importance: String,
    /// Members of `ConversationModalityType`.
    pub modalities: Vec<&'static str>,
    pub online_meeting_uri: Option<String>,
    pub preview: String,
    pub status: LogStatus,
    pub subject: String,
    pub thread: String,
    /// A member of `ConversationLogType`.
    pub kind: &'static str,
    pub recipients: Vec<Person>,
}

/// The status of a conversation log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogStatus {
    /// The user took part.
    Archived,
    Missed,
    /// The user missed the conversation, and has marked the log as read.
    MissedAndRead,
}

impl History {
    /// Adds a log, and returns the oldest one if it is dropped for the new one.
    pub fn add(&mut self, number: LogNumber, log: ConversationLog) -> Option<(LogNumber, ConversationLog)> {
        self.0.insert(number, log);
        if self.0.len() > MOST_LOGS { self.0.pop_first() } else { None }
    }

    /// Returns a log.
    pub fn get(&self, number: LogNumber) -> Option<&ConversationLog> {
        self.0.get(&number)
    }

    /// Marks a log as read; returns whether there is one.
    pub fn mark_as_read(&mut self, number: LogNumber) -> bool {
        let Some(log) = self.0.get_mut(&number) else { return false };
        if log.status == LogStatus::Missed {
            log.status = LogStatus::MissedAndRead;
        }
        true
    }

    /// Removes a log.
    pub fn remove(&mut self, number: LogNumber) -> Option<ConversationLog> {
        self.0.remove(&number)
    }

    /// Returns the numbers of the logs, the latest first.
    pub fn numbers(&self) -> impl Iterator<Item = LogNumber> {
        self.0.keys().rev().copied()
    }

    /// Returns the number of logs.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns the number of logs with a status.
    pub fn count(&self, status: LogStatus) -> usize {
        self.0.values().filter(|log| log.status == status).count()
    }
}
