//! The numbers by which resources are told apart.

/// The number of a contact: the position at which it was first linked to.
pub(super) type ContactNumber = usize;

/// The number of a presence subscription.
pub(super) type SubscriptionNumber = u32;

/// The number of a conversation log: its position in the user's history.
pub(super) type LogNumber = usize;
