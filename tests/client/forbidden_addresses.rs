//! Addresses to which nothing is sent: those without encryption.

use std::sync::Arc;

use rsvp::provider::ucwa::{self, Start};
use rsvp::sim::{Fault, FaultKind, InProcess};

use crate::reloading::stopped;
use crate::support::{TestClient, both, settings, simulator, token};

#[test]
fn a_configured_address_without_encryption_is_refused_until_the_user_corrects_it() {
    both(|| async {
        let sim = simulator();
        let start = Start::Url("http://pool.contoso.example/".parse().unwrap());
        let settings = ucwa::Settings { start, ..settings(token()) };
        let mut client = TestClient::start(&sim, Arc::new(InProcess::new(&sim)), settings);
        client.until(stopped).await;
        client.wait(600).await;
        assert!(sim.record().is_empty(), "{}", client.transcript());
    });
}

#[test]
fn a_server_that_leads_to_an_address_without_encryption_is_not_followed() {
    both(|| async {
        let sim = simulator();
        let body = r#"{"_links":{"self":{"href":"/"},"user":{"href":"http://pool.contoso.example/user"}}}"#;
        let document = FaultKind::Garbage { content_type: "application/json".into(), body: body.into() };
        sim.fault(Fault::next("discovery", document).times(100));
        let mut client = TestClient::start(&sim, Arc::new(InProcess::new(&sim)), settings(token()));
        client.until(stopped).await;
        client.wait(600).await;
        let record = sim.record();
        assert!(record.len() == 1 && !record[0].authorized, "{}", client.transcript());
    });
}
