//! Drawing a frame with many entries, compared with a frame with ten, and with one whose rows just fill the screen.

use std::sync::Arc;
use std::time::Duration;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use rsvp::app::{Account, Message, Now, Settings, State, update};
use rsvp::invitation::{AccountId, Direction, Invitation, InvitationId, Kind, Moment, Offers, Party};
use rsvp::provider::Event;
use rsvp::ui::{Look, draw};

use crate::report::{Row, seconds};
use crate::statistics::{medians, time};

pub fn bench(rows: &mut Vec<Row>) {
    for (pending, words, few) in [(10_000, "10,000", 10), (100_000, "100,000", 40)] {
        let (many, reference) = (state(pending), state(few));
        let times = medians(201, || frame(&many), || frame(&reference));
        let what = format!("a frame with {words} pending");
        rows.push(Row::ratio(&what, times, &format!("with {few}"), 1.2, seconds));
    }
}

/// Returns the time for drawing a frame on a screen that shows the same frame already.
fn frame(state: &State) -> Duration {
    let mut terminal = Terminal::new(TestBackend::new(120, 40)).unwrap();
    let mut draw_once = || {
        let drawn = terminal.draw(|frame| {
            draw(frame.buffer_mut(), state, &Look::default());
        });
        drawn.unwrap().count
    };
    draw_once();
    time(draw_once)
}

/// Returns a state in which that many invitations ring.
pub fn state(pending: u64) -> State {
    let now = Now { moment: Moment::default(), wall: jiff::civil::date(2026, 1, 5).at(9, 0, 0, 0) };
    let mut state = State::new(Settings::default(), vec![Account::default()], now, (120, 40));
    for number in 0..pending {
        let id = InvitationId { account: AccountId(0), number };
        let (arrived, deadline) = (Moment(Duration::from_millis(number)), Moment(Duration::from_secs(30)));
        let invitation = Invitation {
            from: Party {
                name: "Lene Aaling".into(),
                uri: "sip:lenea@contoso.example".into(),
                ..Party::default()
            },
            subject: "Strategy for next quarter".into(),
            message: "Do you have five minutes?".into(),
            offers: Offers { accept: true, decline: true, ..Offers::default() },
            ..Invitation::new(id, Kind::Message, Direction::Incoming, arrived, deadline)
        };
        update(&mut state, now, Message::Provider(AccountId(0), Event::Invitation(Arc::new(invitation))));
    }
    state
}
