//! HTTP: a request comes in, something may happen to it, and it is noted with what was said.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, HOST};
use http::{Method, Request, Response};
use tokio::time::Instant;

use super::channel::Asking;
use super::fault::{Fault, FaultKind};
use super::graph::{self, Route};
use super::record::Recorded;
use super::redact;
use super::reply::{Delivery, Reply};
use super::requests::{Asked, Door, Handled};
use super::wire::Wire;
use super::world::{Later, What, World};
use super::{Ended, Simulator, seconds};

/// The largest request that is read (bytes).
const BODY_LIMIT: usize = 256 * 1024;

impl Simulator {
    /// The server as a service.
    pub fn router(&self) -> axum::Router {
        axum::Router::new().fallback(handle).with_state(self.clone())
    }

    async fn handle(&self, asked: Asked) -> Reply {
        let asked = Arc::new(asked);
        let kind = self.with(|world| {
            let (name, number) = world.name(&asked);
            world.faults.next_fault(name, number)
        });
        let Some(kind) = kind else { return self.act(asked, None).await };
        match &kind {
            FaultKind::Refused => return Reply::aborted(Delivery::Unsent),
            FaultKind::Reset | FaultKind::Answer { .. } => {
                let ordered = graph::refused(&asked, &kind).or_else(|| Reply::ordered(&kind));
                let reply = ordered.unwrap_or_else(|| Reply::aborted(Delivery::Aborted));
                let number = self.note(&asked);
                self.noted(number, reply.status, "hit by a fault".into(), None);
                return reply;
            }
            FaultKind::BlackHole => {
                // What was sent into it arrives once the way is free again, if the sender still waits.
                let healed = self.lock().healed;
                self.until(|sim| sim.lock().healed > healed).await;
                return self.act(asked, Some(&kind)).await;
            }
            _ => {}
        }
        // Whatever becomes of the connection: the request has arrived, and the server goes on with it.
        let sim = self.clone();
        let wait = if let FaultKind::Delay(wait) = kind { seconds(wait) } else { Duration::ZERO };
        let hit = kind.clone();
        let acting = tokio::spawn(async move {
            tokio::time::sleep(wait).await;
            let mut copy = (hit == FaultKind::Repeated).then(|| asked.clone());
            let mut answer = pin!(sim.act(asked, Some(&hit)));
            let both = poll_fn(|context| {
                let first = answer.as_mut().poll(context);
                if let Some(copy) = copy.take() {
                    sim.act_unheard(copy);
                }
                first
            });
            both.await
        });
        let Ok(reply) = acting.await else { return Reply::error(500, "") };
        if let FaultKind::Late(wait) = kind {
            tokio::time::sleep(seconds(wait)).await;
        }
        reply.spoilt(&kind)
    }

    /// Repeats the poll that is held, as a proxy does that takes its connection for a dead one. The first copy,
    /// whose answer goes to the client, is answered that it was replaced; the answer to the second copy goes
    /// nowhere, whatever it tells. Where no poll is held, the next one is repeated.
    ///
    /// Must be called within a tokio runtime: the second copy waits there.
    pub fn repeat_poll(&self) {
        let applications = |world: &mut World| -> Vec<Arc<Asked>> {
            world.applications.values_mut().filter_map(|application| application.held.take()).collect()
        };
        let held = self.with(applications);
        if held.is_empty() {
            self.fault(Fault::next("events", FaultKind::Repeated));
        }
        for asked in held {
            self.act_unheard(asked);
        }
    }

    /// Does what was asked for, and tells nobody.
    fn act_unheard(&self, asked: Arc<Asked>) {
        let sim = self.clone();
        tokio::spawn(async move { sim.act(asked, Some(&FaultKind::Repeated)).await });
    }

    fn note(&self, asked: &Asked) -> usize {
        self.with(|world| {
            world.expire_idle();
            world.note(Recorded {
                method: asked.method.to_string(),
                origin: asked.base.clone(),
                target: redacted_target(asked),
                authorized: asked.headers.contains_key(AUTHORIZATION),
                body: redact::body(&asked.body).into_owned(),
                status: 0,
                what: "being held".into(),
                complaint: None,
                at: Instant::now(),
            })
        })
    }

    fn noted(&self, number: usize, status: u16, what: String, complaint: Option<String>) {
        self.with(|world| world.noted(number, status, what, complaint));
    }

    async fn act(&self, asked: Arc<Asked>, hit: Option<&FaultKind>) -> Reply {
        let number = self.note(&asked);
        let handled = match Route::of(&asked) {
            Some(Route::Check) => self.check(&asked).await,
            Some(route) => self.graph(|world| world.graph.act(route, &asked)),
            None => match self.with(|world| world.door(&asked)) {
                Door::Open(application, What::Events) if asked.method == Method::GET => {
                    self.events(&application, &asked).await
                }
                Door::Open(application, what) => self.with(|world| world.act(&application, what, &asked)),
                Door::Answered(handled) => handled,
            },
        };
        let what = hit.map_or(handled.what.clone(), |hit| format!("{}, hit by {hit:?}", handled.what));
        self.noted(number, handled.reply.status, what, handled.complaint);
        for (wait, later) in self.with(|world| std::mem::take(&mut world.later)) {
            let (id, how) = match later {
                Later::Ring(id) => (id, Ended::TimedOut),
                Later::Answer(id, how) => (id, how),
            };
            self.later(wait, move |world| world.end(id, how));
        }
        handled.reply
    }

    async fn events(&self, application: &str, asked: &Arc<Asked>) -> Handled {
        let parameters = asked.parameters();
        let number = |name: &str| parameters.get(name).and_then(|text| text.parse::<u64>().ok());
        let poll =
            Asking { ack: number("ack").and_then(|ack| u32::try_from(ack).ok()), timeout: number("timeout") };
        let (reply, complaint) = self.poll(application, poll, asked).await;
        Handled { reply, what: "events".into(), complaint }
    }
}

/// Path and query for the record.
fn redacted_target(asked: &Asked) -> String {
    let (path, query) = (&asked.path, redact::form(&asked.query));
    if query.is_empty() { path.clone() } else { format!("{path}?{query}") }
}

async fn handle(State(sim): State<Simulator>, request: Request<Body>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, BODY_LIMIT).await else {
        return Reply::error(413, "").into_response(Wire::Json);
    };
    let header = |name: http::HeaderName| head.headers.get(name).and_then(|value| value.to_str().ok());
    let scheme = head.uri.scheme_str().unwrap_or("http");
    let host = header(HOST).or(head.uri.host()).unwrap_or("localhost");
    let asked = Asked {
        base: format!("{scheme}://{host}"),
        token: header(AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer ")).map(str::to_owned),
        wire: Wire::wanted(&head.headers),
        input: Wire::decode(&head.headers, &body).unwrap_or_default(),
        has_length: head.headers.contains_key(CONTENT_LENGTH),
        arrived: Instant::now(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        method: head.method,
        body: String::from_utf8_lossy(&body).into_owned(),
        headers: head.headers,
    };
    let wire = asked.wire;
    sim.handle(asked).await.into_response(wire)
}
