//! What must not be sent, to whom, and when.

use std::collections::BTreeMap;
use std::time::Duration;

use rsvp::app::Effect;
use rsvp::provider::{Command, Event, Status};

use super::Run;
use super::cases::{Case, RING};
use super::tap::{Asked, Reply};

const SERVICE: &str = "graph.example";
const DIRECTORY: &str = "login.example";
const KEYS: &str = "keys.example";

impl Run {
    pub fn requests_are_right(&self, cases: &[Case]) {
        let traffic = self.tap.traffic();
        for asked in &traffic.asked {
            Self::goes_where_it_belongs(asked, cases);
        }
        for case in cases {
            case.is_decided_once_and_in_time();
        }
        self.tokens_are_few(&traffic.asked);
    }

    /// Each host gets what is its own.
    fn goes_where_it_belongs(asked: &Asked, cases: &[Case]) {
        let (host, path) = (asked.url.host_str().unwrap(), asked.url.path());
        let what = format!("{} {}", asked.method, asked.url);
        assert_eq!(asked.url.scheme(), "https", "{what}");
        assert_eq!(asked.url.query(), None, "{what}");
        match host {
            KEYS => {
                assert!(asked.method == "GET" && path.starts_with("/v1/"), "{what}");
                assert!(asked.bearer.is_none() && !asked.secret && asked.body.is_empty(), "{what}");
            }
            DIRECTORY => {
                let tenant = path.strip_suffix("/oauth2/v2.0/token").unwrap_or_else(|| panic!("{what}"));
                assert!(Self::is_ours(&tenant[1..]), "{what}");
                assert!(asked.method == "POST" && asked.secret && asked.bearer.is_none(), "{what}");
            }
            SERVICE => {
                assert!(asked.bearer.is_some() && !asked.secret, "{what}");
                let (id, _) = asked.call().unwrap_or_else(|| panic!("{what}"));
                let case = cases.iter().find(|case| case.id == id).unwrap_or_else(|| panic!("{what}"));
                assert!(
                    case.came.is_some_and(|(came, _)| came <= asked.at),
                    "{what}: nobody told of that call"
                );
                assert!(Self::is_ours(&case.tenant), "{what}: it is a call of strangers");
                assert_ne!(asked.status(), Some(403), "{what}: by the token of another tenant");
            }
            _ => panic!("{what}: a stranger"),
        }
    }

    /// Tokens are fetched when there is cause for it, and are not asked for in a hurry.
    fn tokens_are_few(&self, asked: &[Asked]) {
        let mut by_tenant: BTreeMap<&str, Vec<&Asked>> = BTreeMap::new();
        for asked in asked.iter().filter(|it| it.url.host_str() == Some(DIRECTORY)) {
            by_tenant.entry(asked.url.path()).or_default().push(asked);
        }
        let renewals = usize::try_from(self.started.elapsed().as_secs() / 3_000).unwrap();
        let again = |effect: &Effect| matches!(effect, Effect::Provider(_, Command::Reconnect));
        let begun = self.desk.effects.iter().filter(|(_, effect)| again(effect)).count();
        let anew = |event: &&Event| matches!(event, Event::Status(Status::Connecting(_)));
        // What was under way when it was begun anew has its own tokens, which end, too.
        let cause = self.desk.told().filter(anew).count() + 2 * self.expiries + renewals + begun;
        for (tenant, asked) in by_tenant {
            let got = asked.iter().filter(|it| it.succeeded()).count();
            assert!(got <= cause, "{got} tokens for {tenant}, and cause for {cause}");
            for many in asked.windows(30) {
                let time = many[29].at.duration_since(many[0].at);
                assert!(time > Duration::from_secs(10), "30 tokens were asked for in {time:?}");
            }
        }
    }
}

impl Case {
    /// Nothing is decided after the time is over or the end was told, and nothing twice.
    fn is_decided_once_and_in_time(&self) {
        let who = self.key();
        let mut done: Option<(&Asked, tokio::time::Instant)> = None;
        let mut unsure: Option<&Asked> = None;
        for asked in self.decisions() {
            let what = format!("{who}: {} at {:?}", asked.url.path(), asked.at);
            assert!(self.rang_for(asked.at, asked.asleep) < RING, "{what} is too late");
            let told = self.ended.is_some_and(|(at, _)| at < asked.at);
            assert!(!told, "{what} is sent although the end was told");
            let open = self.established.is_some_and(|(at, _)| at < asked.at);
            assert!(!open, "{what} is sent although somebody is on the line");
            assert!(done.is_none_or(|(_, at)| asked.at < at), "{what} was done before");
            // A rejection does no harm twice. Of all others must be known first that they were not carried out.
            if let Some(before) = unsure {
                let same = asked.url == before.url && asked.url.path().ends_with("/reject");
                let rings = |it: &Asked| {
                    it.state()
                        .is_some_and(|(at, state)| state == "incoming" && at >= before.at && at <= asked.at)
                };
                assert!(same || self.asked.iter().any(rings), "{what} follows what may have been done");
            }
            match &asked.reply {
                Reply::Came { at, .. } if asked.succeeded() => done = Some((asked, *at)),
                _ if asked.is_uncertain() => unsure = Some(asked),
                _ => {}
            }
        }
    }
}
