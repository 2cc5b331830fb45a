//! How a call ended: what Graph says of it, what the user wanted, and what follows from both.

use serde_json::{Map, Value};

use super::client::Action;
use super::notification::get;
use crate::invitation::Outcome;
use crate::provider::Ticket;
use crate::text::DisplayText;

/// How a call ended (`resultInfo`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ResultInfo {
    /// The class, like an HTTP status.
    pub code: i64,
    /// What exactly.
    pub subcode: i64,
}

impl ResultInfo {
    /// What a call says of its end, if it says something.
    #[must_use]
    pub fn of(data: &Map<String, Value>) -> Option<Self> {
        let info = get(data, "resultInfo")?.as_object()?;
        let number = |name| match get(info, name)? {
            Value::String(digits) => digits.trim().parse().ok(),
            number => number.as_i64(),
        };
        let info = Self { code: number("code").unwrap_or(0), subcode: number("subcode").unwrap_or(0) };
        (info != Self::default()).then_some(info)
    }

    /// What it means, in words for a person, with the numbers for whoever looks them up.
    #[must_use]
    pub fn words(&self) -> String {
        let words = match (self.code, self.subcode) {
            (_, 4_097 | 4_521) => "the other party ended it",
            (_, 5_000 | 5_300) => "the bot was removed",
            (_, 5_001 | 5_003 | 5_010) => "the conversation ended",
            (_, 5_002) => "the others left",
            (_, 7_000 | 10_550) => "the bot ended it",
            (_, 7_015) => "it was transferred",
            (408, 8_537) => "no keep-alive was sent",
            (408, 1_106) => "the acceptance was not acknowledged",
            (410, 301_005) => "the audio could not be set up",
            (480, 10_037) => "there was nobody to reach",
            (480, 10_076) => "the other side could not be reached",
            (200, _) => "it ended",
            (408, _) => "it took too long",
            (480, _) => "the other side is not available",
            (500.., _) => "the server had a problem",
            _ => "it failed",
        };
        format!("{words} ({}/{})", self.code, self.subcode)
    }

    /// Whether the caller ended it.
    #[must_use]
    pub fn is_by_the_other_side(&self) -> bool {
        matches!(self.subcode, 4_097 | 4_521) || (self.code == 200 && matches!(self.subcode, 5_002))
    }

    /// Whether something went wrong, by its class.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        self.code >= 400
    }

    /// Whether it went to somebody else.
    #[must_use]
    pub fn is_transferred(&self) -> bool {
        self.subcode == 7_015
    }
}

/// How it is known that a call is over.
#[derive(Clone, Copy)]
pub enum End {
    /// A notification said so, and perhaps how.
    Told(Option<ResultInfo>),
    /// Graph no longer knows it.
    NotFound,
}

/// What the user wants done with a call.
pub struct Asked {
    /// The request's number.
    pub ticket: Ticket,
    /// What.
    pub action: Action,
    /// How far it is.
    pub progress: Progress,
}

/// How far a request is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// The request is on its way.
    Sending,
    /// Graph took it.
    Taken,
    /// The reply was lost.
    Unknown,
    /// Graph found nothing to carry it out on; it had no effect.
    NotFound,
}

/// How a call ended that rang.
#[must_use]
pub fn outcome(asked: Option<&Asked>, end: End, late: bool) -> Outcome {
    match (asked, end) {
        (Some(Asked { action: Action::Reject { reason, .. }, progress: Progress::Taken, .. }), _) => {
            Outcome::Rejected(*reason)
        }
        // That it failed is said; that it worked is not.
        (Some(Asked { action: Action::Redirect(_), progress: Progress::Taken, .. }), end) if !matches!(end, End::Told(Some(how)) if how.is_failure()) => {
            Outcome::Forwarded
        }
        (_, End::Told(Some(how))) if how.is_transferred() => Outcome::Forwarded,
        (_, End::Told(Some(how))) if how.is_by_the_other_side() => Outcome::CallerGaveUp,
        (_, End::Told(Some(how))) => Outcome::Failed(DisplayText::new(&how.words())),
        // The reply was lost: it may be our doing, and may be the caller's.
        (Some(Asked { progress: Progress::Unknown, .. }), _) | (_, End::NotFound) => Outcome::Lost,
        (None | Some(Asked { progress: Progress::NotFound, .. }), End::Told(None)) if late => {
            Outcome::Expired
        }
        // An answer was on its way or taken, and nothing tells what it came to.
        (Some(_), End::Told(None)) if late => Outcome::Lost,
        (_, End::Told(None)) => Outcome::CallerGaveUp,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invitation::{Destination, Rejection};

    #[test]
    fn an_end_claims_no_more_than_is_known() {
        let accept = Action::Answer;
        let reject = Action::Reject { reason: Rejection::Busy, callback: None };
        let redirect = Action::Redirect(Destination::Phone("+14255550100".into()));
        let nobody = End::Told(Some(ResultInfo { code: 480, subcode: 10_037 }));
        let silent = End::Told(None);
        let failed = Outcome::Failed("there was nobody to reach (480/10037)".into());
        for (asked, end, late, expected) in [
            (None, silent, false, Outcome::CallerGaveUp),
            (None, silent, true, Outcome::Expired),
            (Some((&accept, Progress::Taken)), silent, true, Outcome::Lost),
            (Some((&accept, Progress::Sending)), silent, true, Outcome::Lost),
            (Some((&reject, Progress::NotFound)), silent, true, Outcome::Expired),
            (Some((&reject, Progress::Taken)), silent, true, Outcome::Rejected(Rejection::Busy)),
            (Some((&redirect, Progress::Taken)), silent, true, Outcome::Forwarded),
            (Some((&redirect, Progress::Taken)), nobody, true, failed),
        ] {
            let asked =
                asked.map(|(action, progress)| Asked { ticket: Ticket(1), action: action.clone(), progress });
            assert_eq!(outcome(asked.as_ref(), end, late), expected);
        }
    }
}
