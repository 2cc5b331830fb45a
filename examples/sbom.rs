//! Prints the crates that the program is built from as a bill of materials (`CycloneDX` 1.5, JSON).
//!
//! `cargo run --example sbom [TARGET]`, by default for this machine; `all` stands for all targets.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::Command;

use anyhow::{Context, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Lock {
    package: Vec<LockedPackage>,
}

#[derive(Deserialize)]
struct LockedPackage {
    name: String,
    version: String,
    checksum: Option<String>,
}

fn main() -> anyhow::Result<()> {
    let root = env!("CARGO_MANIFEST_DIR");
    // `cargo metadata` names the dependencies of features that are off, too.
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--edges=normal,build", "--prefix=none", "--format={p}\t{l}"])
        .args(std::env::args().nth(1).map(|target| format!("--target={target}")))
        .current_dir(root)
        .output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lock: Lock = toml::from_str(&std::fs::read_to_string(format!("{root}/Cargo.lock"))?)?;
    let checksums: BTreeMap<(String, String), String> = lock
        .package
        .into_iter()
        .filter_map(|package| Some(((package.name, package.version), package.checksum?)))
        .collect();
    let mut components = BTreeSet::new();
    for line in String::from_utf8(output.stdout)?.lines() {
        // A line is like `serde v1.0.0 (proc-macro)`, a tab, and the licence.
        let (package, license) = line.split_once('\t').context("a line without a licence")?;
        let mut words = package.split(' ');
        let (name, version) = words.next().zip(words.next()).context("a line without a version")?;
        let version = version.trim_start_matches('v');
        // A repeated package is marked by an asterisk, and older manifests separate alternatives by a slash.
        let license = license.trim_end_matches(" (*)").replace(" / ", "/").replace('/', " OR ");
        if name != env!("CARGO_PKG_NAME") {
            components.insert((name.to_owned(), version.to_owned(), license));
        }
    }
    let bill = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {
            "type": "application",
            "name": env!("CARGO_PKG_NAME"),
            "version": env!("CARGO_PKG_VERSION"),
            "description": env!("CARGO_PKG_DESCRIPTION"),
            "licenses": [{"expression": env!("CARGO_PKG_LICENSE")}],
        }},
        "components": components.into_iter().map(|it| component(it, &checksums)).collect::<Vec<_>>(),
    });
    Ok(writeln!(std::io::stdout(), "{}", serde_json::to_string_pretty(&bill)?)?)
}

fn component(
    (name, version, license): (String, String, String),
    checksums: &BTreeMap<(String, String), String>,
) -> Value {
    let purl = format!("pkg:cargo/{name}@{version}");
    let checksum = checksums.get(&(name.clone(), version.clone()));
    json!({
        "type": "library",
        "name": name,
        "version": version,
        "purl": purl,
        "licenses": [{"expression": license}],
        "hashes": checksum.iter().map(|sum| json!({"alg": "SHA-256", "content": sum})).collect::<Vec<_>>(),
    })
}
