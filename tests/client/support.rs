//! A client without a screen: the provider and the reducer against a simulator, under a clock that is
//! paused and so moves on as soon as everybody waits.

use std::sync::Arc;
use std::time::Duration;

use rsvp::app::key::{Code, Key};
use rsvp::app::{Account, Effect, Message, Now, Settings, State, update};
use rsvp::config::Secret;
use rsvp::invitation::{AccountId, Decision, Invitation, Outcome};
use rsvp::provider::exchange::Exchange;
use rsvp::provider::ucwa::{self, Activity, Availability, Credentials, Modality, Start, Wire};
use rsvp::provider::{Clock, Command, Handle};
use rsvp::sim::{InProcess, Options, Simulator};

pub struct Desk {
    pub sim: Simulator,
    pub state: State,
    /// Every decision that was sent.
    pub decisions: Vec<Decision>,
    clock: Clock,
    provider: Handle,
}

/// How the latest invitation that is over ended.
pub fn outcome_of(state: &State) -> Option<&Outcome> {
    state.history.page(0).next().map(|past| &past.outcome)
}

fn settings(credentials: Credentials) -> ucwa::Settings {
    ucwa::Settings {
        start: Start::Url("https://pool.contoso.example/".parse().unwrap()),
        credentials,
        trusted_hosts: Vec::new(),
        modalities: vec![Modality::Messaging, Modality::PhoneAudio],
        phone_number: None,
        sign_in_as: Availability::Online,
        culture: "en-US".into(),
        poll_timeout: Duration::from_secs(180),
        activity: Activity::Always,
        wire: Wire::Json,
        endpoint_id: "c0ffee".into(),
    }
}

impl Desk {
    pub async fn online() -> Self {
        Self::beside(&Simulator::new(Options::default())).await
    }

    /// One more client at the same server, with the same endpoint.
    pub async fn beside(sim: &Simulator) -> Self {
        let credentials = Credentials::Token(Secret::Value("cwt=demo".into()));
        Self::start(sim, Arc::new(InProcess::new(sim)), credentials).await
    }

    pub async fn with_password(options: Options) -> Self {
        let sim = Simulator::new(Options { password: "hunter2".into(), ..options });
        let password = Secret::Value("hunter2".into());
        let credentials = Credentials::Password { username: "tosh@contoso.example".into(), password };
        Self::start(&sim, Arc::new(InProcess::new(&sim)), credentials).await
    }

    async fn start(sim: &Simulator, exchange: Arc<dyn Exchange>, credentials: Credentials) -> Self {
        let clock = Clock::start();
        let provider = ucwa::spawn(settings(credentials), exchange, AccountId(0), clock);
        let account = Account { label: "contoso.example".into(), ..Account::default() };
        let app = Settings { history_limit: 100, ..Settings::default() };
        let state = State::new(app, vec![account], now(clock), (80, 24));
        let mut desk = Self { sim: sim.clone(), state, decisions: Vec::new(), clock, provider };
        desk.until(|state| state.accounts[0].status.is_online()).await;
        desk
    }

    fn take(&mut self, message: Message) {
        for effect in update(&mut self.state, now(self.clock), message) {
            if let Effect::Provider(_, command) = effect {
                if let Command::Answer { decision, .. } = &command {
                    self.decisions.push(decision.clone());
                }
                self.provider.commands.try_send(command).unwrap();
            }
        }
    }

    /// Presses the keys that these characters stand for.
    pub fn press(&mut self, keys: &str) {
        for character in keys.chars() {
            let key = if character == '\n' { Key::plain(Code::Enter) } else { Key::from(character) };
            self.take(Message::Key(key));
        }
    }

    /// Lets events in until the state is as expected.
    pub async fn until(&mut self, expected: impl Fn(&State) -> bool) {
        let patience = tokio::time::sleep(Duration::from_secs(600));
        tokio::pin!(patience);
        while !expected(&self.state) {
            tokio::select! {
                event = self.provider.events.recv() => {
                    let event = event.expect("the provider is running");
                    self.take(Message::Provider(AccountId(0), event));
                }
                () = &mut patience => panic!(
                    "never came about; notice {:?}, status {:?}, record {:#?}",
                    self.state.notice, self.state.accounts[0].status, self.sim.record()
                ),
            }
        }
    }

    /// Lets so many seconds pass.
    pub async fn wait(&mut self, seconds: u64) {
        let over = tokio::time::sleep(Duration::from_secs(seconds));
        tokio::pin!(over);
        loop {
            tokio::select! {
                Some(event) = self.provider.events.recv() => self.take(Message::Provider(AccountId(0), event)),
                () = &mut over => return,
            }
        }
    }

    /// Waits for an invitation that can be answered.
    pub async fn ringing(&mut self) -> Invitation {
        self.until(|state| state.incoming.iter().any(|entry| entry.invitation.offers.decline)).await;
        let entry = self.state.incoming.page(0).next().unwrap();
        entry.invitation.clone()
    }

    pub fn notice(&self) -> String {
        self.state.notice.as_ref().map(|notice| notice.text.to_string()).unwrap_or_default()
    }

    /// What was posted to links of invitations and conversations: the target and the body.
    pub fn posts(&self) -> Vec<String> {
        self.sim
            .record()
            .into_iter()
            .filter(|request| request.method == "POST" && request.target.contains("/communication/"))
            .map(|request| format!("{} {}", request.target, request.body))
            .collect()
    }

    /// Signs out, and looks once more at what the server thinks of us.
    pub async fn end(mut self) {
        self.provider.commands.try_send(Command::SignOut).unwrap();
        while self.provider.events.recv().await.is_some() {}
        assert_eq!(self.sim.complaints(), Vec::<String>::new());
    }
}

fn now(clock: Clock) -> Now {
    Now { moment: clock.now(), wall: jiff::civil::date(2026, 1, 5).at(9, 0, 0, 0) }
}
