use anyhow::Context;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;

use super::say;
use crate::cli::Simulate;
use crate::sim::console::{self, Answer};
use crate::sim::scenario::Scenario;
use crate::sim::{Options, Simulator, serve};

/// Runs the simulator alone: prints how to reach it, every request, and what is said to each line typed.
pub(super) async fn run(arguments: &Simulate) -> anyhow::Result<()> {
    let scenario = arguments.scenario.as_deref().map(Scenario::load).transpose()?;
    let options = scenario.as_ref().map_or_else(Options::default, Scenario::options);
    anyhow::ensure!(
        arguments.listen.ip().is_loopback(),
        "{} is not on this machine's loopback; the simulator listens on loopback only",
        arguments.listen
    );
    let listener = TcpListener::bind(arguments.listen)
        .await
        .with_context(|| format!("can't listen on {}; choose another with --listen", arguments.listen))?;
    let url = format!("http://{}/", listener.local_addr()?);
    say(&format!("A Skype for Business server for development listens on {url}\n"))?;
    say("A configuration for it:\n")?;
    say(&format!("    token = \"{}\"\n    [ucwa]\n    url = \"{url}\"\n", options.token))?;
    say(&format!("or, with a password, any username and the password `{}`.", options.password))?;
    say("Type help for what can be made to happen.")?;

    let sim = Simulator::new(options);
    let server = tokio::spawn(serve(sim.clone(), listener));
    if let Some(scenario) = scenario {
        say(&format!("Playing: {}", scenario.title))?;
        tokio::spawn(scenario.play(sim.clone()));
    }
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    let mut open = true;
    let mut seen = 0;
    loop {
        tokio::select! {
            line = lines.next_line(), if open => match line? {
                None => open = false,
                Some(line) => match console::obey(&sim, &line) {
                    Ok(Answer::Quit) => break,
                    Ok(Answer::Say(text)) if text.is_empty() => {}
                    Ok(Answer::Say(text)) => say(&text)?,
                    Err(complaint) => say(&format!("? {complaint}"))?,
                },
            },
            answered = sim.answered_from(seen) => {
                for request in &answered {
                    say(&request.to_string())?;
                }
                seen += answered.len();
            }
            _ = tokio::signal::ctrl_c() => break,
        }
    }
    server.abort();
    Ok(())
}
