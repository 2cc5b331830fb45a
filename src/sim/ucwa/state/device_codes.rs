use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use crate::sim::ucwa::state::people::user::UserNumber;

/// The decision of a user about a device code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    Approved(UserNumber),
    Denied,
}

/// A device code (RFC 8628) that was issued.
#[derive(Clone, Debug)]
pub struct DeviceCode {
    /// The `device_code`, by which the client requests the token.
    pub secret: String,
    pub user_code: String,
    pub client_id: String,
    pub expires: Instant,
    pub decision: Option<Decision>,
    /// The number of requests for its token.
    pub polls: u32,
    /// The interval at which the token may be requested; a faster client is told to slow down.
    pub interval: Duration,
    pub last_poll: Option<Instant>,
}

/// A refresh token, which is valid once.
#[derive(Clone, Debug)]
pub struct RefreshToken {
    pub token: String,
    pub user: UserNumber,
    pub client_id: String,
}

/// The latest device codes and refresh tokens of the authority.
pub struct DeviceCodes {
    kept: usize,
    codes: VecDeque<DeviceCode>,
    refresh_tokens: VecDeque<RefreshToken>,
}

impl DeviceCodes {
    /// Creates an authority that remembers the latest `kept` codes and tokens.
    pub fn new(kept: usize) -> Self {
        Self { kept: kept.max(1), codes: VecDeque::new(), refresh_tokens: VecDeque::new() }
    }

    pub fn add_code(&mut self, code: DeviceCode) {
        if self.codes.len() >= self.kept {
            self.codes.pop_front();
        }
        self.codes.push_back(code);
    }

    pub fn code(&mut self, device_code: &str) -> Option<&mut DeviceCode> {
        self.codes.iter_mut().find(|code| code.secret == device_code)
    }

    pub fn remove_code(&mut self, device_code: &str) {
        self.codes.retain(|code| code.secret != device_code);
    }

    pub fn add_refresh_token(&mut self, token: RefreshToken) {
        if self.refresh_tokens.len() >= self.kept {
            self.refresh_tokens.pop_front();
        }
        self.refresh_tokens.push_back(token);
    }

    /// Uses up a refresh token and returns its user, if it is valid for a client.
    pub fn use_refresh_token(&mut self, token: &str, client_id: &str) -> Option<UserNumber> {
        let position = self
            .refresh_tokens
            .iter()
            .position(|known| known.token == token && known.client_id == client_id)?;
        self.refresh_tokens.remove(position).map(|token| token.user)
    }

    /// Notes what a user has decided about a code, or about the last one.
    ///
    /// # Errors
    /// Returns an error in words if there is no such code.
    pub fn decide(&mut self, user_code: Option<&str>, decision: Decision) -> Result<(), String> {
        let mut codes = self.codes.iter_mut().rev();
        let code =
            codes.find(|code| user_code.is_none_or(|wanted| code.user_code.eq_ignore_ascii_case(wanted)));
        code.ok_or("there is no such code")?.decision = Some(decision);
        Ok(())
    }
}
