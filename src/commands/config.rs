use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use anyhow::Context;

use super::say;
use crate::cli::{Config as Action, Global};
use crate::config::{self, Config, ConfigError, Source};
use crate::provider::graph::{self, Credential};
use crate::provider::network::Network;
use crate::provider::ucwa::{self, Credentials, Start};

/// Writes, finds or shows the configuration.
pub(super) fn run(action: Action, global: &Global) -> anyhow::Result<()> {
    let path = config::place(global.config.as_deref(), global.profile.as_deref())?;
    match action {
        Action::Path => say(&path.display().to_string()),
        Action::Init => init(&path, global),
        Action::Show => {
            say(&show(&path, &config::load(global.config.as_deref(), global.profile.as_deref())?))
        }
    }
}

fn init(path: &Path, global: &Global) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        crate::logging::private_directory(folder)
            .with_context(|| format!("can't make {}", folder.display()))?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        // It will hold a token.
        options.mode(0o600);
    }
    let mut file = match options.open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            return Err(ConfigError::Exists(path.to_owned()).into());
        }
        Err(error) => return Err(error).with_context(|| format!("can't write {}", path.display())),
    };
    file.write_all(config::EXAMPLE.as_bytes()).with_context(|| format!("can't write {}", path.display()))?;
    let (path, run) =
        (path.display(), config::command(global.config.as_deref(), global.profile.as_deref(), ""));
    say(&format!("Wrote {path}. Put your tenant and a way to sign in there, then run `{run}`."))
}

/// A value as it is written in the file.
fn word(value: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

fn without_password(url: &url::Url) -> String {
    let mut url = url.clone();
    if url.password().is_some() {
        let _ = url.set_password(Some("***"));
    }
    url.to_string()
}

/// The effective values; secrets are only named by where they come from.
fn show(path: &Path, config: &Config) -> String {
    let mut lines = vec![format!("file           {}", path.display())];
    lines.extend(config.ucwa.iter().flat_map(ucwa));
    lines.extend(config.graph.iter().flat_map(graph));
    lines.extend([
        format!("theme          {}", word(&config.theme)),
        format!("ascii          {}", config.ascii),
        format!("notify         {}", if config.settings.bell { "bell" } else { "nothing" }),
        format!("decline reason {}", config.settings.default_reason.name()),
        format!("reject reason  {}", config.settings.default_rejection.name()),
        format!("history        {}", if config.history { "kept" } else { "only until you quit" }),
        format!("history keep   {}", config.settings.history_limit),
        "keys".to_owned(),
    ]);
    for action in crate::app::Action::all() {
        let keys: Vec<String> = config.settings.keys.keys(action).iter().map(ToString::to_string).collect();
        lines.push(format!("  {:<14} {}", action.name(), keys.join("  ")));
    }
    lines.join("\n")
}

fn or_none(text: Option<String>) -> String {
    text.unwrap_or_else(|| "none".into())
}

fn network(network: &Network) -> [String; 2] {
    [
        format!("proxy          {}", or_none(network.proxy.as_ref().map(without_password))),
        format!("ca_file        {}", if network.authorities.is_empty() { "none" } else { "read" }),
    ]
}

fn ucwa(source: &Source<ucwa::Settings>) -> Vec<String> {
    let ucwa = &source.settings;
    let start = match &ucwa.start {
        Start::Domain(domain) => format!("tenant         {domain}"),
        Start::Url(url) => format!("url            {url}"),
    };
    let credentials = match &ucwa.credentials {
        Credentials::Token(secret) => format!("token          {secret}"),
        Credentials::Password { username, password } => {
            format!("username       {username}\npassword       {password}")
        }
    };
    let mut lines = vec![start, credentials];
    lines.extend(network(&source.network));
    lines.extend([
        format!("trusted_hosts  {}", ucwa.trusted_hosts.join(", ")),
        format!("modalities     {}", ucwa.modalities.iter().map(word).collect::<Vec<_>>().join(", ")),
        format!("phone_number   {}", or_none(ucwa.phone_number.clone())),
        format!("sign_in_as     {}", word(&ucwa.sign_in_as)),
        format!("culture        {}", ucwa.culture),
        format!("poll_timeout   {} s", ucwa.poll_timeout.as_secs()),
        format!("activity       {}", word(&ucwa.activity)),
        format!("wire           {}", word(&ucwa.wire)),
        format!("endpoint       {}", ucwa.endpoint_id),
    ]);
    lines
}

fn graph(source: &Source<graph::Settings>) -> Vec<String> {
    let graph = &source.settings;
    let credential = match &graph.credential {
        Credential::Secret(secret) => format!("client_secret  {secret}"),
        Credential::Certificate { certificate, key } => {
            format!("certificate    {} with the key {}", certificate.display(), key.display())
        }
    };
    let tenants = match graph.allowed_tenants.join(", ") {
        none if none.is_empty() => "any".to_owned(),
        some => some,
    };
    let mut lines = vec![
        "graph".to_owned(),
        format!("tenant         {}", graph.tenant),
        format!("client_id      {}", graph.client_id),
        credential,
        format!("authority      {}", graph.authority),
        format!("base_url       {}", graph.base),
        format!("openid_url     {}", graph.openid_url),
        format!("issuers        {}", graph.issuers.join(", ")),
        format!("tenants        {tenants}"),
        format!("listen         {}", graph.listen),
        format!("public_url     {}", graph.public_url),
    ];
    lines.extend(network(&source.network));
    lines.iter_mut().skip(1).for_each(|line| line.insert_str(0, "  "));
    lines
}
