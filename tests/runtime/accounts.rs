//! Several accounts in one program: two users and a bot of one simulator, and one that can't sign in.

use rsvp::invitation::{AccountId, Outcome};
use rsvp::provider::ucwa::Credentials;
use rsvp::secret::Secret;
use rsvp::sim::{Call, Caller, Invite, Options, Person, Simulator};

use crate::end_to_end::{bot, settings_of_user};
use crate::support::{Program, Setup, paused};

const LENE: &str = "Lene Aaling";

/// Returns a program with two users, a bot, and a user whose token the server refuses.
async fn four_accounts() -> (Program, Simulator) {
    let options = Options::default();
    let sim = Simulator::new(Options { ucwa: options.ucwa.with_users(2), ..options });
    let user = |token: &str, endpoint: &str| {
        let credentials = Credentials::Token(Secret::Value(token.into()));
        rsvp::provider::ucwa::Settings { credentials, endpoint_id: endpoint.into(), ..settings_of_user() }
    };
    let spawn = |settings, account, clock| {
        let exchange = std::sync::Arc::new(rsvp::sim::InProcess::new(&sim));
        rsvp::provider::ucwa::spawn(settings, exchange, AccountId(account), clock)
    };
    let mut program = Setup::default().start(|clock| {
        vec![
            spawn(user("cwt=demo", "c0ffee"), 0, clock),
            spawn(user("cwt=demo-2", "decaf"), 1, clock),
            bot(&sim, AccountId(2), clock),
            spawn(user("cwt=wrong", "beef"), 3, clock),
        ]
    });
    program.wait_for("3 of 4 accounts online").await;
    (program, sim)
}

fn invite(sim: &Simulator, user: usize, message: &str) {
    let from = Person::new(LENE, "sip:lenea@contoso.example");
    sim.ucwa.invite(Invite { user, from, message: message.into(), ..Invite::default() });
}

#[test]
fn accounts_work_side_by_side_while_one_fails_for_good() {
    paused(async {
        let (mut program, sim) = four_accounts().await;
        program.wait_for("account 4").await;
        assert!(program.shows("the server refused the token"), "{}", program.screen());
        invite(&sim, 0, "For the first");
        program.wait_for("For the first").await;
        invite(&sim, 1, "For the second");
        program.wait_for("For the second").await;
        sim.graph.call(Call { subject: "For the bot".into(), ..Call::from(Caller::user("John")) });
        program.wait_for("For the bot").await;
        // The name of an account finds what is its own.
        program.press("/account 2\n");
        program.wait_until_gone("For the first").await;
        assert!(program.shows("For the second") && !program.shows("For the bot"), "{}", program.screen());
        program.press("a");
        program.wait_for("accepted").await;
        program.settle().await;
        let records = program.disk.records();
        let [record] = &records[..] else { panic!("{records:?}") };
        assert_eq!((record.account.as_str(), &record.outcome), ("account 2", &Outcome::Accepted));
        program.press("\u{1b}");
        program.wait_for("For the bot").await;
        // Only the account that failed connects again.
        let created = |sim: &Simulator| {
            sim.record()
                .iter()
                .filter(|it| it.method == "POST" && it.target.ends_with("/applications"))
                .count()
        };
        let before = created(&sim);
        program.press("r");
        program.settle().await;
        program.wait_for("3 of 4 accounts online").await;
        assert_eq!(created(&sim), before);
        program.press("q");
        assert_eq!(program.end().await.unwrap(), [""; 0]);
        assert_eq!(sim.complaints(), [""; 0]);
    });
}
