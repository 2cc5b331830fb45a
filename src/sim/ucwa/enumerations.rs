//! The enumerations of the reference whose members a client may send.

use super::input::Enumeration;

pub(super) const PREFERRED_AVAILABILITY: Enumeration = Enumeration {
    name: "PreferredAvailability",
    members: &["Online", "Busy", "DoNotDisturb", "BeRightBack", "Away", "Offwork"],
};
pub(super) const AUDIO_PREFERENCE: Enumeration =
    Enumeration { name: "AudioPreference", members: &["PhoneAudio", "VoipAudio"] };
pub(super) const MESSAGE_FORMAT: Enumeration =
    Enumeration { name: "MessageFormat", members: &["Plain", "Html"] };
pub(super) const MODALITY_TYPE: Enumeration = Enumeration {
    name: "ModalityType",
    members: &[
        "Audio",
        "Video",
        "PhoneAudio",
        "ApplicationSharing",
        "Messaging",
        "DataCollaboration",
        "PanoramicVideo",
    ],
};
pub(super) const CALL_DECLINE_REASON: Enumeration = Enumeration {
    name: "CallDeclineReason",
    members: &[
        "Unknown",
        "Local",
        "Global",
        "MediaAllocationFailure",
        "EncryptionMismatch",
        "IPv6NotSupported",
        "MediaConnectivityFailure",
        "CodecMismatch",
        "UnsupportedMedia",
        "InvalidMediaOffer",
        "InsufficientBandwidth",
        "InsufficientBandwidthRerouteOverPstn",
    ],
};
pub(super) const ACTIVE_PERIOD: Enumeration =
    Enumeration { name: "ActivePeriod", members: &["Always", "Workhours"] };
pub(super) const CALL_FORWARDING_STATE: Enumeration =
    Enumeration { name: "CallForwardingState", members: &["None", "ImmediateForward", "SimultaneousRing"] };
pub(super) const UNANSWERED_CALL_HANDLING: Enumeration =
    Enumeration { name: "UnansweredCallHandling", members: &["Enabled", "Disabled"] };
pub(super) const CLIENT_NETWORK_TYPE: Enumeration =
    Enumeration { name: "ClientNetworkType", members: &["External", "Internal"] };
pub(super) const IMPORTANCE: Enumeration =
    Enumeration { name: "Importance", members: &["Normal", "Urgent", "Emergency"] };
