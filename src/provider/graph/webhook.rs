//! The webhook that Microsoft Graph posts notifications to. The sender is authenticated by the head of the request,
//! before the body is read.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_LENGTH, RETRY_AFTER};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::timeout;

use super::notification::{self, Notification, NotificationBody};
use super::token_validation::{TokenValidator, ValidationError};
use crate::provider::body::{self, Body};

/// The maximum size of a body, in bytes.
pub const BODY_LIMIT: usize = 256 * 1024;

/// The maximum time that receiving a body may take.
const BODY_TIMEOUT: Duration = Duration::from_secs(5);

/// The capacity of the queue of arrivals.
const QUEUE_CAPACITY: usize = 4_096;

/// The memory that the notifications in the queue may occupy, in bytes.
const QUEUE_BYTES: usize = 32 * 1024 * 1024;

/// The header fields that the service expects in the response: the field of the request, and that of the response.
const ECHOED_FIELDS: [(&str, HeaderName); 2] = [
    ("x-microsoft-skype-message-id", HeaderName::from_static("client-request-id")),
    ("scenario-id", HeaderName::from_static("scenario-id")),
];

/// A request that was received.
#[derive(Debug)]
pub enum Arrival {
    /// Authenticated notifications, and a permit for the memory that they occupy in the queue.
    Notifications(Vec<Notification>, OwnedSemaphorePermit),
    /// A request that failed authentication.
    Rejected(ValidationError),
}

/// The webhook. Clones share their queue.
#[derive(Clone)]
pub struct Webhook(Arc<Inner>);

struct Inner {
    path: String,
    validator: Arc<TokenValidator>,
    queue: mpsc::Sender<Arrival>,
    /// The permits for the memory of the queue, one for each byte.
    memory: Arc<Semaphore>,
}

impl Webhook {
    /// Creates a webhook at a path, and the receiver of its arrivals.
    #[must_use]
    pub fn new(path: &str, validator: Arc<TokenValidator>) -> (Self, mpsc::Receiver<Arrival>) {
        let (queue, arrivals) = mpsc::channel(QUEUE_CAPACITY);
        let path = path.trim_end_matches('/').to_owned();
        let memory = Arc::new(Semaphore::new(QUEUE_BYTES));
        (Self(Arc::new(Inner { path, validator, queue, memory })), arrivals)
    }

    /// Handles a request. The response 202 acknowledges that its notifications were queued.
    pub async fn handle(&self, request: Request<Body>) -> Response<Body> {
        let (head, body) = request.into_parts();
        let status = if head.uri.path().trim_end_matches('/') != self.0.path {
            StatusCode::NOT_FOUND
        } else if head.method != Method::POST {
            StatusCode::METHOD_NOT_ALLOWED
        } else {
            self.receive(&head.headers, body).await
        };
        let mut response = Response::new(body::full(Bytes::new()));
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
                for (from, to) in ECHOED_FIELDS {
                    if let Some(value) = head.headers.get(from) {
                        headers.insert(to, value.clone());
                    }
                }
            }
            _ => {}
        }
        response
    }

    async fn receive(&self, headers: &HeaderMap, body: Body) -> StatusCode {
        let length = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
        if length.is_some_and(|length| length > BODY_LIMIT) {
            return StatusCode::PAYLOAD_TOO_LARGE;
        }
        if let Err(error) = self.0.validator.check(headers).await {
            return self.reject(error);
        }
        let body = match timeout(BODY_TIMEOUT, body::to_bytes(body, BODY_LIMIT)).await {
            Err(_) => return StatusCode::REQUEST_TIMEOUT,
            Ok(Err(_)) => return StatusCode::PAYLOAD_TOO_LARGE,
            Ok(Ok(body)) => body,
        };
        match notification::decode(&body) {
            NotificationBody::DecodeError => StatusCode::BAD_REQUEST,
            // The service repeats the notification in the supported format.
            NotificationBody::Foreign => StatusCode::NO_CONTENT,
            NotificationBody::Notifications(notifications, others) => {
                tracing::debug!(calls = notifications.len(), others, "received a notification");
                self.queue(notifications)
            }
        }
    }

    fn reject(&self, error: ValidationError) -> StatusCode {
        // At a level that is off by default: anybody can send requests, which must not fill the disk.
        tracing::debug!(%error, "a notification was refused");
        // Half of the queue is reserved for the service.
        if self.0.queue.capacity() > QUEUE_CAPACITY / 2 {
            let _ = self.0.queue.try_send(Arrival::Rejected(error));
        }
        if error == ValidationError::NoKeys {
            StatusCode::SERVICE_UNAVAILABLE
        } else {
            StatusCode::UNAUTHORIZED
        }
    }

    fn queue(&self, notifications: Vec<Notification>) -> StatusCode {
        let size = notifications.iter().map(Notification::size).sum::<usize>();
        // Notifications that exceed the limit on their own take all of the memory.
        let size = u32::try_from(size.min(QUEUE_BYTES)).unwrap_or(u32::MAX);
        let is_queued =
            self.0.memory.clone().try_acquire_many_owned(size).is_ok_and(|permit| {
                self.0.queue.try_send(Arrival::Notifications(notifications, permit)).is_ok()
            });
        if is_queued { StatusCode::ACCEPTED } else { StatusCode::SERVICE_UNAVAILABLE }
    }
}
