//! Documents in JSON and in XML that say the same.

use rsvp::provider::ucwa::wire::events::{Batch, CompletionStatus, EventKind};
use rsvp::provider::ucwa::wire::resource::Resource;
use rsvp::provider::ucwa::wire::{json, xml};

fn in_both(in_json: &str, in_xml: &str, check: impl Fn(&Resource<'_>)) {
    check(&json::resource(in_json).unwrap());
    check(&xml::resource(in_xml).unwrap());
}

#[test]
fn texts_titles_and_embedded_resources_are_read_in_both_formats() {
    in_both(
        r#"{"rel":"a","subject":"1 < 2 & 3","count":7,"local":true,"_links":{"self":{"href":"/a"},"b":[{"href":"/b","title":"Bé"},{"href":"/c"}]},
          "_embedded":{"d":{"rel":"d","name":"D"}}}"#,
        r#"<?xml version="1.0"?><resource rel="a" href="/a" xmlns="http://schemas.microsoft.com/rtc/2012/03/ucwa">
          <link rel="b" href="/b" title="B&#233;"/><link rel="b" href="/c"/><property name="subject">1 &lt; 2<![CDATA[ & ]]>3</property>
          <property name="count">7</property><property name="local">True</property>
          <resource rel="d"><property name="name">D</property></resource></resource>"#,
        |resource| {
            assert_eq!(resource.text("subject"), Some("1 < 2 & 3"));
            assert_eq!((resource.number("count"), resource.flag("local")), (Some(7.0), Some(true)));
            assert_eq!((resource.href("self"), resource.href("b")), (Some("/a"), Some("/b")));
            assert_eq!(resource.link("b").unwrap().title.as_deref(), Some("Bé"));
            assert_eq!(resource.links.iter().filter(|link| link.rel == "b").count(), 2);
            assert_eq!(resource.embedded("d").unwrap().text("name"), Some("D"));
            assert!(resource.text("none").is_none() && resource.href("none").is_none());
        },
    );
}

#[test]
fn the_events_of_a_batch_are_read_in_both_formats() {
    let check = |batch: &Batch<'_>| {
        assert_eq!((batch.links.next.as_deref(), batch.malformed), (Some("/e?ack=2"), 0));
        let [started, completed, unnamed] = &batch.changes[..] else { panic!("{:?}", batch.changes) };
        assert_eq!((started.kind, started.sender.as_ref()), (EventKind::Started, "/c"));
        assert_eq!((started.link.title.as_deref(), started.within.as_deref()), (Some("Lena"), Some("lobby")));
        assert_eq!(
            (completed.kind, completed.status),
            (EventKind::Completed, Some(CompletionStatus::Failure))
        );
        let reason = completed.reason.as_ref().unwrap();
        assert_eq!((reason.code.as_ref(), reason.subcode.as_ref()), ("RemoteFailure", ""));
        assert_eq!((unnamed.link.rel.as_ref(), unnamed.link.href.as_ref()), ("message", "/m/1"));
        assert_eq!(unnamed.resource.as_ref().unwrap().text("status"), Some("Pending"));
    };
    let text = r#"{"_links":{"self":{"href":"/e"},"next":{"href":"/e?ack=2"}},"sender":[{"rel":"communication","href":"/c","events":[
      {"type":"started","link":{"rel":"participant","href":"/p/1","title":"Lena"},"in":{"rel":"lobby","href":"/l"}},
      {"type":"sneezed","link":{"rel":"participant","href":"/p/2"}},
      {"type":"completed","status":"Failure","link":{"rel":"a","href":"/a"},"reason":{"code":"RemoteFailure","subcode":"None"}},
      {"type":"updated","_embedded":{"message":{"rel":"message","status":"Pending","_links":{"self":{"href":"/m/1"}}}}}]}]}"#;
    check(&json::batch(text).unwrap());
    let text = r#"<events href="/e" xmlns="http://schemas.microsoft.com/rtc/2012/03/ucwa"><link rel="next" href="/e?ack=2"/>
      <sender rel="communication" href="/c">
      <started rel="participant" href="/p/1" title="Lena"><in rel="lobby" href="/l"/></started>
      <sneezed rel="participant" href="/p/2"/>
      <completed rel="a" href="/a"><status>Failure</status><reason><code>RemoteFailure</code><subcode>None</subcode></reason></completed>
      <updated><resource rel="message" href="/m/1"><property name="status">Pending</property></resource></updated>
      </sender></events>"#;
    check(&xml::batch(text).unwrap());
}

#[test]
fn what_is_no_document_of_the_server_is_an_error_in_both_formats() {
    for text in ["", "7", "<html>"] {
        assert!(json::resource(text).is_err() && json::batch(text).is_err(), "{text}");
    }
    let deep = "<resource>".repeat(65) + &"</resource>".repeat(65);
    for text in ["", "<resource>", "<html/>", "<a>&unknown;</a>", &deep] {
        assert!(xml::resource(text).is_err() && xml::batch(text).is_err(), "{text}");
    }
    assert!(json::reason(r#"{"code":"","subcode":"Busy"}"#).is_none());
    assert!(xml::reason("<reason><subcode>Busy</subcode></reason>").is_none());
    assert!(xml::reason("<other><code>Conflict</code></other>").is_none());
    assert_eq!(xml::reason("<reason><code> Conflict </code></reason>").unwrap().code, "Conflict");
}
