use serde::{Deserialize, Serialize};

/// The reason for declining an incoming UCWA invitation: the members of `CallDeclineReason`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Reason {
    /// Declined on this device only; the user's other devices keep ringing.
    #[default]
    Local,
    /// Declined on all devices of the user.
    Global,
    /// No reason is given.
    Unknown,
    /// The media could not be allocated.
    MediaAllocationFailure,
    /// The encryption settings of the two sides are incompatible.
    EncryptionMismatch,
    /// The call requires `IPv6`, which is not supported.
    IPv6NotSupported,
    /// The two sides have no media path.
    MediaConnectivityFailure,
    /// The two sides have no codec in common.
    CodecMismatch,
    /// The kind of media is not supported.
    UnsupportedMedia,
    /// The media offer is invalid.
    InvalidMediaOffer,
    /// The bandwidth is insufficient.
    InsufficientBandwidth,
    /// The bandwidth is insufficient, so the caller should use the telephone network.
    InsufficientBandwidthRerouteOverPstn,
}

impl Reason {
    /// All reasons in the order in which the user is offered them: the everyday ones first.
    pub const ALL: [Self; 12] = [
        Self::Local,
        Self::Global,
        Self::Unknown,
        Self::MediaAllocationFailure,
        Self::EncryptionMismatch,
        Self::IPv6NotSupported,
        Self::MediaConnectivityFailure,
        Self::CodecMismatch,
        Self::UnsupportedMedia,
        Self::InvalidMediaOffer,
        Self::InsufficientBandwidth,
        Self::InsufficientBandwidthRerouteOverPstn,
    ];

    /// Returns the name of the member in requests and in the configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Local => "Local",
            Self::Global => "Global",
            Self::Unknown => "Unknown",
            Self::MediaAllocationFailure => "MediaAllocationFailure",
            Self::EncryptionMismatch => "EncryptionMismatch",
            Self::IPv6NotSupported => "IPv6NotSupported",
            Self::MediaConnectivityFailure => "MediaConnectivityFailure",
            Self::CodecMismatch => "CodecMismatch",
            Self::UnsupportedMedia => "UnsupportedMedia",
            Self::InvalidMediaOffer => "InvalidMediaOffer",
            Self::InsufficientBandwidth => "InsufficientBandwidth",
            Self::InsufficientBandwidthRerouteOverPstn => "InsufficientBandwidthRerouteOverPstn",
        }
    }

    /// Returns a line that explains to the user what the reason does.
    #[must_use]
    pub fn explanation(self) -> &'static str {
        match self {
            Self::Local => "here only: your other devices keep ringing",
            Self::Global => "everywhere: stops ringing on all your devices",
            Self::Unknown => "no reason given",
            Self::MediaAllocationFailure => "no audio or video could be set up here",
            Self::EncryptionMismatch => "encryption settings of the two sides differ",
            Self::IPv6NotSupported => "the call needs IPv6, which is missing here",
            Self::MediaConnectivityFailure => "no media path to the caller",
            Self::CodecMismatch => "no codec in common with the caller",
            Self::UnsupportedMedia => "this kind of media can't be played here",
            Self::InvalidMediaOffer => "the caller's media offer is broken",
            Self::InsufficientBandwidth => "the network is too slow for the call",
            Self::InsufficientBandwidthRerouteOverPstn => "network too slow: the caller should phone",
        }
    }

    /// Returns the name for users: words for the everyday reasons, and the name of the member for the technical ones.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Local => "Here only",
            Self::Global => "Everywhere",
            Self::Unknown => "No reason",
            technical => technical.name(),
        }
    }

    /// Returns whether the reason is a technical one, which says what is wrong with the media of a call.
    #[must_use]
    pub fn is_technical(self) -> bool {
        !matches!(self, Self::Local | Self::Global | Self::Unknown)
    }

    /// Returns what the reason does beyond its [`label`](Self::label), as a line for the user.
    #[must_use]
    pub fn effect(self) -> &'static str {
        match self {
            Self::Local => "your other devices keep ringing",
            Self::Global => "all your devices stop ringing",
            Self::Unknown => "the caller is told nothing more",
            technical => technical.explanation(),
        }
    }

    /// Returns what happens to the user's other devices, where [`effect`](Self::effect) does not say it. The protocol
    /// defines that for `Local` and `Global` only.
    #[must_use]
    pub fn on_other_devices(self) -> Option<&'static str> {
        match self {
            Self::Local | Self::Global => None,
            _ => Some("other devices: up to the server"),
        }
    }

    /// Returns the member with a name, which is compared without regard to case.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name().eq_ignore_ascii_case(name))
    }
}
