//! The outcome of a call, from what Microsoft Graph reports and what the user requested.

use serde_json::{Map, Value};

use super::answer::{AnswerState, PendingAnswer};
use super::json::{member, text};
use super::operation::CallRequest;
use crate::invitation::Outcome;
use crate::text::DisplayText;

/// The reason why a call ended (`resultInfo`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ResultInfo {
    /// The class of the result, like an HTTP status code.
    pub code: i64,
    /// The exact result.
    pub subcode: i64,
}

impl ResultInfo {
    /// Returns the `resultInfo` of a `call` resource, unless both codes are absent or zero.
    #[must_use]
    pub fn of(data: &Map<String, Value>) -> Option<Self> {
        let info = member(data, "resultInfo")?.as_object()?;
        let number = |name| match member(info, name)? {
            Value::String(digits) => digits.trim().parse().ok(),
            number => number.as_i64(),
        };
        let info = Self { code: number("code").unwrap_or(0), subcode: number("subcode").unwrap_or(0) };
        (info != Self::default()).then_some(info)
    }

    /// Returns the meaning of the codes in words, followed by the codes themselves.
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
            (480, 10_037) => "there was no one to reach",
            (480, 10_076) => "the other side could not be reached",
            (200, _) => "it ended",
            (408, _) => "it took too long",
            (480, _) => "the other side is not available",
            (500.., _) => "the server had a problem",
            _ => "it failed",
        };
        format!("{words} ({})", self.codes())
    }

    /// Returns the codes as they are shown.
    #[must_use]
    pub fn codes(&self) -> String {
        format!("{}/{}", self.code, self.subcode)
    }

    /// Returns whether the caller ended the call.
    #[must_use]
    pub fn is_by_caller(&self) -> bool {
        matches!(self.subcode, 4_097 | 4_521) || (self.code == 200 && matches!(self.subcode, 5_002))
    }

    /// Returns whether the code is that of a failure.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        self.code >= 400
    }

    /// Returns whether the call was transferred.
    #[must_use]
    pub fn is_transferred(&self) -> bool {
        self.subcode == 7_015
    }
}

/// The part of a `call` resource that describes the end of the call.
#[derive(Clone, Copy, Debug)]
pub struct CallEnd {
    /// The reason (`resultInfo`).
    pub info: Option<ResultInfo>,
    /// Whether the call was transferred.
    pub is_transfer: bool,
}

impl CallEnd {
    /// Returns what a `call` resource says of the call's end. The end of a consultative transfer has a `terminationReason` in
    /// place of a `resultInfo`.
    #[must_use]
    pub fn of(data: &Map<String, Value>) -> Self {
        let info = ResultInfo::of(data);
        let is_named =
            text(data, "terminationReason").is_some_and(|it| it.eq_ignore_ascii_case("AppTransferred"));
        Self { info, is_transfer: is_named || info.is_some_and(|info| info.is_transferred()) }
    }

    /// Returns the reason in words, if one is known.
    #[must_use]
    pub fn words(&self) -> Option<String> {
        let transfer = self.is_transfer.then(|| "it was transferred".to_owned());
        self.info.map(|info| info.words()).or(transfer)
    }
}

/// The evidence that a call is over.
#[derive(Clone, Copy)]
pub enum EndEvidence {
    /// A notification, with its `resultInfo`.
    Notified(Option<ResultInfo>),
    /// A response that the call does not exist.
    NotFound,
    /// A response that the call does not exist, after its deadline and without any notification before.
    NotFoundLate,
}

/// Returns the outcome of a call that was over before it was connected. `is_late` tells whether its deadline has
/// passed.
#[must_use]
pub fn outcome(answer: Option<&PendingAnswer>, end: EndEvidence, is_late: bool) -> Outcome {
    match (answer.map(|answer| (&answer.request, answer.state)), end) {
        (Some((CallRequest::Reject { reason, .. }, AnswerState::Accepted)), _) => Outcome::Rejected(*reason),
        // A redirect that fails is reported as such; one that succeeds is not reported.
        (Some((CallRequest::Redirect(_), AnswerState::Accepted)), end) if !is_failure(end) => {
            Outcome::Forwarded
        }
        (_, EndEvidence::Notified(Some(info))) if info.is_transferred() => Outcome::Forwarded,
        (_, EndEvidence::Notified(Some(info))) if info.is_by_caller() => Outcome::CallerGaveUp,
        (_, EndEvidence::Notified(Some(info))) => Outcome::Failed(DisplayText::new(&info.words())),
        (
            None | Some((_, AnswerState::NotFound)),
            EndEvidence::Notified(None) | EndEvidence::NotFoundLate,
        ) if is_late => Outcome::Expired,
        // Without the response, the end may be the answer's or the caller's doing.
        (Some((_, AnswerState::Unknown)), _) | (_, EndEvidence::NotFound | EndEvidence::NotFoundLate) => {
            Outcome::Lost
        }
        (Some(_), EndEvidence::Notified(None)) if is_late => Outcome::Lost,
        (_, EndEvidence::Notified(None)) => Outcome::CallerGaveUp,
    }
}

fn is_failure(end: EndEvidence) -> bool {
    matches!(end, EndEvidence::Notified(Some(info)) if info.is_failure())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invitation::{Destination, Rejection};
    use crate::provider::Ticket;

    #[test]
    fn an_end_claims_no_more_than_is_known() {
        let accept = CallRequest::Answer;
        let reject = CallRequest::Reject { reason: Rejection::Busy, callback: None };
        let redirect = CallRequest::Redirect(Destination::Phone("+14255550100".into()));
        let nobody = EndEvidence::Notified(Some(ResultInfo { code: 480, subcode: 10_037 }));
        let silent = EndEvidence::Notified(None);
        let failed = Outcome::Failed("there was no one to reach (480/10037)".into());
        for (answer, end, is_late, expected) in [
            (None, silent, false, Outcome::CallerGaveUp),
            (None, silent, true, Outcome::Expired),
            (Some((&accept, AnswerState::Accepted)), silent, true, Outcome::Lost),
            (Some((&accept, AnswerState::Sending)), silent, true, Outcome::Lost),
            (Some((&reject, AnswerState::NotFound)), silent, true, Outcome::Expired),
            (Some((&reject, AnswerState::Accepted)), silent, true, Outcome::Rejected(Rejection::Busy)),
            (Some((&redirect, AnswerState::Accepted)), silent, true, Outcome::Forwarded),
            (Some((&redirect, AnswerState::Accepted)), nobody, true, failed),
        ] {
            let answer = answer.map(|(request, state)| PendingAnswer {
                ticket: Ticket(1),
                request: request.clone(),
                state,
            });
            assert_eq!(outcome(answer.as_ref(), end, is_late), expected);
        }
    }

    #[test]
    fn who_ended_a_call_follows_from_the_codes() {
        let failed = |words: &str| Outcome::Failed(words.into());
        for (code, subcode, expected) in [
            (487, 4_097, Outcome::CallerGaveUp),
            (0, 4_521, Outcome::CallerGaveUp),
            (200, 5_002, Outcome::CallerGaveUp),
            (400, 5_002, failed("the others left (400/5002)")),
            (200, 5_003, failed("the conversation ended (200/5003)")),
            (200, 7_015, Outcome::Forwarded),
            (0, 5_300, failed("the bot was removed (0/5300)")),
            (0, 10_550, failed("the bot ended it (0/10550)")),
            (408, 1_106, failed("the acceptance was not acknowledged (408/1106)")),
            (408, 8_537, failed("no keep-alive was sent (408/8537)")),
            (408, 1, failed("it took too long (408/1)")),
            (410, 301_005, failed("the audio could not be set up (410/301005)")),
            (480, 10_076, failed("the other side could not be reached (480/10076)")),
            (480, 1, failed("the other side is not available (480/1)")),
            (200, 1, failed("it ended (200/1)")),
            (500, 1, failed("the server had a problem (500/1)")),
            (580, 1, failed("the server had a problem (580/1)")),
            (499, 1, failed("it failed (499/1)")),
        ] {
            let end = EndEvidence::Notified(Some(ResultInfo { code, subcode }));
            assert_eq!(outcome(None, end, true), expected);
        }
        assert_eq!(outcome(None, EndEvidence::NotFound, false), Outcome::Lost);
    }

    #[test]
    fn an_end_counts_as_a_redirection_unless_its_code_is_that_of_a_failure() {
        let request = CallRequest::Redirect(Destination::Phone("+14255550100".into()));
        let state = AnswerState::Accepted;
        let answer = PendingAnswer { ticket: Ticket(1), request, state };
        for (code, expected) in
            [(399, Outcome::Forwarded), (400, Outcome::Failed("it failed (400/1)".into()))]
        {
            let end = EndEvidence::Notified(Some(ResultInfo { code, subcode: 1 }));
            assert_eq!(outcome(Some(&answer), end, false), expected);
        }
    }

    #[test]
    fn a_call_that_was_transferred_says_so_with_or_without_codes() {
        for (data, words) in [
            (
                serde_json::json!({ "resultInfo": { "code": 200, "subcode": 7_015 } }),
                "it was transferred (200/7015)",
            ),
            (serde_json::json!({ "terminationReason": "appTransferred" }), "it was transferred"),
        ] {
            let end = CallEnd::of(data.as_object().unwrap());
            assert_eq!((end.is_transfer, end.words().as_deref()), (true, Some(words)));
        }
    }

    #[test]
    fn codes_are_numbers_or_text_and_none_without_both() {
        for (info, expected) in [
            (serde_json::json!({ "code": 480, "subcode": "10037" }), Some((480, 10_037))),
            (serde_json::json!({ "code": " 200 " }), Some((200, 0))),
            (serde_json::json!({ "subcode": 5_002 }), Some((0, 5_002))),
            (serde_json::json!({ "code": 0, "subcode": 0 }), None),
            (serde_json::json!({ "message": "bye" }), None),
            (serde_json::json!("bye"), None),
        ] {
            let data = serde_json::json!({ "resultInfo": info });
            let codes = ResultInfo::of(data.as_object().unwrap()).map(|info| (info.code, info.subcode));
            assert_eq!(codes, expected, "{data}");
        }
    }
}
