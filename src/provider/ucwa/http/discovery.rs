//! Autodiscovery: from the well-known hosts of a sign-in domain, or from a given address, to the `applications`
//! resource.

use std::time::Duration;

use http::header::LOCATION;
use url::Url;

use super::client::Client;
use super::error::RequestError;
use crate::provider::exchange::{Response, TransportError};
use crate::provider::origin::{UrlRefusal, is_loopback};
use crate::provider::ucwa::Start;
use crate::provider::ucwa::wire::{DecodeError, Document};

/// The maximum number of redirects and links to follow.
const MAX_HOPS: usize = 8;

/// The timeout for each well-known host.
const HOST_TIMEOUT: Duration = Duration::from_secs(8);

/// The hosts of a sign-in domain at which autodiscovery begins.
pub const WELL_KNOWN_HOSTS: [&str; 2] = ["lyncdiscoverinternal", "lyncdiscover"];

/// Finds the address of the `applications` resource, and approves the hosts on the way to it.
///
/// # Errors
/// Returns an error if no host answers, a host is not allowed, or the links do not lead to the resource.
pub async fn discover(client: &Client, start: &Start) -> Result<Url, RequestError> {
    match start {
        Start::Url(url) => {
            client.approve(url)?;
            follow_links(client, url.clone()).await
        }
        Start::Domain(domain) => {
            let mut last_error = RequestError::Forbidden(UrlRefusal::InvalidUrl);
            for host in WELL_KNOWN_HOSTS {
                match find_root(client, domain, host).await {
                    Ok(url) => return follow_links(client, url).await,
                    Err(error) => last_error = error,
                }
            }
            Err(last_error)
        }
    }
}

/// Returns the address of the discovery document of a well-known host, which may redirect within the sign-in domain.
async fn find_root(client: &Client, domain: &str, host: &str) -> Result<Url, RequestError> {
    let mut url = Url::parse(&format!("https://{host}.{domain}/")).map_err(|_| UrlRefusal::InvalidUrl)?;
    for _ in 0..MAX_HOPS {
        client.approve(&url)?;
        let response = client.get_unauthenticated(url.clone(), HOST_TIMEOUT).await?;
        if !response.status.is_redirection() {
            check_document(&response)?;
            return Ok(url);
        }
        let location =
            response.headers.get(LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        url = url.join(location).map_err(|_| UrlRefusal::InvalidUrl)?;
        if !is_within(&url, domain) && !client.trusts(&url) {
            return Err(UrlRefusal::UnapprovedHost(url.origin().ascii_serialization()).into());
        }
    }
    Err(TransportError::not_sent("discovery redirects in a loop").into())
}

fn is_within(url: &Url, domain: &str) -> bool {
    url.host_str().is_some_and(|host| {
        host.eq_ignore_ascii_case(domain)
            || host.to_ascii_lowercase().ends_with(&format!(".{}", domain.to_ascii_lowercase()))
    })
}

/// Follows `redirect` and `user` links until a document has `applications`.
async fn follow_links(client: &Client, mut url: Url) -> Result<Url, RequestError> {
    for _ in 0..MAX_HOPS {
        let response = client.get_public(url.clone()).await?;
        let document = Document::of(&response);
        let document = document.resource()?;
        let rels = ["applications", "redirect", "user"];
        let Some((rel, next)) = rels.into_iter().find_map(|rel| Some((rel, document.href(rel)?))) else {
            return Err(DecodeError("the document has no link to follow".into()).into());
        };
        let next = url.join(next).map_err(|_| UrlRefusal::InvalidUrl)?;
        // A document that came without TLS may only lead to this machine or to a host that the user trusts.
        if url.scheme() == "https" || is_loopback(&next) || client.trusts(&next) {
            client.approve(&next)?;
        } else {
            return Err(UrlRefusal::UnapprovedHost(next.origin().ascii_serialization()).into());
        }
        if rel == "applications" {
            client.allow_token(&next);
            return Ok(next);
        }
        url = next;
    }
    Err(TransportError::not_sent("discovery redirects in a loop").into())
}

/// Checks that a response is a discovery document.
fn check_document(response: &Response) -> Result<(), RequestError> {
    if !response.status.is_success() {
        return Err(RequestError::from_response(response));
    }
    // A page of HTML is from another web server.
    Document::of(response)
        .resource()
        .map(|_| ())
        .map_err(|_| RequestError::UnexpectedServer(response.status.as_u16()))
}
