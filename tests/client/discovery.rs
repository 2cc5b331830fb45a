//! Discovery of the server from a sign-in domain, and the links that it follows.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt};
use http::{HeaderMap, HeaderValue, StatusCode};
use rsvp::app::State;
use rsvp::provider::Status;
use rsvp::provider::exchange::{Exchange, Request, StreamedResponse, TransportError};
use rsvp::provider::ucwa::{self, Start};
use rsvp::sim::{InProcess, Simulator};

use crate::support::{TestClient, im, password, paused, settings, simulator};

/// The behaviour of a host.
#[derive(Clone)]
enum Host {
    /// The simulator.
    Server,
    /// The simulator, whose challenge is put as other pools put it: in one field, and without quotes.
    Terse,
    /// The simulator, whose challenge offers every grant but that for a password.
    WithoutPassword,
    /// A redirection to this address.
    Redirect(&'static str),
    /// An answer with this content type and body to every request.
    Says(&'static str, &'static str),
}

/// A network of a few hosts; others do not exist. It remembers who was asked, and who was shown a secret.
struct Hosts {
    server: InProcess,
    known: BTreeMap<&'static str, Host>,
    asked: std::sync::Mutex<Vec<(String, bool)>>,
}

impl Hosts {
    fn new(sim: &Simulator, hosts: impl IntoIterator<Item = (&'static str, Host)>) -> Arc<Self> {
        let known = hosts.into_iter().collect();
        Arc::new(Self { server: InProcess::new(sim), known, asked: std::sync::Mutex::default() })
    }

    fn asked(&self) -> Vec<String> {
        let mut asked: Vec<String> =
            self.asked.lock().unwrap().iter().map(|(host, _)| host.clone()).collect();
        asked.dedup();
        asked
    }

    fn trusted(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        let mut trusted: Vec<String> =
            asked.iter().filter(|(_, secret)| *secret).map(|(host, _)| host.clone()).collect();
        trusted.dedup();
        trusted
    }
}

fn answer(status: u16, headers: &[(http::HeaderName, &'static str)], body: &'static str) -> StreamedResponse {
    let headers: HeaderMap =
        headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect();
    let body = futures_util::stream::iter([Ok(Bytes::from_static(body.as_bytes()))]).boxed();
    StreamedResponse { status: StatusCode::from_u16(status).unwrap(), headers, body }
}

fn terse(mut answer: StreamedResponse) -> StreamedResponse {
    use http::header::WWW_AUTHENTICATE;
    let fields: Vec<String> = answer
        .headers
        .get_all(WWW_AUTHENTICATE)
        .iter()
        .map(|field| {
            field.to_str().unwrap().replacen("href=\"", "href=", 1).replacen("oauthtoken\"", "oauthtoken", 1)
        })
        .collect();
    if !fields.is_empty() {
        assert!(fields.iter().any(|field| field.contains("href=https://")), "{fields:?}");
        answer.headers.insert(WWW_AUTHENTICATE, HeaderValue::from_str(&fields.join(", ")).unwrap());
    }
    answer
}

fn without_password(mut answer: StreamedResponse) -> StreamedResponse {
    use http::header::WWW_AUTHENTICATE;
    for field in
        answer.headers.iter_mut().filter(|(name, _)| **name == WWW_AUTHENTICATE).map(|(_, field)| field)
    {
        *field =
            HeaderValue::from_str(&field.to_str().unwrap().replace("password", "urn:microsoft.rtc:windows"))
                .unwrap();
    }
    answer
}

impl Exchange for Hosts {
    fn send(&self, request: Request) -> BoxFuture<'static, Result<StreamedResponse, TransportError>> {
        let host = request.url.host_str().unwrap().to_owned();
        let secret = request.headers.contains_key("authorization")
            || request.body.windows(8).any(|it| it == b"password");
        self.asked.lock().unwrap().push((host.clone(), secret));
        match self.known.get(host.as_str()).cloned() {
            Some(Host::Server) => self.server.send(request),
            Some(Host::Terse) => {
                let answer = self.server.send(request);
                async move { answer.await.map(terse) }.boxed()
            }
            Some(Host::WithoutPassword) => {
                let answer = self.server.send(request);
                async move { answer.await.map(without_password) }.boxed()
            }
            Some(Host::Redirect(to)) => {
                async move { Ok(answer(302, &[(http::header::LOCATION, to)], "")) }.boxed()
            }
            Some(Host::Says(kind, body)) => {
                async move { Ok(answer(200, &[(http::header::CONTENT_TYPE, kind)], body)) }.boxed()
            }
            None => async { Err(TransportError::not_sent("no such host")) }.boxed(),
        }
    }
}

fn of_domain() -> ucwa::Settings {
    ucwa::Settings { start: Start::Domain("contoso.example".into()), ..settings(password()) }
}

fn retrying(state: &State) -> bool {
    matches!(state.accounts[0].status, Status::Retrying { .. })
}

/// Signs in through such a network and returns the hosts that were asked.
fn signs_in(hosts: impl IntoIterator<Item = (&'static str, Host)>) -> Arc<Hosts> {
    paused().block_on(async {
        let sim = simulator();
        let hosts = Hosts::new(&sim, hosts);
        let mut client = TestClient::start(&sim, hosts.clone(), of_domain());
        client.until_online().await;
        sim.ucwa.invite(im());
        client.ringing().await;
        client.end().await;
        hosts
    })
}

#[test]
fn the_internal_host_is_asked_first_and_then_the_external_one() {
    let hosts = signs_in([("lyncdiscoverinternal.contoso.example", Host::Server)]);
    assert_eq!(hosts.asked(), ["lyncdiscoverinternal.contoso.example"]);
    let hosts = signs_in([("lyncdiscover.contoso.example", Host::Server)]);
    assert_eq!(hosts.asked(), ["lyncdiscoverinternal.contoso.example", "lyncdiscover.contoso.example"]);
}

#[test]
fn the_challenge_may_come_in_one_field_without_quotes() {
    let hosts = signs_in([("lyncdiscover.contoso.example", Host::Terse)]);
    assert_eq!(hosts.trusted(), ["lyncdiscover.contoso.example"]);
}

#[test]
fn a_page_of_html_is_not_the_server() {
    let page = Host::Says("text/html", "<html>Welcome to the intranet</html>");
    let hosts = signs_in([
        ("lyncdiscoverinternal.contoso.example", page),
        ("lyncdiscover.contoso.example", Host::Server),
    ]);
    assert_eq!(hosts.trusted(), ["lyncdiscover.contoso.example"]);
}

#[test]
fn a_redirect_within_the_domain_is_followed() {
    let hosts = signs_in([
        ("lyncdiscoverinternal.contoso.example", Host::Redirect("https://pool7.contoso.example/")),
        ("pool7.contoso.example", Host::Server),
    ]);
    assert_eq!(hosts.trusted(), ["pool7.contoso.example"]);
}

#[test]
fn a_redirect_out_of_the_domain_is_not_followed() {
    for (host, elsewhere) in [
        ("contoso.example.attacker.example", "https://contoso.example.attacker.example/"),
        ("evilcontoso.example", "https://evilcontoso.example/"),
    ] {
        let hosts = signs_in([
            ("lyncdiscoverinternal.contoso.example", Host::Redirect(elsewhere)),
            (host, Host::Server),
            ("lyncdiscover.contoso.example", Host::Server),
        ]);
        assert!(!hosts.asked().iter().any(|asked| asked == host), "{:?}", hosts.asked());
    }
}

#[test]
fn a_redirect_in_a_document_leads_to_another_pool() {
    let document =
        r#"{"_links": {"self": {"href": "/"}, "redirect": {"href": "https://pool9.fabrikam.example/"}}}"#;
    let hosts = signs_in([
        ("lyncdiscover.contoso.example", Host::Says("application/json", document)),
        ("pool9.fabrikam.example", Host::Server),
    ]);
    assert_eq!(hosts.trusted(), ["pool9.fabrikam.example"]);
}

#[test]
fn a_host_that_the_user_trusts_may_be_redirected_to() {
    let elsewhere = "https://pool.partner.example/";
    paused().block_on(async {
        let sim = simulator();
        let hosts = Hosts::new(
            &sim,
            [
                ("lyncdiscoverinternal.contoso.example", Host::Redirect(elsewhere)),
                ("pool.partner.example", Host::Server),
            ],
        );
        let trusting = ucwa::Settings { trusted_hosts: vec!["pool.partner.example".into()], ..of_domain() };
        let mut client = TestClient::start(&sim, hosts.clone(), trusting);
        client.until_online().await;
        assert_eq!(hosts.trusted(), ["pool.partner.example"]);
    });
}

#[test]
fn fault_77_a_static_token_goes_to_no_host_that_has_not_asked_for_it() {
    let document =
        r#"{"_links": {"self": {"href": "/"}, "redirect": {"href": "https://pool9.fabrikam.example/"}}}"#;
    paused().block_on(async {
        let sim = simulator();
        let hosts = Hosts::new(
            &sim,
            [
                (
                    "lyncdiscoverinternal.contoso.example",
                    Host::Redirect("https://lyncdiscover.contoso.example/"),
                ),
                ("lyncdiscover.contoso.example", Host::Says("application/json", document)),
                ("pool9.fabrikam.example", Host::Server),
            ],
        );
        let settings = ucwa::Settings { credentials: crate::support::token(), ..of_domain() };
        let mut client = TestClient::start(&sim, hosts.clone(), settings);
        client.until_online().await;
        assert_eq!(hosts.trusted(), ["pool9.fabrikam.example"]);
        let record = sim.record();
        let root = record.iter().find(|it| it.target == "/").unwrap();
        assert!(!root.authorized, "what everybody may read is read without a token");
        let first = record.iter().position(|it| it.authorized).unwrap();
        assert_eq!(record[first - 1].status, 401, "the server asked for it");
        sim.ucwa.invite(im());
        client.ringing().await;
        client.end().await;
    });
}

#[test]
fn circles_and_silence_are_told_and_tried_again() {
    let circle = "https://lyncdiscover.contoso.example/";
    for hosts in [vec![("lyncdiscover.contoso.example", Host::Redirect(circle))], vec![]] {
        paused().block_on(async {
            let sim = simulator();
            let hosts = Hosts::new(&sim, hosts);
            let mut client = TestClient::start(&sim, hosts.clone(), of_domain());
            client.until(retrying).await;
            let asked = hosts.asked.lock().unwrap().len();
            assert!(asked <= 10, "{asked} requests for nothing");
            assert!(hosts.trusted().is_empty(), "nobody is shown a secret");
        });
    }
}

#[test]
fn no_password_is_sent_where_that_grant_is_not_offered() {
    paused().block_on(async {
        let sim = simulator();
        let hosts = Hosts::new(&sim, [("lyncdiscover.contoso.example", Host::WithoutPassword)]);
        let mut client = TestClient::start(&sim, hosts.clone(), of_domain());
        client.until(|state| matches!(state.accounts[0].status, Status::Stopped(_))).await;
        let Status::Stopped(problem) = client.status() else { unreachable!() };
        assert!(problem.message.as_str().contains("does not accept passwords"), "{problem}");
        assert!(
            problem.message.as_str().contains("urn:microsoft.rtc:windows"),
            "{problem}: what it offers instead"
        );
        client.wait(600).await;
        assert!(hosts.trusted().is_empty(), "{:?} was sent the password", hosts.trusted());
        assert_eq!(client.count("/WebTicket/"), 0);
    });
}

#[test]
fn a_static_token_is_sent_to_a_host_that_is_only_linked_to_once_it_asks() {
    paused().block_on(async {
        let tokens = ucwa::http::token::Tokens::new(crate::support::token());
        let origin = |url: &str| url.parse::<url::Url>().unwrap().origin();
        let (pool, partner) = (origin(crate::support::POOL), origin("https://pool.partner.example/"));
        tokens.allow(&pool);
        assert!(tokens.current(&pool).await.unwrap().is_some(), "discovery leads there");
        assert!(tokens.current(&partner).await.unwrap().is_none(), "it has not asked");
    });
}

/// Returns the hosts that are asked by discovery that starts at a web address without TLS, which leads to `next`.
fn asked_from_plain_http(next: &'static str, trusted: &[&str]) -> (Vec<String>, bool) {
    let document = format!(r#"{{"_links": {{"self": {{"href": "/"}}, "redirect": {{"href": "{next}"}}}}}}"#);
    paused().block_on(async {
        let sim = simulator();
        let start = Host::Says("application/json", String::leak(document));
        let known =
            [("127.0.0.1", start), ("localhost", Host::Server), ("pool9.fabrikam.example", Host::Server)];
        let hosts = Hosts::new(&sim, known);
        let settings = ucwa::Settings {
            start: Start::Url("http://127.0.0.1:8099/".parse().unwrap()),
            trusted_hosts: trusted.iter().map(|host| (*host).to_owned()).collect(),
            ..settings(password())
        };
        let mut client = TestClient::start(&sim, hosts.clone(), settings);
        client
            .until(|state| matches!(state.accounts[0].status, Status::Online { .. } | Status::Stopped(_)))
            .await;
        (hosts.asked(), matches!(client.status(), Status::Online { .. }))
    })
}

#[test]
fn a_document_that_came_without_tls_leads_only_to_this_machine_or_to_a_trusted_host() {
    let (asked, is_online) = asked_from_plain_http("https://pool9.fabrikam.example/", &[]);
    assert_eq!(
        (asked.as_slice(), is_online),
        (&["127.0.0.1".to_owned()][..], false),
        "anybody may have written it"
    );
    let (asked, is_online) = asked_from_plain_http("http://localhost:8099/", &[]);
    assert_eq!((asked.last().map(String::as_str), is_online), (Some("localhost"), true));
    let trusted = ["pool9.fabrikam.example"];
    let (asked, is_online) = asked_from_plain_http("https://pool9.fabrikam.example/", &trusted);
    assert_eq!((asked.last().map(String::as_str), is_online), (Some("pool9.fabrikam.example"), true));
    let (asked, is_online) = asked_from_plain_http("http://pool9.fabrikam.example/", &trusted);
    assert_eq!((asked.len(), is_online), (1, false), "a secret would be readable on the way");
}
