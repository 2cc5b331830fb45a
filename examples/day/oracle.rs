//! What became of each invitation: as the server knows it, and as the user was told.

use rsvp::invitation::{MissedLog, Outcome, PastInvitation};
use rsvp::sim::{EndedInvitation, Person};

/// The end of an invitation. No value is 0, so that the memory for all of them is used from the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// It has not ended, or nobody was told of the end.
    Unknown = 1,
    Accepted,
    Declined,
    CallerGaveUp,
    AnsweredElsewhere,
    Missed,
    /// The user was told that it ended, but not how, because the session was lost.
    Lost,
    Other,
}

/// An invitation.
#[derive(Clone, Copy)]
struct Fate {
    /// The end as the server knows it.
    truth: End,
    /// The end of which the user was told.
    told: End,
    /// How often the user was told of an end, plus one.
    told_times: u8,
    /// Whether the server's log of missed invitations, which is read after signing in, had it.
    is_logged: bool,
}

/// The fates of all invitations of a run, by the numbers of their callers.
pub struct Oracle {
    fates: Vec<Fate>,
    /// The number of ends that were told of an invitation whose caller could not be read.
    nameless: usize,
}

impl Oracle {
    /// Creates the oracle for invitations of callers from 1 to `count`.
    pub fn new(count: usize) -> Self {
        let fate = Fate { truth: End::Unknown, told: End::Unknown, told_times: 1, is_logged: false };
        Self { fates: vec![fate; count + 1], nameless: 0 }
    }

    pub fn caller(number: u64) -> Person {
        Person::new(&format!("Caller {number}"), &format!("sip:c{number}@contoso.example"))
    }

    fn fate(&mut self, uri: &str) -> Option<&mut Fate> {
        let number = uri.strip_prefix("sip:c")?.strip_suffix("@contoso.example")?;
        self.fates.get_mut(number.parse::<usize>().ok()?)
    }

    /// Notes ends that the server knows.
    pub fn server_knows(&mut self, endings: &[EndedInvitation]) {
        for ending in endings {
            if let Some(fate) = self.fate(&ending.uri) {
                fate.truth = match (ending.state, ending.subcode.as_str()) {
                    ("Connected", _) => End::Accepted,
                    ("Declined", _) if ending.is_local => End::Declined,
                    ("Cancelled", _) => End::CallerGaveUp,
                    (_, "ConnectedElsewhere") => End::AnsweredElsewhere,
                    (_, "Missed") => End::Missed,
                    _ => End::Other,
                };
            }
        }
    }

    /// Notes an end that the user was told of.
    pub fn user_was_told(&mut self, past: &PastInvitation) {
        let end = match past.outcome {
            Outcome::Accepted => End::Accepted,
            Outcome::Declined(_) | Outcome::DeclinedElsewhere => End::Declined,
            Outcome::CallerGaveUp => End::CallerGaveUp,
            Outcome::AnsweredElsewhere => End::AnsweredElsewhere,
            Outcome::Missed => End::Missed,
            Outcome::Lost => End::Lost,
            _ => End::Other,
        };
        match self.fate(past.other_side().uri.as_str()) {
            Some(fate) => {
                fate.told = end;
                fate.told_times = fate.told_times.saturating_add(1);
            }
            None => self.nameless += 1,
        }
    }

    /// Notes what was missed without a session.
    pub fn user_missed(&mut self, logs: &[MissedLog]) {
        for log in logs {
            if let Some(fate) = self.fate(log.from.uri.as_str()) {
                fate.is_logged = true;
            }
        }
    }

    /// Prints what became of the invitations; returns whether none was lost, told twice or told wrongly.
    pub fn judge(&self, ringing: usize) -> bool {
        let count = |is: &dyn Fn(&Fate) -> bool| self.fates.iter().skip(1).filter(|fate| is(fate)).count();
        let ended = count(&|fate| fate.truth != End::Unknown);
        let right = count(&|fate| fate.told != End::Unknown && fate.told == fate.truth);
        let unclear = count(&|fate| fate.told == End::Lost);
        let logged = count(&|fate| fate.told == End::Unknown && fate.is_logged);
        let untold =
            count(&|fate| fate.told == End::Unknown && !fate.is_logged && fate.truth != End::Unknown);
        let untold = untold.saturating_sub(self.nameless);
        let wrong = count(&|fate| ![End::Unknown, End::Lost, fate.truth].contains(&fate.told));
        let twice = count(&|fate| fate.told_times > 2);
        println!(
            "{} invitations, of which {ended} ended at the server. Told once, and as the server has it: {right}; told as over, \
             but not how: {unclear}; over before the caller could be read: {}; in the log of the missed: {logged}; \
             never told: {untold}; told wrongly: {wrong}; told twice: {twice}; still ringing: {ringing}",
            self.fates.len() - 1,
            self.nameless,
        );
        for (number, fate) in self.fates.iter().enumerate().skip(1) {
            let is_told = fate.told != End::Unknown || fate.is_logged;
            if !is_told || ![End::Lost, End::Unknown, fate.truth].contains(&fate.told) || fate.told_times > 2
            {
                println!(
                    "  c{number}: {:?} at the server, {:?} told, {} times",
                    fate.truth,
                    fate.told,
                    fate.told_times - 1
                );
            }
        }
        untold + wrong + twice + ringing == 0 && ended == self.fates.len() - 1
    }
}
