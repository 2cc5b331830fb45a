use super::{CallbackUri, Destination, Reason, Rejection};

/// The user's answer to an invitation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Decision {
    /// Accept the invitation here (`accept`).
    Accept,
    /// Accept the invitation on the user's phone (`acceptWithPhoneAudio`).
    AcceptWithPhone,
    /// Decline the invitation (`decline`).
    Decline(Reason),
    /// Cancel an outgoing invitation (`cancel`).
    Cancel,
    /// Reject a call to a bot (`call: reject` in Microsoft Graph).
    Reject {
        /// The reason that the caller is given.
        reason: Rejection,
        /// The address for further notifications about the call; `None` for the bot's registered address.
        callback: Option<CallbackUri>,
    },
    /// Redirect a call to a bot (`call: redirect` in Microsoft Graph).
    Redirect(Destination),
}

impl Decision {
    /// Returns the name of the decision in the history.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::AcceptWithPhone => "accept-with-phone",
            Self::Decline(_) => "decline",
            Self::Cancel => "cancel",
            Self::Reject { .. } => "reject",
            Self::Redirect(_) => "redirect",
        }
    }
}
