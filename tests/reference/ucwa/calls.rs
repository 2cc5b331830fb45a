//! Phone calls, and invitations that took a detour.

use rsvp::sim::{EndCause, Invite, InviteKind, PeopleFormat, Person, Routing};
use serde_json::{Value, json};

use super::{LENE, SAMANTHA, TOSH, leave};
use crate::walk::Walk;

pub async fn call(walk: &mut Walk) {
    walk.begins("a phone call");
    let input = json!({
        "to": "sip:lene@contoso.example", "phoneNumber": "tel:+14255552222", "operationId": "op-5",
        "subject": "Lunch", "importance": "Normal", "threadId": "thread-b",
    });
    walk.post(TOSH, "communication", "startPhoneAudio", input.clone()).await;
    answer_on_the_phone(walk).await;
    walk.post(TOSH, "phoneAudio", "stopPhoneAudio", Value::Null).await;
    walk.post(TOSH, "communication", "startPhoneAudio", input.clone()).await;
    walk.post(LENE, "phoneAudioInvitation", "decline", json!({"reason": "Global"})).await;
    leave(walk).await;
    walk.post(TOSH, "communication", "startPhoneAudio", input).await;
    walk.post(TOSH, "phoneAudioInvitation", "cancel", Value::Null).await;
    leave(walk).await;
}

async fn answer_on_the_phone(walk: &mut Walk) {
    let pending = walk.sim.ucwa.pending();
    if let Some(incoming) = pending.iter().rfind(|pending| !pending.is_outgoing) {
        walk.sim.ucwa.end(incoming.number, EndCause::AnsweredOnPhone).unwrap();
    } else {
        walk.misses("no phone rings");
    }
    walk.settle().await;
}

pub async fn receive_forwarded_calls(walk: &mut Walk) {
    walk.begins("receiving calls that took a detour");
    for people in [PeopleFormat::Linked, PeopleFormat::Titled] {
        for kind in [InviteKind::Im, InviteKind::Phone, InviteKind::Av, InviteKind::Meeting] {
            let invite = Invite { people, ..detour(kind) };
            let number = walk.sim.ucwa.invite(invite.clone());
            walk.settle().await;
            let jim = Person::new("Jim", "sip:jim@contoso.example");
            walk.sim.ucwa.accept_elsewhere(number, jim).unwrap();
            walk.settle().await;
            let number = walk.sim.ucwa.invite(invite.clone());
            walk.settle().await;
            walk.sim.ucwa.end(number, EndCause::CallerGivesUp).unwrap();
            walk.settle().await;
            walk.sim.ucwa.invite(invite);
            walk.settle().await;
            let (link, input) = match kind {
                InviteKind::Phone => ("decline", json!({"reason": "Local"})),
                InviteKind::Av => ("acceptWithPhoneAudio", Value::Null),
                _ => ("accept", Value::Null),
            };
            walk.post(TOSH, kind_of(kind), link, input).await;
            leave(walk).await;
        }
    }
}

fn kind_of(kind: InviteKind) -> &'static str {
    match kind {
        InviteKind::Im => "messagingInvitation",
        InviteKind::Phone => "phoneAudioInvitation",
        InviteKind::Av => "audioVideoInvitation",
        InviteKind::Meeting => "onlineMeetingInvitation",
        InviteKind::Participant => "participantInvitation",
    }
}

/// Returns an invitation to Tosh in which everyone has a part whom the reference names.
fn detour(kind: InviteKind) -> Invite {
    let person = |name: &str| Person::new(name, &format!("sip:{name}@contoso.example"));
    let is_call = matches!(kind, InviteKind::Phone | InviteKind::Av);
    let caller = if kind == InviteKind::Phone { "tel:+14255550100" } else { "sip:mary@fabrikam.example" };
    Invite {
        user: TOSH,
        kind,
        from: Person::new("Mary", caller),
        subject: "Budget".into(),
        message: if kind == InviteKind::Im { "Hello" } else { "" }.into(),
        importance: "Emergency".into(),
        forwarded_by: if is_call { person("john") } else { Person::default() },
        transferred_by: if is_call { person("jane") } else { Person::default() },
        on_behalf_of: person("boss"),
        delegator: if is_call { person("chief") } else { Person::default() },
        to: person("team"),
        phone_number: if kind == InviteKind::Phone { "tel:+14255552222" } else { "" }.into(),
        private_line: kind == InviteKind::Phone,
        ..Invite::default()
    }
}

pub async fn route_calls(walk: &mut Walk) {
    walk.begins("routing calls");
    for routing in
        [Routing::Forward(SAMANTHA), Routing::Team(vec![SAMANTHA]), Routing::Delegates(vec![SAMANTHA])]
    {
        walk.sim.ucwa.set_routing(LENE, routing);
        let input = json!({"to": "sip:lene@contoso.example", "operationId": "op-6"});
        walk.post(TOSH, "communication", "startPhoneAudio", input).await;
        answer_on_the_phone(walk).await;
        walk.post(TOSH, "phoneAudio", "stopPhoneAudio", Value::Null).await;
        leave(walk).await;
    }
    walk.sim.ucwa.set_routing(LENE, Routing::Ring);
}
