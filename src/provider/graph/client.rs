//! One request to Microsoft Graph about a call: the right address, the right token, nothing after the call's
//! time is up.

use std::sync::Arc;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::{Instant, sleep};
use url::Url;

use super::error::{CallError, Operation};
use super::notification::CallId;
use super::settings::Settings;
use super::token::{Token, TokenError, Tokens};
use crate::invitation::{CallbackUri, Decision, Destination, Rejection};
use crate::provider::Clock;
use crate::provider::exchange::{Exchange, Request, Response, fetch};
use crate::provider::oauth::bearer;

/// The longest that a request may take.
const DEADLINE: Duration = Duration::from_secs(20);

/// The moment after which an incoming call takes no answer, unless it is known to take none before that. It counts
/// the time that the machine slept, which the runtime's clock does not.
#[derive(Clone, Debug)]
pub struct Deadline {
    at: Instant,
    clock: Clock,
    asleep: Duration,
    /// Whether the call takes no answer any more; so it is, too, when nobody could tell.
    closed: watch::Receiver<bool>,
}

impl Deadline {
    /// Returns a deadline that long from now by a clock, and the sender that closes it before that.
    #[must_use]
    pub fn within(wait: Duration, clock: Clock) -> (Self, watch::Sender<bool>) {
        let (close, closed) = watch::channel(false);
        (Self { at: Instant::now() + wait, clock, asleep: clock.asleep(), closed }, close)
    }

    /// Whether the call is known to take no answer any more.
    fn is_closed(&self) -> bool {
        *self.closed.borrow() || self.closed.has_changed().is_err()
    }

    /// Backoff until the call takes no answer any more.
    async fn closed(&self) {
        let _ = self.closed.clone().wait_for(|closed| *closed).await;
    }

    /// When it is, if the machine does not sleep until then.
    #[must_use]
    pub fn instant(&self) -> Instant {
        self.at
    }

    /// How long it is until then.
    #[must_use]
    pub fn left(&self) -> Duration {
        self.at.saturating_duration_since(Instant::now() + self.slept())
    }

    /// Whether it has passed.
    #[must_use]
    pub fn is_past(&self) -> bool {
        self.left().is_zero()
    }

    /// Moves it to where the runtime's clock will be when it comes; gives how long the machine slept.
    pub fn wake(&mut self) -> Duration {
        let slept = self.slept();
        self.at = self.at.checked_sub(slept).unwrap_or_else(Instant::now);
        self.asleep += slept;
        slept
    }

    fn slept(&self) -> Duration {
        self.clock.asleep().saturating_sub(self.asleep)
    }
}

/// A call that a request is about.
#[derive(Clone, Debug)]
pub struct Target {
    /// Its name at Graph.
    pub call: CallId,
    /// The tenant that it belongs to.
    pub tenant: String,
}

/// What can be done with an incoming call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// `answer`
    Answer,
    /// `reject`
    Reject {
        /// Why.
        reason: Rejection,
        /// Where its later notifications go, if not to the bot's usual address.
        callback: Option<CallbackUri>,
    },
    /// `redirect`
    Redirect(Destination),
}

impl Action {
    /// What a decision means for a call; nothing if it is one about invitations of another kind.
    #[must_use]
    pub fn of(decision: &Decision) -> Option<Self> {
        match decision {
            Decision::Accept => Some(Self::Answer),
            Decision::Reject { reason, callback } => {
                Some(Self::Reject { reason: *reason, callback: callback.clone() })
            }
            Decision::Redirect(to) => Some(Self::Redirect(to.clone())),
            Decision::AcceptWithPhone | Decision::Decline(_) | Decision::Cancel => None,
        }
    }
}

/// What became of an answer to a call.
pub struct Answered {
    /// How the last try ended.
    pub result: Result<(), CallError>,
    /// Whether an earlier try may have been carried out.
    pub repeated: bool,
}

/// Sends requests for one bot.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    exchange: Arc<dyn Exchange>,
    base: Url,
    public_url: Url,
    tokens: Tokens,
}

impl Client {
    /// A client without a token yet.
    #[must_use]
    pub fn new(settings: &Settings, exchange: Arc<dyn Exchange>) -> Self {
        let tokens = Tokens::new(settings, exchange.clone());
        let (base, public_url) = (settings.base.clone(), settings.public_url.clone());
        Self(Arc::new(Inner { exchange, base, public_url, tokens }))
    }

    /// Fetches the token of a tenant if there is none, or it is to be renewed; says when it is next.
    ///
    /// # Errors
    /// When there is none to be had.
    pub async fn sign_in(&self, tenant: &str) -> Result<Instant, TokenError> {
        self.0.tokens.renew(tenant).await
    }

    /// Does something with an incoming call, unless its time is up. What was certainly not carried
    /// out is sent again until then; so is a rejection whose reply was lost, because it does no harm twice.
    pub async fn answer(&self, target: &Target, action: &Action, deadline: &Deadline) -> Answered {
        let (name, body) = self.request_for(action);
        let harmless_twice = matches!(action, Action::Reject { .. });
        let mut waits = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(300))
            .with_max_delay(Duration::from_secs(2))
            .with_jitter()
            .without_max_times()
            .build();
        let mut repeated = false;
        loop {
            let result = self.call(Method::POST, target, &[name], Some(&body), Some(deadline)).await;
            let Err(error) = result else { return Answered { result: Ok(()), repeated } };
            let again = error.is_passing() || (harmless_twice && error.is_uncertain());
            if !again {
                return Answered { result: Err(error), repeated };
            }
            repeated |= error.is_uncertain();
            let wait = waits.next().unwrap_or_default().max(error.retry_after().unwrap_or_default());
            if Instant::now() + wait >= deadline.instant() {
                return Answered { result: Err(error), repeated };
            }
            if matches!(&error, CallError::Refused(refusal) if refusal.status == 503) {
                // Another connection may lead to another front end.
                self.forget_connections();
            }
            tokio::select! {
                () = sleep(wait) => {}
                () = deadline.closed() => return Answered { result: Err(CallError::Over), repeated },
            }
        }
    }

    fn request_for(&self, action: &Action) -> (&'static str, Value) {
        match action {
            Action::Answer => (
                "answer",
                json!({
                    "callbackUri": self.0.public_url.as_str(),
                    "acceptedModalities": ["audio"],
                    "mediaConfig": {
                        "@odata.type": "#microsoft.graph.serviceHostedMediaConfig",
                        "preFetchMedia": [],
                    },
                }),
            ),
            Action::Reject { reason, callback: None } => ("reject", json!({ "reason": reason })),
            Action::Reject { reason, callback: Some(callback) } => {
                ("reject", json!({ "reason": reason, "callbackUri": callback.as_str() }))
            }
            Action::Redirect(to) => ("redirect", json!({ "targets": [redirect_target(to)] })),
        }
    }

    /// What Graph says of a call now.
    ///
    /// # Errors
    /// When it says nothing, or that there is no such call.
    pub async fn look(&self, target: &Target) -> Result<Value, CallError> {
        let response = self.call(Method::GET, target, &[], None, None).await?;
        serde_json::from_slice(&response.body).map_err(|_| CallError::UnexpectedServer(200))
    }

    /// Takes the bot out of a call (`call: delete`).
    ///
    /// # Errors
    /// When that is not certain.
    pub async fn hang_up(&self, target: &Target) -> Result<(), CallError> {
        self.call(Method::DELETE, target, &[], None, None).await.map(drop)
    }

    /// Keeps an answered call from being ended for silence (`call: keepAlive`).
    ///
    /// # Errors
    /// When that is not certain.
    pub async fn keep_alive(&self, target: &Target) -> Result<(), CallError> {
        self.call(Method::POST, target, &["keepAlive"], Some(&json!({})), None).await.map(drop)
    }

    /// Lets go of kept connections and of the requests for tokens that are on their way on them.
    pub fn begin_anew(&self) {
        self.forget_connections();
        self.0.tokens.begin_anew();
    }

    /// Lets go of kept connections: after a suspend or a change of network they are dead.
    pub fn forget_connections(&self) {
        self.0.exchange.forget_connections();
    }

    async fn call(
        &self,
        method: Method,
        target: &Target,
        action: &[&str],
        body: Option<&Value>,
        deadline: Option<&Deadline>,
    ) -> Result<Response, CallError> {
        let url = self.address(&target.call, action)?;
        let tokens = &self.0.tokens;
        let token = tokens.get(&target.tenant, None).await?;
        let mut response = self.send(&method, &url, body, &token, deadline).await?;
        if response.status.as_u16() == 401 {
            // A request that was refused for its token had no effect.
            let token = tokens.get(&target.tenant, Some(token.number)).await?;
            response = self.send(&method, &url, body, &token, deadline).await?;
        }
        if response.status.is_success() {
            return Ok(response);
        }
        let operation = Operation::of(action.first().copied());
        let error = CallError::from_response(&response).during(operation);
        if let CallError::Refused(refusal) = &error {
            tracing::warn!(
                %method,
                action = action.first().copied().unwrap_or("call"),
                status = refusal.status,
                code = %refusal.code,
                request_id = %refusal.request_id,
                "Microsoft Graph refused"
            );
        }
        Err(error)
    }

    async fn send(
        &self,
        method: &Method,
        url: &Url,
        body: Option<&Value>,
        token: &Token,
        deadline: Option<&Deadline>,
    ) -> Result<Response, CallError> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(
            AUTHORIZATION,
            bearer(&token.secret).map_err(|error| TokenError::Secret(error.to_string()))?,
        );
        if let Ok(id) = HeaderValue::from_str(&uuid::Uuid::new_v4().to_string()) {
            headers.insert("client-request-id", id);
        }
        let body = match body {
            Some(body) => {
                headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                Bytes::from(body.to_string())
            }
            None => Bytes::new(),
        };
        // Fetching a token may have taken its time. So may a connection, which is given up when the time is up.
        if deadline.is_some_and(Deadline::is_closed) {
            return Err(CallError::Over);
        }
        if deadline.is_some_and(Deadline::is_past) {
            return Err(CallError::TooLate);
        }
        let deadline = deadline.map_or(DEADLINE, |deadline| deadline.left().min(DEADLINE));
        let request = Request { method: method.clone(), url: url.clone(), headers, body, timeout: deadline };
        Ok(fetch(self.0.exchange.clone(), request).await?)
    }

    /// Always below the configured base: no part of a notification is ever taken for a host.
    fn address(&self, call: &CallId, action: &[&str]) -> Result<Url, CallError> {
        let mut url = self.0.base.clone();
        match url.path_segments_mut() {
            Ok(mut path) => {
                path.pop_if_empty().extend(["communications", "calls", call.as_str()]).extend(action);
            }
            Err(()) => return Err(CallError::UnexpectedServer(0)),
        }
        Ok(url)
    }
}

fn redirect_target(to: &Destination) -> Value {
    let identity = match to {
        Destination::User(id) => json!({
            "user": { "@odata.type": "#microsoft.graph.identity", "id": id.to_string() },
            "@odata.type": "#microsoft.graph.identitySet",
        }),
        Destination::Phone(number) => json!({
            "phone": { "@odata.type": "#microsoft.graph.identity", "id": number },
            "@odata.type": "#microsoft.graph.identitySet",
        }),
    };
    json!({ "@odata.type": "#microsoft.graph.invitationParticipantInfo", "identity": identity })
}
