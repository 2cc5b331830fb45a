use crate::sim::fault::FaultKind;

/// The effect of a fault on a notification. Durations are in seconds.
pub enum NotificationFault {
    /// The connection fails.
    Undelivered,
    /// Something on the way answers with this status.
    Answered(u16),
    /// The notification arrives once all faults are removed.
    Held,
    /// The notification arrives after this time.
    Delayed(f64),
    /// The notification arrives; the reply is lost.
    ReplyLost,
    /// The notification arrives; the reply comes after this time.
    ReplyLate(f64),
    /// The notification arrives twice.
    Twice,
}

impl NotificationFault {
    /// Returns the effect of a fault; `None` for one that does not concern notifications.
    pub fn of(fault: &FaultKind) -> Option<Self> {
        match fault {
            FaultKind::Refused | FaultKind::Reset => Some(Self::Undelivered),
            FaultKind::Answer { status, .. } => Some(Self::Answered(*status)),
            FaultKind::BlackHole => Some(Self::Held),
            FaultKind::Delay(wait) => Some(Self::Delayed(*wait)),
            FaultKind::LostReply => Some(Self::ReplyLost),
            FaultKind::Late(wait) => Some(Self::ReplyLate(*wait)),
            FaultKind::Twice => Some(Self::Twice),
            // The order of notifications is that of their queue.
            FaultKind::Reversed
            // The rest would be faults of the bot's reply, of which only the status matters, or of events.
            | FaultKind::Cut(_)
            | FaultKind::Short(_)
            | FaultKind::Trickle(_)
            | FaultKind::Garbage { .. }
            | FaultKind::Noise
            | FaultKind::Empty
            | FaultKind::Repeated
            | FaultKind::Strange
            | FaultKind::OnlyEnds
            | FaultKind::Links(_)
            | FaultKind::Huge(_)
            | FaultKind::Bomb(_) => None,
        }
    }
}
