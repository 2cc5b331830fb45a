//! The walk of users of the simulated Skype for Business server, who meet one another so that every documented part of
//! it occurs.

mod calls;
mod meeting;
mod own;
mod talk;

use rsvp::sim::{Person, UcwaOptions};
use serde_json::{Value, json};

use super::walk::Walk;
use super::wire::Wire;

const TOSH: usize = 0;
const LENE: usize = 1;
const SAMANTHA: usize = 2;

#[tokio::test(start_paused = true)]
async fn the_simulated_server_is_as_the_reference_has_it_in_json() {
    compare(Wire::Json).await;
}

#[tokio::test(start_paused = true)]
async fn the_simulated_server_is_as_the_reference_has_it_in_xml() {
    compare(Wire::Xml).await;
}

async fn compare(wire: Wire) {
    let options = UcwaOptions {
        announces_messages: true,
        lobby: true,
        colleagues: vec![
            Person::new("Lene Aaling", "sip:lene@contoso.example"),
            Person::new("Samantha Smith", "sip:samantha@contoso.example"),
        ],
        ..UcwaOptions::default()
    };
    let mut walk = Walk::begin(options, wire).await;
    become_available(&mut walk).await;
    own::change_own_settings(&mut walk).await;
    own::watch_people(&mut walk).await;
    talk::exchange_messages(&mut walk).await;
    talk::invite_a_third(&mut walk).await;
    talk::answer_in_other_ways(&mut walk).await;
    talk::talk_to_strangers(&mut walk).await;
    calls::call(&mut walk).await;
    calls::receive_forwarded_calls(&mut walk).await;
    calls::route_calls(&mut walk).await;
    meeting::meet(&mut walk).await;
    own::read_logs(&mut walk).await;
    own::recover(&mut walk).await;
    walk.sign_out(TOSH).await;
    let differences: Vec<String> = walk.comparison.result().into_iter().collect();
    assert!(differences.is_empty(), "\n{} differences:\n{}", differences.len(), differences.join("\n"));
}

async fn become_available(walk: &mut Walk) {
    walk.begins("becoming available");
    for user in [TOSH, LENE, SAMANTHA] {
        let modalities = json!(["Messaging", "PhoneAudio", "Audio"]);
        let input = json!({
            "supportedModalities": modalities, "supportedMessageFormats": ["Plain", "Html"],
            "signInAs": "Online", "audioPreference": "PhoneAudio", "phoneNumber": "tel:+14255552222",
        });
        walk.post(user, "me", "makeMeAvailable", input).await;
        walk.post(user, "me", "reportMyActivity", Value::Null).await;
    }
}

/// Makes everyone leave their conversations.
async fn leave(walk: &mut Walk) {
    for user in [TOSH, LENE, SAMANTHA] {
        while walk.find(user, "conversation", "self").is_some() {
            walk.delete(user, "conversation").await;
        }
    }
}
