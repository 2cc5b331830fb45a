//! The authority at which users sign in by a device code (RFC 8628), with the addresses of AD FS, and refresh tokens (RFC
//! 6749, section 6), each of which is valid once.

use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;

use crate::sim::reply::Reply;
use crate::sim::request::{Handled, ParsedRequest};
use crate::sim::ucwa::state::device_codes::{Decision, DeviceCode, RefreshToken};
use crate::sim::ucwa::state::people::user::UserNumber;
use crate::sim::ucwa::state::world::World;

pub const AUTHORIZE: &str = "/adfs/oauth2/authorize";
pub const CODE: &str = "/adfs/oauth2/devicecode";
pub const TOKEN: &str = "/adfs/oauth2/token";

/// The grant type of requests for the token of a device code.
const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// The lifetime of a code.
const LIFETIME: Duration = Duration::from_secs(900);
/// The interval at which the token may be requested.
const INTERVAL: Duration = Duration::from_secs(1);
/// The letters of codes for users: no vowels and nothing that looks alike.
const LETTERS: &[u8] = b"BCDFGHJKLMNPQRSTVWXZ";

impl World {
    /// Handles a request for a device code.
    pub(super) fn issue_device_code(&mut self, request: &ParsedRequest) -> Handled {
        let form = request.form();
        let client_id = form.get("client_id").cloned().unwrap_or_default();
        if client_id.is_empty() {
            return refused("invalid_request");
        }
        let device_code = self.random(32);
        let letters: String = self
            .random(8)
            .bytes()
            .filter_map(|byte| {
                LETTERS.get(usize::from(byte) % LETTERS.len()).map(|letter| char::from(*letter))
            })
            .collect();
        let user_code =
            format!("{}-{}", letters.get(..4).unwrap_or_default(), letters.get(4..).unwrap_or_default());
        let body = json!({
            "device_code": device_code, "user_code": user_code,
            "verification_uri": format!("{}/devicelogin", request.base),
            "expires_in": LIFETIME.as_secs(), "interval": INTERVAL.as_secs(),
        });
        self.device_codes.add_code(DeviceCode {
            secret: device_code,
            user_code,
            client_id,
            expires: Instant::now() + LIFETIME,
            decision: None,
            polls: 0,
            interval: INTERVAL,
            last_poll: None,
        });
        Handled::new(Reply::json(200, body).uncached(), "device code")
    }

    /// Handles a request for a token by a device code or a refresh token.
    pub(super) fn issue_device_token(&mut self, request: &ParsedRequest) -> Handled {
        let form = request.form();
        let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
        let user = match field("grant_type") {
            GRANT => self.user_of_code(field("device_code"), field("client_id")),
            "refresh_token" => {
                let user = self.device_codes.use_refresh_token(field("refresh_token"), field("client_id"));
                user.ok_or("invalid_grant")
            }
            _ => Err("unsupported_grant_type"),
        };
        match user {
            Ok(user) => self.grant_device_token(user, field("client_id"), request),
            Err(error) => refused(error),
        }
    }

    /// Returns the user who has approved a code.
    fn user_of_code(&mut self, device_code: &str, client_id: &str) -> Result<UserNumber, &'static str> {
        let approves_after = self.options.device_login.filter(|polls| *polls > 0);
        let now = Instant::now();
        let code = self.device_codes.code(device_code).ok_or("invalid_grant")?;
        if code.client_id != client_id {
            return Err("invalid_grant");
        }
        if now > code.expires {
            return Err("expired_token");
        }
        let is_too_fast = code.last_poll.is_some_and(|last| now < last + code.interval);
        code.last_poll = Some(now);
        if is_too_fast {
            code.interval += Duration::from_secs(5);
            return Err("slow_down");
        }
        code.polls += 1;
        if approves_after.is_some_and(|polls| code.polls >= polls) && code.decision.is_none() {
            code.decision = Some(Decision::Approved(0));
        }
        match code.decision {
            None => Err("authorization_pending"),
            Some(Decision::Denied) => Err("access_denied"),
            Some(Decision::Approved(user)) => {
                self.device_codes.remove_code(device_code);
                Ok(user)
            }
        }
    }

    fn grant_device_token(&mut self, user: UserNumber, client_id: &str, request: &ParsedRequest) -> Handled {
        let token = format!("eyJ0eXAi{}", self.random(24));
        self.tickets.issue(token.clone(), user, &request.base, self.options.token_lifetime);
        let refresh_token = self.random(32);
        let kept = RefreshToken { token: refresh_token.clone(), user, client_id: client_id.to_owned() };
        self.device_codes.add_refresh_token(kept);
        let body = json!({
            "access_token": token, "token_type": "Bearer", "refresh_token": refresh_token,
            "expires_in": self.options.token_lifetime.as_secs(),
        });
        Handled::new(Reply::json(200, body).uncached(), "token of the authority")
    }
}

fn refused(error: &'static str) -> Handled {
    let reply = Reply::json(400, json!({ "error": error })).uncached();
    Handled::new(
        reply,
        if error == "authorization_pending" { "token not approved yet" } else { "token refused" },
    )
}
