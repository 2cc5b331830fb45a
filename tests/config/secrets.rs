//! Secrets appear nowhere.

use rsvp::provider::ucwa::Credentials;

use crate::support::{BOT, load, user};

#[test]
fn a_secret_is_in_no_debug_output() {
    let config = load("tenant = \"contoso.com\"\ntoken = \"cwt=canary\"\n").unwrap();
    assert!(matches!(user(&config).credentials, Credentials::Token(_)));
    assert!(!format!("{config:?}").contains("canary"));
    let proxy = "proxy = \"http://me:canary@proxy.example:3128\"";
    let all = load(&format!(
        "tenant = \"contoso.com\"\ntoken = \"x\"\n[ucwa]\n{proxy}\n[graph]\n{BOT}\
         client_secret = \"canary\"\n{proxy}\n"
    ));
    let all = format!("{:?}", all.unwrap());
    assert!(all.contains("proxy.example") && !all.contains("canary"), "{all}");
}
