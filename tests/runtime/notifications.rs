//! Notifications of the terminal and of the desktop, and the answers that the user gives in them.

use std::time::Duration;

use rsvp::app::{Alerts, Message, NotificationChoice, Settings};
use rsvp::provider::Command;
use rsvp::rules::{Action, Answer, Rule, Rules};
use rsvp::terminal::Input;

use crate::support::{Program, Setup, paused};

fn with(alerts: Alerts) -> Setup {
    let setup = Setup::default();
    Setup { settings: Settings { alerts, ..setup.settings }, ..setup }
}

fn notifications(program: &Program) -> usize {
    program.shown(|shown| shown.notifications.len())
}

#[test]
fn a_notification_goes_the_configured_ways_and_its_answer_reaches_the_provider() {
    paused(async {
        let alerts = Alerts { osc: true, desktop: true, ..Alerts::default() };
        let (mut program, mut scripts) = with(alerts).scripted(1);
        program.wait_for("● online").await;
        scripts[0].rings(1);
        program.wait_for("Incoming 1").await;
        assert_eq!(notifications(&program), 1);
        let shown = program.desktop.notifications.try_recv().unwrap();
        let chosen = (shown.invitation.unwrap(), NotificationChoice::Accept);
        program.desktop.choices.try_send(chosen).unwrap();
        program.wait_for("accepting…").await;
        let answered = scripts[0].drain().into_iter().any(|it| matches!(it, Command::Answer { .. }));
        assert!(answered);
    });
}

#[test]
fn a_terminal_with_the_focus_is_left_in_peace_and_the_focus_is_no_activity_of_the_user() {
    paused(async {
        let alerts = Alerts { osc: true, only_unfocused: true, ..Alerts::default() };
        let (mut program, mut scripts) = with(alerts).scripted(1);
        program.wait_for("● online").await;
        program.input(Input::Message(Message::Focus(true)));
        program.settle().await;
        scripts[0].rings(1);
        program.wait_for("Incoming 1").await;
        assert_eq!((notifications(&program), program.shown(|shown| shown.bells)), (0, 0));
        program.input(Input::Message(Message::Focus(false)));
        program.settle().await;
        scripts[0].rings(2);
        program.wait_for("Incoming 2").await;
        assert_eq!((notifications(&program), program.shown(|shown| shown.bells)), (1, 1));
        assert!(!scripts[0].drain().contains(&Command::Active));
    });
}

#[test]
fn a_rule_answers_when_its_delay_is_over_although_nothing_happens() {
    paused(async {
        let mut setup = Setup::default();
        let action = Action::Answer { answer: Answer::Accept, delay: Duration::from_millis(4_500) };
        let rule = Rule { name: "soon".into(), conditions: Vec::new(), action };
        setup.settings.rules = Rules::new(vec![rule]);
        let (mut program, scripts) = setup.scripted(1);
        program.wait_for("● online").await;
        // The list in front shows nothing that counts down.
        program.press("4");
        scripts[0].rings(1);
        program.wait_for("Incoming 1").await;
        program.press("1");
        program.wait_for("rule “soon” accepts").await;
        let before = tokio::time::Instant::now();
        program.wait_for("accepting…").await;
        assert!(before.elapsed() < Duration::from_secs(5), "{:?}", before.elapsed());
    });
}
