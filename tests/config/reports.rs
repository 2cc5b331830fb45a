//! The commands that describe the program: its version, its manual, and the report about a defect.

use std::fs;

use rsvp::config;

use crate::support::{err, out, rsvp};

#[test]
fn the_version_is_one_line_unless_more_is_wanted() {
    let home = tempfile::tempdir().unwrap();
    let version = format!("rsvp {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(out(&rsvp(home.path(), &["-V"])), version);
    assert_eq!(out(&rsvp(home.path(), &["--version"])), version);
    let verbose = out(&rsvp(home.path(), &["--version", "--verbose"]));
    assert!(verbose.starts_with(&version), "{verbose}");
    for part in [std::env::consts::OS, std::env::consts::ARCH, "TLS", "SQLite    3."] {
        assert!(verbose.contains(part), "{part}: {verbose}");
    }
    assert_eq!(rsvp(home.path(), &["--verbose"]).status.code(), Some(2));
}

#[test]
fn a_report_tells_the_configuration_but_neither_secrets_nor_the_home_directory() {
    let home = tempfile::tempdir().unwrap();
    let without = rsvp(home.path(), &["bug-report"]);
    assert!(without.status.success(), "{}", err(&without));
    assert!(out(&without).contains("no configuration file"), "{}", out(&without));
    rsvp(home.path(), &["config", "init"]);
    let path = out(&rsvp(home.path(), &["config", "path"])).trim().to_owned();
    let hooked = config::EXAMPLE
        .replace("[hooks]", "[hooks]\non_connection = [\"curl\", \"-H\", \"Authorization: Bearer hidden\"]");
    let text = hooked.replace("cwt=…", "cwt=secret").replacen(
        "# proxy = \"http://proxy.contoso.com:8080\"",
        "proxy = \"http://me:hidden@proxy.contoso.com:8080\"",
        1,
    );
    fs::write(&path, &text).unwrap();
    let report = rsvp(home.path(), &["bug-report"]);
    let shown = out(&report);
    assert!(shown.contains("contoso.com") && shown.contains("proxy.contoso.com"), "{shown}");
    assert!(!shown.contains("cwt=") && !shown.contains("hidden"), "{shown}");
    assert!(!shown.contains(home.path().to_str().unwrap()), "{shown}");
    assert!(err(&report).contains("read the report before you share it"), "{}", err(&report));
    fs::write(&path, text.replace("[ucwa]", "[ucwa")).unwrap();
    let broken = rsvp(home.path(), &["bug-report"]);
    assert!(broken.status.success(), "{}", err(&broken));
    assert!(!out(&broken).contains("hidden"), "{}", out(&broken));
}

#[test]
fn the_manual_has_each_page_that_it_refers_to() {
    let home = tempfile::tempdir().unwrap();
    let directory = home.path().join("man");
    let written = rsvp(home.path(), &["man", "--directory", directory.to_str().unwrap()]);
    assert!(written.status.success(), "{}", err(&written));
    let pages: Vec<_> = fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(pages.len() > 8, "{pages:?}");
    for page in &pages {
        let text = fs::read_to_string(page).unwrap().replace("\\-", "-");
        for word in text.split_whitespace().filter_map(|word| word.strip_suffix("(1)")) {
            assert!(directory.join(format!("{word}.1")).exists(), "{}: {word}", page.display());
        }
    }
    let refused = rsvp(home.path(), &["man", "--directory", "/dev/null/man"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(err(&refused).contains("can't write to /dev/null/man"), "{}", err(&refused));
}
