//! Hrefs that are absolute in one document and relative in another: servers send both for the same resource.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, TryStreamExt};
use http::HeaderValue;
use http::header::{CONTENT_LENGTH, LOCATION};
use rsvp::app::{Delivery, PostKind, State};
use rsvp::invitation::{AccountId, Availability, Outcome};
use rsvp::provider::exchange::{Exchange, Request, StreamedResponse, TransportError};
use rsvp::sim::{InProcess, Invite, Person, Simulator, UcwaOptions};

use crate::conversations::converse;
use crate::support::{POOL, TestClient, both, im, outcome_of, settings, simulator, simulator_with, token};

/// A connection over which all hrefs are absolute but those of events.
struct Absolute(InProcess);

impl Exchange for Absolute {
    fn send(&self, request: Request) -> BoxFuture<'static, Result<StreamedResponse, TransportError>> {
        let is_poll = request.url.path().ends_with("/events");
        let answer = self.0.send(request);
        async move {
            let answer = answer.await?;
            if is_poll { Ok(answer) } else { absolute(answer).await }
        }
        .boxed()
    }
}

async fn absolute(answer: StreamedResponse) -> Result<StreamedResponse, TransportError> {
    let StreamedResponse { status, mut headers, body } = answer;
    let chunks: Vec<Bytes> = body.try_collect().await?;
    let text = String::from_utf8(chunks.concat()).unwrap();
    let text = text
        .replace(r#""href":"/"#, &format!(r#""href":"{POOL}"#))
        .replace(r#"href="/"#, &format!(r#"href="{POOL}"#));
    headers.remove(CONTENT_LENGTH);
    if let Some(location) = headers.get_mut(LOCATION) {
        let path = location.to_str().unwrap().trim_start_matches('/').to_owned();
        *location = HeaderValue::try_from(format!("{POOL}{path}")).unwrap();
    }
    let body = futures_util::stream::iter([Ok(Bytes::from(text))]).boxed();
    Ok(StreamedResponse { status, headers, body })
}

async fn online(sim: &Simulator) -> TestClient {
    let mut client = TestClient::start(sim, Arc::new(Absolute(InProcess::new(sim))), settings(token()));
    client.until_online().await;
    client
}

/// Returns the number of requests of a method for a resource.
fn sent(client: &TestClient, method: &str, resource: &str) -> usize {
    client.sim.record().iter().filter(|it| it.method == method && it.resource == resource).count()
}

fn is_delivered(state: &State) -> bool {
    let delivered = |kind: &PostKind| matches!(kind, PostKind::Sent { delivery: Delivery::Delivered, .. });
    state.threads.values().flat_map(|thread| &thread.posts).any(|post| delivered(&post.kind))
}

#[test]
fn an_invitation_that_was_read_at_an_absolute_href_is_the_one_that_events_tell_of() {
    both(|| async {
        let mut client = online(&simulator()).await;
        let lena = Person::new("Lena Berg", "sip:lena@contoso.example");
        client.sim.ucwa.invite(Invite { linked: true, forwarded_by: lena, ..im() });
        client.until(|state| state.incoming.iter().any(|it| !it.invitation.routes.is_empty())).await;
        assert_eq!(client.state.incoming.len(), 1);
        client.press("a");
        client.until(|state| outcome_of(state) == Some(&Outcome::Accepted)).await;
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn a_conversation_is_followed_by_hrefs_of_both_forms() {
    both(|| async {
        let mut client = online(&simulator()).await;
        converse(&mut client).await;
        client.press("3mHello\n");
        client.until(is_delivered).await;
        client.sim.ucwa.force_resync();
        client.wait(10).await;
        assert_eq!(client.state.conversations.len(), 1);
        assert_eq!(client.state.conversations.selected().unwrap().participants.len(), 1);
        client.nothing_is_lost().await;
        client.press("x");
        client.until(|state| state.conversations.is_empty()).await;
        client.end().await;
    });
}

#[test]
fn a_subscription_that_was_made_at_an_absolute_href_is_extended() {
    both(|| async {
        let mut client = online(&simulator()).await;
        converse(&mut client).await;
        client.wait(40 * 60).await;
        assert_eq!(sent(&client, "POST", "presenceSubscriptions"), 1, "it is not made anew");
        assert!(sent(&client, "POST", "presenceSubscription") >= 1);
        client.end().await;
    });
}

#[test]
fn a_presence_that_changes_is_read_at_the_href_that_the_contact_has_in_its_other_form() {
    both(|| async {
        const LENE: &str = "sip:lene@contoso.example";
        let colleagues = vec![Person::new("Lene Aaling", LENE)];
        let sim = simulator_with(UcwaOptions { colleagues, ..UcwaOptions::default() });
        let (mut tosh, mut lene) = (online(&sim).await, TestClient::of_user(&sim, 1).await);
        sim.ucwa.call(1, "sip:tosh@contoso.example", "Hi").unwrap();
        let is = |availability| {
            move |state: &State| {
                let contact = state.contacts.get(AccountId(0), LENE);
                contact.is_some_and(|contact| contact.presence.availability == Some(availability))
            }
        };
        tosh.until(is(Availability::Online)).await;
        tosh.wait(3).await;
        lene.press("paway\n");
        lene.until(|state| state.pending_requests.is_empty()).await;
        tosh.until(is(Availability::Away)).await;
    });
}
