//! The whole program: keys go in, requests arrive at the simulator, and what becomes of them is on the screen.

use std::sync::Arc;
use std::time::Duration;

use rsvp::invitation::{AccountId, Outcome, Reason, Rejection};
use rsvp::provider::graph::{self, Cloud, Credential, ISSUERS, RINGING_TIME};
use rsvp::provider::ucwa::{self, Activity, Credentials, Modality, Start, Wire};
use rsvp::provider::{Clock, Handle};
use rsvp::secret::Secret;
use rsvp::sim::{
    Call, Caller, EndCause, Fault, FaultKind, InProcess, InProcessWebhook, Invite, Options, Person, Simulator,
};
use rsvp::terminal::Signal;
use tokio::time::Instant;

use crate::support::{Program, Setup, paused};

const POOL: &str = "https://pool.contoso.example/";
const SERVICE: &str = "https://graph.example/";
const HOUR: Duration = Duration::from_secs(3_600);
const LENE: &str = "Lene Aaling";

/// Returns the settings of the first user.
pub fn settings_of_user() -> ucwa::Settings {
    ucwa::Settings {
        start: Start::Url(POOL.parse().unwrap()),
        credentials: Credentials::Token(Secret::Value("cwt=demo".into())),
        trusted_hosts: Vec::new(),
        modalities: vec![Modality::Messaging, Modality::PhoneAudio],
        phone_number: None,
        sign_in_as: None,
        culture: "en-US".into(),
        poll_timeout: Duration::from_secs(180),
        activity: Activity::Keys,
        wire: Wire::Json,
        endpoint_id: "c0ffee".into(),
    }
}

fn user(sim: &Simulator, account: AccountId, clock: Clock) -> Handle {
    ucwa::spawn(settings_of_user(), Arc::new(InProcess::new(sim)), account, clock)
}

pub fn bot(sim: &Simulator, account: AccountId, clock: Clock) -> Handle {
    let options = Options::default().graph;
    let settings = graph::Settings {
        tenant: options.tenant.clone(),
        client_id: options.client_id,
        credential: Credential::Secret(Secret::Value(options.client_secret.into())),
        cloud: Cloud::Global,
        authority: SERVICE.parse().unwrap(),
        base: format!("{SERVICE}v1.0").parse().unwrap(),
        openid_url: format!("{SERVICE}v1/.well-known/OpenIdConfiguration").parse().unwrap(),
        issuers: ISSUERS.map(str::to_owned).to_vec(),
        ringing_time: RINGING_TIME,
        allowed_tenants: vec![options.tenant],
        public_url: "https://bot.example/api/calls".parse().unwrap(),
        listen: "127.0.0.1:0".parse().unwrap(),
    };
    let door = InProcessWebhook::default();
    sim.graph.set_webhook(Arc::new(door.clone()), settings.public_url.clone());
    graph::spawn(settings, Arc::new(InProcess::new(sim)), Arc::new(door), account, clock)
}

/// Returns a program with an account of each kind, both online.
async fn both() -> (Program, Simulator) {
    let sim = Simulator::new(Options::default());
    let mut program =
        Setup::default().start(|clock| vec![user(&sim, AccountId(0), clock), bot(&sim, AccountId(1), clock)]);
    program.wait_for("2 of 2 accounts online").await;
    (program, sim)
}

fn im() -> Invite {
    let from = Person::new(LENE, "sip:lenea@contoso.example");
    Invite { from, message: "Have you got a minute?".into(), ..Invite::default() }
}

/// Returns the method, target and body of the requests with this text in their target.
fn requests(sim: &Simulator, target: &str) -> Vec<String> {
    let record = sim.record().into_iter().filter(|it| it.target.contains(target) && it.method != "NOTIFY");
    record.map(|it| format!("{} {} {}", it.method, it.target, it.body)).collect()
}

fn kept(program: &Program) -> Vec<(String, Outcome)> {
    program.disk.records().into_iter().map(|it| (it.from.name.to_string(), it.outcome)).collect()
}

/// Waits until the rows of ended invitations are removed and keys are accepted again.
async fn rest(program: &mut Program) {
    program.pass(Duration::from_secs(7)).await;
}

#[test]
fn a_message_is_accepted_and_a_call_to_the_bot_rejected_and_each_hears_only_of_its_own() {
    paused(async {
        let (mut program, sim) = both().await;
        sim.ucwa.invite(im());
        program.wait_for("Have you got a minute?").await;
        assert_eq!(program.shown(|shown| shown.bells), 1);
        program.press("a");
        program.wait_for("accepted").await;
        program.press("3");
        program.wait_for("Hi").await;
        program.press("1");
        rest(&mut program).await;
        sim.graph.call(Call { subject: "The delivery".into(), ..Call::from(Caller::user("John")) });
        program.wait_for("The delivery").await;
        assert_eq!(program.shown(|shown| shown.bells), 2);
        program.press("dbusy\n");
        program.wait_for("rejected: busy").await;
        let [accepted] = &requests(&sim, "/accept")[..] else { panic!("{:?}", sim.record()) };
        assert!(accepted.starts_with("POST "), "{accepted}");
        let [rejected] = &requests(&sim, "/reject")[..] else { panic!("{:?}", sim.record()) };
        assert!(rejected.ends_with(r#"{"reason":"busy"}"#), "{rejected}");
        program.settle().await;
        assert_eq!(
            kept(&program),
            [(LENE.to_owned(), Outcome::Accepted), ("John".to_owned(), Outcome::Rejected(Rejection::Busy))]
        );
        program.press("q");
        assert_eq!(program.end().await.unwrap(), [""; 0]);
        assert!(requests(&sim, "/applications/").last().unwrap().starts_with("DELETE "));
        assert_eq!(sim.complaints(), [""; 0]);
    });
}

#[test]
fn what_is_marked_is_declined_together_and_told_in_one_sentence() {
    paused(async {
        let (mut program, sim) = both().await;
        for caller in ["Lene", "Joe", "Dana"] {
            sim.ucwa.invite(Invite {
                from: Person::new(caller, &format!("sip:{caller}@contoso.example")),
                ..im()
            });
        }
        program.wait_for("Incoming 3").await;
        program.wait_for("Dana").await;
        program.press("   ");
        program.wait_for("3 marked").await;
        program.press("dglobal\n");
        program.wait_for("Declined all 3").await;
        let posts = requests(&sim, "/decline");
        assert!(posts.len() == 3 && posts.iter().all(|post| post.contains("Global")), "{posts:?}");
        program.until("all of them kept", |program| program.disk.records().len() == 3).await;
        assert!(kept(&program).iter().all(|(_, outcome)| *outcome == Outcome::Declined(Reason::Global)));
    });
}

#[test]
fn who_leaves_while_answers_are_on_their_way_is_told_what_became_of_them() {
    paused(async {
        let (mut program, sim) = both().await;
        sim.ucwa.invite(im());
        program.wait_for(LENE).await;
        tokio::time::advance(Duration::from_millis(1)).await;
        sim.graph.call(Call::from(Caller::user("John")));
        program.wait_for("John").await;
        sim.fault(Fault::next("accept", FaultKind::Late(1.0)));
        sim.fault(Fault::next("reject", FaultKind::Late(1.0)));
        program.press("a");
        program.wait_for("accepting").await;
        // The call has less time left and so stands above.
        program.press("kD");
        program.wait_for("rejecting").await;
        program.press("q");
        let since = Instant::now();
        let lines = program.end().await.unwrap();
        assert!(since.elapsed() < Duration::from_secs(4), "{:?}", since.elapsed());
        let [lene, john] = &lines[..] else { panic!("{lines:?}") };
        assert!(
            lene.contains(LENE) && lene.ends_with("answer sent, outcome not confirmed (accept)"),
            "{lines:?}"
        );
        assert!(john.contains("John") && john.ends_with("rejected: busy"), "{lines:?}");
        assert_eq!((requests(&sim, "/accept").len(), requests(&sim, "/reject").len()), (1, 1));
    });
}

#[test]
fn an_answer_that_a_bots_service_refuses_while_leaving_is_told() {
    paused(async {
        let (mut program, sim) = both().await;
        sim.graph.call(Call::from(Caller::user("John")));
        program.wait_for("John").await;
        sim.fault(Fault::next("reject", FaultKind::error(403, "")));
        program.press("Dq");
        let lines = program.end().await.unwrap();
        assert!(matches!(&lines[..], [line] if line.starts_with("John: ")), "{lines:?}");
    });
}

#[test]
fn who_hurries_while_an_answer_is_on_its_way_waits_for_nothing_and_is_told_so() {
    paused(async {
        let (mut program, sim) = both().await;
        sim.ucwa.invite(im());
        program.wait_for(LENE).await;
        sim.fault(Fault::next("accept", FaultKind::BlackHole));
        program.press("a");
        program.wait_for("accepting").await;
        program.press("q");
        program.wait_for("Signing out").await;
        program.pass(Duration::from_secs(1)).await;
        program.signal(Signal::Terminate);
        let since = Instant::now();
        let lines = program.end().await.unwrap();
        assert_eq!(since.elapsed(), Duration::ZERO);
        assert!(lines[0].contains("your answer was not confirmed (accept)"), "{lines:?}");
    });
}

#[test]
fn a_machine_that_wakes_up_begins_anew_with_every_account() {
    paused(async {
        let (mut program, sim) = both().await;
        program.pass(Duration::from_secs(10)).await;
        let (polls, tokens) = (requests(&sim, "/events").len(), requests(&sim, "/oauth2/").len());
        program.shake();
        program.pass(Duration::from_secs(2)).await;
        assert!(requests(&sim, "/events").len() > polls, "the old poll is on a dead connection");
        assert!(requests(&sim, "/oauth2/").len() > tokens, "the bot has not begun anew");
        program.wait_for("2 of 2 accounts online").await;
        let id = sim.ucwa.invite(im());
        program.wait_for(LENE).await;
        sim.ucwa.end(id, EndCause::CallerGivesUp).unwrap();
        program.wait_for("caller gave up").await;
    });
}

#[test]
fn the_server_hears_that_the_user_is_there_by_keys_alone_and_not_by_each() {
    paused(async {
        let (mut program, sim) = both().await;
        let reports = || sim.record().iter().filter(|it| it.summary == "reportMyActivity").count();
        // Starting the program counts as activity.
        program.pass(HOUR).await;
        let before = reports();
        program.resize(100, 30);
        program.pass(HOUR).await;
        assert_eq!(reports(), before, "nobody pressed a key");
        program.press("jkjk");
        program.pass(HOUR).await;
        assert_eq!(reports(), before + 1);
        program.press("j");
        program.pass(Duration::from_secs(5)).await;
        program.press("k");
        program.pass(HOUR).await;
        assert_eq!(reports(), before + 2);
    });
}

#[test]
fn a_connection_that_breaks_is_counted_down_to_the_next_try_and_mended() {
    paused(async {
        let (mut program, sim) = both().await;
        sim.fault(Fault::next("any", FaultKind::Refused).times(1_000));
        sim.ucwa.drop_connections();
        program.wait_for("1 of 2 accounts online").await;
        program.wait_for("the connection was refused").await;
        program.pass(Duration::from_secs(60)).await;
        let before = program.drawn();
        program.pass(Duration::from_secs(3)).await;
        assert!(program.drawn() >= before + 2, "the time until the next try counts down");
        sim.heal();
        program.press("r");
        program.wait_for("2 of 2 accounts online").await;
        sim.ucwa.invite(im());
        program.wait_for(LENE).await;
    });
}
