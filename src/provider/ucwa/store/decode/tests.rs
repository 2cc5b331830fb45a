use super::*;

#[test]
fn a_message_is_read_in_every_form_that_servers_send() {
    let cases = [
        ("data:text/plain;charset=utf-8,Hi+Tosh%0d%0a", "Hi Tosh"),
        ("data:text/plain;base64,SGkgVG9zaA==", "Hi Tosh"),
        ("data:text/plain,1%2B1", "1+1"),
        ("data:text/html;charset=utf-8,%3Cb%3EHi%3C%2Fb%3E+Tosh", "Hi Tosh"),
        ("plain words", "plain words"),
        ("data:text/plain;base64,!!!", ""),
        ("data:", ""),
    ];
    for (uri, text) in cases {
        assert_eq!(message_text(uri).as_str(), text, "{uri}");
    }
}
