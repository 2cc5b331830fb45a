use serde::{Deserialize, Serialize};

/// Why an incoming UCWA invitation is declined: the members of `CallDeclineReason`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Reason {
    /// Only here; the user's other devices keep ringing.
    #[default]
    Local,
    /// On behalf of the user, on all devices.
    Global,
    /// No reason given.
    Unknown,
    /// No media could be set up.
    MediaAllocationFailure,
    /// The two sides' encryption settings don't meet.
    EncryptionMismatch,
    /// `IPv6` is asked for and not there.
    IPv6NotSupported,
    /// No media path between the two sides.
    MediaConnectivityFailure,
    /// No codec in common.
    CodecMismatch,
    /// A kind of media that is not offered here.
    UnsupportedMedia,
    /// The media offer makes no sense.
    InvalidMediaOffer,
    /// Not enough bandwidth.
    InsufficientBandwidth,
    /// Not enough bandwidth; asks for the phone network instead.
    InsufficientBandwidthRerouteOverPstn,
}

impl Reason {
    /// All twelve, in the order in which they are offered: the two that a person means first.
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

    /// The member's name on the wire and in the configuration.
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

    /// One line that tells a person what choosing it does.
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
            Self::InsufficientBandwidthRerouteOverPstn => "network too slow: ask the caller to use the phone",
        }
    }

    /// The member of that name, whatever its case.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name().eq_ignore_ascii_case(name))
    }
}
