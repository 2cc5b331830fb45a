//! Signing out at any time: answers in flight are finished, reported and kept, and no other request is sent.

use std::collections::BTreeSet;
use std::time::Duration;

use rsvp::app::{Effect, Phase};
use rsvp::invitation::InvitationId;
use rsvp::provider::{Event, Status};
use rsvp::sim::{Fault, FaultKind};
use tokio::time::Instant;

use super::Run;
use super::cases::key;

/// The longest time that signing out takes.
const SIGN_OUT_TIMEOUT: Duration = Duration::from_millis(3_100);

impl Run {
    /// Signs out with answers in flight and checks what becomes of them.
    pub async fn leave(&mut self) {
        self.give_answers().await;
        self.sign_out_and_check().await;
    }

    /// Lets calls ring, answers some of them, and lets at most one request fail.
    async fn give_answers(&mut self) {
        for _ in 0..self.rng.u8(0..3) {
            self.call();
        }
        let pause = Duration::from_millis(self.rng.u64(500..3_000));
        self.pass(pause).await;
        let faults = [
            FaultKind::Late(1.0),
            FaultKind::Late(5.0),
            FaultKind::LostReply,
            FaultKind::Refused,
            FaultKind::error(503, ""),
        ];
        if self.rng.bool() {
            let kind = self.rng.choice(&faults).unwrap().clone();
            let of = *self.rng.choice(&["reject", "answer", "redirect", "notify"]).unwrap();
            self.sim.fault(Fault::next(of, kind));
        }
        for _ in 0..self.rng.u8(0..3) {
            self.answer();
            let pause = Duration::from_millis(self.rng.u64(0..200));
            self.pass(pause).await;
        }
    }

    async fn sign_out_and_check(&mut self) {
        let answering = |phase: &Phase| matches!(phase, Phase::Answering { .. });
        let answered: BTreeSet<InvitationId> = self
            .client
            .state
            .incoming
            .iter()
            .filter(|entry| answering(&entry.phase))
            .map(|entry| entry.invitation.id)
            .collect();
        let (kept, told, sent) = (self.client.effects.len(), self.client.events().count(), self.tap.len());
        self.client.state.quit();
        let since = Instant::now();
        let underway = self.client.state.pending_requests.clone();
        self.client.sign_out().await;
        assert!(since.elapsed() <= SIGN_OUT_TIMEOUT, "leaving took {:?}", since.elapsed());
        assert_eq!(self.client.status(), &Status::SignedOut);
        // The farewell names the answers whose outcome is unknown.
        let unknown = rsvp::ui::farewell(&self.client.state, &underway);
        let was_patient = since.elapsed() >= Duration::from_secs(3);
        self.what_was_answered_is_kept(
            &answered,
            kept,
            told,
            &if was_patient { unknown } else { Vec::new() },
        );
        self.only_answers_were_sent(&answered, sent);
        self.requests_are_right(&self.cases());
        let sent = self.tap.len();
        tokio::time::sleep(Duration::from_secs(120)).await;
        assert_eq!(self.tap.len(), sent, "who has left is silent");
    }

    /// Asserts that each request after the first `sent` belongs to one of these answers, or to no call.
    fn only_answers_were_sent(&self, answered: &BTreeSet<InvitationId>, sent: usize) {
        let cases = self.cases();
        for request in &self.tap.traffic().requests[sent..] {
            let case = request.call().map(|(id, _)| cases.iter().find(|case| case.id == id).unwrap().key());
            let wanted = |id: &InvitationId| {
                self.client.state.entry(*id).is_some_and(|it| Some(key(&it.invitation)) == case)
            };
            assert!(
                case.is_none() || answered.iter().any(wanted),
                "{} {} is not needed",
                request.method,
                request.url
            );
        }
    }

    /// Asserts that the outcome of each answer was kept in the history, reported, or named as unknown.
    fn what_was_answered_is_kept(
        &self,
        answered: &BTreeSet<InvitationId>,
        kept: usize,
        told: usize,
        unknown: &[String],
    ) {
        let cases = self.cases();
        let mut entries = BTreeSet::new();
        for (_, effect) in &self.client.effects[kept..] {
            let Effect::StoreHistoryEntry(past) = effect else { continue };
            let case = cases.iter().find(|case| case.key() == key(&past.invitation)).unwrap();
            let honest = case.may_have_ended(&past.outcome, Instant::now());
            assert!(honest, "{past:?} against {}", case.truth());
            assert!(entries.insert(past.invitation.id), "{past:?} is kept twice");
            let ended = case.over().is_some();
            assert!(answered.contains(&past.invitation.id) || ended, "{past:?} was nobody's doing");
        }
        for id in answered {
            let flight = self.client.events().skip(told).any(|event| matches!(event, Event::Refused { .. }));
            let who =
                self.client.state.entry(*id).map(|entry| entry.invitation.from.full()).unwrap_or_default();
            let said = unknown.iter().any(|line| line.starts_with(&who) && !line.contains("continues;"));
            assert!(entries.contains(id) || flight || said, "what became of {who} is not kept");
        }
    }
}
