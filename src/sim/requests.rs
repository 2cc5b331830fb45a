//! What each request means to the server: who may, what it does, what is said.
#![expect(clippy::indexing_slicing, reason = "assigning to a key of a JSON object adds it")]

use std::collections::HashMap;

use http::header::{LOCATION, WWW_AUTHENTICATE};
use http::{HeaderName, Method};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::channel::Application;
use super::graph::Route;
use super::reply::Reply;
use super::wire::Wire;
use super::world::{Kind, Person, SimId, What, World};
use crate::invitation::Reason;

/// A request at the door: answered there, or for a resource of an application.
pub(super) enum Door {
    Answered(Handled),
    Open(String, What),
}

/// What came of a request, for the record.
pub(super) struct Handled {
    pub reply: Reply,
    pub what: String,
    pub complaint: Option<String>,
}

impl Handled {
    pub fn fine(reply: Reply, what: impl Into<String>) -> Self {
        Self { reply, what: what.into(), complaint: None }
    }

    pub fn wrong(reply: Reply, what: impl Into<String>, complaint: &str) -> Self {
        Self { reply, what: what.into(), complaint: Some(complaint.to_owned()) }
    }
}

/// A request as the server understands it.
pub(super) struct Asked {
    pub method: Method,
    pub path: String,
    pub query: String,
    pub base: String,
    pub token: Option<String>,
    pub wire: Wire,
    pub has_length: bool,
    pub headers: http::HeaderMap,
    /// When it came, whatever kept it from being looked at.
    pub arrived: Instant,
    /// The input, whatever its form; nothing if it makes no sense.
    pub input: Value,
    pub body: String,
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub fn target(&self) -> String {
        if self.query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, self.query) }
    }

    pub fn parameters(&self) -> HashMap<String, String> {
        url::form_urlencoded::parse(self.query.as_bytes()).into_owned().collect()
    }
}

const DIAGNOSTICS: HeaderName = HeaderName::from_static("x-ms-diagnostics");

const TICKET: &str = "/WebTicket/oauthtoken";
const USER: &str = "/Autodiscover/AutodiscoverService.svc/root/oauth/user";
const APPLICATIONS: &str = "/ucwa/oauth/v1/applications";

impl World {
    /// What everybody can ask for; else which href of which application is route.
    pub fn door(&mut self, asked: &Asked) -> Door {
        let base = &asked.base;
        match (&asked.method, asked.path.as_str()) {
            (&Method::GET, "/" | "/Autodiscover/AutodiscoverService.svc/root") => {
                if let Some(elsewhere) = elsewhere(self.options.redirect_to.as_deref(), base) {
                    return Door::Answered(Handled::fine(elsewhere, "redirected discovery"));
                }
                let links = json!({"_links": {
                    "self": {"href": format!("{base}/Autodiscover/AutodiscoverService.svc/root")},
                    "user": {"href": format!("{base}{USER}")},
                }});
                return Door::Answered(Handled::fine(Reply::document(200, links), "discovery"));
            }
            (&Method::POST, TICKET) => return Door::Answered(self.ticket(asked)),
            _ => {}
        }
        if asked.token.as_deref().is_some_and(|token| self.is_of_another_pool(token, base)) {
            let why = r#"28032;source="simulated";reason="The web ticket is invalid.""#;
            let reply = Reply::error(500, "").with(DIAGNOSTICS, why.into());
            return Door::Answered(Handled::fine(reply, "a web ticket of another pool"));
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
                if let Some(elsewhere) = elsewhere(self.options.homed_at.as_deref(), base) {
                    return Door::Answered(Handled::fine(elsewhere, "redirected user"));
                }
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

    /// The href that is route: its own query may be followed by parameters of the client's.
    fn target(&self, asked: &Asked) -> Option<&(String, What)> {
        let target = asked.target();
        let ends = target.match_indices('&').rev().chain(target.match_indices('?'));
        let shorter = ends.filter_map(|(end, _)| target.get(..end));
        std::iter::once(target.as_str()).chain(shorter).find_map(|href| self.hrefs.get(href))
    }

    fn find(&self, asked: &Asked) -> Door {
        let of = asked.path.strip_prefix(APPLICATIONS).and_then(|rest| rest.split('/').nth(1));
        match self.target(asked).cloned() {
            None if of.is_some_and(|application| self.gone.get(application).is_some()) => {
                let reply = Reply::error(404, "ApplicationNotFound");
                Door::Answered(Handled::fine(reply, "an application that is gone"))
            }
            None => Door::Answered(Handled::wrong(
                Reply::error(404, ""),
                "nothing",
                "this address was never given, or belongs to nobody any more",
            )),
            Some((application, what)) => Door::Open(application, what),
        }
    }

    fn ticket(&mut self, asked: &Asked) -> Handled {
        let form: HashMap<String, String> =
            url::form_urlencoded::parse(asked.body.as_bytes()).into_owned().collect();
        let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
        let refused =
            |error: &str| Handled::fine(Reply::json(400, json!({ "error": error })), "web ticket refused");
        match field("grant_type") {
            "password" if field("password") == self.options.password && !field("username").is_empty() => {
                let token = self.give_token(&asked.base);
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

    /// What a request is for, as faults name it, and the invitation to which that belongs.
    pub fn name(&self, asked: &Asked) -> (&'static str, Option<SimId>) {
        if let Some(route) = Route::of(asked) {
            return (route.name(), None);
        }
        let name = match asked.path.as_str() {
            "/" | "/Autodiscover/AutodiscoverService.svc/root" => "discovery",
            TICKET => "ticket",
            USER => "user",
            APPLICATIONS => "applications",
            _ => {
                return self
                    .target(asked)
                    .map_or(("nothing", None), |(_, what)| (what_name(*what), what.invitation()));
            }
        };
        (name, None)
    }

    pub fn act(&mut self, application: &str, what: What, asked: &Asked) -> Handled {
        if let Some(known) = self.applications.get_mut(application) {
            known.heard = Instant::now();
        }
        if asked.method == Method::GET {
            return self.get(application, what);
        }
        if asked.method == Method::DELETE && what == What::Application {
            self.end_application(application);
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
                self.stop_messaging(number);
                Handled::fine(Reply::empty(204), name)
            }
            _ => Handled::wrong(Reply::error(405, ""), name, "this can't be posted to"),
        }
    }

    fn get(&mut self, application: &str, what: What) -> Handled {
        let resource = match what {
            What::Application => self.application_resource(application),
            What::Invitation(id) => self.invitation_resource(application, id),
            What::From(_) => {
                let mut from = self.participant_resource(application, what);
                // Embedded it is a participant; asked for, it says which one.
                if from.is_object() {
                    from["rel"] = "from".into();
                }
                from
            }
            What::Participant(..) | What::LocalParticipant(_) => self.participant_resource(application, what),
            What::Contact(..) => self.contact_resource(application, what),
            What::Conversation(number) => self.conversation_resource(application, number),
            What::Messaging(number) => self.messaging_resource(application, number),
            What::Me => self.application_resource(application)["_embedded"]["me"].take(),
            _ => Value::Null,
        };
        let name = match what {
            What::Contact(number, rel) => {
                let who = self.contacts.of(number).map(Person::known_as).unwrap_or_default();
                format!("Contact {who} as {rel}")
            }
            what => format!("{what:?}"),
        };
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
        // Who comes online late is told of what rings already, and by nothing since when.
        let pending: Vec<SimId> = self.pending.keys().copied().collect();
        for id in pending {
            self.tell_invitation_to(application, id, "started");
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

/// A document that only leads to that address, for everybody who is not there yet.
fn elsewhere(address: Option<&str>, base: &str) -> Option<Reply> {
    let address = address?;
    let there = url::Url::parse(address).is_ok_and(|url| url.origin().ascii_serialization() == base);
    (!there).then(|| Reply::document(200, json!({"_links": {"redirect": {"href": address}}})))
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
        What::LocalParticipant(_) => "localParticipant",
        What::Contact(_, rel) => rel,
        What::Messaging(_) => "messaging",
        What::AddMessaging(_) => "addMessaging",
        What::SendMessage(_) => "sendMessage",
        What::StopMessaging(_) => "stopMessaging",
        What::TypingParticipants(_) => "typingParticipants",
    }
}
