use tokio::time::{Instant, sleep, sleep_until};

use super::super::console;
use super::super::graph::{Call, Caller, CallerKind};
use super::super::simulator::Simulator;
use super::super::time::seconds;
use super::super::ucwa::{Invite, InviteKind, Person};
use super::plan::Scenario;
use super::step::{Disruption, Ending, Step};

impl Scenario {
    /// Plays the scenario once the user is online or the bot has sent a request, and returns when it is over.
    pub async fn play(self, sim: Simulator) {
        for person in self.people.values() {
            sim.ucwa.add_person(person.clone());
        }
        sim.until(|sim| sim.ucwa.is_available() || (sim.graph.has_webhook() && sim.graph.has_bot())).await;
        let mut steps: Vec<&Step> = self.step.iter().collect();
        steps.sort_by(|a, b| a.at.total_cmp(&b.at));
        loop {
            let start = Instant::now();
            for step in &steps {
                sleep_until(start + seconds(step.at)).await;
                self.perform(step, &sim);
            }
            let Some(repeat) = self.repeat_after else { return };
            sleep_until(start + seconds(repeat)).await;
        }
    }

    fn perform(&self, step: &Step, sim: &Simulator) {
        if let (Some(kind), Some(from)) = (step.invite, self.sender(step)) {
            self.invite(kind, from, step, sim);
        }
        if let Some(kind) = step.call.filter(|_| sim.graph.has_webhook()) {
            self.call(kind, step, sim);
        }
        if let Some(fault) = &step.fault {
            sim.fault(fault.clone());
        }
        if let Some(command) = step.trouble.map(Disruption::command).or(step.run.as_deref()) {
            // What it concerns may have ended before.
            let _ = console::execute(sim, command);
        }
    }

    fn invite(&self, kind: InviteKind, from: &Person, step: &Step, sim: &Simulator) {
        let number = sim.ucwa.invite(Invite {
            kind,
            from: from.clone(),
            subject: step.subject.clone(),
            message: step.message.clone(),
            importance: step.importance.clone(),
            forwarded_by: self.person(step.forwarded_by.as_deref()),
            transferred_by: self.person(step.transferred_by.as_deref()),
            on_behalf_of: self.person(step.on_behalf_of.as_deref()),
            delegator: self.person(step.delegator.as_deref()),
            to: self.person(step.to.as_deref()),
            accepted_by: self.person(step.accepted_by.as_deref()),
            phone_number: step.phone_number.clone(),
            private_line: step.private_line,
            people: step.people,
            linked_from: step.linked_from,
            linked: step.linked,
            ..Invite::default()
        });
        if let Some(cause) = step.then.and_then(Ending::of_invitation) {
            let (ucwa, after) = (sim.ucwa.clone(), seconds(step.after));
            tokio::spawn(async move {
                sleep(after).await;
                // The user may have answered before.
                let _ = ucwa.end(number, cause);
            });
        }
    }

    fn call(&self, kind: CallerKind, step: &Step, sim: &Simulator) {
        let person = self.sender(step).cloned().unwrap_or_default();
        let name = match person.uri.strip_prefix("tel:") {
            Some(number) if kind == CallerKind::Phone => number,
            _ => &person.name,
        };
        let mut call = Call::from(Caller::new(kind, name));
        if !step.modalities.is_empty() {
            call.modalities.clone_from(&step.modalities);
        }
        call.group = step.group;
        call.forwarded_from.clone_from(&step.forwarded_from);
        call.subject.clone_from(&step.subject);
        let number = sim.graph.call(call);
        if let Some(event) = step.then.and_then(Ending::of_call) {
            let (graph, after) = (sim.graph.clone(), seconds(step.after));
            tokio::spawn(async move {
                sleep(after).await;
                // The bot may have answered before.
                let _ = graph.trigger(number, event);
            });
        }
    }
}
