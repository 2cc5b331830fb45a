//! Requests to Microsoft Graph about calls.

use std::future::pending;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};
use url::Url;

use super::answer::{AnswerJob, AnswerResult};
use super::deadline::Deadline;
use super::error::GraphError;
use super::invite::{InviteJob, WithdrawJob};
use super::notification::CallId;
use super::operation::{CallRef, CallRequest, Operation};
use super::settings::Settings;
use super::token::{Token, TokenError, Tokens};
use super::transfer_request::TransferJob;
use crate::provider::backoff::Backoff;
use crate::provider::exchange::{Exchange, Request, Response, fetch};
use crate::provider::oauth::bearer;

/// The maximum time that a request may take.
const TIMEOUT: Duration = Duration::from_secs(20);

/// The delay before the first repetition of a request to answer.
const MIN_DELAY: Duration = Duration::from_millis(300);

/// The maximum delay between repetitions of a request to answer.
const MAX_DELAY: Duration = Duration::from_secs(2);

/// The time for which a request about a connected call is repeated.
const PATIENCE: Duration = Duration::from_secs(15);

/// A client of one bot. Clones share their tokens.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    exchange: Arc<dyn Exchange>,
    base: Url,
    public_url: Url,
    tokens: Tokens,
}

impl Client {
    /// Creates a client that has no token yet.
    #[must_use]
    pub fn new(settings: &Settings, exchange: Arc<dyn Exchange>) -> Self {
        let tokens = Tokens::new(settings, exchange.clone());
        let (base, public_url) = (settings.base.clone(), settings.public_url.clone());
        Self(Arc::new(Inner { exchange, base, public_url, tokens }))
    }

    /// Fetches the token of a tenant, unless a token is held that need not be renewed. Returns when the token is to
    /// be renewed.
    ///
    /// # Errors
    /// Returns an error if no token is issued.
    pub async fn renew_token(&self, tenant: &str) -> Result<Instant, TokenError> {
        self.0.tokens.renew(tenant).await
    }

    /// Sends a request to answer a call until its deadline. Repeats the request while it is certain that it was not
    /// carried out. A rejection is also repeated when the response was lost, because rejecting twice does no harm.
    pub async fn answer(&self, job: &AnswerJob) -> AnswerResult {
        let AnswerJob { target, request, deadline } = job;
        let body = request.body(&self.0.public_url);
        let is_idempotent = matches!(request, CallRequest::Reject { .. });
        let send = || self.call(request.operation(), target, Some(&body), Some(deadline));
        let may_repeat = |error: &GraphError| error.is_transient() || (is_idempotent && error.is_uncertain());
        let (result, is_repeated) =
            self.persist(send, may_repeat, deadline.instant(), deadline.closed()).await;
        AnswerResult { result: result.map(drop), is_repeated }
    }

    /// Returns the `call` resource.
    ///
    /// # Errors
    /// Returns an error if the request fails, or if the call does not exist.
    pub async fn get(&self, target: &CallRef) -> Result<Value, GraphError> {
        let response = self.call(Operation::Get, target, None, None).await?;
        serde_json::from_slice(&response.body).map_err(|_| GraphError::UnexpectedServer(200))
    }

    /// Hangs up: removes the bot from a call.
    ///
    /// # Errors
    /// Returns an error if the request fails.
    pub async fn hang_up(&self, target: &CallRef) -> Result<(), GraphError> {
        self.call(Operation::Delete, target, None, None).await.map(drop)
    }

    /// Keeps a connected call alive.
    ///
    /// # Errors
    /// Returns an error if the request fails.
    pub async fn keep_alive(&self, target: &CallRef) -> Result<(), GraphError> {
        self.call(Operation::KeepAlive, target, Some(&json!({})), None).await.map(drop)
    }

    /// Transfers a connected call. Repeats the request for a while as long as it is certain that it was not carried out.
    ///
    /// # Errors
    /// Returns an error if the request fails.
    pub async fn transfer(&self, job: &TransferJob) -> Result<(), GraphError> {
        self.persist_until_certain(Operation::Transfer, &job.target, &job.body).await.map(drop)
    }

    /// Invites somebody to a connected call, and returns the operation that was started. Repeats the request for a while
    /// as long as it is certain that it was not carried out.
    ///
    /// # Errors
    /// Returns an error if the request fails.
    pub async fn invite(&self, job: &InviteJob) -> Result<Value, GraphError> {
        let response = self.persist_until_certain(Operation::Invite, &job.target, &job.body).await?;
        // The notification tells what a response without a document does not.
        Ok(serde_json::from_slice(&response.body).unwrap_or_default())
    }

    /// Returns the participants of a connected call.
    ///
    /// # Errors
    /// Returns an error if the request fails.
    pub async fn participants(&self, target: &CallRef) -> Result<Vec<Value>, GraphError> {
        let response = self.call(Operation::ListParticipants, target, None, None).await?;
        match serde_json::from_slice(&response.body) {
            Ok(Value::Object(mut document)) => match document.remove("value") {
                Some(Value::Array(participants)) => Ok(participants),
                _ => Err(GraphError::UnexpectedServer(200)),
            },
            _ => Err(GraphError::UnexpectedServer(200)),
        }
    }

    /// Withdraws an invitation. Repeats the request for a while, because withdrawing twice does no harm.
    ///
    /// # Errors
    /// Returns an error if the request fails.
    pub async fn withdraw(&self, job: &WithdrawJob) -> Result<(), GraphError> {
        let mut url = self.url(&job.target.call, Operation::RemoveParticipant)?;
        if let Ok(mut path) = url.path_segments_mut() {
            path.push(&job.participant.to_string());
        }
        let remove = || self.request(Operation::RemoveParticipant, &url, &job.target.tenant, None, None);
        let may_repeat = |error: &GraphError| error.is_transient() || error.is_uncertain();
        match self.persist(remove, may_repeat, Instant::now() + PATIENCE, pending()).await {
            // An earlier request whose response was lost may have been carried out.
            (Err(error), true) if error.is_gone() => Ok(()),
            (result, _) => result.map(drop),
        }
    }

    /// Sends a request to a connected call until it may have been carried out, for up to [`PATIENCE`].
    async fn persist_until_certain(
        &self,
        operation: Operation,
        target: &CallRef,
        body: &Value,
    ) -> Result<Response, GraphError> {
        let request = || self.call(operation, target, Some(body), None);
        self.persist(request, GraphError::is_transient, Instant::now() + PATIENCE, pending()).await.0
    }

    /// Sends a request, and repeats it until a time while `may_repeat` accepts the error, unless `over` completes before the
    /// next attempt. Also returns whether an earlier attempt may have been carried out.
    async fn persist<F>(
        &self,
        request: impl Fn() -> F,
        may_repeat: impl Fn(&GraphError) -> bool,
        until: Instant,
        over: impl Future<Output = ()>,
    ) -> (Result<Response, GraphError>, bool)
    where
        F: Future<Output = Result<Response, GraphError>>,
    {
        let mut over = pin!(over);
        let mut backoff = Backoff::new(MIN_DELAY, MAX_DELAY);
        let mut is_repeated = false;
        loop {
            let result = request().await;
            let Err(error) = result else { return (result, is_repeated) };
            let delay = backoff.next_delay().max(error.retry_after().unwrap_or_default());
            if !may_repeat(&error) || Instant::now() + delay >= until {
                return (Err(error), is_repeated);
            }
            is_repeated |= error.is_uncertain();
            self.forget_connections_of(&error);
            tokio::select! {
                () = sleep(delay) => {}
                () = &mut over => return (Err(GraphError::Over), is_repeated),
            }
        }
    }

    /// Drops the open connections after a 503: another front-end server may accept the request.
    fn forget_connections_of(&self, error: &GraphError) {
        if matches!(error, GraphError::Refused(refusal) if refusal.status == 503) {
            self.forget_connections();
        }
    }

    /// Makes each token due for renewal, and abandons the requests for tokens, whose connections may be dead.
    pub fn mark_tokens_due(&self) {
        self.0.tokens.mark_all_due();
    }

    /// Stops using the connections that are open, which may be dead.
    pub fn forget_connections(&self) {
        self.0.exchange.forget_connections();
    }

    async fn call(
        &self,
        operation: Operation,
        target: &CallRef,
        body: Option<&Value>,
        deadline: Option<&Deadline>,
    ) -> Result<Response, GraphError> {
        let url = self.url(&target.call, operation)?;
        self.request(operation, &url, &target.tenant, body, deadline).await
    }

    async fn request(
        &self,
        operation: Operation,
        url: &Url,
        tenant: &str,
        body: Option<&Value>,
        deadline: Option<&Deadline>,
    ) -> Result<Response, GraphError> {
        let tokens = &self.0.tokens;
        let token = tokens.get(tenant, None).await?;
        let mut response = self.send(operation, url, body, &token, deadline).await?;
        if response.status.as_u16() == 401 {
            // A request that was refused for its token had no effect.
            let token = tokens.get(tenant, Some(token.generation)).await?;
            response = self.send(operation, url, body, &token, deadline).await?;
        }
        if response.status.is_success() {
            return Ok(response);
        }
        let error = GraphError::from_response(&response, operation);
        if let GraphError::Refused(refusal) = &error {
            tracing::warn!(
                ?operation,
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
        operation: Operation,
        url: &Url,
        body: Option<&Value>,
        token: &Token,
        deadline: Option<&Deadline>,
    ) -> Result<Response, GraphError> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let bearer = bearer(&token.secret).map_err(|error| TokenError::Secret(error.to_string()))?;
        headers.insert(AUTHORIZATION, bearer);
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
        // Fetching the token may have taken until after the end of the call or its deadline.
        if deadline.is_some_and(Deadline::is_closed) {
            return Err(GraphError::Over);
        }
        if deadline.is_some_and(Deadline::has_passed) {
            return Err(GraphError::TooLate);
        }
        let timeout = deadline.map_or(TIMEOUT, |deadline| deadline.remaining().min(TIMEOUT));
        let request = Request { method: operation.method(), url: url.clone(), headers, body, timeout };
        Ok(fetch(self.0.exchange.clone(), request).await?)
    }

    /// Returns the URL of an operation. Its host is always the configured one: only the id of the call comes from a
    /// notification.
    fn url(&self, call: &CallId, operation: Operation) -> Result<Url, GraphError> {
        let mut url = self.0.base.clone();
        match url.path_segments_mut() {
            Ok(mut path) => {
                path.pop_if_empty()
                    .extend(["communications", "calls", call.as_str()])
                    .extend(operation.segments());
            }
            Err(()) => return Err(GraphError::UnexpectedServer(0)),
        }
        Ok(url)
    }
}
