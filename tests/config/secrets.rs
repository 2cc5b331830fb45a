//! Secrets appear nowhere.

use rsvp::provider::ucwa::Credentials;

use crate::support::{load, user};

#[test]
fn a_secret_is_in_no_debug_output() {
    let config = load("tenant = \"contoso.com\"\ntoken = \"cwt=canary\"\n").unwrap();
    assert!(matches!(user(&config).credentials, Credentials::Token(_)));
    assert!(!format!("{config:?}").contains("canary"));
    let proxy = "proxy = \"http://me:canary@proxy.example:3128\"";
    let all = load(&format!(
        "tenant = \"contoso.com\"\ntoken = \"x\"\n[ucwa]\n{proxy}\n[graph]\ntenant = \"contoso.com\"\n\
         client_id = \"2891555a-92ff-42e6-80fa-6e1300c6b5c6\"\nclient_secret = \"canary\"\n\
         public_url = \"https://bot.contoso.com/api/calls\"\n{proxy}\n"
    ));
    let all = format!("{:?}", all.unwrap());
    assert!(all.contains("proxy.example") && !all.contains("canary"), "{all}");
}
