//! Signing in and out: the real program asks, tries the server, and keeps what it was told.

use std::path::{Path, PathBuf};

use crate::simulator::Simulate;
use crate::terminal::Terminal;

/// Writes a configuration without a way to sign in.
fn configuration(home: &Path, text: &str) -> String {
    let path = home.join("rsvp.toml");
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Returns the files that `rsvp login` has written, which only their owner can read.
fn kept(home: &Path) -> Vec<PathBuf> {
    use std::os::unix::fs::PermissionsExt;
    let Ok(files) = std::fs::read_dir(home.join(".local/state/rsvp/logins")) else { return Vec::new() };
    let files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    for file in &files {
        assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    files
}

#[test]
fn a_password_is_asked_for_without_showing_it_kept_used_and_removed() {
    let home = tempfile::tempdir().unwrap();
    let sim = Simulate::start();
    let config = configuration(home.path(), &format!("[ucwa]\nurl = \"{}\"\n", sim.url));
    let mut terminal = Terminal::at_home(home.path(), &["--config", &config]);
    terminal.wait_for("run `rsvp login`");
    assert_eq!(terminal.exit(), 2);
    let mut terminal = Terminal::at_home(home.path(), &["--config", &config, "login"]);
    terminal.wait_for("User name at http://127.0.0.1");
    terminal.send("tosh\r");
    terminal.wait_for_bytes("Password of tosh");
    terminal.send("nonsense\r");
    terminal.wait_for_bytes("refused the name or the password");
    terminal.wait_for_bytes("Password of tosh");
    terminal.send("demx\u{7f}o\r");
    terminal.wait_for("Signed in to 127.0.0.1");
    assert_eq!(terminal.exit(), 0);
    assert!(
        !terminal.bytes().contains("nonsense") && !terminal.bytes().contains("demo"),
        "{}",
        terminal.screen()
    );
    assert_eq!(kept(home.path()).len(), 1);
    let mut terminal = Terminal::at_home(home.path(), &["--config", &config]);
    terminal.wait_for("tosh@contoso.example");
    terminal.send("q");
    assert_eq!(terminal.exit(), 0);
    let mut terminal = Terminal::at_home(home.path(), &["--config", &config, "logout"]);
    terminal.wait_for("removed the user name and the password");
    assert_eq!(terminal.exit(), 0);
    assert!(kept(home.path()).is_empty());
}

#[test]
fn what_is_kept_is_sent_to_no_other_server_than_the_one_it_was_tried_at() {
    let home = tempfile::tempdir().unwrap();
    let mut sim = Simulate::start();
    let config = configuration(home.path(), &format!("[ucwa]\nurl = \"{}\"\n", sim.url));
    let login = ["--config", &config, "login", "--username", "tosh"];
    let mut terminal = Terminal::at_home(home.path(), &login);
    terminal.wait_for_bytes("Password of tosh");
    terminal.send("demo\r");
    terminal.wait_for("Signed in to 127.0.0.1");
    assert_eq!(terminal.exit(), 0);
    sim.printed();
    configuration(home.path(), &format!("[ucwa]\nurl = \"{}\"\n", sim.url.replace("127.0.0.1", "localhost")));
    let mut terminal = Terminal::at_home(home.path(), &["--config", &config]);
    terminal.wait_for("run `rsvp login`");
    assert_eq!(terminal.exit(), 2);
    let asked = sim.printed();
    assert!(asked.is_empty(), "nothing is sent to a server at which nothing was tried: {asked:?}");
    let mut terminal = Terminal::at_home(home.path(), &["--config", &config, "logout"]);
    terminal.wait_for("removed what was there");
    assert_eq!(terminal.exit(), 0);
    assert!(kept(home.path()).is_empty());
}

#[test]
fn ctrl_c_at_the_password_keeps_nothing_and_gives_the_terminal_back() {
    let home = tempfile::tempdir().unwrap();
    let sim = Simulate::start();
    let config = configuration(home.path(), &format!("[ucwa]\nurl = \"{}\"\n", sim.url));
    let mut terminal = Terminal::at_home(home.path(), &["--config", &config, "login", "--username", "tosh"]);
    terminal.wait_for("Password of tosh");
    terminal.send("\u{3}");
    assert_eq!(terminal.exit(), 1);
    assert!(kept(home.path()).is_empty());
}

#[test]
fn a_page_is_signed_in_on_after_its_host_was_confirmed() {
    let home = tempfile::tempdir().unwrap();
    let mut sim = Simulate::start_with(&["--device-login", "0"]);
    let config = configuration(home.path(), &format!("[ucwa]\nurl = \"{}\"\n", sim.url));
    let login = ["--config", &config, "login", "--device"];
    let mut terminal = Terminal::at_home(home.path(), &login);
    terminal.wait_for("--client-id");
    assert_eq!(terminal.exit(), 1);
    let login = [&login[..], &["--client-id", "app"]].concat();
    let mut terminal = Terminal::at_home(home.path(), &login);
    terminal.wait_for("Continue? [y/N]");
    terminal.send("n\r");
    terminal.wait_for("nothing was sent");
    assert_eq!(terminal.exit(), 1);
    assert!(!sim.printed().iter().any(|line| line.contains("devicecode")), "the host was not confirmed");
    let mut terminal = Terminal::at_home(home.path(), &login);
    terminal.wait_for("Continue? [y/N]");
    terminal.send("y\r");
    terminal.wait_for("and type the code");
    sim.tell("approve 1");
    terminal.wait_for("keeps the refresh token");
    assert_eq!(terminal.exit(), 0);
    assert_eq!(kept(home.path()).len(), 1);
    let mut terminal = Terminal::at_home(home.path(), &["--config", &config]);
    terminal.wait_for("tosh@contoso.example");
    terminal.send("q");
    assert_eq!(terminal.exit(), 0);
}

#[test]
fn a_bots_secret_is_tried_and_kept_for_the_account_that_was_named() {
    let home = tempfile::tempdir().unwrap();
    let sim = Simulate::start();
    let section = sim.graph_section();
    let secret = section
        .lines()
        .find_map(|line| line.trim().strip_prefix("client_secret = "))
        .unwrap()
        .replace('"', "");
    let lines: Vec<&str> = section.lines().filter(|line| !line.contains("client_secret")).collect();
    let section = lines.join("\n") + "\n";
    let section = section.replace("[graph]", "[[account]]\nname = \"desk\"\n[account.graph]");
    let user = format!("[[account]]\nname = \"work\"\n[account.ucwa]\nurl = \"{}\"\n", sim.url);
    let config = configuration(home.path(), &(user + &section));
    let mut terminal = Terminal::at_home(home.path(), &["--config", &config, "login"]);
    terminal.wait_for("choose one with --account: “work”, “desk”");
    assert_eq!(terminal.exit(), 1);
    let mut terminal = Terminal::at_home(home.path(), &["--config", &config, "login", "--account", "desk"]);
    terminal.wait_for("Client secret of");
    terminal.send(&format!("{secret}\r"));
    terminal.wait_for("keeps the client secret");
    assert_eq!(terminal.exit(), 0);
    assert!(!terminal.bytes().contains(&secret));
    assert_eq!(kept(home.path()).len(), 1);
}

/// Runs `rsvp login` without a terminal, with this standard input. Returns whether it succeeded, and what it wrote.
fn login_from_pipe(home: &Path, arguments: &[&str], input: &str) -> (bool, String) {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let mut child = Command::new(env!("CARGO_BIN_EXE_rsvp"))
        .args(arguments)
        .env("HOME", home)
        .env_remove("XDG_STATE_HOME")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    (output.status.success(), said.into_owned())
}

#[test]
fn a_password_from_a_pipe_is_the_first_line_with_all_its_blanks() {
    let sim = Simulate::start();
    for (input, problem) in [
        ("demo\n", None),
        ("demo\r\n", None),
        ("demo", None),
        ("demo\nsomething else\n", None),
        (" demo\n", Some("refused the name or the password")),
        ("demo \n", Some("refused the name or the password")),
        ("demo\t\n", Some("refused the name or the password")),
        ("\n", Some("the password is empty")),
        ("", Some("the password is empty")),
    ] {
        let home = tempfile::tempdir().unwrap();
        let config = configuration(home.path(), &format!("[ucwa]\nurl = \"{}\"\n", sim.url));
        let login = ["--config", &config, "login", "--username", "tosh"];
        let (is_signed_in, said) = login_from_pipe(home.path(), &login, input);
        assert_eq!(is_signed_in, problem.is_none(), "{input:?}: {said}");
        assert!(said.contains(problem.unwrap_or("Signed in to 127.0.0.1")), "{input:?}: {said}");
        assert_eq!(kept(home.path()).len(), usize::from(is_signed_in), "{input:?}");
    }
}

#[test]
fn a_password_that_was_mistyped_is_begun_again_or_given_up() {
    let home = tempfile::tempdir().unwrap();
    let sim = Simulate::start();
    let config = configuration(home.path(), &format!("[ucwa]\nurl = \"{}\"\n", sim.url));
    let login = ["--config", &config, "login", "--username", "tosh"];
    for key in ["\u{1b}", "\u{4}"] {
        let mut terminal = Terminal::at_home(home.path(), &login);
        terminal.wait_for("Password of tosh");
        terminal.send(&format!("demo{key}"));
        assert_eq!(terminal.exit(), 1, "{key:?}");
        assert!(kept(home.path()).is_empty(), "{key:?}");
    }
    let mut terminal = Terminal::at_home(home.path(), &login);
    terminal.wait_for("Password of tosh");
    terminal.send("nonsense\u{15}demo\r");
    terminal.wait_for("Signed in to 127.0.0.1");
    assert_eq!(terminal.exit(), 0);
}
