//! Finding people, and starting conversations with them.

use super::*;

fn found(name: &str, uri: &str, position: [&str; 2], availability: Option<Availability>) -> FoundPerson {
    let [title, department] = position.map(Into::into);
    FoundPerson { party: party(name, uri), title, department, availability }
}

fn people() -> Vec<FoundPerson> {
    vec![
        found(
            "Dana Birkby",
            "sip:dana@contoso.com",
            ["Senior Software Engineer", "Research"],
            Some(Availability::Online),
        ),
        found("Lene Aaling", "sip:lenea@contoso.com", ["Director", ""], Some(Availability::DoNotDisturb)),
        found("D\u{0430}na", "sip:dana@evil.example", ["", ""], None),
        found("", "tel:+14255550100", ["", ""], None),
        found("Tosh Meston", "sip:tosh@contoso.com", ["", "Sales"], Some(Availability::Busy)),
        found("山田太郎", "sip:yamada@contoso.com", ["技師", "研究"], Some(Availability::Offline)),
    ]
}

fn searched(purpose: PickPurpose, typed: &str, search: Search) -> Mode {
    let mut dialog = FindPerson::new(purpose, None);
    dialog.line = Line::new(typed.into());
    dialog.search = search;
    Mode::FindPerson(dialog)
}

fn answered(people: Vec<FoundPerson>, is_complete: bool) -> Search {
    Search::Found(Found { ticket: Ticket(0), people, is_complete, at: Moment::default() })
}

/// Returns the choice of a person with people who were found.
pub fn finding(purpose: PickPurpose, typed: &str, complaint: Option<&'static str>) -> Mode {
    let mut dialog = FindPerson::new(purpose, None);
    dialog.line = Line { input: Input::new(typed.into()), complaint };
    dialog.search = answered(people(), false);
    dialog.highlighted = 1;
    Mode::FindPerson(dialog)
}

/// Returns a first message and its subject.
pub fn composing(field: Field) -> Mode {
    let draft = NewConversation {
        account: AccountId(0),
        to: party("Dana Birkby", "sip:dana@contoso.com"),
        subject: "Lunch".into(),
        message: "Are you\nhungry? 日本語".into(),
    };
    let mut compose = Compose::new(draft, Moment::default());
    compose.field = field;
    Mode::Compose(compose)
}

#[test]
fn the_people_who_are_found_are_shown_with_what_is_known_of_them() {
    let mut state = on(Tab::Conversations);
    state.mode = finding(PickPurpose::Invite(conversation_id(1)), "a", None);
    snapshot("find-person", &state);
    state.mode = searched(
        PickPurpose::Invite(conversation_id(1)),
        "dana@contoso.com",
        answered(people().split_off(1), true),
    );
    assert_snapshot("find-person-typed-80x24", screen(&state, &plain(), (80, 24)));
}

#[test]
fn what_became_of_the_search_is_said_in_words() {
    let mut state = with_bot();
    let start = PickPurpose::Start(AccountId(0));
    for (search, words) in [
        (Search::Idle, "a name, an address such as"),
        (Search::Waiting(Ticket(0)), "searching…"),
        (answered(Vec::new(), true), "No one was found by that name. You can enter a whole address."),
        (answered(people(), true), "6 people found"),
        (answered(people(), false), "the first 6; type more of the name"),
        (
            Search::Failed("the server does not allow it".into()),
            "Can't search: the server does not allow it.",
        ),
    ] {
        state.mode = searched(start, "x", search);
        let text = screen(&state, &plain(), (80, 24));
        assert!(text.contains(words), "{words}\n{text}");
        assert!(text.contains("New conversation from contoso.com"), "{text}");
    }
    let Mode::FindPerson(dialog) = &mut state.mode else { panic!("the dialog is gone") };
    dialog.line.complaint = Some("Still searching; wait, or enter a whole address");
    assert!(screen(&state, &plain(), (40, 12)).contains("! Still searching; wait, or enter a"));
}

#[test]
fn of_many_people_the_highlighted_one_is_in_sight() {
    let mut state = on(Tab::Conversations);
    let many = (0..50)
        .map(|number| found(&format!("N{number}."), &format!("sip:n{number}@contoso.com"), ["", ""], None));
    state.mode = searched(PickPurpose::Invite(conversation_id(1)), "n", answered(many.collect(), false));
    let Mode::FindPerson(dialog) = &mut state.mode else { panic!("the dialog is gone") };
    dialog.highlighted = 40;
    for size in SIZES {
        assert!(screen(&state, &plain(), size).contains("▸ N40."), "{size:?}");
    }
}

#[test]
fn the_first_message_is_written_beside_its_subject() {
    let mut state = busy();
    state.mode = composing(Field::Message);
    snapshot("compose", &state);
    state.mode = composing(Field::Subject);
    let Mode::Compose(compose) = &mut state.mode else { panic!("the dialog is gone") };
    compose.subject.complaint = Some("A subject has at most 250 characters");
    assert!(screen(&state, &plain(), (80, 24)).contains("! A subject has at most 250 characters"));
}
