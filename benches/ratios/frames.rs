//! Drawing a frame with many entries, compared with a frame with ten.

use std::time::Duration;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use rsvp::app::{Account, Message, Now, Settings, State, update};
use rsvp::invitation::{AccountId, Direction, Invitation, InvitationId, Kind, Moment, Offers, Party};
use rsvp::provider::Event;
use rsvp::ui::{Look, draw};

use crate::{compare, time};

pub fn bench() {
    let (ten, many) = (state(10), state(10_000));
    compare("a frame with 10,000 pending", "a frame with 10", 1.5, 201, || frame(&many), || frame(&ten));
    let (ten, many) = (state(10), state(100_000));
    compare("a frame with 100,000 pending", "a frame with 10", 1.5, 201, || frame(&many), || frame(&ten));
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

fn state(pending: u64) -> State {
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
        update(&mut state, now, Message::Provider(AccountId(0), Event::Invitation(Box::new(invitation))));
    }
    state
}
