use tokio::time::{Instant, sleep_until};

use super::super::console;
use super::super::simulator::Simulator;
use super::super::step::{Disruption, Step};
use super::super::time::seconds;
use super::plan::Scenario;

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
        let person = |name: &str| self.person(name);
        // A bot that is not there is not called; what a command concerns may have ended before.
        let _ = match (step.invite, step.call) {
            (Some(kind), _) => step.invite(kind, sim, person).map(drop),
            (_, Some(kind)) => step.call(kind, sim, person).map(drop),
            (None, None) => {
                match (&step.fault, step.trouble.map(Disruption::command).or(step.run.as_deref())) {
                    (Some(fault), _) => {
                        sim.fault(fault.clone());
                        Ok(())
                    }
                    (None, Some(command)) => console::execute(sim, command).map(drop),
                    (None, None) => Ok(()),
                }
            }
        };
    }
}
