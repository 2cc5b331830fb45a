//! Where notifications come in. What is not proven to come from the service is turned away before its body is
//! even read; what can't be taken now is said to be so.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::header::{ALLOW, CONTENT_LENGTH, RETRY_AFTER};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::timeout;

use super::notification::{self, Notification};
use super::token_validation::{TokenValidator, ValidationError};

/// Larger bodies are refused (bytes).
pub const BODY_LIMIT: usize = 256 * 1024;

/// The longest that a body may take.
const BODY_TIME: Duration = Duration::from_secs(5);

/// So many bodies may wait to be worked on, and so much memory for what is in them (bytes).
const WAITING: usize = 4_096;
const WAITING_BYTES: usize = 32 * 1024 * 1024;

/// What the service wants to see again in the answer, and under which name.
const ECHOES: [(&str, HeaderName); 2] = [
    ("x-microsoft-skype-message-id", HeaderName::from_static("client-request-id")),
    ("scenario-id", HeaderName::from_static("scenario-id")),
];

/// What came in.
#[derive(Debug)]
pub enum Arrival {
    /// Notifications that are to be believed, and the room that they take while they wait.
    Notifications(Vec<Notification>, OwnedSemaphorePermit),
    /// Something that is not.
    Distrusted(ValidationError),
}

/// Answers the requests of whoever finds the address; clones are the same one.
#[derive(Clone)]
pub struct Webhook(Arc<Inner>);

struct Inner {
    path: String,
    validator: Arc<TokenValidator>,
    arrivals: mpsc::Sender<Arrival>,
    room: Arc<Semaphore>,
}

impl Webhook {
    /// A webhook at a path, and what comes in by it.
    #[must_use]
    pub fn new(path: &str, validator: Arc<TokenValidator>) -> (Self, mpsc::Receiver<Arrival>) {
        let (arrivals, inbox) = mpsc::channel(WAITING);
        let path = path.trim_end_matches('/').to_owned();
        let room = Arc::new(Semaphore::new(WAITING_BYTES));
        (Self(Arc::new(Inner { path, validator, arrivals, room })), inbox)
    }

    /// Answers a request: 202 means that it is believed and will be worked on.
    pub async fn answer(&self, request: Request<Body>) -> Response<Body> {
        let (head, body) = request.into_parts();
        let status = if head.uri.path().trim_end_matches('/') != self.0.path {
            StatusCode::NOT_FOUND
        } else if head.method != Method::POST {
            StatusCode::METHOD_NOT_ALLOWED
        } else {
            self.take(&head.headers, body).await
        };
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status;
        let headers = response.headers_mut();
        match status {
            StatusCode::METHOD_NOT_ALLOWED => {
                headers.insert(ALLOW, HeaderValue::from_static("POST"));
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
            }
            StatusCode::ACCEPTED => {
                for (from, to) in ECHOES {
                    if let Some(value) = head.headers.get(from) {
                        headers.insert(to, value.clone());
                    }
                }
            }
            _ => {}
        }
        response
    }

    async fn take(&self, headers: &HeaderMap, body: Body) -> StatusCode {
        let length = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
        if length.is_some_and(|length| length > BODY_LIMIT) {
            return StatusCode::PAYLOAD_TOO_LARGE;
        }
        if let Err(why) = self.0.validator.check(headers).await {
            // Strangers are not to fill the disk: what is in the log by default is what the user is told.
            tracing::debug!(%why, "a notification was refused");
            // Whether the user is told is of no matter to whoever sent it; strangers leave half of the room to
            // the service.
            if self.0.arrivals.capacity() > WAITING / 2 {
                let _ = self.0.arrivals.try_send(Arrival::Distrusted(why));
            }
            return if why == ValidationError::NoKeys {
                StatusCode::SERVICE_UNAVAILABLE
            } else {
                StatusCode::UNAUTHORIZED
            };
        }
        let body = match timeout(BODY_TIME, axum::body::to_bytes(body, BODY_LIMIT)).await {
            Err(_) => return StatusCode::REQUEST_TIMEOUT,
            Ok(Err(_)) => return StatusCode::PAYLOAD_TOO_LARGE,
            Ok(Ok(body)) => body,
        };
        match notification::read(&body) {
            notification::Body::DecodeError => StatusCode::BAD_REQUEST,
            // This asks for the notification in the format that is understood.
            notification::Body::Foreign => StatusCode::NO_CONTENT,
            notification::Body::Notifications(notifications, others) => {
                tracing::debug!(calls = notifications.len(), others, "a notification came");
                let size = notifications.iter().map(Notification::size).sum::<usize>();
                // One that would take more than all of it gets all of it.
                let size = u32::try_from(size.min(WAITING_BYTES)).unwrap_or(u32::MAX);
                let queued = self.0.room.clone().try_acquire_many_owned(size).is_ok_and(|room| {
                    self.0.arrivals.try_send(Arrival::Notifications(notifications, room)).is_ok()
                });
                if queued { StatusCode::ACCEPTED } else { StatusCode::SERVICE_UNAVAILABLE }
            }
        }
    }
}
