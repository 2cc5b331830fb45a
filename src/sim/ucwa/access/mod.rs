//! The requests that need no application: discovery, the web ticket service, the challenge for a token, and
//! the creation of an application.

mod device;
#[cfg(test)]
mod tests;
mod xframe;

use http::header::WWW_AUTHENTICATE;
use http::{HeaderName, Method};
use serde_json::json;

use crate::sim::broken_rule::BrokenRule;
use crate::sim::reply::Reply;
use crate::sim::request::{Handled, ParsedRequest};
use crate::sim::ucwa::state::application::registration::Registration;
use crate::sim::ucwa::state::options::TicketGrant;
use crate::sim::ucwa::state::people::user::UserNumber;
use crate::sim::ucwa::state::resource::Resource;
use crate::sim::ucwa::state::talk::invitation::InvitationNumber;
use crate::sim::ucwa::state::world::World;

/// A request that has passed the access check.
pub enum Access {
    /// The request has been answered.
    Answered(Handled),
    /// The request is for a resource of the application of that name.
    Granted(String, Resource),
}

const DIAGNOSTICS: HeaderName = HeaderName::from_static("x-ms-diagnostics");

/// The body of a 401.
const UNAUTHORIZED: &str = "<!DOCTYPE html><html><head><title>401 Unauthorized</title></head>\
                            <body><h1>401 Unauthorized</h1></body></html>";
const DISCOVERY: &str = "/Autodiscover/AutodiscoverService.svc/root";
const USER: &str = "/Autodiscover/AutodiscoverService.svc/root/oauth/user";
const TICKET: &str = "/WebTicket/oauthtoken";
const APPLICATIONS: &str = "/ucwa/oauth/v1/applications";

impl World {
    /// Answers a request, or returns the resource that it is for.
    pub fn access(&mut self, request: &ParsedRequest) -> Access {
        match (&request.method, request.path.as_str()) {
            (&Method::GET, "/" | DISCOVERY) => return Access::Answered(self.discovery(&request.base)),
            (&Method::GET, xframe::PATH) => {
                let page = Reply::raw(200, "text/html", xframe::PAGE.into());
                return Access::Answered(Handled::new(page, "xframe"));
            }
            (&Method::POST, TICKET) => return Access::Answered(self.issue_ticket(request)),
            (&Method::POST, device::CODE) if self.options.device_login.is_some() => {
                return Access::Answered(self.issue_device_code(request));
            }
            (&Method::POST, device::TOKEN) if self.options.device_login.is_some() => {
                return Access::Answered(self.issue_device_token(request));
            }
            _ => {}
        }
        let user = match self.authenticate(request) {
            Ok(user) => user,
            Err(refusal) => return Access::Answered(*refusal),
        };
        match (&request.method, request.path.as_str()) {
            (&Method::GET, USER) => Access::Answered(self.user(&request.base)),
            (&Method::POST, APPLICATIONS) => Access::Answered(self.post_application(user, request)),
            (&Method::OPTIONS, APPLICATIONS) => {
                let document = Registration::metadata();
                Access::Answered(Handled::new(Reply::document(200, document), "metadata of applications"))
            }
            _ => self.find(user, request),
        }
    }

    /// Returns the name of the request for faults, and the invitation to which it belongs.
    pub fn fault_target(&self, request: &ParsedRequest) -> (&'static str, Option<InvitationNumber>) {
        match request.path.as_str() {
            "/" | DISCOVERY => ("discovery", None),
            TICKET => ("ticket", None),
            device::CODE => ("deviceCode", None),
            device::TOKEN => ("deviceToken", None),
            USER => ("user", None),
            APPLICATIONS => ("applications", None),
            xframe::PATH => ("xframe", None),
            _ => match self.resource_of(request) {
                Some((_, resource)) => (resource.rel(), resource.invitation()),
                None => ("nothing", None),
            },
        }
    }

    fn discovery(&self, base: &str) -> Handled {
        if let Some(redirect) = redirect(self.options.redirect_to.as_deref(), base) {
            return Handled::new(redirect, "redirected discovery");
        }
        let links = json!({"_links": {
            "self": {"href": format!("{base}{DISCOVERY}")},
            "user": {"href": format!("{base}{USER}")},
            "xframe": {"href": format!("{base}{}", xframe::PATH)},
        }});
        Handled::new(Reply::document(200, links), "discovery")
    }

    fn user(&self, base: &str) -> Handled {
        if let Some(redirect) = redirect(self.options.homed_at.as_deref(), base) {
            return Handled::new(redirect, "redirected user");
        }
        let links = json!({"_links": {
            "self": {"href": format!("{base}{USER}")},
            "applications": {"href": format!("{base}{APPLICATIONS}")},
            "xframe": {"href": format!("{base}{}", xframe::PATH)},
        }});
        Handled::new(Reply::document(200, links), "user")
    }

    /// Returns the user to whom the token of a request was issued.
    ///
    /// # Errors
    /// Returns the refusal if the token is missing, invalid, or of another pool.
    fn authenticate(&self, request: &ParsedRequest) -> Result<UserNumber, Box<Handled>> {
        let base = &request.base;
        let token = request.token.as_deref();
        if token.is_some_and(|token| self.tickets.is_of_other_pool(token, base)) {
            let why = r#"28032;source="simulated";reason="The web ticket is invalid.""#;
            let reply = Reply::error(500, "").with(DIAGNOSTICS, why.into());
            return Err(Box::new(Handled::new(reply, "web ticket of another pool")));
        }
        if let Some(user) = token.and_then(|token| self.tickets.user_of(token)) {
            return Ok(user);
        }
        // The body is that of the web server, which refuses the request before the service sees it.
        let reply = Reply::raw(401, "text/html", UNAUTHORIZED.into())
            .with(WWW_AUTHENTICATE, self.bearer_challenge(base))
            .with(
                WWW_AUTHENTICATE,
                format!(
                    r#"MsRtcOAuth href="{base}{TICKET}",grant_type="{}""#,
                    self.options.ticket_grant.name()
                ),
            );
        // The first request of a session has no token yet: the challenge tells where to get one.
        Err(Box::new(if request.path != USER && token.is_none() {
            let broken = BrokenRule::new(self.fault_target(request).0, "there was no token");
            Handled::breaking_rule(reply, "request without a token", broken)
        } else {
            Handled::new(reply, "challenge")
        }))
    }

    /// Returns the challenge for a token of the authority, if there is one. The id is that of the server, not of a client.
    fn bearer_challenge(&self, base: &str) -> String {
        let authority = self
            .options
            .device_login
            .map(|_| format!(r#", authorization_uri="{base}{}""#, device::AUTHORIZE));
        format!(
            r#"Bearer trusted_issuers="", client_id="00000004-0000-0ff1"{}"#,
            authority.unwrap_or_default()
        )
    }

    fn find(&self, user: UserNumber, request: &ParsedRequest) -> Access {
        if let Some((application, resource)) = self.resource_of(request) {
            if self.applications.get(application).is_some_and(|known| known.user == user) {
                return Access::Granted(application.clone(), *resource);
            }
            let broken = BrokenRule::new(resource.rel(), "the application belongs to another user");
            return Access::Answered(Handled::breaking_rule(Reply::error(403, ""), resource.rel(), broken));
        }
        let name = request.path.strip_prefix(APPLICATIONS).and_then(|rest| rest.split('/').nth(1));
        Access::Answered(if name.is_some_and(|name| self.ended_applications.contains(&name.to_owned())) {
            Handled::new(Reply::error(404, "ApplicationNotFound"), "application that has ended")
        } else {
            let rule = "this href was never given, or is no longer known";
            let last = request.path.rsplit('/').find(|part| !part.is_empty()).unwrap_or_default();
            let broken = BrokenRule::new(last, rule);
            Handled::breaking_rule(Reply::error(404, ""), "unknown resource", broken)
        })
    }

    /// Handles a request for a token by a password.
    fn issue_ticket(&mut self, request: &ParsedRequest) -> Handled {
        let form = request.form();
        let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
        let source = request.base.split("://").nth(1).unwrap_or_default();
        let refused = |error: &str, number: u32, reason: &str| {
            let diagnostics = format!(r#"{number};source="{source}";reason="{reason}""#);
            let reply = Reply::json(400, json!({ "error": error })).uncached().with(DIAGNOSTICS, diagnostics);
            Handled::new(reply, "web ticket refused")
        };
        match field("grant_type") {
            "password" if self.options.ticket_grant != TicketGrant::Password => {
                refused("unsupported_grant_type", 28029, "Authentication type not allowed.")
            }
            "password" if field("username").is_empty() || field("password").is_empty() => {
                refused("invalid_request", 28020, "No valid security token.")
            }
            "password" if field("password") == self.options.password => {
                let Some(user) = self.user_named(field("username")) else {
                    return refused("invalid_grant", 28020, "No valid security token.");
                };
                let token = format!("cwt=AAEB{}", self.random(24));
                self.tickets.issue(token.clone(), user, &request.base, self.options.token_lifetime);
                let body = json!({
                    "access_token": token, "expires_in": self.options.token_lifetime.as_secs(),
                    "ms_rtc_identityscope": "local", "token_type": "Bearer",
                });
                Handled::new(Reply::json(200, body).uncached(), "web ticket")
            }
            "password" => refused("invalid_grant", 28020, "No valid security token."),
            "" => refused("invalid_request", 28020, "No valid security token."),
            _ => refused("unsupported_grant_type", 28029, "Authentication type not allowed."),
        }
    }

    /// Returns the user who signs in by a name; a server of a single user accepts every name.
    fn user_named(&self, username: &str) -> Option<UserNumber> {
        let named = self.users.iter().position(|user| user.is_named(username));
        named.or_else(|| (self.users.len() == 1 && !username.is_empty()).then_some(0))
    }

    /// Handles a request to create an application, or to find the one of the same `endpointId`.
    fn post_application(&mut self, user: UserNumber, request: &ParsedRequest) -> Handled {
        let registration = match Registration::read(request) {
            Ok(registration) => registration,
            Err(refusal) => return refusal,
        };
        let (name, is_new) = self.create_application(user, registration.endpoint_id.clone());
        if let Some(known) = self.applications.get_mut(&name) {
            known.registration = registration;
        }
        let document = self.application_document(&name);
        Handled::new(Reply::document(if is_new { 201 } else { 200 }, document), "new application")
    }
}

/// Returns a document that only links to `href`, unless that is at the origin `base` itself.
fn redirect(href: Option<&str>, base: &str) -> Option<Reply> {
    let href = href?;
    let is_here = url::Url::parse(href).is_ok_and(|url| url.origin().ascii_serialization() == base);
    (!is_here).then(|| Reply::document(200, json!({"_links": {"redirect": {"href": href}}})))
}
