//! Calls that the bot has answered: what can be done with them.

use super::*;
use crate::invitation::ConversationId;

/// A call that the bot has answered is selected in the list of conversations.
fn on_the_line(note: &str, is_free: bool) -> State {
    let mut state = with_bot();
    let id = ConversationId { account: AccountId(1), number: 1 };
    let call = state.conversations.get(id).unwrap().clone();
    let call = Conversation { can_invite: is_free, can_transfer: is_free, note: note.into(), ..call };
    state.conversations.upsert(call);
    state.tab = Tab::Conversations;
    state.conversations.select(id);
    state
}

#[test]
fn a_call_names_the_keys_that_invite_transfer_and_hang_up() {
    let state = on_the_line("the bot is on the line, not you", true);
    let text = screen(&state, &plain(), (80, 24));
    for words in ["f transfer…", "i invite", "x hang up"] {
        assert!(text.lines().last().unwrap().contains(words), "{words}: {text}");
    }
    let text = screen(&state, &plain(), (160, 50));
    for words in ["you can hang up", "you can transfer it"] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn a_call_on_its_way_to_somebody_else_says_so_and_can_only_be_hung_up() {
    let note = "the call is being transferred to +14255550100";
    let state = on_the_line(note, false);
    for size in [(80, 24), (160, 50)] {
        let text = screen(&state, &plain(), size);
        assert!(text.contains(note), "{text}");
        assert!(!text.lines().last().unwrap().contains("transfer…"), "{text}");
    }
}

#[test]
fn the_lines_that_ask_whom_name_the_caller() {
    let id = ConversationId { account: AccountId(1), number: 1 };
    for (purpose, title) in [
        (Purpose::Transfer(id), "Transfer John Doe to whom?"),
        (Purpose::InviteToCall(id), "Invite whom to John Doe’s call?"),
    ] {
        let mut state = on_the_line("", true);
        state.mode = prompt(purpose, "+1425", None);
        for size in [(80, 24), (40, 12)] {
            let text = screen(&state, &plain(), size);
            assert!(text.contains(title), "{text}");
        }
    }
}
