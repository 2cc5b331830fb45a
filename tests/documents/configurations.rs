//! The configurations of the documents, which the program loads.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::document::Document;

/// What completes a section that has no account.
const ACCOUNT: &str = "tenant = \"contoso.com\"\ntoken = \"cwt=x\"\n";

/// Returns a home with a configuration.
pub fn home() -> TempDir {
    let home = tempfile::tempdir().unwrap();
    write(&home.path().join(".config/rsvp/config.toml"), ACCOUNT);
    home
}

/// Returns the program in a home, out of reach of the configuration of whoever runs the tests.
pub fn rsvp(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rsvp"));
    for variable in ["XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"] {
        command.env_remove(variable);
    }
    command.env("HOME", home).current_dir(home);
    command
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

/// Completes a configuration by an account and a way to sign in, where the document takes `rsvp login` for it.
fn completed(block: &str) -> String {
    let table: toml::Table = block.parse().unwrap_or_else(|error| panic!("{error}\n{block}"));
    let has = |key: &str| table.contains_key(key);
    let signs_in = ["token", "token_file", "token_command", "username"].iter().any(|key| has(key));
    if signs_in || has("account") || has("graph") {
        block.to_owned()
    } else if has("tenant") {
        format!("token = \"cwt=x\"\n{block}")
    } else {
        format!("{ACCOUNT}{block}")
    }
}

#[test]
fn every_configuration_of_the_documents_loads() {
    let mut count = 0;
    for document in Document::all() {
        for block in document.blocks().into_iter().filter(|block| block.language == "toml") {
            let home = home();
            // Files in the home that the configuration names.
            for name in block.text.split("\"~/").skip(1).filter_map(|rest| rest.split('"').next()) {
                write(&home.path().join(name), "cwt=x\n");
            }
            let path = home.path().join("example.toml");
            write(&path, &completed(block.text));
            let output = rsvp(home.path())
                .args(["--config", path.to_str().unwrap(), "config", "show"])
                .output()
                .unwrap();
            let error = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{}: {error}\n{}", document.name, block.text);
            count += 1;
        }
    }
    assert!(count > 12, "{count}");
}
