//! The faults of a batch of events.

use serde_json::Value;

use super::fault::FaultKind;

/// Applies a fault to a batch of events; a kind that does not concern events leaves it as it is.
pub(super) fn distort_events(kind: &FaultKind, batch: &mut Value) {
    match kind {
        FaultKind::Twice => change_senders(batch, |senders| senders.extend_from_within(..)),
        FaultKind::Reversed => change_senders(batch, |senders| {
            senders.reverse();
            events_of(senders).for_each(|events| events.reverse());
        }),
        FaultKind::OnlyEnds => change_senders(batch, |senders| {
            for events in events_of(senders) {
                events.retain(|event| matches!(event["type"].as_str(), Some("completed" | "deleted")));
            }
        }),
        FaultKind::Strange => change_senders(batch, |senders| senders.insert(0, strange_events())),
        FaultKind::Links(links) => replace_next(batch, links),
        FaultKind::Refused
        | FaultKind::Reset
        | FaultKind::LostReply
        | FaultKind::BlackHole
        | FaultKind::Delay(_)
        | FaultKind::Late(_)
        | FaultKind::Cut(_)
        | FaultKind::Short(_)
        | FaultKind::Trickle(_)
        | FaultKind::Answer { .. }
        | FaultKind::Garbage { .. }
        | FaultKind::Noise
        | FaultKind::Empty
        | FaultKind::Repeated
        | FaultKind::Huge(_)
        | FaultKind::Bomb(_) => {}
    }
}

fn change_senders(batch: &mut Value, change: impl FnOnce(&mut Vec<Value>)) {
    if let Some(senders) = batch.get_mut("sender").and_then(Value::as_array_mut) {
        change(senders);
    }
}

fn events_of(senders: &mut [Value]) -> impl Iterator<Item = &mut Vec<Value>> {
    senders.iter_mut().filter_map(|sender| sender.get_mut("events")?.as_array_mut())
}

/// Replaces the link `next` of a batch, if it has one.
fn replace_next(batch: &mut Value, links: &[(String, String)]) {
    let known = batch.get_mut("_links").and_then(Value::as_object_mut);
    if let Some(known) = known.filter(|known| known.contains_key("next")) {
        let before = known.clone();
        known.remove("next");
        for (rel, href) in links {
            let link = before.get(href).cloned();
            known.insert(rel.clone(), link.unwrap_or_else(|| serde_json::json!({ "href": href })));
        }
    }
}

/// Returns malformed and unknown events, which a client must skip without losing the others.
fn strange_events() -> Value {
    serde_json::json!({"rel": "somethingNew", "href": "/new", "events": [
        {"type": "vanished", "link": {"rel": "messagingInvitation", "href": "/nowhere/1"}},
        {"type": "started", "link": {"rel": "hologramInvitation", "href": "/nowhere/2"}},
        {"type": "started", "link": 5, "_embedded": "none"},
        {"type": 7, "link": {"rel": ["x"], "href": {"y": null}}},
        "not an event",
        {"type": "updated", "link": {"rel": "conversation"}, "reason": "none", "status": 9e99},
        {"type": "completed", "status": "Perhaps", "link": {"rel": "phoneAudioInvitation", "href": "/nowhere/3"},
         "reason": {"code": 3, "subcode": "NeverHeardOf", "message": null}},
    ]})
}
