//! Phone calls: which phone rings and why, and what comes of a call that is answered there.

use rsvp::app::State;
use rsvp::invitation::{Decision, Invitation, Kind, Outcome};
use rsvp::sim::{EndCause, InviteKind, Person, Routing, Simulator, UcwaOptions};

use crate::support::{TestClient, both, of, outcome_of, simulator_with};

const TOSH: &str = "sip:tosh@contoso.example";
const LENE: &str = "sip:lenea@contoso.example";
const DANA: &str = "sip:dana@contoso.example";

/// Creates a simulator of three users.
fn three_users() -> Simulator {
    let colleagues = vec![Person::new("Lene Aaling", LENE), Person::new("Dana Birkby", DANA)];
    simulator_with(UcwaOptions { colleagues, ..UcwaOptions::default() })
}

/// Waits for a phone call whose people are known.
async fn rings(client: &mut TestClient, is_known: impl Fn(&Invitation) -> bool) -> Invitation {
    let is_meant = |state: &State| {
        let mut entries = state.incoming.iter().filter(|entry| entry.is_pending());
        entries.find(|it| it.invitation.kind == Kind::Phone && is_known(&it.invitation)).cloned()
    };
    client.until(|state| is_meant(state).is_some()).await;
    Invitation::clone(&is_meant(&client.state).unwrap().invitation)
}

#[test]
fn a_call_that_was_forwarded_or_rings_for_somebody_else_says_so_and_which_phone_rings() {
    both(|| async {
        let sim = three_users();
        let mut lene = TestClient::of_user(&sim, 1).await;
        let _tosh = TestClient::of_user(&sim, 0).await;
        let _dana = TestClient::of_user(&sim, 2).await;
        for (routing, route) in [
            (Routing::Forward(1), Some("forwarded by Tosh Meston")),
            (Routing::Delegates(vec![1]), Some("for Tosh Meston")),
            (Routing::Team(vec![1]), None),
        ] {
            sim.ucwa.set_routing(0, routing);
            sim.ucwa.call_by_phone(2, TOSH).unwrap();
            let has_route = |invitation: &Invitation| {
                let routes = &invitation.routes;
                route.is_none_or(|words| routes.iter().any(|route| route.as_str().starts_with(words)))
            };
            let is_known = |invitation: &Invitation| {
                has_route(invitation) && invitation.to.as_ref().is_some_and(|to| to.uri.as_str() == TOSH)
            };
            let call = rings(&mut lene, is_known).await;
            assert_eq!(call.from.uri.as_str(), DANA);
            assert_eq!(call.phone_number().map(ToString::to_string).as_deref(), Some("tel:+14255552223"));
            assert!(!call.is_on_private_line());
            lene.wait(1).await;
            lene.press("a");
            assert!(lene.notice().starts_with("Pick up tel:+14255552223"), "{}", lene.notice());
            let leg = sim.ucwa.pending().into_iter().find(|it| !it.is_outgoing).unwrap();
            sim.ucwa.end(leg.number, EndCause::CallerGivesUp).unwrap();
            lene.until(|state| state.incoming.iter().all(|entry| !entry.is_pending())).await;
            lene.wait(10).await;
        }
        assert_eq!(sim.complaints(), Vec::<String>::new());
    });
}

#[test]
fn a_call_that_is_answered_on_the_phone_becomes_a_conversation_until_it_ends() {
    both(|| async {
        let mut client = TestClient::online().await;
        let number = client.sim.ucwa.invite(of(InviteKind::Phone));
        client.ringing().await;
        client.sim.ucwa.end(number, EndCause::AnsweredOnPhone).unwrap();
        client.until(|state| outcome_of(state) == Some(&Outcome::Accepted)).await;
        client.until(|state| state.conversations.iter().any(|it| it.is_on_phone)).await;
        client.sim.ucwa.force_resync();
        client.wait(5).await;
        assert!(client.state.conversations.iter().all(|it| it.is_on_phone && it.participants.len() == 1));
        client.press("3x");
        client.until(|state| state.conversations.is_empty()).await;
        client.end().await;
    });
}

#[test]
fn an_audio_video_call_is_answered_on_the_phone_only_where_nothing_else_is_offered() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.ucwa.invite(of(InviteKind::Av));
        let offered = client.ringing().await.offers;
        assert!(offered.accept_with_phone && !offered.accept);
        client.press("a");
        client.until(|state| state.conversations.iter().any(|it| it.is_on_phone)).await;
        assert_eq!(client.decisions, [Decision::AcceptWithPhone]);
        client.end().await;
    });
}
