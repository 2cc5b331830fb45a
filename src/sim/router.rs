//! HTTP: which request means what, and whether the client may.
#![expect(clippy::indexing_slicing, reason = "assigning to a key of a JSON object adds it")]

use std::collections::HashMap;
use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use futures_util::StreamExt;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST, LOCATION, WWW_AUTHENTICATE};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::channel::{Application, Poll};
use super::fault::{self, Delivery, Mishap};
use super::record::Recorded;
use super::wire::Wire;
use super::world::{Kind, Later, SimId, What, World};
use super::{Ended, Simulator, seconds};
use crate::invitation::Reason;

/// The largest request that is read (bytes).
const BODY_LIMIT: usize = 256 * 1024;

/// What a request is answered with.
pub(super) struct Reply {
    status: u16,
    headers: Vec<(http::HeaderName, String)>,
    content: Content,
    delivery: Delivery,
}

/// What is in a body.
enum Content {
    Nothing,
    /// One of the server's own documents, in the form that the client asked for.
    Document(Value),
    /// A document that has one form only.
    Json(Value),
    /// Something else.
    Raw(Vec<u8>),
}

impl Reply {
    /// No answer, but the end of the connection.
    fn aborted(delivery: Delivery) -> Self {
        Self { delivery, ..Self::empty(500) }
    }

    /// An answer that is cut off.
    pub fn broken() -> Self {
        Self { delivery: Delivery::Cut(7), ..Self::raw(200, "application/json", b"{\"_links".to_vec()) }
    }

    pub fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), content: Content::Nothing, delivery: Delivery::Whole }
    }

    pub fn document(status: u16, body: Value) -> Self {
        Self { content: Content::Document(body), ..Self::empty(status) }
    }

    fn json(status: u16, body: Value) -> Self {
        Self { content: Content::Json(body), ..Self::empty(status) }
    }

    fn raw(status: u16, kind: &str, body: Vec<u8>) -> Self {
        Self { content: Content::Raw(body), ..Self::empty(status) }.with(CONTENT_TYPE, kind.to_owned())
    }

    pub fn error(status: u16, subcode: &str) -> Self {
        let mut body = json!({"code": code(status), "message": "The simulator refused the request."});
        if !subcode.is_empty() {
            body["subcode"] = subcode.into();
        }
        Self::document(status, body)
    }

    fn with(mut self, name: http::HeaderName, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// What an error was made up to be.
    fn ordered(mishap: &Mishap) -> Option<Self> {
        let Mishap::Answer { status, subcode, content_type, body, headers } = mishap else { return None };
        let mut reply = match content_type.as_str() {
            "" if subcode.is_empty() && body.is_empty() && *status < 400 => Self::empty(*status),
            "" => Self::error(*status, subcode),
            kind => Self::raw(*status, kind, body.clone().into_bytes()),
        };
        for (name, value) in headers {
            if let Ok(name) = http::HeaderName::from_bytes(name.as_bytes()) {
                reply = reply.with(name, value.clone());
            }
        }
        Some(reply)
    }

    /// The answer, spoilt.
    fn spoilt(mut self, mishap: &Mishap) -> Self {
        match mishap {
            Mishap::LostReply => self.delivery = Delivery::Aborted,
            Mishap::Cut(length) => self.delivery = Delivery::Cut(*length),
            Mishap::Short(length) => self.delivery = Delivery::Short(*length),
            Mishap::Trickle(pause) => self.delivery = Delivery::Trickle(seconds(*pause)),
            Mishap::Garbage { content_type, body } => {
                return Self::raw(self.status, content_type, body.clone().into_bytes());
            }
            Mishap::Noise => {
                self.content = Content::Raw(b"{\"_links\":\xff\xfe\x00 {]".to_vec());
                self.headers.push((CONTENT_TYPE, "application/json".into()));
            }
            Mishap::Huge(length) => {
                self.content = Content::Raw(vec![b' '; *length]);
                self.headers.push((CONTENT_TYPE, "application/json".into()));
            }
            mishap => {
                if let Content::Document(batch) = &mut self.content {
                    fault::distort(mishap, batch);
                }
            }
        }
        self
    }

    fn into_response(self, wire: Wire) -> Response<Body> {
        let mut headers = self.headers;
        let body = match self.content {
            Content::Nothing => Vec::new(),
            Content::Document(document) => {
                let (kind, body) = wire.encode(&document);
                headers.push((CONTENT_TYPE, kind.to_owned()));
                body
            }
            Content::Json(document) => {
                headers.push((CONTENT_TYPE, "application/json; charset=utf-8".to_owned()));
                document.to_string().into_bytes()
            }
            Content::Raw(body) => body,
        };
        let length = body.len();
        let body = match self.delivery {
            Delivery::Whole | Delivery::Aborted | Delivery::Unsent => Body::from(body),
            Delivery::Cut(end) => {
                let head = body.get(..end.min(length)).unwrap_or_default().to_vec();
                let pieces = [Ok(head), Err("the connection broke")];
                Body::from_stream(futures_util::stream::iter(pieces))
            }
            Delivery::Short(end) => {
                headers.push((CONTENT_LENGTH, length.to_string()));
                let head = body.get(..end.min(length)).unwrap_or_default().to_vec();
                Body::from_stream(futures_util::stream::iter([Ok::<_, Infallible>(head)]))
            }
            Delivery::Trickle(pause) => {
                let bytes = futures_util::stream::iter(body).then(move |byte| async move {
                    tokio::time::sleep(pause).await;
                    Ok::<_, Infallible>(vec![byte])
                });
                Body::from_stream(bytes)
            }
        };
        let mut response = Response::new(body);
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::IM_A_TEAPOT);
        for (name, value) in headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().append(name, value);
            }
        }
        match self.delivery {
            Delivery::Aborted => {
                response.extensions_mut().insert(Broken { sent: true });
            }
            Delivery::Unsent => {
                response.extensions_mut().insert(Broken { sent: false });
            }
            _ => {}
        }
        response
    }
}

/// Marks a response that must not be sent: the connection ends instead.
#[derive(Clone, Copy)]
pub(super) struct Broken {
    /// Whether the request can have arrived.
    pub sent: bool,
}

/// The class of an error, which goes with its status.
fn code(status: u16) -> &'static str {
    match status {
        400 => "BadRequest",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "NotFound",
        405 => "MethodNotAllowed",
        409 => "Conflict",
        410 => "Gone",
        413 => "EntityTooLarge",
        429 => "TooManyRequests",
        503 => "ServiceUnavailable",
        504 => "Timeout",
        _ => "ServiceFailure",
    }
}

/// A request at the door: answered there, or for a resource of an application.
enum Door {
    Answered(Handled),
    Open(String, What),
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
    wire: Wire,
    has_length: bool,
    /// The input, whatever its form; nothing if it makes no sense.
    input: Value,
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
        let mishap = self.with(|world| {
            let name = world.name(&asked);
            world.faults.befall(name)
        });
        let Some(mishap) = mishap else { return self.act(asked, None).await };
        match &mishap {
            Mishap::Refused => return Reply::aborted(Delivery::Unsent),
            Mishap::Reset | Mishap::Answer { .. } => {
                let reply = Reply::ordered(&mishap).unwrap_or_else(|| Reply::aborted(Delivery::Aborted));
                let number = self.note(&asked);
                self.noted(number, reply.status, "hit by a fault".into(), None);
                return reply;
            }
            Mishap::BlackHole => {
                // What was sent into it arrives once the way is free again, if the sender still waits.
                let healed = self.lock().healed;
                self.until(|sim| sim.lock().healed > healed).await;
                return self.act(asked, Some(&mishap)).await;
            }
            _ => {}
        }
        // Whatever becomes of the connection: the request has arrived, and the server goes on with it.
        let sim = self.clone();
        let wait = if let Mishap::Delay(wait) = mishap { seconds(wait) } else { Duration::ZERO };
        let hit = mishap.clone();
        let acting = tokio::spawn(async move {
            tokio::time::sleep(wait).await;
            sim.act(asked, Some(&hit)).await
        });
        let Ok(reply) = acting.await else { return Reply::error(500, "") };
        if let Mishap::Late(wait) = mishap {
            tokio::time::sleep(seconds(wait)).await;
        }
        reply.spoilt(&mishap)
    }

    fn note(&self, asked: &Asked) -> usize {
        self.with(|world| {
            world.expire_idle();
            world.record.push(Recorded {
                method: asked.method.to_string(),
                target: asked.target(),
                body: redacted(asked),
                status: 0,
                what: "being held".into(),
                complaint: None,
                at: Instant::now(),
            });
            world.record.len() - 1
        })
    }

    fn noted(&self, number: usize, status: u16, what: String, complaint: Option<String>) {
        self.with(|world| {
            if let Some(recorded) = world.record.get_mut(number) {
                recorded.status = status;
                recorded.what = what;
                recorded.complaint = complaint;
                world.answered.push(recorded.clone());
            }
        });
    }

    async fn act(&self, asked: Asked, hit: Option<&Mishap>) -> Reply {
        let number = self.note(&asked);
        let door = self.with(|world| world.door(&asked));
        let handled = match door {
            Door::Open(application, What::Events) if asked.method == Method::GET => {
                self.events(&application, &asked).await
            }
            Door::Open(application, what) => self.with(|world| world.act(&application, what, &asked)),
            Door::Answered(handled) => handled,
        };
        let what = hit.map_or(handled.what.clone(), |hit| format!("{}, hit by {hit:?}", handled.what));
        self.noted(number, handled.reply.status, what, handled.complaint);
        for (wait, later) in self.with(|world| std::mem::take(&mut world.later)) {
            let (id, how) = match later {
                Later::Ring(id) => (id, Ended::TimedOut),
                Later::Answer(id, how) => (id, how),
            };
            self.later(wait, move |world| world.end(id, how));
        }
        handled.reply
    }

    async fn events(&self, application: &str, asked: &Asked) -> Handled {
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
        return Reply::error(413, "").into_response(Wire::Json);
    };
    let header = |name: http::HeaderName| head.headers.get(name).and_then(|value| value.to_str().ok());
    let scheme = head.uri.scheme_str().unwrap_or("http");
    let host = header(HOST).or(head.uri.host()).unwrap_or("localhost");
    let asked = Asked {
        base: format!("{scheme}://{host}"),
        token: header(AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer ")).map(str::to_owned),
        wire: Wire::wanted(&head.headers),
        input: Wire::decode(&head.headers, &body).unwrap_or_default(),
        has_length: head.headers.contains_key(CONTENT_LENGTH),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        method: head.method,
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    let wire = asked.wire;
    sim.handle(asked).await.into_response(wire)
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
    fn door(&mut self, asked: &Asked) -> Door {
        let base = &asked.base;
        match (&asked.method, asked.path.as_str()) {
            (&Method::GET, "/" | "/Autodiscover/AutodiscoverService.svc/root") => {
                let links = json!({"_links": {
                    "self": {"href": format!("{base}/Autodiscover/AutodiscoverService.svc/root")},
                    "user": {"href": format!("{base}{USER}")},
                }});
                return Door::Answered(Handled::fine(Reply::document(200, links), "discovery"));
            }
            (&Method::POST, TICKET) => return Door::Answered(self.ticket(&asked.body)),
            _ => {}
        }
        if !asked.token.as_deref().is_some_and(|token| self.takes(token)) {
            let reply = Reply::error(401, "")
                .with(WWW_AUTHENTICATE, r#"Bearer trusted_issuers="", client_id="00000004-0000-0ff1""#.into())
                .with(
                    WWW_AUTHENTICATE,
                    format!(
                        r#"MsRtcOAuth href="{base}{TICKET}",grant_type="urn:microsoft.rtc:windows,password""#
                    ),
                );
            // The first request of a session can't have a token: the challenge is how one is got.
            let complaint = asked.path != USER && asked.token.is_none();
            return Door::Answered(if complaint {
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
                Door::Answered(Handled::fine(Reply::document(200, links), "user"))
            }
            (&Method::POST, APPLICATIONS) => Door::Answered(self.create_application(asked)),
            _ => self.find(asked),
        }
    }

    /// The href that is meant: its own query may be followed by parameters of the client's.
    fn target(&self, asked: &Asked) -> Option<&(String, What)> {
        let target = asked.target();
        let ends = target.match_indices('&').rev().chain(target.match_indices('?'));
        let shorter = ends.filter_map(|(end, _)| target.get(..end));
        std::iter::once(target.as_str()).chain(shorter).find_map(|href| self.hrefs.get(href))
    }

    fn find(&self, asked: &Asked) -> Door {
        match self.target(asked).cloned() {
            None => Door::Answered(Handled::wrong(
                Reply::error(404, ""),
                "nothing",
                "this address was never given, or belongs to nobody any more",
            )),
            Some((application, what)) if self.applications.contains_key(&application) => {
                Door::Open(application, what)
            }
            Some(_) => {
                let reply = Reply::error(404, "ApplicationNotFound");
                Door::Answered(Handled::fine(reply, "an application that is gone"))
            }
        }
    }

    fn ticket(&mut self, form: &str) -> Handled {
        let form: HashMap<String, String> =
            url::form_urlencoded::parse(form.as_bytes()).into_owned().collect();
        let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
        let refused =
            |error: &str| Handled::fine(Reply::json(400, json!({ "error": error })), "web ticket refused");
        match field("grant_type") {
            "password" if field("password") == self.options.password && !field("username").is_empty() => {
                let token = self.give_token();
                let body = json!({
                    "access_token": token, "expires_in": self.options.token_lifetime.as_secs(),
                    "ms_rtc_identityscope": "local", "token_type": "Bearer",
                });
                Handled::fine(Reply::json(200, body), "web ticket")
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
        let creation = Creation::deserialize(&asked.input).ok().filter(|creation| {
            [&creation.user_agent, &creation.endpoint_id, &creation.culture]
                .iter()
                .all(|text| !text.is_empty() && text.len() <= 100)
        });
        let Some(creation) = creation else {
            let reply = Reply::error(400, "ParameterValidationFailure");
            return Handled::wrong(reply, "an application", "userAgent, endpointId and culture are required");
        };
        let known = self.applications.iter().find(|(_, known)| known.endpoint == creation.endpoint_id);
        let (status, name) = if let Some((name, _)) = known {
            (200, name.clone())
        } else {
            self.generations += 1;
            (201, self.random(12))
        };
        self.applications.entry(name.clone()).or_insert_with(|| Application::new(creation.endpoint_id));
        let resource = self.application_resource(&name);
        Handled::fine(Reply::document(status, resource), "application")
    }

    /// What a request is for, as faults name it.
    fn name(&self, asked: &Asked) -> &'static str {
        match asked.path.as_str() {
            "/" | "/Autodiscover/AutodiscoverService.svc/root" => "discovery",
            TICKET => "ticket",
            USER => "user",
            APPLICATIONS => "applications",
            _ => self.target(asked).map_or("nothing", |(_, what)| what_name(*what)),
        }
    }

    fn act(&mut self, application: &str, what: What, asked: &Asked) -> Handled {
        if let Some(known) = self.applications.get_mut(application) {
            known.heard = Instant::now();
        }
        if asked.method == Method::GET {
            return self.get(application, what);
        }
        if asked.method == Method::DELETE && what == What::Application {
            self.applications.remove(application);
            return Handled::fine(Reply::empty(204), "signing out");
        }
        if asked.method != Method::POST {
            let reply = Reply::error(405, "");
            return Handled::wrong(reply, "nothing", "this method means nothing here");
        }
        let name = what_name(what);
        if asked.body.is_empty() && !asked.has_length {
            let reply = Reply::error(411, "");
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
            _ => Handled::wrong(Reply::error(405, ""), name, "this can't be posted to"),
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
            Handled::fine(Reply::error(404, ""), name)
        } else {
            Handled::fine(Reply::document(200, resource), name)
        }
    }

    fn make_available(&mut self, application: &str, asked: &Asked) -> Handled {
        let known = self.applications.get_mut(application);
        let Some(known) = known.filter(|known| !known.available) else {
            let reply = Reply::error(409, "AlreadyExists");
            return Handled::wrong(reply, "makeMeAvailable", "it was done before");
        };
        if !asked.body.is_empty() && asked.input.is_null() {
            let reply = Reply::error(400, "DeserializationFailure");
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
            return Handled::fine(Reply::error(404, ""), format!("{name} of invitation {id}, which is over"));
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
            if asked.body.is_empty() { Ok(Decline::default()) } else { Decline::deserialize(&asked.input) };
        let known = |reason: &str| Reason::ALL.iter().any(|member| member.name() == reason);
        match body {
            Ok(Decline { reason }) if reason.as_deref().is_none_or(known) => {
                self.answer(id, "decline", Self::decline)
            }
            _ => {
                let reply = Reply::error(400, "ParameterValidationFailure");
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
        let add = Add::deserialize(&asked.input);
        let Some(add) =
            add.ok().filter(|add| (1..=50).contains(&add.operation_id.len()) && add.to.contains(':'))
        else {
            let reply = Reply::error(400, "ParameterValidationFailure");
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

fn what_name(what: What) -> &'static str {
    match what {
        What::Application => "application",
        What::Events => "events",
        What::Me => "me",
        What::MakeMeAvailable => "makeMeAvailable",
        What::ReportMyActivity => "reportMyActivity",
        What::Communication => "communication",
        What::Invitation(_) => "invitation",
        What::From(_) => "from",
        What::Accept(_) => "accept",
        What::AcceptWithPhoneAudio(_) => "acceptWithPhoneAudio",
        What::Decline(_) => "decline",
        What::Cancel(_) => "cancel",
        What::Conversation(_) => "conversation",
        What::AddParticipant(_) => "addParticipant",
        What::Participant(..) => "participant",
        What::Messaging(_) => "messaging",
        What::AddMessaging(_) => "addMessaging",
        What::SendMessage(_) => "sendMessage",
        What::StopMessaging(_) => "stopMessaging",
    }
}
