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
        let answering = |phase: &Phase| matches!(phase, Phase::Answering { .. });
        let answered: BTreeSet<InvitationId> = self
            .desk
            .state
            .incoming
            .iter()
            .filter(|entry| answering(&entry.phase))
            .map(|entry| entry.invitation.id)
            .collect();
        let (kept, told, sent) = (self.desk.effects.len(), self.desk.events().count(), self.tap.len());
        self.desk.state.quit();
        let since = Instant::now();
        let underway = self.desk.state.pending_requests.clone();
        self.desk.sign_out().await;
        assert!(since.elapsed() <= SIGN_OUT_TIMEOUT, "leaving took {:?}", since.elapsed());
        assert_eq!(self.desk.status(), &Status::SignedOut);
        // The farewell names the answers whose outcome is unknown.
        let unknown = rsvp::ui::farewell(&self.desk.state, &underway);
        let was_patient = since.elapsed() >= Duration::from_secs(3);
        self.what_was_answered_is_kept(
            &answered,
            kept,
            told,
            &if was_patient { unknown } else { Vec::new() },
        );
        let cases = self.cases();
        for request in &self.tap.traffic().requests[sent..] {
            let case = request.call().map(|(id, _)| cases.iter().find(|case| case.id == id).unwrap().key());
            let wanted = |id: &InvitationId| {
                self.desk.state.entry(*id).is_some_and(|it| Some(key(&it.invitation)) == case)
            };
            assert!(
                case.is_none() || answered.iter().any(wanted),
                "{} {} is not needed",
                request.method,
                request.url
            );
        }
        self.requests_are_right(&cases);
        let sent = self.tap.len();
        tokio::time::sleep(Duration::from_secs(120)).await;
        assert_eq!(self.tap.len(), sent, "who has left is silent");
    }

    fn what_was_answered_is_kept(
        &self,
        answered: &BTreeSet<InvitationId>,
        kept: usize,
        told: usize,
        unknown: &[String],
    ) {
        let cases = self.cases();
        let mut entries = BTreeSet::new();
        for (_, effect) in &self.desk.effects[kept..] {
            let Effect::StoreHistoryEntry(past) = effect else { continue };
            let case = cases.iter().find(|case| case.key() == key(&past.invitation)).unwrap();
            let honest = case.may_have_ended(&past.outcome, Instant::now());
            assert!(honest, "{past:?} against {}", case.truth());
            assert!(entries.insert(past.invitation.id), "{past:?} is kept twice");
            let ended = case.over().is_some();
            assert!(answered.contains(&past.invitation.id) || ended, "{past:?} was nobody's doing");
        }
        for id in answered {
            let flight = self.desk.events().skip(told).any(|event| matches!(event, Event::Refused { .. }));
            let who =
                self.desk.state.entry(*id).map(|entry| entry.invitation.from.full()).unwrap_or_default();
            let said = unknown.iter().any(|line| line.starts_with(&who) && !line.contains("continues;"));
            assert!(entries.contains(id) || flight || said, "what became of {who} is not kept");
        }
    }
}
