//! Finding the `applications` resource: the well-known hosts of a sign-in domain, or a given address, and
//! from there by links.

use std::time::Duration;

use http::header::LOCATION;
use url::Url;

use super::client::Client;
use super::error::CallError;
use crate::provider::exchange::{Response, TransportError};
use crate::provider::origin::{Forbidden, is_loopback};
use crate::provider::ucwa::Start;
use crate::provider::ucwa::wire::{DecodeError, Document};

/// More redirects than any topology needs.
const HOPS: usize = 8;

/// How long one well-known host may take; the next is waiting.
const KNOCK: Duration = Duration::from_secs(8);

/// Finds the address of `applications`, approving the hosts on the way.
///
/// # Errors
/// When no host answers, or the links lead nowhere.
pub async fn discover(client: &Client, start: &Start) -> Result<Url, CallError> {
    match start {
        Start::Url(url) => {
            client.approve(url)?;
            follow(client, url.clone()).await
        }
        Start::Domain(domain) => {
            let mut failure = CallError::Forbidden(Forbidden::DecodeError);
            for host in ["lyncdiscoverinternal", "lyncdiscover"] {
                match root(client, domain, host).await {
                    Ok(url) => return follow(client, url).await,
                    Err(error) => failure = error,
                }
            }
            Err(failure)
        }
    }
}

/// The address of the discovery document behind a well-known host. The host may redirect within the
/// sign-in domain; a redirect to another one means that this is not the place.
async fn root(client: &Client, domain: &str, host: &str) -> Result<Url, CallError> {
    let mut url = Url::parse(&format!("https://{host}.{domain}/")).map_err(|_| Forbidden::DecodeError)?;
    for _ in 0..HOPS {
        client.approve(&url)?;
        let response = client.probe(url.clone(), KNOCK).await?;
        if !response.status.is_redirection() {
            check(&response)?;
            return Ok(url);
        }
        let location =
            response.headers.get(LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        url = url.join(location).map_err(|_| Forbidden::DecodeError)?;
        if !within(&url, domain) && !client.trusts(&url) {
            return Err(Forbidden::UnexpectedServer(url.origin().ascii_serialization()).into());
        }
    }
    Err(TransportError::not_sent("discovery was sent in circles").into())
}

fn within(url: &Url, domain: &str) -> bool {
    url.host_str().is_some_and(|host| {
        host.eq_ignore_ascii_case(domain)
            || host.to_ascii_lowercase().ends_with(&format!(".{}", domain.to_ascii_lowercase()))
    })
}

/// Follows `redirect` and `user` links until a document has `applications`.
async fn follow(client: &Client, mut url: Url) -> Result<Url, CallError> {
    for _ in 0..HOPS {
        let response = client.get_public(url.clone()).await?;
        let document = Document::of(&response);
        let document = document.resource()?;
        let rels = ["applications", "redirect", "user"];
        let Some((rel, next)) = rels.into_iter().find_map(|rel| Some((rel, document.href(rel)?))) else {
            return Err(DecodeError("discovery leads nowhere".into()).into());
        };
        let next = url.join(next).map_err(|_| Forbidden::DecodeError)?;
        // A document that came over TLS, or from this machine, may name any host that is reached the same way.
        if url.scheme() == "https" || is_loopback(&next) || client.trusts(&next) {
            client.approve(&next)?;
        } else {
            return Err(Forbidden::UnexpectedServer(next.origin().ascii_serialization()).into());
        }
        if rel == "applications" {
            client.open(&next);
            return Ok(next);
        }
        url = next;
    }
    Err(TransportError::not_sent("discovery was sent in circles").into())
}

/// Whether a response is a discovery document.
fn check(response: &Response) -> Result<(), CallError> {
    if !response.status.is_success() {
        return Err(CallError::from_response(response));
    }
    // A page of HTML here is some other web server's.
    Document::of(response)
        .resource()
        .map(|_| ())
        .map_err(|_| CallError::UnexpectedServer(response.status.as_u16()))
}
