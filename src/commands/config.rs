use std::path::Path;

use super::output::print_line;
use crate::app::{Alerts, Settings};
use crate::cli::Global;
use crate::config::{self, AccountConfig, AccountSection, Config, Service};
use crate::hooks;
use crate::invitation::PreferredAvailability;
use crate::provider::graph::{self, Credential};
use crate::provider::network::Network;
use crate::provider::ucwa::{self, Credentials, Start};

/// Prints the path of the configuration file.
pub(super) fn print_path(global: &Global) -> anyhow::Result<()> {
    let path = config::file_path(global.config.as_deref(), global.profile.as_deref())?;
    print_line(&path.display().to_string())
}

/// Prints the effective values.
pub(super) fn print_values(global: &Global) -> anyhow::Result<()> {
    let path = config::file_path(global.config.as_deref(), global.profile.as_deref())?;
    print_line(&show(&path, &config::load(global.config.as_deref(), global.profile.as_deref())?))
}

/// Returns the value of an enum as it is written in the file.
fn name_of(value: &impl serde::Serialize) -> String {
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

/// Returns the effective values. Of a secret, only the source is named.
pub(super) fn show(path: &Path, config: &Config) -> String {
    let mut lines = vec![format!("file           {}", path.display())];
    if config.accounts.len() > 1 {
        let names = config.accounts.iter().map(|account| account.label.as_str());
        lines.push(format!("accounts       {}", list(names, "none")));
    }
    lines.extend(config.accounts.iter().flat_map(account_lines));
    lines.extend([
        format!("theme          {}", config.theme.name),
        format!("ascii          {}", config.ascii),
        format!("mouse          {}", config.settings.mouse),
        format!("animation      {}", !config.settings.still),
    ]);
    lines.extend(alert_lines(&config.settings));
    lines.extend([
        format!(
            "rules          {}",
            list(config.settings.rules.iter().map(|rule| rule.name.as_str()), "none")
        ),
        format!("decline reason {}", config.settings.default_reason.name()),
        format!("reject reason  {}", config.settings.default_rejection.name()),
        format!("history        {}", if config.history { "kept" } else { "only until you quit" }),
        format!("history keep   {}", config.settings.history_limit),
        format!("messages kept  {}", if config.history_messages { "yes" } else { "no" }),
    ]);
    lines.extend(hook_lines(&config.hooks));
    lines.push("keys".to_owned());
    for action in crate::app::Action::all() {
        let keys: Vec<String> = config.settings.keys.keys(action).iter().map(ToString::to_string).collect();
        lines.push(format!("  {:<14} {}", action.name(), keys.join("  ")));
    }
    lines.join("\n")
}

/// Returns the words with commas between them, or else `none`.
fn list<T: ToString>(words: impl Iterator<Item = T>, none: &str) -> String {
    let words: Vec<String> = words.map(|word| word.to_string()).collect();
    if words.is_empty() { none.to_owned() } else { words.join(", ") }
}

/// Returns how, of what and when the user is alerted.
fn alert_lines(settings: &Settings) -> [String; 5] {
    let Alerts { osc, desktop, only_unfocused, kinds, importance, quiet_hours } = &settings.alerts;
    let methods = [("bell", settings.bell), ("osc", *osc), ("desktop", *desktop)];
    let methods = methods.into_iter().filter_map(|(name, is_on)| is_on.then_some(name));
    [
        format!("notify         {}", list(methods, "nothing")),
        format!("notify_when    {}", if *only_unfocused { "unfocused" } else { "always" }),
        format!("notify_kinds   {}", list(kinds.iter().map(|kind| kind.name()), "all")),
        format!("importance     {} or higher", importance.name()),
        format!("quiet_hours    {}", list(quiet_hours.iter(), "none")),
    ]
}

/// Returns the programs that are run for events. Their arguments may be secrets, like the token for a web service.
fn hook_lines(hooks: &hooks::Settings) -> Vec<String> {
    let all = [
        ("on_invitation", &hooks.on_invitation),
        ("on_outcome", &hooks.on_outcome),
        ("on_message", &hooks.on_message),
        ("on_connection", &hooks.on_connection),
    ];
    let set = all.into_iter().filter(|(_, command)| !command.is_empty());
    let line = |(name, command): (_, &Vec<String>)| match command.as_slice() {
        [program, arguments @ ..] if !arguments.is_empty() => {
            format!("{name:<14} {program} … ({} more)", arguments.len())
        }
        program => format!("{name:<14} {}", program.concat()),
    };
    let mut lines: Vec<String> = set.map(line).collect();
    if !lines.is_empty() {
        lines.push(format!("hook timeout   {} s", hooks.timeout.as_secs_f32()));
    }
    lines
}

fn or_none(text: Option<String>) -> String {
    text.unwrap_or_else(|| "none".into())
}

fn network_lines(network: &Network) -> [String; 2] {
    [
        format!("proxy          {}", or_none(network.proxy.as_ref().map(without_password))),
        format!("ca_file        {}", if network.authorities.is_empty() { "none" } else { "loaded" }),
    ]
}

/// Returns the values of an account. All but those of the top of the file are indented under the name of their section.
fn account_lines(account: &AccountConfig) -> Vec<String> {
    let mut lines = match &account.service {
        Service::Ucwa(settings) => ucwa_lines(settings, &account.network),
        Service::Graph(settings) => graph_lines(settings, &account.network),
    };
    let heading = match &account.section {
        AccountSection::Ucwa => return lines,
        AccountSection::Graph => "graph".to_owned(),
        AccountSection::Named(name) => format!("account {name}"),
    };
    for line in &mut lines {
        line.insert_str(0, "  ");
    }
    lines.insert(0, heading);
    lines
}

fn ucwa_lines(ucwa: &ucwa::Settings, network: &Network) -> Vec<String> {
    let start = match &ucwa.start {
        Start::Domain(domain) => format!("tenant         {domain}"),
        Start::Url(url) => format!("url            {url}"),
    };
    let credentials = match &ucwa.credentials {
        Credentials::Token(secret) => vec![format!("token          {secret}")],
        Credentials::Password { username, password } => {
            vec![format!("username       {username}"), format!("password       {password}")]
        }
        Credentials::Login(store) => vec![format!("login          from `rsvp login`, in {store}")],
    };
    let mut lines = vec![start];
    lines.extend(credentials);
    lines.extend(network_lines(network));
    lines.extend([
        format!("trusted_hosts  {}", ucwa.trusted_hosts.join(", ")),
        format!("modalities     {}", ucwa.modalities.iter().map(name_of).collect::<Vec<_>>().join(", ")),
        format!("phone_number   {}", or_none(ucwa.phone_number.clone())),
        format!("sign_in_as     {}", ucwa.sign_in_as.map_or("(unchanged)", PreferredAvailability::name)),
        format!("culture        {}", ucwa.culture),
        format!("poll_timeout   {} s", ucwa.poll_timeout.as_secs()),
        format!("activity       {}", name_of(&ucwa.activity)),
        format!("wire           {}", name_of(&ucwa.wire)),
        format!("endpoint       {}", ucwa.endpoint_id),
    ]);
    lines
}

fn graph_lines(graph: &graph::Settings, network: &Network) -> Vec<String> {
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
        format!("calls wait     {} s", graph.ringing_time.as_secs()),
    ];
    lines.extend(network_lines(network));
    lines
}
