//! The words and signs of presences.

use super::fit::width;
use crate::app::{Account, OwnPresence, Settings};
use crate::invitation::{Availability, Presence};

/// Returns the sign of an availability, which differs in shape and not in colour alone.
pub(super) fn sign(availability: Availability) -> &'static str {
    match availability {
        Availability::Online => "◉",
        Availability::IdleOnline => "◎",
        Availability::Busy | Availability::IdleBusy => "■",
        Availability::DoNotDisturb => "⊖",
        Availability::BeRightBack => "◔",
        Availability::Away => "◑",
        Availability::Offline => "○",
    }
}

/// Returns a presence in words, after its sign; `None` if nothing is known of it.
pub(super) fn signed(presence: &Presence) -> Option<String> {
    let words = presence.words();
    let sign = presence.availability.map(|availability| format!("{} ", sign(availability)));
    (!words.is_empty()).then(|| format!("{}{words}", sign.unwrap_or_default()))
}

/// Returns the presence of an online account's user, from the longest variant to the shortest, which is only a
/// sign or empty; no variant if it is not known.
pub(super) fn own(account: &Account, settings: &Settings) -> Vec<String> {
    let OwnPresence::Known(presence) = &account.presence else { return Vec::new() };
    let Some(whole) = signed(presence).filter(|_| account.status.is_online()) else { return Vec::new() };
    let mut variants = Vec::new();
    if presence.is_do_not_disturb() && settings.bell {
        variants.push(format!("{whole}, bell off"));
    }
    variants.push(whole);
    if let Some(availability) = presence.availability {
        variants.push(format!("{} {}", sign(availability), availability.words()));
    }
    variants.push(presence.availability.map_or("", sign).to_owned());
    variants
}

/// Returns the variants that have words.
pub(super) fn worded(variants: &[String]) -> &[String] {
    variants.split_last().map_or(&[], |(_, worded)| worded)
}

/// Returns the longest variant that fits.
pub(super) fn fitting(variants: &[String], room: usize) -> Option<&str> {
    variants.iter().find(|variant| !variant.is_empty() && width(variant) <= room).map(String::as_str)
}
