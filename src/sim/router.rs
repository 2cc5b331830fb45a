//! The HTTP side of the simulator: receives a request, applies the fault that hits it, hands it to the half
//! that it is for, and records it.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http::header::AUTHORIZATION;
use http::{Request, Response};

use super::fault::{Fault, FaultKind};
use super::graph::{self, Route};
use super::record::RecordedRequest;
use super::redact;
use super::reply::{Delivery, Reply};
use super::request::ParsedRequest;
use super::simulator::Simulator;
use super::time::seconds;
use super::ucwa;
use super::wire::Wire;
use crate::provider::body::{self, Body};

/// The largest body that is read (bytes).
const BODY_LIMIT: usize = 256 * 1024;

/// The resource, the number and the client of a request.
struct Subject {
    resource: &'static str,
    number: Option<u32>,
    client: String,
}

impl Simulator {
    /// Responds to a request, which a fault may hit.
    pub async fn respond(&self, request: Request<Body>) -> Response<Body> {
        let (head, body) = request.into_parts();
        let Ok(body) = body::to_bytes(body, BODY_LIMIT).await else {
            return Reply::error(413, "").into_response(Wire::Json);
        };
        let request = ParsedRequest::new(head, &body);
        let wire = request.wire;
        self.handle(request).await.into_response(wire)
    }

    /// Repeats the polls that are held, as a proxy does that takes their connections for dead.
    ///
    /// The first copy, whose response goes to the client, is answered `PGetReplaced`; the response to the
    /// second copy is discarded. Where no poll is held, the next one is repeated.
    ///
    /// Must be called within a tokio runtime: the second copy waits there.
    pub fn repeat_poll(&self) {
        let held = self.ucwa.take_held_polls();
        if held.is_empty() {
            self.fault(Fault::next("events", FaultKind::Repeated));
        }
        for request in held {
            self.perform_discarding(request);
        }
    }

    /// Handles a request that the next fault may hit.
    async fn handle(&self, request: ParsedRequest) -> Reply {
        let request = Arc::new(request);
        let (target, invitation) = match Route::of(&request) {
            Some(route) => (route.fault_target(), None),
            None => self.ucwa.fault_target(&request),
        };
        let Some(fault) = self.shared.next_fault(target, invitation) else {
            return self.perform(request, None).await;
        };
        match &fault {
            FaultKind::Refused => return Reply::aborted(Delivery::Unsent),
            FaultKind::Reset | FaultKind::Answer { .. } => {
                let configured = graph::fault_reply(&request, &fault).or_else(|| Reply::from_fault(&fault));
                let reply = configured.unwrap_or_else(|| Reply::aborted(Delivery::Aborted));
                let number = self.record_arrival(&request);
                self.record_body(number, &reply, request.wire);
                let summary = format!("hit by {}: {target}", fault.name());
                self.shared.record_response(number, reply.status, summary, None);
                return reply;
            }
            FaultKind::BlackHole => {
                // The packets arrive once the network is back, if the sender still waits.
                self.shared.next_heal().await;
                return self.perform(request, Some(&fault)).await;
            }
            FaultKind::LostReply
            | FaultKind::Delay(_)
            | FaultKind::Late(_)
            | FaultKind::Cut(_)
            | FaultKind::Short(_)
            | FaultKind::Trickle(_)
            | FaultKind::Garbage { .. }
            | FaultKind::Noise
            | FaultKind::Empty
            | FaultKind::Repeated
            | FaultKind::Twice
            | FaultKind::Reversed
            | FaultKind::Strange
            | FaultKind::OnlyEnds
            | FaultKind::Links(_)
            | FaultKind::Huge(_)
            | FaultKind::Bomb(_) => {}
        }
        self.perform_detached(request, fault).await
    }

    /// Handles a request that has arrived: the server finishes even if the connection breaks meanwhile.
    async fn perform_detached(&self, request: Arc<ParsedRequest>, fault: FaultKind) -> Reply {
        let sim = self.clone();
        let wait = if let FaultKind::Delay(wait) = fault { seconds(wait) } else { Duration::ZERO };
        let hit = fault.clone();
        let task = tokio::spawn(async move {
            tokio::time::sleep(wait).await;
            let mut copy = (hit == FaultKind::Repeated).then(|| request.clone());
            let mut performing = pin!(sim.perform(request, Some(&hit)));
            let both = poll_fn(|context| {
                let first = performing.as_mut().poll(context);
                // The second copy must arrive after the first one has begun.
                if let Some(copy) = copy.take() {
                    sim.perform_discarding(copy);
                }
                first
            });
            both.await
        });
        let Ok(reply) = task.await else { return Reply::error(500, "") };
        if let FaultKind::Late(wait) = fault {
            tokio::time::sleep(seconds(wait)).await;
        }
        reply.distorted(&fault)
    }

    /// Performs a request and discards the reply.
    fn perform_discarding(&self, request: Arc<ParsedRequest>) {
        let sim = self.clone();
        tokio::spawn(async move { sim.perform(request, Some(&FaultKind::Repeated)).await });
    }

    /// Performs a request and records it.
    async fn perform(&self, request: Arc<ParsedRequest>, fault: Option<&FaultKind>) -> Reply {
        let (number, wire) = (self.record_arrival(&request), request.wire);
        let handled = match Route::of(&request) {
            Some(route) => self.graph.handle(route, &request).await,
            None => self.ucwa.handle(&request).await,
        };
        let summary = match fault {
            Some(fault) => format!("{}, hit by {}", handled.summary, fault.name()),
            None => handled.summary,
        };
        let complaints: Vec<String> =
            self.address_complaint(&request).into_iter().chain(handled.complaint).collect();
        let complaint = (!complaints.is_empty()).then(|| complaints.join("; "));
        self.record_body(number, &handled.reply, wire);
        self.shared.record_response(number, handled.reply.status, summary, complaint);
        handled.reply
    }

    /// Returns the rule that the address of a request breaks. A client that appends a parameter with `?` to a
    /// link that has a query puts it into the value of the last parameter.
    fn address_complaint(&self, request: &ParsedRequest) -> Option<String> {
        request.query.contains('?').then(|| {
            let resource = Route::of(request)
                .map_or_else(|| self.ucwa.fault_target(request).0, |route| route.fault_target());
            format!("the address has two question marks ({resource})")
        })
    }

    /// Records the body of a response if the record keeps them.
    fn record_body(&self, number: usize, reply: &Reply, wire: Wire) {
        if self.shared.keeps_responses() {
            let body = reply.text(wire);
            self.shared.record_response_body(number, redact::body(&body).into_owned());
        }
    }

    /// Returns what a request concerns, for the record.
    fn subject(&self, request: &ParsedRequest) -> Subject {
        let Some(route) = Route::of(request) else {
            let (resource, _) = self.ucwa.fault_target(request);
            let (client, number) = ucwa::console::sender_and_number(&self.ucwa, request);
            return Subject { resource, number, client };
        };
        let number = match &route {
            Route::Call { id, .. } => {
                let calls = self.graph.calls();
                calls.iter().find(|call| call.id.eq_ignore_ascii_case(id)).map(|call| call.number)
            }
            _ => None,
        };
        Subject { resource: route.fault_target(), number, client: "bot".into() }
    }

    fn record_arrival(&self, request: &ParsedRequest) -> usize {
        let subject = self.subject(request);
        self.ucwa.expire_idle_applications();
        self.shared.record_request(RecordedRequest {
            method: request.method.to_string(),
            origin: request.base.clone(),
            target: request.redacted_target(),
            resource: subject.resource.into(),
            number: subject.number,
            client: subject.client,
            authorized: request.headers.contains_key(AUTHORIZATION),
            body: redact::body(&request.body).into_owned(),
            status: 0,
            summary: "waiting for a response".into(),
            complaint: None,
            response: String::new(),
            at: tokio::time::Instant::now(),
            time: jiff::Timestamp::now(),
            is_claimed: false,
        })
    }
}
