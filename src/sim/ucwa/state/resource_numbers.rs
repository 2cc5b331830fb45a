//! The numbers by which resources are told apart.

/// The number of a contact: the position at which it was first linked to.
pub type ContactNumber = usize;

/// The number of a presence subscription.
pub type SubscriptionNumber = u32;

/// The number of a conversation log: the same one is never given again.
pub type LogNumber = u32;
