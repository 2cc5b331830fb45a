//! Tests of calls that are transferred from one user to another.

use crate::sim::ucwa::tests::*;

/// Creates three users, of whom the first has called the second; returns the numbers of their conversations.
async fn call_of_two() -> ([TestClient; 3], [u32; 2]) {
    let users = UcwaOptions { colleagues: vec![lene(), dana()], ..UcwaOptions::default() };
    let sim = Simulator::new(options(users));
    let mut clients = Vec::new();
    for user in 0..3 {
        let client = TestClient::of_user(&sim, user).await;
        clients.push(client);
    }
    clients[0].start("startPhoneAudio", json!({"to": "sip:lenea@contoso.example"})).await;
    let ringing = sim.ucwa.pending().iter().find(|it| !it.is_outgoing).unwrap().number;
    sim.ucwa.end(ringing, EndCause::AnsweredOnPhone).unwrap();
    for client in &mut clients[..2] {
        client.next_event("completed", "phoneAudioInvitation").await;
    }
    let number_of = |user| sim.ucwa.conversations().iter().find(|it| it.user == user).unwrap().number;
    let numbers = [number_of(0), number_of(1)];
    (clients.try_into().ok().unwrap(), numbers)
}

async fn next_state(client: &mut TestClient) -> Value {
    client.next_event("updated", "phoneAudio").await["_embedded"]["phoneAudio"]["state"].clone()
}

#[tokio::test(start_paused = true)]
async fn a_transferred_call_rings_at_the_third_user_who_takes_the_place_of_the_second() {
    let ([mut tosh, mut lene, mut dana], [of_tosh, of_lene]) = call_of_two().await;
    let number = lene.sim.ucwa.transfer(of_lene, 2).unwrap();
    assert_eq!(next_state(&mut lene).await, "Transferring");
    let at_dana = dana.next_invitation("started").await;
    assert_eq!(at_dana["_embedded"]["from"]["name"], "Tosh Meston");
    assert_eq!(dana.get(&href(&at_dana, "transferredBy")).await["name"], "Lene Aaling");
    dana.sim.ucwa.end(number, EndCause::AnsweredOnPhone).unwrap();
    assert_eq!(dana.next_event("completed", "phoneAudioInvitation").await["status"], "Success");
    lene.next_event("deleted", "conversation").await;
    let events = tosh.poll().await;
    let of_people = events.iter().filter(|event| event["link"]["rel"] == "participant");
    let of_people: Vec<_> = of_people.map(|it| (it["type"].as_str(), it["link"]["title"].as_str())).collect();
    assert_eq!(of_people.first(), Some(&(Some("added"), Some("Dana Birkby"))), "{events:?}");
    assert!(of_people.iter().any(|(kind, _)| *kind == Some("deleted")), "{events:?}");
    let people = |user| {
        let known = tosh.sim.ucwa.conversations().into_iter().find(|it| it.user == user);
        known.map(|it| it.people.iter().map(|person| person.name.clone()).collect::<Vec<_>>())
    };
    assert_eq!(people(0), Some(vec!["Dana Birkby".to_owned()]));
    assert_eq!(people(1), None);
    assert_eq!(people(2), Some(vec!["Tosh Meston".to_owned()]));
    // When Tosh hangs up, Dana's call ends too.
    tosh.sim.ucwa.leave(of_tosh, "sip:tosh@contoso.example");
    dana.next_event("deleted", "conversation").await;
}

#[tokio::test(start_paused = true)]
async fn a_transferred_call_that_is_not_answered_stays_with_the_user_who_transferred_it() {
    let ([tosh, mut lene, mut dana], [_, of_lene]) = call_of_two().await;
    lene.sim.ucwa.transfer(of_lene, 2).unwrap();
    assert_eq!(next_state(&mut lene).await, "Transferring");
    let decline = href(&dana.next_invitation("started").await, "decline");
    assert_eq!(dana.post(&decline, "").await.status, 204);
    assert_eq!(next_state(&mut lene).await, "Connected");
    assert_eq!(tosh.sim.ucwa.conversations().len(), 2);
    // It can be transferred again, until the one who transfers it hangs up.
    lene.sim.ucwa.transfer(of_lene, 2).unwrap();
    dana.next_invitation("started").await;
    lene.sim.ucwa.leave(of_lene, "sip:lenea@contoso.example");
    let told = dana.next_event("completed", "phoneAudioInvitation").await;
    assert_eq!(told["reason"]["subcode"], "Canceled");
    assert_eq!(tosh.sim.ucwa.conversations(), []);
}

#[tokio::test(start_paused = true)]
async fn a_call_cannot_be_transferred_to_somebody_in_it_or_out_of_reach() {
    let ([tosh, _, dana], [of_tosh, of_lene]) = call_of_two().await;
    let transfer = |conversation, to| tosh.sim.ucwa.transfer(conversation, to).unwrap_err();
    assert_eq!(transfer(of_tosh, 0), "Tosh Meston takes part in the call");
    assert_eq!(transfer(of_lene, 0), "Tosh Meston takes part in the call");
    assert_eq!(transfer(99, 2), "conversation 99 has no call");
    dana.send(Method::DELETE, &href(&dana.application, "self"), "").await.unwrap();
    assert_eq!(transfer(of_tosh, 2), "Dana Birkby cannot be reached");
}
