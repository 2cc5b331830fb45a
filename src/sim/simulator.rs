use super::fault::Fault;
use super::graph::CallingService;
use super::options::Options;
use super::record::RecordedRequest;
use super::shared::Shared;
use super::ucwa::UcwaServer;

/// A running simulator; clones refer to the same one.
#[derive(Clone)]
pub struct Simulator {
    /// The Skype for Business server.
    pub ucwa: UcwaServer,
    /// The calling service of Microsoft Graph.
    pub graph: CallingService,
    pub(super) shared: Shared,
}

impl Simulator {
    /// Creates a simulator that no client has signed in to.
    #[must_use]
    pub fn new(options: Options) -> Self {
        let Options { ucwa, graph, kept, seed } = options;
        let shared = Shared::new(kept);
        Self {
            ucwa: UcwaServer::new(ucwa, kept, seed, shared.clone()),
            graph: CallingService::new(graph, kept, seed, shared.clone()),
            shared,
        }
    }

    /// Adds a fault that hits some of the next requests.
    pub fn fault(&self, fault: Fault) {
        self.shared.add_fault(fault);
    }

    /// Removes all faults.
    pub fn heal(&self) {
        self.shared.heal();
    }

    /// Returns every request so far; of more than [`Options::kept`], the latest.
    #[must_use]
    pub fn record(&self) -> Vec<RecordedRequest> {
        self.shared.read_record(|record| record.iter().cloned().collect())
    }

    /// Returns the number of requests that the record no longer keeps.
    #[must_use]
    pub fn dropped_requests(&self) -> usize {
        self.shared.read_record(super::record::Record::dropped)
    }

    /// Returns the rules that clients broke, as far back as the record reaches.
    #[must_use]
    pub fn complaints(&self) -> Vec<String> {
        self.shared.read_record(|record| record.iter().filter_map(|it| it.complaint.clone()).collect())
    }

    /// Keeps the bodies of later responses in the record, too.
    pub fn keep_responses(&self) {
        self.shared.keep_responses();
    }

    /// Claims the first answered request that `matches` and that no earlier call claimed; returns whether there is one.
    pub fn claim(&self, matches: impl Fn(&RecordedRequest) -> bool) -> bool {
        self.shared.claim(matches)
    }

    /// Returns the requests that were answered since the given position, without waiting.
    #[must_use]
    pub fn answered_since(&self, position: usize) -> Vec<RecordedRequest> {
        self.shared.read_record(|record| record.answered_from(position)).0
    }

    /// Returns the answered requests from the given position on, in the order of their responses and as far
    /// back as the record reaches, and the position of the next one. Waits until there is one.
    pub async fn answered_from(&self, position: usize) -> (Vec<RecordedRequest>, usize) {
        let mut changes = self.shared.subscribe();
        loop {
            let (answered, end) = self.shared.read_record(|record| record.answered_from(position));
            if end > position || changes.changed().await.is_err() {
                return (answered, end);
            }
        }
    }

    /// Waits until the state of the simulator satisfies `condition`.
    pub async fn until(&self, condition: impl Fn(&Self) -> bool) {
        let mut changes = self.shared.subscribe();
        while !condition(self) {
            if changes.changed().await.is_err() {
                return;
            }
        }
    }
}
