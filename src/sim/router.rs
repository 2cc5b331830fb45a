//! HTTP: which request means what, and whether the client may.
#![expect(clippy::indexing_slicing, reason = "assigning to a key of a JSON object adds it")]

use std::collections::HashMap;

use axum::body::Body;
use axum::extract::State;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST, LOCATION, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::channel::{Application, Poll};
use super::record::Recorded;
use super::world::{Kind, Later, SimId, What, World};
use super::{Ended, Simulator};
use crate::invitation::Reason;

/// The largest request that is read (bytes).
const BODY_LIMIT: usize = 256 * 1024;

/// What a request is answered with.
pub(super) struct Reply {
    status: u16,
    headers: Vec<(http::HeaderName, String)>,
    body: Vec<u8>,
    /// Whether the connection breaks in the middle of the body.
    broken: bool,
}

impl Reply {
    /// An answer that is cut off.
    pub fn broken() -> Self {
        Self { broken: true, ..Self::json(200, &json!({"_links": {}})) }
    }

    pub fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new(), broken: false }
    }

    pub fn json(status: u16, body: &Value) -> Self {
        let headers = vec![(CONTENT_TYPE, "application/json; charset=utf-8".to_owned())];
        Self { status, headers, body: body.to_string().into_bytes(), broken: false }
    }

    pub fn error(status: u16, code: &str, subcode: &str) -> Self {
        let mut body = json!({"code": code, "message": "The simulator refused the request."});
        if !subcode.is_empty() {
            body["subcode"] = subcode.into();
        }
        Self::json(status, &body)
    }

    fn with(mut self, name: http::HeaderName, value: String) -> Self {
        self.headers.push((name, value));
        self
    }
}

impl From<Reply> for Response<Body> {
    fn from(reply: Reply) -> Self {
        let body = if reply.broken {
            let cut = reply.body.len() / 2;
            let pieces =
                [Ok(reply.body.get(..cut).unwrap_or_default().to_vec()), Err("the connection broke")];
            Body::from_stream(futures_util::stream::iter(pieces))
        } else {
            Body::from(reply.body)
        };
        let mut response = Self::new(body);
        *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::IM_A_TEAPOT);
        for (name, value) in reply.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().append(name, value);
            }
        }
        response
    }
}

/// What came of a request, for the record.
struct Handled {
    reply: Reply,
    what: String,
    complaint: Option<String>,
}

impl Handled {
    fn fine(reply: Reply, what: impl Into<String>) -> Self {
        Self { reply, what: what.into(), complaint: None }
    }

    fn wrong(reply: Reply, what: impl Into<String>, complaint: &str) -> Self {
        Self { reply, what: what.into(), complaint: Some(complaint.to_owned()) }
    }
}

struct Asked {
    method: Method,
    path: String,
    query: String,
    base: String,
    token: Option<String>,
    json: bool,
    has_length: bool,
    body: String,
}

impl Asked {
    fn target(&self) -> String {
        if self.query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, self.query) }
    }

    fn parameters(&self) -> HashMap<String, String> {
        url::form_urlencoded::parse(self.query.as_bytes()).into_owned().collect()
    }
}

impl Simulator {
    /// The server as a service.
    pub fn router(&self) -> axum::Router {
        axum::Router::new().fallback(handle).with_state(self.clone())
    }

    async fn handle(&self, asked: Asked) -> Reply {
        let number = self.with(|world| {
            world.expire_idle();
            world.record.push(Recorded {
                method: asked.method.to_string(),
                target: asked.target(),
                body: redacted(&asked),
                status: 0,
                what: "being held".into(),
                complaint: None,
            });
            world.record.len() - 1
        });
        let door = self.with(|world| world.door(&asked));
        let handled = match door {
            Ok((application, What::Events)) if asked.method == Method::GET => {
                self.events(&application, &asked).await
            }
            Ok((application, what)) => self.with(|world| world.act(&application, what, &asked)),
            Err(handled) => handled,
        };
        let later = self.with(|world| {
            if let Some(recorded) = world.record.get_mut(number) {
                recorded.status = handled.reply.status;
                recorded.what = handled.what;
                recorded.complaint = handled.complaint;
                world.answered.push(recorded.clone());
            }
            std::mem::take(&mut world.later)
        });
        for (wait, later) in later {
            let (id, how) = match later {
                Later::Ring(id) => (id, Ended::TimedOut),
                Later::Answer(id, how) => (id, how),
            };
            self.later(wait, move |world| world.end(id, how));
        }
        handled.reply
    }

    async fn events(&self, application: &str, asked: &Asked) -> Handled {
        let refused = self.with(|world| world.refuse("events"));
        if let Some(refused) = refused {
            return refused;
        }
        let parameters = asked.parameters();
        let number = |name: &str| parameters.get(name).and_then(|text| text.parse::<u64>().ok());
        let poll =
            Poll { ack: number("ack").and_then(|ack| u32::try_from(ack).ok()), timeout: number("timeout") };
        let (reply, complaint) = self.poll(application, poll).await;
        Handled { reply, what: "events".into(), complaint }
    }
}

async fn handle(State(sim): State<Simulator>, request: Request<Body>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, BODY_LIMIT).await else {
        return Reply::error(413, "EntityTooLarge", "").into();
    };
    let header = |name: http::HeaderName| head.headers.get(name).and_then(|value| value.to_str().ok());
    let scheme = head.uri.scheme_str().unwrap_or("http");
    let host = header(HOST).or(head.uri.host()).unwrap_or("localhost");
    let asked = Asked {
        base: format!("{scheme}://{host}"),
        token: header(AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer ")).map(str::to_owned),
        json: is_json(&head.headers),
        has_length: head.headers.contains_key(CONTENT_LENGTH),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        method: head.method,
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    sim.handle(asked).await.into()
}

fn is_json(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"application/json"))
}

/// The body for the record: a form holds a password.
fn redacted(asked: &Asked) -> String {
    if asked.path == TICKET { "(a form with the password left out)".into() } else { asked.body.clone() }
}

const TICKET: &str = "/WebTicket/oauthtoken";
const USER: &str = "/Autodiscover/AutodiscoverService.svc/root/oauth/user";
const APPLICATIONS: &str = "/ucwa/oauth/v1/applications";

impl World {
    /// What everybody can ask for; else which href of which application is meant.
    fn door(&mut self, asked: &Asked) -> Result<(String, What), Handled> {
        let base = &asked.base;
        match (&asked.method, asked.path.as_str()) {
            (&Method::GET, "/" | "/Autodiscover/AutodiscoverService.svc/root") => {
                let links = json!({"_links": {
                    "self": {"href": format!("{base}/Autodiscover/AutodiscoverService.svc/root")},
                    "user": {"href": format!("{base}{USER}")},
                }});
                return Err(Handled::fine(Reply::json(200, &links), "discovery"));
            }
            (&Method::POST, TICKET) => return Err(self.ticket(&asked.body)),
            _ => {}
        }
        if !asked.token.as_deref().is_some_and(|token| self.takes(token)) {
            let reply = Reply::error(401, "Unauthorized", "")
                .with(WWW_AUTHENTICATE, r#"Bearer trusted_issuers="", client_id="00000004-0000-0ff1""#.into())
                .with(
                    WWW_AUTHENTICATE,
                    format!(
                        r#"MsRtcOAuth href="{base}{TICKET}",grant_type="urn:microsoft.rtc:windows,password""#
                    ),
                );
            // The first request of a session can't have a token: the challenge is how one is got.
            let complaint = asked.path != USER && asked.token.is_none();
            return Err(if complaint {
                Handled::wrong(reply, "a request without a token", "there was no token")
            } else {
                Handled::fine(reply, "challenge")
            });
        }
        match (&asked.method, asked.path.as_str()) {
            (&Method::GET, USER) => {
                let links = json!({"_links": {
                    "self": {"href": format!("{base}{USER}")},
                    "applications": {"href": format!("{base}{APPLICATIONS}")},
                }});
                Err(Handled::fine(Reply::json(200, &links), "user"))
            }
            (&Method::POST, APPLICATIONS) => Err(self.create_application(asked)),
            _ => self.find(asked),
        }
    }

    /// The href that is meant: its own query may be followed by parameters of the client's.
    fn find(&self, asked: &Asked) -> Result<(String, What), Handled> {
        let target = asked.target();
        let exact = self.hrefs.get(&target);
        let found = exact.or_else(|| {
            let mut end = target.len();
            std::iter::from_fn(|| {
                end = target.get(..end)?.rfind('&')?;
                target.get(..end)
            })
            .find_map(|shorter| self.hrefs.get(shorter))
        });
        let found = found.or_else(|| {
            let (shorter, _) = target.split_once("?operationId")?;
            self.hrefs.get(shorter)
        });
        let (application, what) = found.cloned().ok_or_else(|| {
            Handled::wrong(
                Reply::error(404, "NotFound", ""),
                "nothing",
                "this address was never given, or belongs to nobody any more",
            )
        })?;
        if self.applications.contains_key(&application) {
            Ok((application, what))
        } else {
            Err(Handled::fine(
                Reply::error(404, "NotFound", "ApplicationNotFound"),
                "an application that is gone",
            ))
        }
    }

    fn ticket(&mut self, form: &str) -> Handled {
        let form: HashMap<String, String> =
            url::form_urlencoded::parse(form.as_bytes()).into_owned().collect();
        let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
        let refused =
            |error: &str| Handled::fine(Reply::json(400, &json!({ "error": error })), "web ticket refused");
        match field("grant_type") {
            "password" if field("password") == self.options.password && !field("username").is_empty() => {
                let token = self.give_token();
                let body = json!({
                    "access_token": token, "expires_in": self.options.token_lifetime.as_secs(),
                    "ms_rtc_identityscope": "local", "token_type": "Bearer",
                });
                Handled::fine(Reply::json(200, &body), "web ticket")
            }
            "password" => refused("invalid_grant"),
            _ => refused("unsupported_grant_type"),
        }
    }

    fn create_application(&mut self, asked: &Asked) -> Handled {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Creation {
            user_agent: String,
            endpoint_id: String,
            culture: String,
        }
        if let Some(refused) = self.refuse("applications") {
            return refused;
        }
        let creation = serde_json::from_str::<Creation>(&asked.body).ok().filter(|creation| {
            [&creation.user_agent, &creation.endpoint_id, &creation.culture]
                .iter()
                .all(|text| !text.is_empty() && text.len() <= 100)
        });
        let Some(creation) = creation.filter(|_| asked.json) else {
            let reply = Reply::error(400, "BadRequest", "ParameterValidationFailure");
            return Handled::wrong(
                reply,
                "an application",
                "userAgent, endpointId and culture are required as JSON",
            );
        };
        let known = self.applications.iter().find(|(_, known)| known.endpoint == creation.endpoint_id);
        let (status, name) = match known.map(|(name, _)| name.clone()) {
            Some(name) => (200, name),
            None => (201, self.random(12)),
        };
        self.applications.entry(name.clone()).or_insert_with(|| Application::new(creation.endpoint_id));
        let resource = self.application_resource(&name);
        Handled::fine(Reply::json(status, &resource), "application")
    }

    /// An error that was ordered for the next request of that kind.
    fn refuse(&mut self, action: &str) -> Option<Handled> {
        let place = self.refusals.iter().position(|refusal| refusal.action == action)?;
        let refusal = self.refusals.remove(place)?;
        let code = match refusal.status {
            400 => "BadRequest",
            403 => "Forbidden",
            404 => "NotFound",
            409 => "Conflict",
            410 => "Gone",
            429 => "TooManyRequests",
            503 => "ServiceUnavailable",
            _ => "ServiceFailure",
        };
        let reply = Reply::error(refusal.status, code, &refusal.subcode);
        Some(Handled::fine(reply, format!("{action}, refused as ordered")))
    }

    fn act(&mut self, application: &str, what: What, asked: &Asked) -> Handled {
        if let Some(known) = self.applications.get_mut(application) {
            known.heard = tokio::time::Instant::now();
        }
        if asked.method == Method::GET {
            return self.get(application, what);
        }
        if asked.method == Method::DELETE && what == What::Application {
            self.applications.remove(application);
            return Handled::fine(Reply::empty(204), "signing out");
        }
        if asked.method != Method::POST {
            let reply = Reply::error(405, "MethodNotAllowed", "");
            return Handled::wrong(reply, "nothing", "this method means nothing here");
        }
        let name = action_name(what);
        if let Some(refused) = self.refuse(name) {
            return refused;
        }
        if asked.body.is_empty() && !asked.has_length {
            let reply = Reply::error(411, "BadRequest", "");
            return Handled::wrong(reply, name, "a POST without a body needs Content-Length: 0");
        }
        match what {
            What::MakeMeAvailable => self.make_available(application, asked),
            What::ReportMyActivity => Handled::fine(Reply::empty(204), name),
            What::Accept(id) | What::AcceptWithPhoneAudio(id) => self.answer(id, name, Self::accept),
            What::Cancel(id) => self.answer(id, name, Self::cancel),
            What::Decline(id) => self.answer_decline(id, asked),
            What::AddParticipant(number) => self.add(application, number, asked),
            What::AddMessaging(number) => {
                if let Some(conversation) = self.conversations.get_mut(&number) {
                    conversation.messaging = true;
                }
                self.tell_messaging(number);
                self.tell_conversation(number, "updated");
                Handled::fine(Reply::empty(201), name)
            }
            What::SendMessage(_) => Handled::fine(Reply::empty(201), name),
            What::StopMessaging(number) => {
                if let Some(conversation) = self.conversations.get_mut(&number) {
                    conversation.messaging = false;
                }
                self.tell_messaging(number);
                Handled::fine(Reply::empty(204), name)
            }
            _ => Handled::wrong(Reply::error(405, "MethodNotAllowed", ""), name, "this can't be posted to"),
        }
    }

    fn get(&mut self, application: &str, what: What) -> Handled {
        let resource = match what {
            What::Application => self.application_resource(application),
            What::Invitation(id) => self.invitation_resource(application, id),
            What::From(_) | What::Participant(..) => self.participant_resource(application, what),
            What::Conversation(number) => self.conversation_resource(application, number),
            What::Messaging(number) => self.messaging_resource(application, number),
            What::Me => self.application_resource(application)["_embedded"]["me"].take(),
            _ => Value::Null,
        };
        let name = format!("{what:?}");
        if resource.is_null() {
            Handled::fine(Reply::error(404, "NotFound", ""), name)
        } else {
            Handled::fine(Reply::json(200, &resource), name)
        }
    }

    fn make_available(&mut self, application: &str, asked: &Asked) -> Handled {
        let known = self.applications.get_mut(application);
        let Some(known) = known.filter(|known| !known.available) else {
            let reply = Reply::error(409, "Conflict", "AlreadyExists");
            return Handled::wrong(reply, "makeMeAvailable", "it was done before");
        };
        if !asked.body.is_empty() && serde_json::from_str::<Value>(&asked.body).is_err() {
            let reply = Reply::error(400, "BadRequest", "DeserializationFailure");
            return Handled::wrong(reply, "makeMeAvailable", "the body makes no sense");
        }
        known.available = true;
        // Who comes online late is told of what rings already.
        let pending: Vec<SimId> = self.pending.keys().copied().collect();
        for id in pending {
            self.tell_invitation(id, "started");
        }
        Handled::fine(Reply::empty(204), "makeMeAvailable")
    }

    fn answer(&mut self, id: SimId, name: &str, effect: fn(&mut Self, SimId)) -> Handled {
        let Some(pending) = self.pending.get(&id).filter(|pending| pending.offered) else {
            return Handled::fine(
                Reply::error(404, "NotFound", ""),
                format!("{name} of invitation {id}, which is over"),
            );
        };
        let who = if pending.invite.kind == Kind::Participant { "to" } else { "from" };
        let name = format!("{name} of {} {id} {who} {}", pending.invite.kind.rel(), pending.invite.from.uri);
        effect(self, id);
        Handled::fine(Reply::empty(204), name)
    }

    fn answer_decline(&mut self, id: SimId, asked: &Asked) -> Handled {
        #[derive(Default, Deserialize)]
        struct Decline {
            reason: Option<String>,
        }
        let body =
            if asked.body.is_empty() { Ok(Decline::default()) } else { serde_json::from_str(&asked.body) };
        let known = |reason: &str| Reason::ALL.iter().any(|member| member.name() == reason);
        match body {
            Ok(Decline { reason }) if reason.as_deref().is_none_or(known) => {
                self.answer(id, "decline", Self::decline)
            }
            _ => {
                let reply = Reply::error(400, "BadRequest", "ParameterValidationFailure");
                Handled::wrong(reply, "decline", "the reason is no member of CallDeclineReason")
            }
        }
    }

    fn add(&mut self, application: &str, number: u32, asked: &Asked) -> Handled {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Add {
            operation_id: String,
            to: String,
        }
        let add = serde_json::from_str::<Add>(&asked.body);
        let Some(add) =
            add.ok().filter(|add| (1..=50).contains(&add.operation_id.len()) && add.to.contains(':'))
        else {
            let reply = Reply::error(400, "BadRequest", "ParameterValidationFailure");
            return Handled::wrong(
                reply,
                "addParticipant",
                "operationId (at most 50 characters) and to are required",
            );
        };
        let what = format!("addParticipant of {}", add.to);
        let id = self.add_participant(number, add.operation_id, add.to);
        let location = self.href(application, What::Invitation(id));
        Handled::fine(Reply::empty(201).with(LOCATION, location), what)
    }
}

fn action_name(what: What) -> &'static str {
    match what {
        What::Accept(_) => "accept",
        What::AcceptWithPhoneAudio(_) => "acceptWithPhoneAudio",
        What::Decline(_) => "decline",
        What::Cancel(_) => "cancel",
        What::AddParticipant(_) => "addParticipant",
        What::AddMessaging(_) => "addMessaging",
        What::SendMessage(_) => "sendMessage",
        What::StopMessaging(_) => "stopMessaging",
        What::MakeMeAvailable => "makeMeAvailable",
        What::ReportMyActivity => "reportMyActivity",
        _ => "nothing",
    }
}
