use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use anyhow::Context;

use super::say;
use crate::cli::{Config as Action, Global};
use crate::config::{self, Config, ConfigError};
use crate::provider::ucwa::{Credentials, Start};

/// Writes, finds or shows the configuration.
pub(super) fn run(action: Action, global: &Global) -> anyhow::Result<()> {
    let path = config::place(global.config.as_deref(), global.profile.as_deref())?;
    match action {
        Action::Path => say(&path.display().to_string()),
        Action::Init => init(&path),
        Action::Show => {
            say(&show(&path, &config::load(global.config.as_deref(), global.profile.as_deref())?))
        }
    }
}

fn init(path: &Path) -> anyhow::Result<()> {
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
    let mut file = options.open(path).map_err(|source| match source.kind() {
        std::io::ErrorKind::AlreadyExists => ConfigError::Exists(path.to_owned()),
        _ => ConfigError::Unreadable { path: path.to_owned(), source },
    })?;
    file.write_all(config::EXAMPLE.as_bytes())?;
    say(&format!("Wrote {}. Put your tenant and a way to sign in there, then run `rsvp`.", path.display()))
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
    let ucwa = &config.ucwa;
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
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "none".into());
    let mut lines = vec![
        format!("file           {}", path.display()),
        start,
        credentials,
        format!("proxy          {}", or_none(config.network.proxy.as_ref().map(without_password))),
        format!("ca_file        {}", if config.network.authorities.is_empty() { "none" } else { "read" }),
        format!("trusted_hosts  {}", ucwa.trusted_hosts.join(", ")),
        format!("modalities     {}", ucwa.modalities.iter().map(word).collect::<Vec<_>>().join(", ")),
        format!("phone_number   {}", or_none(ucwa.phone_number.clone())),
        format!("sign_in_as     {}", word(&ucwa.sign_in_as)),
        format!("culture        {}", ucwa.culture),
        format!("poll_timeout   {} s", ucwa.poll_timeout.as_secs()),
        format!("activity       {}", word(&ucwa.activity)),
        format!("wire           {}", word(&ucwa.wire)),
        format!("endpoint       {}", ucwa.endpoint_id),
        format!("theme          {}", word(&config.theme)),
        format!("ascii          {}", config.ascii),
        format!("notify         {}", if config.settings.bell { "bell" } else { "nothing" }),
        format!("decline reason {}", config.settings.default_reason.name()),
        format!("history        {}", if config.history { "kept" } else { "only until you quit" }),
        format!("history keep   {}", config.settings.history_limit),
        "keys".to_owned(),
    ];
    for action in crate::app::Action::all() {
        let keys: Vec<String> = config.settings.keys.keys(action).iter().map(ToString::to_string).collect();
        lines.push(format!("  {:<14} {}", action.name(), keys.join("  ")));
    }
    lines.join("\n")
}
