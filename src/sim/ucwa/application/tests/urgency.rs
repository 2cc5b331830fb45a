//! A test of the urgency of events.

use std::path::Path;

use crate::sim::ucwa::state::application::urgency::Urgency;
use crate::sim::ucwa::tests::*;

#[test]
fn every_event_is_as_urgent_as_the_tables_of_the_reference_have_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/tables/ucwa/resources");
    let mut compared = 0;
    for file in folder.read_dir().unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let resources: toml::Table = text.parse().unwrap();
        for (name, facts) in &resources {
            let events = facts.get("events").and_then(|events| events.as_array());
            for fact in events.into_iter().flatten() {
                let Some(priority) = fact.get("priority").and_then(|it| it.as_str()) else { continue };
                let about = fact.get("resource").and_then(|it| it.as_str());
                let mut event =
                    json!({"type": fact["type"].as_str(), "link": {"rel": about.unwrap_or(name)}});
                if about.is_some() {
                    event["in"] = json!({"rel": name});
                }
                assert_eq!(format!("{:?}", Urgency::of(&event)), priority, "{event}");
                compared += 1;
            }
        }
    }
    assert!(compared > 50, "{compared}");
}
