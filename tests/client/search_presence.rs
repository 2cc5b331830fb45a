//! The presence of those whom a search has found.

use rsvp::sim::{Fault, FaultKind, Person};

use crate::searching::{inviting, is_answered, people};
use crate::support::{both, simulator};

#[test]
fn nobodys_presence_is_asked_for_once_the_server_does_not_allow_it() {
    both(|| async {
        let sim = simulator();
        for number in 0..40 {
            let address = format!("sip:dan{number}@contoso.example");
            sim.ucwa.add_person(Person::new(&format!("Dan {number}"), &address));
        }
        let mut client = inviting(&sim).await;
        sim.fault(Fault::next("contactPresence", FaultKind::error(403, "")).times(100));
        let before = client.count("/presence");
        client.press("dan");
        client.until(is_answered).await;
        client.wait(10).await;
        assert!(people(&client.state).len() >= 40);
        let asked = client.count("/presence") - before;
        assert!(asked <= 8, "asked for {asked} times");
        client.end().await;
    });
}
