//! The details.

use super::*;

#[test]
fn details_can_fill_the_body() {
    let mut state = busy();
    state.details = Details::FULL;
    snapshot("details", &state);
    let mut state = on(Tab::Conversations);
    state.details = Details::FULL;
    assert_snapshot("details-conversation-80x24", screen(&state, &plain(), (80, 24)));
}

#[test]
fn a_call_to_a_bot_tells_who_answers_and_how_long_it_rings() {
    let mut state = with_bot();
    snapshot("call", &state);
    state.incoming.select(call_id(3));
    assert_snapshot("call-past-80x24", screen(&state, &plain(), (80, 24)));
    state.incoming.select(call_id(1));
    state.details = Details::FULL;
    snapshot("call-details", &state);
    let to = Destination::parse("+14255550100").unwrap();
    state.incoming.change(call_id(1), |it| it.phase = answering(Decision::Redirect(to), Progress::Sending));
    assert!(screen(&state, &plain(), (80, 24)).contains("redirecting… (redirect to +14255550100)"));
}

#[test]
fn details_over_the_whole_screen_are_scrolled_and_say_how() {
    let mut state = with_bot();
    state.details = Details::Full { of: state.selected(), scrolled: Some(u16::MAX) };
    assert_snapshot("call-details-end-40x12", screen(&state, &plain(), (40, 12)));
    state.size = (80, 12);
    let fits = viewport(&state, &plain()).scrollable;
    assert!(fits > 0);
    state.details = Details::FULL;
    assert!(screen(&state, &plain(), state.size).contains(&format!("PageDown: {fits} more below")));
}
