//! Tests of the people whom an invitation refers to.

use crate::sim::ucwa::tests::*;

fn somebody(number: usize) -> Person {
    Person::new(&format!("Person {number}"), &format!("sip:p{number}@contoso.example"))
}

/// Creates a call with every person that a call can refer to.
fn call() -> Invite {
    Invite {
        forwarded_by: somebody(1),
        transferred_by: somebody(2),
        on_behalf_of: somebody(3),
        delegator: somebody(4),
        to: somebody(5),
        phone_number: "tel:+14255552222".into(),
        private_line: true,
        ..of(InviteKind::Phone)
    }
}

const RELS: [(&str, &str); 5] = [
    ("forwardedBy", "forwardedBy"),
    ("transferredBy", "transferredBy"),
    ("onBehalfOf", "onBehalfOf"),
    ("delegator", "delegator"),
    ("to", "contact"),
];

#[tokio::test(start_paused = true)]
async fn people_are_behind_bare_links_to_contacts() {
    let mut client = TestClient::online().await;
    client.sim.ucwa.invite(call());
    let invitation = client.next_invitation("started").await;
    assert_eq!(invitation["phoneNumber"], "tel:+14255552222");
    assert_eq!(invitation["privateLine"], true);
    assert_eq!(invitation["delegator"], "sip:p4@contoso.example");
    assert_eq!(invitation["state"], "Connecting");
    assert_eq!(invitation["_embedded"]["from"]["rel"], "participant");
    assert_eq!(invitation["_embedded"].as_object().unwrap().len(), 1);
    for (number, (rel, body)) in RELS.into_iter().enumerate() {
        let link = &invitation["_links"][rel];
        assert_eq!(link.as_object().unwrap().len(), 1, "a bare link: {link}");
        let url = href(&invitation, rel);
        assert!(url.contains("/people/"), "{url}");
        let contact = client.get(&url).await;
        assert_eq!(contact["rel"], body);
        assert_eq!(contact["name"], somebody(number + 1).name);
        assert_eq!(contact["uri"], somebody(number + 1).uri);
        assert_eq!(href(&contact, "self"), url);
        for (property, value) in
            [("type", "User"), ("sourceNetwork", "SameEnterprise"), ("company", "Contoso Corp.")]
        {
            assert_eq!(contact[property], value);
        }
        let recorded = client.sim.record().pop().unwrap();
        assert_eq!(recorded.summary, format!("contact Person {} as {body}", number + 1));
    }
    let xml = client.get_as_xml(&href(&invitation, "forwardedBy")).await;
    for part in [
        "<resource rel=\"forwardedBy\" href=\"",
        "<property name=\"rel\">forwardedBy</property>",
        "<property name=\"name\">Person 1</property>",
        "<propertyList name=\"emailAddresses\"><item>p1@contoso.example</item></propertyList>",
    ] {
        assert!(xml.contains(part), "{part} is not in {xml}");
    }
    assert_eq!(client.sim.complaints(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn nothing_is_said_of_people_who_had_nothing_to_do_with_it() {
    let mut client = TestClient::online().await;
    client.sim.ucwa.invite(of(InviteKind::Phone));
    let invitation = client.next_invitation("started").await;
    for rel in ["forwardedBy", "transferredBy", "onBehalfOf", "delegator", "acceptedByContact"] {
        assert_eq!(invitation["_links"][rel], Value::Null);
        assert_eq!(invitation[rel], Value::Null);
    }
    assert_eq!(invitation["phoneNumber"], Value::Null);
    assert_eq!(invitation["privateLine"], false);
    // It was sent to the user.
    assert_eq!(client.get(&href(&invitation, "to")).await["name"], "Tosh Meston");
}

#[tokio::test(start_paused = true)]
async fn a_person_has_one_address_while_the_application_lives() {
    let mut client = TestClient::online().await;
    let first = client.sim.ucwa.invite(call());
    let one = client.next_invitation("started").await;
    client.sim.ucwa.end(first, EndCause::CallerGivesUp).unwrap();
    client.poll().await;
    client.sim.ucwa.invite(call());
    let another = client.next_invitation("started").await;
    assert_eq!(href(&one, "forwardedBy"), href(&another, "forwardedBy"));
    assert_ne!(href(&one, "forwardedBy"), href(&one, "transferredBy"));
    assert_eq!(client.get(&href(&one, "to")).await["name"], "Person 5", "people stay");
    assert_eq!(
        client.get_response(&href(&one["_embedded"]["from"], "self")).await.status,
        404,
        "participants go"
    );
    client.sim.ucwa.expire_applications();
    assert_eq!(client.get_response(&href(&one, "to")).await.status, 404);
}

#[tokio::test(start_paused = true)]
async fn people_can_be_titled_or_embedded() {
    let mut client = TestClient::online().await;
    client.sim.ucwa.invite(Invite { people: PeopleFormat::Titled, linked_from: true, ..call() });
    let titled = client.next_invitation("started").await;
    assert_eq!(titled["_links"]["forwardedBy"]["title"], "Person 1");
    assert_eq!(titled["_links"]["from"]["title"], "Lene Aaling");
    assert_eq!(titled["_embedded"], Value::Null);
    client.sim.ucwa.invite(Invite { people: PeopleFormat::Embedded, ..call() });
    let embedded = client.next_invitation("started").await;
    assert_eq!(embedded["_embedded"]["forwardedBy"]["name"], "Person 1");
    assert_eq!(embedded["_links"]["forwardedBy"].as_object().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn whom_it_is_from_can_be_a_bare_link_to_a_participant() {
    let mut client = TestClient::online().await;
    client.sim.ucwa.invite(Invite { linked_from: true, ..of(InviteKind::Im) });
    let invitation = client.next_invitation("started").await;
    assert_eq!(invitation["_embedded"], Value::Null);
    assert_eq!(invitation["_links"]["from"].as_object().unwrap().len(), 1);
    let from = client.get(&href(&invitation, "from")).await;
    assert_eq!((&from["rel"], &from["name"]), (&json!("participant"), &json!("Lene Aaling")));
    let contact = client.get(&href(&from, "contact")).await;
    assert_eq!((&contact["rel"], &contact["uri"]), (&json!("contact"), &json!(lene().uri)));
}

#[tokio::test(start_paused = true)]
async fn a_telephone_is_a_contact_with_a_number_and_perhaps_no_name() {
    let mut client = TestClient::online().await;
    client
        .sim
        .ucwa
        .invite(Invite { transferred_by: Person::new("", "tel:+14255550100"), ..of(InviteKind::Av) });
    let invitation = client.next_invitation("started").await;
    let contact = client.get(&href(&invitation, "transferredBy")).await;
    assert_eq!(contact["type"], "Phone");
    assert_eq!(contact["uri"], "tel:+14255550100");
    assert_eq!(contact["name"], Value::Null);
}

#[tokio::test(start_paused = true)]
async fn who_accepted_instead_is_told_when_it_is_over() {
    let mut client = TestClient::online().await;
    client.sim.ucwa.invite(Invite { accepted_by: dana(), ..of(InviteKind::Phone) });
    let started = client.next_invitation("started").await;
    assert_eq!(started["_links"]["acceptedByContact"], Value::Null);
    let id = client.sim.ucwa.pending()[0].number;
    client.sim.ucwa.end(id, EndCause::AnsweredElsewhere).unwrap();
    let completed = client.next_invitation("completed").await;
    assert_eq!(client.get(&href(&completed, "acceptedByContact")).await["name"], "Dana Birkby");

    let id = client.sim.ucwa.invite(of(InviteKind::Im));
    client.next_invitation("started").await;
    client.sim.ucwa.accept_elsewhere(id, dana()).unwrap();
    let completed = client.next_invitation("completed").await;
    assert_eq!(client.get(&href(&completed, "acceptedByContact")).await["rel"], "contact");
    assert!(client.sim.ucwa.accept_elsewhere(id, dana()).is_err());

    let id = client.sim.ucwa.invite(of(InviteKind::Im));
    client.next_invitation("started").await;
    client.sim.ucwa.end(id, EndCause::AnsweredElsewhere).unwrap();
    assert_eq!(client.next_invitation("completed").await["_links"]["acceptedByContact"], Value::Null);
}

#[tokio::test(start_paused = true)]
async fn an_invitation_of_ours_links_to_people_and_embeds_who_accepted() {
    let mut client = TestClient::online().await;
    let id = client.sim.ucwa.invite(of(InviteKind::Im));
    let accept = href(&client.next_invitation("started").await, "accept");
    assert_eq!(client.post(&accept, "").await.status, 204);
    let conversation = client.poll().await.into_iter().find_map(|event| {
        event["_embedded"]["conversation"]["_links"]["addParticipant"]["href"].as_str().map(str::to_owned)
    });
    assert!(!client.sim.ucwa.pending().iter().any(|pending| pending.number == id));
    let add = json!({"operationId": "one", "to": dana().uri});
    assert_eq!(client.post(&conversation.unwrap(), &add.to_string()).await.status, 201);
    let started = client.next_invitation("started").await;
    assert_eq!(started["to"], dana().uri);
    assert_eq!(started["_links"]["from"]["title"], "Tosh Meston");
    let from = client.get(&href(&started, "from")).await;
    assert_eq!((&from["local"], &from["rel"]), (&json!(true), &json!("participant")));
    assert_eq!(client.get(&href(&started, "to")).await["uri"], dana().uri);
    assert_eq!(started["_links"]["participant"], Value::Null);
    client.sim.ucwa.end(client.sim.ucwa.pending()[0].number, EndCause::Joins).unwrap();
    let completed = client.next_invitation("completed").await;
    let accepted = &completed["_embedded"]["acceptedByParticipant"];
    assert_eq!(accepted[0]["uri"], dana().uri);
    let participant = client.get(&href(&completed, "participant")).await;
    assert_eq!(participant["uri"], dana().uri);
    assert_eq!(client.sim.complaints(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn faults_hit_people_by_their_names() {
    let mut client = TestClient::online().await;
    client.sim.ucwa.invite(Invite { linked_from: true, ..call() });
    let invitation = client.next_invitation("started").await;
    for (of, rel) in
        [("contact", "to"), ("contact", "delegator"), ("forwardedBy", "forwardedBy"), ("participant", "from")]
    {
        client.sim.fault(Fault::next(of, FaultKind::error(403, "")));
        assert_eq!(client.get_response(&href(&invitation, rel)).await.status, 403, "{of}");
        assert_eq!(client.get_response(&href(&invitation, rel)).await.status, 200, "{of}");
    }
    client.sim.fault(Fault::next("contact", FaultKind::error(403, "")));
    assert_eq!(client.get_response(&href(&invitation, "from")).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn the_console_says_who_had_to_do_with_it() {
    let mut client = TestClient::online().await;
    let line = "invite phone +14255550100 forwarded-by=dana.birkby phone=+14255552222 private-line linked-from \
                a=b forwarded-by=nobody";
    console::execute(&client.sim, line).unwrap();
    let invitation = client.next_invitation("started").await;
    assert_eq!(invitation["subject"], "a=b forwarded-by=nobody");
    assert_eq!(invitation["phoneNumber"], "tel:+14255552222");
    assert_eq!(invitation["privateLine"], true);
    assert_eq!(client.get(&href(&invitation, "forwardedBy")).await["name"], "Dana Birkby");
    assert_eq!(client.get(&href(&invitation, "from")).await["uri"], "tel:+14255550100");
    assert!(console::execute(&client.sim, "elsewhere x dana").is_err());
    console::execute(&client.sim, "elsewhere 1 lene.aaling").unwrap();
    let completed = client.next_invitation("completed").await;
    assert_eq!(client.get(&href(&completed, "acceptedByContact")).await["name"], "Lene Aaling");
}
