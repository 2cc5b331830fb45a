use http::StatusCode;

use super::*;

fn refused(operation: Operation, status: u16, subcode: &str) -> Problem {
    let reason = Reason { code: "Some".into(), subcode: subcode.to_owned().into(), ..Reason::default() };
    let status = StatusCode::from_u16(status).unwrap();
    let response = ErrorResponse { status, reason, retry_after: None, operation };
    RequestError::Refused(response).problem()
}

#[test]
fn a_forbidden_request_names_its_own_scopes_whatever_the_subcode() {
    use Operation::{
        Accept, AcceptWithPhone, AddParticipant, Cancel, Decline, MakeAvailable, ReportActivity, Search,
        StartMessaging,
    };
    const BOTH: &str = "Conversations.Initiate or Conversations.Receive";
    for (operation, scopes) in [
        (Accept, BOTH),
        (Decline, BOTH),
        (Cancel, BOTH),
        (AddParticipant, BOTH),
        (StartMessaging, BOTH),
        (Search, "permission Contacts.ReadWrite;"),
        (AcceptWithPhone, "permission Conversations.Initiate;"),
        (MakeAvailable, "User.ReadWrite or Conversations.Receive"),
        (ReportActivity, "permission User.ReadWrite;"),
    ] {
        for subcode in ["", "AnonymousNotAllowed", "NeverHeardOf"] {
            let problem = refused(operation, 403, subcode);
            assert!(problem.remedy.as_str().contains(scopes), "{operation:?} {subcode}: {problem}");
        }
    }
}

#[test]
fn a_refusal_speaks_of_what_was_asked_for() {
    assert_eq!(refused(Operation::Accept, 409, "").to_string(), "this can't be accepted now");
    assert_eq!(refused(Operation::Decline, 409, "").to_string(), "this can't be declined now");
    assert_eq!(refused(Operation::Cancel, 410, "").to_string(), "this can't be cancelled any more");
    assert_eq!(refused(Operation::Read, 410, "").to_string(), "the server has ended this session");
    assert_eq!(refused(Operation::StartMessaging, 409, "").to_string(), "no conversation can be started now");
    let nobody = refused(Operation::StartMessaging, 404, "DestinationNotFound");
    assert_eq!(nobody.to_string(), "there is no such address");
    for operation in [Operation::Decline, Operation::Cancel, Operation::AddParticipant] {
        let problem = refused(operation, 410, "CannotRedirect").to_string();
        assert!(problem.contains("backup pool") && !problem.contains("decline it,"), "{problem}");
    }
    let problem = refused(Operation::Accept, 410, "CannotRedirect");
    assert_eq!(problem.remedy.as_str(), "decline it, or answer on another device");
}

#[test]
fn a_host_that_does_not_answer_is_a_problem_with_a_likely_remedy() {
    let cases = [
        ("failed to lookup address information: Name or service not known", "DNS does not know the name"),
        ("Connection refused (os error 111)", "nothing listens there"),
        ("invalid peer certificate: UnknownIssuer", "set ca_file"),
        ("no complete response within 30 s", "VPN"),
        ("Network is unreachable (os error 101)", "VPN"),
        // The message names the remedy.
        ("the server broke off the TLS handshake; build rsvp with `--features native-tls`", ""),
    ];
    for (message, remedy) in cases {
        let problem = RequestError::Transport(TransportError::not_sent(message)).problem();
        assert!(problem.remedy.as_str().contains(remedy), "{message}: {problem}");
        assert_eq!(problem.remedy.is_empty(), remedy.is_empty(), "{message}: {problem}");
    }
}

#[test]
fn a_page_of_another_server_is_told_from_a_refusal() {
    for (status, body, is_refusal) in [
        (404, "", true),
        (410, "", true),
        (500, "", true),
        (302, "", false),
        (404, "<html>", false),
        (499, "<html>", false),
        (429, "<html>", true),
        (500, "<html>", true),
        (503, "<html>", true),
    ] {
        let status = StatusCode::from_u16(status).unwrap();
        let response = Response { status, headers: http::HeaderMap::new(), body: body.into() };
        let error = RequestError::from_response(&response);
        let expected = if is_refusal {
            matches!(&error, RequestError::Refused(response) if response.status == status)
        } else {
            matches!(&error, RequestError::UnexpectedServer(code) if *code == status.as_u16())
        };
        assert!(expected, "{status} {body:?}: {error:?}");
    }
}

#[test]
fn what_the_reference_lists_is_told_in_words() {
    for (status, subcode, words, remedy) in [
        (409, "AlreadyExists", "done already", ""),
        (409, "TooManyGroups", "too many groups", ""),
        (409, "AnotherOperationPending", "still busy with another request", "wait a moment"),
        (409, "MakeMeAvailableRequired", "does not see you as available yet", ""),
        (403, "TooManyApplications", "too many applications", "sign out on another device"),
        (410, "InactiveApplicationExpired", "idle for too long", ""),
        (403, "UserAgentNotAllowed", "does not allow this program", "ask your administrator to allow it"),
        (410, "MobileApplicationNoLongerAllowed", "does not allow this program", "ask your administrator"),
        (500, "CallbackChannelError", "the other side can't be reached", "try again"),
        (500, "InvalidExchangeServerVersion", "unsupported server version", ""),
        (404, "ApplicationNotFound", "the server has ended this session", ""),
        (400, "DestinationNotFound", "there is no such address", ""),
        (400, "NormalizationFailed", "does not know how to call this number", ""),
        (403, "TooManyConversations", "too many conversations at once", ""),
        (404, "", "the server no longer has it", ""),
        (403, "AnonymousNotAllowed", "does not allow it to guests", ""),
        (429, "", "asks rsvp to slow down", ""),
        (503, "", "the server is not available now", ""),
        (504, "", "did not answer in time", ""),
        (408, "", "did not answer in time", ""),
        (400, "ParameterValidationFailure", "does not understand a value", ""),
        (400, "LimitExceeded", "a server limit has been reached", ""),
        (400, "NeverHeardOf", "the server refused (400): NeverHeardOf", ""),
        (400, "", "the server refused (400): Some", ""),
    ] {
        let problem = refused(Operation::Read, status, subcode);
        assert!(problem.message.as_str().contains(words), "{status} {subcode}: {problem}");
        assert!(problem.remedy.as_str().contains(remedy), "{status} {subcode}: {problem}");
    }
    let cancelled = refused(Operation::Cancel, 410, "CannotRedirect");
    assert_eq!(cancelled.remedy.as_str(), "it ends by itself when no one answers");
}
