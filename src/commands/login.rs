use std::io::{IsTerminal, stdin};
use std::sync::Arc;

use anyhow::{Context, bail, ensure};
use secrecy::ExposeSecret;

use super::ask::{ask, confirms};
use super::http_client::exchange;
use super::output::print_line;
use crate::cli::{self, ChosenAccount, Global};
use crate::config::{AccountConfig, AccountSection, ConfigError, File, Service};
use crate::login_store::{KeptIn, Login, LoginStore};
use crate::provider::device_login::{self, Authority, scope_of};
use crate::provider::exchange::Exchange;
use crate::provider::graph::{self, Credential};
use crate::provider::origin::Origins;
use crate::provider::ucwa::login::{Host, TryError, find_host, try_login, way_around};
use crate::provider::ucwa::{self, Credentials};
use crate::secret::Secret;
use crate::terminal::read_password;
use crate::text::DisplayText;

/// The number of times that a password can be typed.
const MAX_TRIES: u32 = 3;

/// Signs in to an account, and keeps what that takes.
pub(super) async fn run(arguments: &cli::Login, global: &Global) -> anyhow::Result<()> {
    let account = choose(&arguments.account, global)?;
    let AccountConfig { section, label, service, network } = account;
    let exchange: Arc<dyn Exchange> = exchange(network, &section)?;
    let (store, login) = match service {
        Service::Ucwa(settings) => {
            let Credentials::Login(store) = &settings.credentials else {
                bail!(configured_already(&section))
            };
            (store.clone(), sign_in(arguments, &settings, &exchange).await?)
        }
        Service::Graph(settings) => {
            let Credential::Secret(Secret::Login(store)) = &settings.credential else {
                bail!(configured_already(&section))
            };
            (store.clone(), ask_for_secret(&settings, &exchange).await?)
        }
    };
    let contents = login.contents();
    let file = format!("he file {store} keeps {contents}; only you can read it.");
    let place = match store.write(login)? {
        KeptIn::Store => format!("T{file}"),
        KeptIn::Keyring => format!("The system's keyring keeps {contents}."),
        KeptIn::StoreInstead(reason) => format!("The system's keyring can't be used ({reason}), so t{file}"),
    };
    print_line(&format!("Signed in to {label}. {place}"))
}

/// Returns the chosen account of the configuration, which may have no way to sign in yet.
pub(super) fn choose(chosen: &ChosenAccount, global: &Global) -> anyhow::Result<AccountConfig> {
    let file = File::read(global.config.as_deref(), global.profile.as_deref())?.for_login();
    let (config, error) = file.examine();
    if let Some(error @ ConfigError::Invalid { .. }) = error {
        return Err(error.into());
    }
    let is_chosen = |account: &AccountConfig| match &chosen.account {
        Some(name) => account.label.is_named(name),
        None => !chosen.graph || account.graph().is_some(),
    };
    let names = |accounts: &[AccountConfig]| {
        let names: Vec<String> = accounts.iter().map(|account| format!("“{}”", account.label)).collect();
        names.join(", ")
    };
    let all = names(&config.accounts);
    let mut matching: Vec<AccountConfig> = config.accounts.into_iter().filter(is_chosen).collect();
    match (matching.pop(), &chosen.account) {
        (Some(account), _) if matching.is_empty() => Ok(account),
        (Some(_), _) => bail!("the configuration has several accounts; choose one with --account: {all}"),
        (None, Some(name)) => bail!("there is no account “{name}”; the configuration has {all}"),
        (None, None) => bail!("the configuration has no bot; it has {all}"),
    }
}

fn configured_already(section: &AccountSection) -> String {
    format!("{section} has a way to sign in already; remove its key for that from the configuration first")
}

/// Signs in to Skype for Business in the way that the server offers.
async fn sign_in(
    arguments: &cli::Login,
    settings: &ucwa::Settings,
    exchange: &Arc<dyn Exchange>,
) -> anyhow::Result<Login> {
    let host = find_host(settings, exchange.clone()).await.map_err(|problem| anyhow::anyhow!("{problem}"))?;
    match &host.offer.authorization_uri {
        Some(uri) if arguments.device || !host.offer.has_password() => {
            sign_in_on_page(arguments, settings, &host, uri, exchange).await
        }
        None if arguments.device => {
            bail!("{} names no authority to sign in at; try without --device", host.origin)
        }
        _ if host.offer.has_password() => sign_in_with_password(arguments, settings, &host, exchange).await,
        _ => bail!("{}", way_around(&host)),
    }
}

async fn sign_in_with_password(
    arguments: &cli::Login,
    settings: &ucwa::Settings,
    host: &Host,
    exchange: &Arc<dyn Exchange>,
) -> anyhow::Result<Login> {
    if host.offer.authorization_uri.is_some() {
        print_line("The server also offers signing in on a web page: see --device.")?;
    }
    let username = match &arguments.username {
        Some(username) => username.clone(),
        None => ask(&format!("User name at {}", host.origin))?,
    };
    ensure!(!username.is_empty(), "no user name was given");
    let question = format!("Password of {} at {}", DisplayText::new(&username), host.origin);
    let tries = if stdin().is_terminal() { MAX_TRIES } else { 1 };
    for _ in 0..tries {
        let password = read_password(&question).context("no password was read")?;
        ensure!(!password.expose_secret().is_empty(), "the password is empty; nothing was kept");
        let login = Login::Password { username: username.clone(), password };
        let store = LoginStore::in_memory(Some(login.clone()));
        match try_login(settings, &store, exchange.clone()).await {
            Ok(_) => return Ok(login),
            Err(TryError::PasswordRefused) => print_line("The server refused the name or the password.")?,
            Err(TryError::Failed(problem)) => bail!("{problem}"),
        }
    }
    bail!("not signed in; nothing was kept")
}

/// Signs in on a page of an authority, whose host the user has to confirm before anything is sent there.
async fn sign_in_on_page(
    arguments: &cli::Login,
    settings: &ucwa::Settings,
    host: &Host,
    authorization_uri: &str,
    exchange: &Arc<dyn Exchange>,
) -> anyhow::Result<Login> {
    let authority = Authority::of(authorization_uri)
        .with_context(|| format!("{} names an authority that can't be used", host.origin))?;
    let client_id = arguments.client_id.as_deref().context(
        "signing in on a web page takes the id of an application: have rsvp registered as a public client in your directory, \
         with permission for Skype for Business, and give its id with --client-id",
    )?;
    let is_trusted = Origins::new(&settings.trusted_hosts).trusts(&authority.token_endpoint);
    if !is_trusted
        && !confirms(&format!("{} sends you to {} to sign in. Continue?", host.origin, authority.origin()))?
    {
        bail!("nothing was sent to {}", authority.origin());
    }
    let origin = url::Url::parse(&host.origin).context("the server has no address")?.origin();
    let code = device_login::request_code(exchange, &authority, client_id, &scope_of(&origin)).await?;
    print_line(&format!("Open {} and type the code {}.", code.verification_uri, code.user_code))?;
    let token = device_login::wait_for_token(exchange, &authority, client_id, &code).await?;
    let refresh_token = token
        .refresh_token
        .context("the authority issued no refresh token, so the sign-in would not last")?;
    let token_endpoint = authority.token_endpoint;
    let login = Login::RefreshToken { client_id: client_id.to_owned(), token_endpoint, refresh_token };
    let store = LoginStore::in_memory(Some(login));
    match try_login(settings, &store, exchange.clone()).await {
        // The refresh token may have been replaced by trying it.
        Ok(_) => Ok(store.read()?),
        Err(TryError::PasswordRefused) => bail!("the server refused the token of {}", host.origin),
        Err(TryError::Failed(problem)) => bail!("{problem}"),
    }
}

/// Asks for a bot's client secret and tries it.
async fn ask_for_secret(settings: &graph::Settings, exchange: &Arc<dyn Exchange>) -> anyhow::Result<Login> {
    let question = format!("Client secret of {} at {}", settings.client_id, settings.authority);
    let client_secret = read_password(&question).context("no secret was read")?;
    ensure!(!client_secret.expose_secret().is_empty(), "the secret is empty; nothing was kept");
    let credential = Credential::Secret(Secret::Value(client_secret.clone()));
    let settings = graph::Settings { credential, ..settings.clone() };
    match graph::try_credential(&settings, exchange.clone()).await {
        Ok(()) => Ok(Login::ClientSecret { client_secret }),
        Err(problem) => bail!("{problem}; nothing was kept"),
    }
}
