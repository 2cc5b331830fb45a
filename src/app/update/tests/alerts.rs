//! Tests of when and how the user is alerted.

use super::*;
use crate::app::{Alerts, Notification, NotificationChoice};
use crate::invitation::{Availability, ChatMessage, Importance, MessageText, Presence};

fn with(alerts: Alerts) -> TestApp {
    let mut app = TestApp::new();
    app.state.settings.alerts = alerts;
    app
}

fn osc() -> Alerts {
    Alerts { osc: true, ..Alerts::default() }
}

impl TestApp {
    fn notifications(&self) -> Vec<&Notification> {
        let mut notifications = Vec::new();
        for effect in &self.effects {
            if let Effect::Notify(notification) = effect {
                notifications.push(&**notification);
            }
        }
        notifications
    }

    fn alerted(&mut self, invitation: Invitation) -> bool {
        self.effects.clear();
        self.see(invitation);
        let bell = self.effects.contains(&Effect::Bell);
        let is_notified = !self.notifications().is_empty();
        assert_eq!(bell, is_notified, "the bell and notifications agree");
        bell
    }
}

#[test]
fn a_notification_says_what_who_and_what_about_and_offers_what_the_server_does() {
    use NotificationChoice::{Accept, Decline};
    for (kind, importance, title, choices) in [
        (Kind::Message, Importance::Normal, "IM from Caller 1", &[Accept, Decline][..]),
        (Kind::Phone, Importance::Urgent, "Urgent: Phone from Caller 1", &[Decline]),
        (Kind::Call, Importance::Emergency, "EMERGENCY: Call from Caller 1", &[Accept, Decline]),
    ] {
        let mut app = with(osc());
        app.see(Invitation { importance, ..invitation(1, kind) });
        let [notification] = app.notifications()[..] else { panic!("{:?}", app.effects) };
        assert_eq!(notification.title.as_str(), title);
        assert_eq!(notification.is_urgent, importance != Importance::Normal);
        assert_eq!(notification.text.as_str(), "Subject · Message · sip:c@x.example");
        assert_eq!((notification.invitation, notification.choices.as_slice()), (Some(id(1)), choices));
    }
    let mut app = with(Alerts::default());
    app.see(invitation(1, Kind::Message));
    assert!(app.notifications().is_empty(), "only if that is configured");
}

#[test]
fn nothing_alerts_in_quiet_hours_or_while_the_terminal_has_the_focus_where_that_is_configured() {
    // It is nine o'clock.
    let quiet = |hours: &str| Alerts { quiet_hours: vec![hours.parse().unwrap()], ..osc() };
    let unfocused = Alerts { only_unfocused: true, ..osc() };
    for (alerts, focus, is_alerted) in [
        (osc(), Some(true), true),
        (quiet("08:00-10:00"), None, false),
        (quiet("22:00-09:00"), None, true),
        (unfocused.clone(), None, true),
        (unfocused.clone(), Some(false), true),
        (unfocused, Some(true), false),
    ] {
        let mut app = with(alerts.clone());
        if let Some(has_focus) = focus {
            app.take(Message::Focus(has_focus));
        }
        assert_eq!(app.alerted(invitation(1, Kind::Message)), is_alerted, "{alerts:?} {focus:?}");
    }
}

#[test]
fn only_the_configured_kinds_and_importances_alert() {
    let mut app = with(Alerts { kinds: vec![Kind::Call], ..osc() });
    assert!(!app.alerted(invitation(1, Kind::Message)));
    assert!(app.alerted(invitation(2, Kind::Call)));
    let mut app = with(Alerts { importance: Importance::Urgent, ..osc() });
    assert!(!app.alerted(invitation(1, Kind::Message)));
    for (number, importance) in [(2, Importance::Urgent), (3, Importance::Emergency)] {
        assert!(app.alerted(Invitation { importance, ..invitation(number, Kind::Message) }));
    }
}

#[test]
fn do_not_disturb_silences_notifications_as_it_does_the_bell() {
    let mut app = with(osc());
    let presence = Presence { availability: Some(Availability::DoNotDisturb), ..Presence::default() };
    app.event(Event::Presence(Some(presence)));
    assert!(!app.alerted(invitation(1, Kind::Message)));
}

#[test]
fn an_answer_in_a_notification_answers_that_invitation_alone_and_once() {
    let mut app = TestApp::ringing(&[Kind::Message, Kind::Message]);
    app.press(" ");
    app.take(Message::Chosen(id(2), NotificationChoice::Accept));
    assert_eq!(app.answers(), [(2, Decision::Accept)]);
    app.take(Message::Chosen(id(2), NotificationChoice::Decline));
    assert_eq!(app.answers().len(), 1);
    assert!(app.notice().contains("already answered"), "{}", app.notice());
    app.take(Message::Chosen(id(1), NotificationChoice::Decline));
    assert_eq!(app.answers()[1], (1, Decision::Decline(Reason::Local)));
}

#[test]
fn an_answer_in_a_notification_of_what_is_over_is_told_and_not_sent() {
    let mut app = TestApp::ringing(&[Kind::Message]);
    app.over(1, Outcome::CallerGaveUp);
    app.take(Message::Chosen(id(1), NotificationChoice::Accept));
    assert_eq!(app.notice(), "Caller 1: already over: the caller gave up");
    app.take(Message::Chosen(id(7), NotificationChoice::Accept));
    assert_eq!(app.notice(), "The invitation that you answered is over");
    assert_eq!(app.answers(), []);
}

#[test]
fn a_message_that_the_screen_shows_to_nobody_alerts() {
    let message = |text: &str| {
        let text = MessageText::new(text);
        Event::Message(Box::new(ChatMessage {
            conversation: conversation_id(1),
            from: somebody("Lene"),
            text,
        }))
    };
    let mut app = with(osc());
    app.event(Event::Conversation(Box::new(conversation(1))));
    app.press("3");
    app.event(message("seen"));
    assert!(app.notifications().is_empty(), "{:?}", app.effects);
    app.take(Message::Focus(false));
    app.event(message("Hello"));
    assert_eq!(app.notifications()[0].text.as_str(), "Hello");
    assert!(app.notifications()[0].choices.is_empty());
}

#[test]
fn the_title_of_the_window_counts_the_incoming_invitations_that_are_not_over() {
    let title = |app: &TestApp| crate::ui::title(&app.state);
    let mut app = TestApp::new();
    assert_eq!(title(&app), "rsvp");
    for number in 1..=3 {
        app.see(invitation(number, Kind::Message));
    }
    app.see(invitation(4, Kind::Participant));
    assert_eq!(title(&app), "(3) rsvp", "the user's own invitation waits for others");
    app.over(4, Outcome::Joined);
    assert_eq!(title(&app), "(3) rsvp", "the user's own invitation was not counted before");
    app.over(2, Outcome::CallerGaveUp);
    assert_eq!(title(&app), "(2) rsvp", "its row is still there");
    app.pass(Duration::from_secs(60));
    assert_eq!(title(&app), "(2) rsvp", "its row is gone");
    app.over(1, Outcome::CallerGaveUp);
    app.over(3, Outcome::CallerGaveUp);
    assert_eq!(title(&app), "rsvp");
}

#[test]
fn the_bell_rings_once_for_all_invitations_of_an_update_and_each_has_its_notification() {
    for alerts in [osc(), Alerts { desktop: true, ..Alerts::default() }] {
        let mut app = with(alerts.clone());
        let invitations = (1..=3).map(|number| invitation(number, Kind::Message).into()).collect();
        app.event(Event::Snapshot { invitations, conversations: Vec::new() });
        let bells = app.effects.iter().filter(|effect| **effect == Effect::Bell).count();
        assert_eq!((bells, app.notifications().len()), (1, 3), "{alerts:?}");
    }
}
