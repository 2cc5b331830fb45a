//! `rsvp notify test`.

use std::io::{IsTerminal, stdout};

use super::output::print_line;
use crate::app::{Alerts, Notification};
use crate::cli::Global;
use crate::terminal::{Osc, print};
use crate::{config, desktop};

/// The reason why nothing is sent to the terminal.
const NO_TERMINAL: &str = "standard output is not a terminal";

/// Alerts the user in each way and prints what was sent how.
///
/// # Errors
/// Returns an error if a way that is configured has failed.
pub(super) fn test(global: &Global) -> anyhow::Result<()> {
    let settings = config::load_screen(global.config.as_deref(), global.profile.as_deref())?.settings;
    let Alerts { osc: uses_osc, desktop: uses_desktop, .. } = settings.alerts;
    let notification = Notification::new("rsvp", "This is how an invitation is announced.");
    let osc = Osc::of_environment(|name| std::env::var(name).ok());
    let ways = [
        ("bell", settings.bell, send("\x07".into()).map(|()| "sent BEL to the terminal".to_owned())),
        ("osc", uses_osc, send(osc.encode(&notification)).map(|()| sent(osc))),
        (
            "desktop",
            uses_desktop,
            desktop::show_once(&notification).map(|()| "handed to the desktop's notification service".into()),
        ),
    ];
    let mut failed = Vec::new();
    for (name, is_used, result) in ways {
        let use_note = if is_used { "" } else { " (not in `notify`)" };
        let words = match result {
            Ok(words) => words,
            Err(why) => {
                failed.extend(is_used.then_some(name));
                format!("not sent: {why}")
            }
        };
        print_line(&format!("{name:<8} {words}{use_note}"))?;
    }
    for line in limits(&settings.alerts) {
        print_line(&line)?;
    }
    anyhow::ensure!(failed.is_empty(), "{} of `notify` did not work", failed.join(" and "));
    Ok(())
}

fn send(bytes: String) -> Result<(), String> {
    if !stdout().is_terminal() {
        return Err(NO_TERMINAL.to_owned());
    }
    print(stdout(), bytes).map_err(|error| error.to_string())
}

fn sent(osc: Osc) -> String {
    let tmux =
        if osc.passes_tmux { " through tmux, which must have `set -g allow-passthrough on`" } else { "" };
    format!("sent {} to the terminal{tmux}; a terminal without notifications ignores it", osc.name())
}

/// Returns what else keeps invitations from being announced.
fn limits(alerts: &Alerts) -> Vec<String> {
    let quiet: Vec<String> = alerts.quiet_hours.iter().map(ToString::to_string).collect();
    let quiet =
        (!quiet.is_empty()).then(|| format!("Nothing is announced in the quiet hours {}.", quiet.join(", ")));
    let focus = "Nothing is announced while the terminal has the focus, if it reports that (in tmux: `set -g focus-events on`).";
    let focus = alerts.only_unfocused.then(|| focus.to_owned());
    quiet.into_iter().chain(focus).collect()
}
