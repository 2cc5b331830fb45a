//! What `rsvp login` keeps, and how the client signs in with it.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use rsvp::login_store::{Login, LoginStore};
use rsvp::provider::device_login::{self, Authority, DeviceLoginError, scope_of};
use rsvp::provider::exchange::{Exchange, Request, StreamedResponse, TransportError};
use rsvp::provider::ucwa::http::challenge::SignInOffer;
use rsvp::provider::ucwa::login::{Host, TryError, find_host, try_login, way_around};
use rsvp::provider::ucwa::{Credentials, Settings};
use rsvp::sim::{Fault, FaultKind, InProcess, Options, Simulator, TicketGrant, UcwaOptions, console};
use secrecy::ExposeSecret;

use crate::reloading::stopped;
use crate::support::{TestClient, im, paused, settings, token};

const CLIENT: &str = "11111111-2222-3333-4444-555555555555";

fn simulator(ucwa: UcwaOptions) -> Simulator {
    Simulator::new(Options { ucwa, ..Options::default() })
}

fn exchange(sim: &Simulator) -> Arc<dyn Exchange> {
    Arc::new(InProcess::new(sim))
}

fn with_login(store: &LoginStore) -> Settings {
    Settings { credentials: Credentials::Login(store.clone()), ..settings(token()) }
}

fn password(password: &str) -> LoginStore {
    LoginStore::in_memory(Some(Login::Password { username: "tosh".into(), password: password.into() }))
}

/// Signs in by a device code and returns what is to be kept.
async fn sign_in_by_code(sim: &Simulator) -> Result<Login, DeviceLoginError> {
    let host = find_host(&settings(token()), exchange(sim)).await.unwrap();
    let authority = Authority::of(host.offer.authorization_uri.as_deref().unwrap()).unwrap();
    let scope = scope_of(&host.origin.parse::<url::Url>().unwrap().origin());
    let code = device_login::request_code(&exchange(sim), &authority, CLIENT, &scope).await?;
    assert!(code.verification_uri.as_str().ends_with("/devicelogin"), "{code:?}");
    let granted = device_login::wait_for_token(&exchange(sim), &authority, CLIENT, &code).await?;
    Ok(Login::RefreshToken {
        client_id: CLIENT.into(),
        token_endpoint: authority.token_endpoint,
        refresh_token: granted.refresh_token.unwrap(),
    })
}

/// Returns the response by which an authority refuses a request for a token.
fn refusal(status: u16, body: &str) -> FaultKind {
    FaultKind::Answer {
        status,
        subcode: String::new(),
        content_type: "application/json".into(),
        body: body.into(),
        headers: Vec::new(),
    }
}

fn refresh_token(store: &LoginStore) -> String {
    match store.read().unwrap() {
        Login::RefreshToken { refresh_token, .. } => refresh_token.expose_secret().to_owned(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_password_is_tried_before_it_is_kept_and_then_signs_in() {
    paused().block_on(async {
        let sim = simulator(UcwaOptions::default());
        let settings = with_login(&password("demo"));
        let tried = try_login(&settings, &password("wrong"), exchange(&sim)).await;
        assert_eq!(tried, Err(TryError::PasswordRefused));
        assert!(try_login(&settings, &password("demo"), exchange(&sim)).await.is_ok());
        let mut client = TestClient::start(&sim, Arc::new(InProcess::new(&sim)), settings);
        client.until(|state| state.accounts[0].status.is_online()).await;
        sim.ucwa.invite(im());
        client.ringing().await;
        client.end().await;
    });
}

#[test]
fn a_device_code_is_approved_and_its_refresh_token_renews_and_is_replaced_each_time() {
    paused().block_on(async {
        let lifetime = Duration::from_secs(600);
        let options = UcwaOptions {
            device_login: Some(3),
            ticket_grant: TicketGrant::Windows,
            token_lifetime: lifetime,
            ..UcwaOptions::default()
        };
        let sim = simulator(options);
        let login = sign_in_by_code(&sim).await.unwrap();
        let store = LoginStore::in_memory(Some(login));
        let first = refresh_token(&store);
        let mut client = TestClient::start(&sim, Arc::new(InProcess::new(&sim)), with_login(&store));
        client.until(|state| state.accounts[0].status.is_online()).await;
        let second = refresh_token(&store);
        assert_ne!(first, second, "a refresh token is valid once");
        client.wait(1_800).await;
        assert_ne!(refresh_token(&store), second, "the token was renewed before it expired");
        sim.ucwa.invite(im());
        client.ringing().await;
        let bodies: Vec<String> = sim.record().into_iter().map(|request| request.body).collect();
        assert!(!bodies.iter().any(|body| body.contains(&second)), "no refresh token is recorded");
        client.end().await;
    });
}

/// A connection over which something happens to the login while a refresh token is on its way.
struct Meanwhile<F> {
    inner: InProcess,
    happens: F,
}

impl<F: Fn() + Send + Sync + 'static> Exchange for Meanwhile<F> {
    fn send(&self, request: Request) -> BoxFuture<'static, Result<StreamedResponse, TransportError>> {
        if request.body.windows(24).any(|part| part == b"grant_type=refresh_token") {
            (self.happens)();
        }
        self.inner.send(request)
    }
}

#[test]
fn a_refresh_token_that_arrives_after_signing_out_or_in_again_is_not_kept() {
    paused().block_on(async {
        for newer in [None, Some("another user's")] {
            let sim = simulator(UcwaOptions { device_login: Some(1), ..UcwaOptions::default() });
            let login = sign_in_by_code(&sim).await.unwrap();
            let Login::RefreshToken { client_id, token_endpoint, .. } = login.clone() else { panic!() };
            let store = LoginStore::in_memory(Some(login));
            let kept = store.clone();
            let happens = move || match newer {
                None => assert!(kept.remove().unwrap()),
                Some(token) => {
                    let (client_id, token_endpoint) = (client_id.clone(), token_endpoint.clone());
                    kept.write(Login::RefreshToken {
                        client_id,
                        token_endpoint,
                        refresh_token: token.into(),
                    })
                    .unwrap();
                }
            };
            let connection = Meanwhile { inner: InProcess::new(&sim), happens };
            let signed_in = try_login(&with_login(&store), &store, Arc::new(connection)).await;
            match newer {
                None => assert!(store.is_empty(), "signing out lasts"),
                Some(token) => assert_eq!(refresh_token(&store), token),
            }
            assert!(signed_in.is_ok(), "the access token was granted: {signed_in:?}");
        }
    });
}

#[test]
fn the_authority_is_asked_no_faster_than_it_allows_and_its_refusals_are_told() {
    paused().block_on(async {
        let options = UcwaOptions { device_login: Some(0), ..UcwaOptions::default() };
        let sim = simulator(options.clone());
        sim.fault(Fault::next("deviceToken", refusal(400, r#"{"error":"slow_down"}"#)));
        let approving = sim.clone();
        let approval = tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(30)).await;
            console::execute(&approving, "approve 1").unwrap();
        });
        sign_in_by_code(&sim).await.unwrap();
        approval.await.unwrap();
        let polls = sim.record().iter().filter(|it| it.target.ends_with("/adfs/oauth2/token")).count();
        assert!((5..=7).contains(&polls), "after `slow_down`, one request every six seconds: {polls}");
        for (command, expected) in [("deny", "declined"), ("wait 1s", "expired")] {
            let sim = simulator(options.clone());
            let other = sim.clone();
            let deciding = tokio::spawn(async move {
                tokio::time::sleep(Duration::from_secs(10)).await;
                console::execute(&other, command).unwrap();
            });
            let error = sign_in_by_code(&sim).await.unwrap_err().to_string();
            deciding.await.unwrap();
            assert!(error.contains(expected), "{command}: {error}");
        }
    });
}

#[test]
fn a_login_that_was_revoked_or_removed_is_told_with_the_remedy() {
    paused().block_on(async {
        for (kept, told) in [
            (
                Some(Login::RefreshToken {
                    client_id: CLIENT.into(),
                    token_endpoint: format!("{}adfs/oauth2/token", crate::support::POOL).parse().unwrap(),
                    refresh_token: "revoked".into(),
                }),
                "expired or was revoked; run `rsvp login` again",
            ),
            (None, "nobody has signed in to this account yet; run `rsvp login`"),
        ] {
            let sim = simulator(UcwaOptions { device_login: Some(1), ..UcwaOptions::default() });
            let settings = with_login(&LoginStore::in_memory(kept));
            let mut client = TestClient::start(&sim, Arc::new(InProcess::new(&sim)), settings);
            client.until(stopped).await;
            let status = format!("{:?}", client.state.accounts[0].status);
            assert!(told.split("; ").all(|part| status.contains(part)), "{status}");
        }
    });
}

#[test]
fn an_authority_that_is_out_of_order_does_not_end_a_login() {
    paused().block_on(async {
        let sim = simulator(UcwaOptions { device_login: Some(1), ..UcwaOptions::default() });
        let store = LoginStore::in_memory(Some(sign_in_by_code(&sim).await.unwrap()));
        sim.fault(Fault::next("deviceToken", refusal(503, r#"{"error":"temporarily_unavailable"}"#)));
        let error = try_login(&with_login(&store), &store, exchange(&sim)).await.unwrap_err();
        assert!(format!("{error:?}").contains("temporarily_unavailable"), "{error:?}");
        try_login(&with_login(&store), &store, exchange(&sim)).await.unwrap();
    });
}

#[test]
fn an_authority_that_takes_no_refresh_tokens_any_more_is_told_with_the_command_that_signs_in() {
    paused().block_on(async {
        let sim = simulator(UcwaOptions { device_login: Some(1), ..UcwaOptions::default() });
        let store = LoginStore::in_memory(Some(sign_in_by_code(&sim).await.unwrap()));
        let unsupported = refusal(400, r#"{"error":"unsupported_grant_type"}"#);
        sim.fault(Fault::next("deviceToken", unsupported).times(9));
        let mut client = TestClient::start(&sim, exchange(&sim), with_login(&store));
        client.until(stopped).await;
        let status = format!("{:?}", client.state.accounts[0].status);
        assert!(status.contains("run `rsvp login` again"), "{status}");
    });
}

#[test]
fn a_service_that_takes_no_passwords_is_told_with_the_way_around() {
    paused().block_on(async {
        let sim = simulator(UcwaOptions::default());
        let unsupported = refusal(400, r#"{"error":"unsupported_grant_type"}"#);
        sim.fault(Fault::next("ticket", unsupported).times(9));
        let settings = with_login(&password("hunter2"));
        let mut client = TestClient::start(&sim, Arc::new(InProcess::new(&sim)), settings);
        client.until(stopped).await;
        let status = format!("{:?}", client.state.accounts[0].status);
        assert!(status.contains("sign in with a token instead"), "{status}");
    });
}

#[test]
fn a_kept_password_that_was_changed_is_told_with_the_command_that_replaces_it() {
    paused().block_on(async {
        let sim = simulator(UcwaOptions::default());
        let settings = with_login(&password("former").chosen_by("--account work"));
        let mut client = TestClient::start(&sim, Arc::new(InProcess::new(&sim)), settings);
        client.until(stopped).await;
        let status = format!("{:?}", client.state.accounts[0].status);
        assert!(status.contains("run `rsvp login --account work` again"), "{status}");
        assert!(!status.contains("configuration"), "{status}");
    });
}

#[test]
fn what_the_server_offers_and_rsvp_has_not_is_told_with_the_way_around() {
    paused().block_on(async {
        let sim = simulator(UcwaOptions { ticket_grant: TicketGrant::Windows, ..UcwaOptions::default() });
        let host = find_host(&settings(token()), exchange(&sim)).await.unwrap();
        assert!(!host.offer.has_password() && host.offer.authorization_uri.is_none());
        let words = way_around(&host).to_string();
        assert!(words.contains("integrated Windows") && words.contains("token_command"), "{words}");
        for (grant, offered) in [("urn:microsoft.rtc:passive", "AD FS"), ("other", "no way of signing in")] {
            let offer = SignInOffer { grants: vec![grant.into()], ..SignInOffer::default() };
            let words = way_around(&Host { offer, ..host.clone() }).to_string();
            assert!(words.contains(&format!("{} offers", host.origin)), "{words}");
            assert!(words.contains(offered) && words.contains("token_command"), "{words}");
        }
    });
}
