//! Checks of the requests that the bot sends.

use std::collections::BTreeMap;
use std::time::Duration;

use rsvp::app::Effect;
use rsvp::provider::{Command, Event, Status};

use super::Run;
use super::cases::{Case, RING};
use super::tap::{BotRequest, Reply};

const SERVICE: &str = "graph.example";
const DIRECTORY: &str = "login.example";
const KEYS: &str = "keys.example";

impl Run {
    pub fn requests_are_right(&self, cases: &[Case]) {
        let traffic = self.tap.traffic();
        for request in &traffic.requests {
            Self::goes_where_it_belongs(request, cases);
        }
        for case in cases {
            case.is_decided_once_and_in_time();
        }
        self.tokens_are_few(&traffic.requests);
    }

    /// Checks that each host gets only the requests and credentials that are for it.
    fn goes_where_it_belongs(request: &BotRequest, cases: &[Case]) {
        let (host, path) = (request.url.host_str().unwrap(), request.url.path());
        let what = format!("{} {}", request.method, request.url);
        assert_eq!(request.url.scheme(), "https", "{what}");
        assert_eq!(request.url.query(), None, "{what}");
        match host {
            KEYS => {
                assert!(request.method == "GET" && path.starts_with("/v1/"), "{what}");
                assert!(request.bearer.is_none() && !request.secret && request.body.is_empty(), "{what}");
            }
            DIRECTORY => {
                let tenant = path.strip_suffix("/oauth2/v2.0/token").unwrap_or_else(|| panic!("{what}"));
                assert!(Self::serves(&tenant[1..]), "{what}");
                assert!(request.method == "POST" && request.secret && request.bearer.is_none(), "{what}");
            }
            SERVICE => {
                assert!(request.bearer.is_some() && !request.secret, "{what}");
                let (id, _) = request.call().unwrap_or_else(|| panic!("{what}"));
                let case = cases.iter().find(|case| case.id == id).unwrap_or_else(|| panic!("{what}"));
                assert!(
                    case.announced.is_some_and(|(announced, _)| announced <= request.at),
                    "{what}: nobody told of that call"
                );
                assert!(Self::serves(&case.tenant), "{what}: it is a call of a foreign tenant");
                assert_ne!(request.status(), Some(403), "{what}: by the token of another tenant");
            }
            _ => panic!("{what}: an unknown host"),
        }
    }

    /// Checks that tokens are requested only when needed, and not too often.
    fn tokens_are_few(&self, requests: &[BotRequest]) {
        let mut by_tenant: BTreeMap<&str, Vec<&BotRequest>> = BTreeMap::new();
        for request in requests.iter().filter(|it| it.url.host_str() == Some(DIRECTORY)) {
            by_tenant.entry(request.url.path()).or_default().push(request);
        }
        let renewals = usize::try_from(self.started.elapsed().as_secs() / 3_000).unwrap();
        let again = |effect: &Effect| matches!(effect, Effect::Provider(_, Command::Reconnect));
        let begun = self.client.effects.iter().filter(|(_, effect)| again(effect)).count();
        let anew = |event: &&Event| matches!(event, Event::Status(Status::Connecting(_)));
        // The requests that were in flight at a reconnect have tokens of their own, which expire, too.
        let cause = self.client.events().filter(anew).count() + 2 * self.expiries + renewals + begun;
        for (tenant, requests) in by_tenant {
            let got = requests.iter().filter(|it| it.succeeded()).count();
            assert!(got <= cause, "{got} tokens for {tenant}, and cause for {cause}");
            for many in requests.windows(30) {
                let time = many[29].at.duration_since(many[0].at);
                assert!(time > Duration::from_secs(10), "30 tokens were asked for in {time:?}");
            }
        }
    }
}

impl Case {
    /// Checks that a call is answered at most once, in time, and not after its end was reported.
    fn is_decided_once_and_in_time(&self) {
        let who = self.key();
        let mut done: Option<(&BotRequest, tokio::time::Instant)> = None;
        let mut unsure: Option<&BotRequest> = None;
        for request in self.decisions() {
            let what = format!("{who}: {} at {:?}", request.url.path(), request.at);
            assert!(self.rang_for(request.at, request.asleep) < RING, "{what} is too late");
            let told = self.ended.is_some_and(|(at, _)| at < request.at);
            assert!(!told, "{what} is sent although the end was told");
            let open = self.established.is_some_and(|(at, _)| at < request.at);
            assert!(!open, "{what} is sent although somebody is on the line");
            assert!(done.is_none_or(|(_, at)| request.at < at), "{what} was done before");
            // A rejection may be repeated. Any other answer only once it is known that the one before had no
            // effect.
            if let Some(before) = unsure {
                let same = request.url == before.url && request.url.path().ends_with("/reject");
                let rings = |it: &BotRequest| {
                    it.state()
                        .is_some_and(|(at, state)| state == "incoming" && at >= before.at && at <= request.at)
                };
                assert!(same || self.requests.iter().any(rings), "{what} follows what may have been done");
            }
            match &request.reply {
                Reply::Received { at, .. } if request.succeeded() => done = Some((request, *at)),
                _ if request.is_uncertain() => unsure = Some(request),
                _ => {}
            }
        }
    }
}
