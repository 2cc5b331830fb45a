//! Writing the first configuration.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, bail};
use secrecy::ExposeSecret;

use super::ask::{ask, confirms, has_user};
use super::output::{print_error, print_line};
use super::{check, login};
use crate::cli::{self, ChosenAccount, Global};
use crate::config::{self, ConfigError, Server, SignIn};
use crate::private_files::{create_private_directory, private_file_options};
use crate::terminal::read_password;

/// Writes a configuration that does not exist yet. A user who can be asked is asked for the server and the way to sign in, which
/// are tried; otherwise, or with `yes`, the example is written.
pub(super) async fn init(yes: bool, global: &Global) -> anyhow::Result<()> {
    let path = config::file_path(global.config.as_deref(), global.profile.as_deref())?;
    if path.exists() {
        return Err(ConfigError::AlreadyExists(path).into());
    }
    if yes || !has_user() {
        write_new(&path, config::EXAMPLE)?;
        let (path, run) = (path.display(), command(global, ""));
        return print_line(&format!("Wrote {path}. Add your tenant and a way to sign in, then run `{run}`."));
    }
    let server = ask_for_server()?;
    let way = ask_for_way()?;
    begin(&path, &server, way, global).await
}

/// Signs in to an account. If there is no configuration yet, and a user who can be asked, it is begun first.
pub(super) async fn login(arguments: &cli::Login, global: &Global) -> anyhow::Result<()> {
    let path = config::file_path(global.config.as_deref(), global.profile.as_deref())?;
    let is_of_bot_or_named = arguments.account.graph || arguments.account.account.is_some();
    if path.exists() || is_of_bot_or_named || !has_user() {
        return login::run(arguments, global).await;
    }
    print_line(&format!("There is no configuration yet; it will be written to {}.", path.display()))?;
    let server = ask_for_server()?;
    let cli::Login { username, device, client_id, .. } = arguments;
    let way = Way::Login { username: username.clone(), device: *device, client_id: client_id.clone() };
    begin(&path, &server, way, global).await
}

/// The way to sign in that the user has chosen.
enum Way {
    /// The password, or the sign-in on a web page, that `rsvp login` keeps.
    Login { username: Option<String>, device: bool, client_id: Option<String> },
    /// A way that the file has.
    Written(SignIn),
}

fn ask_for_server() -> anyhow::Result<Server> {
    print_line(
        "Which domain do you sign in to? It is the part behind the @ of your sign-in address.\n\
         If you know the address of the server (https://…), you can give that instead.",
    )?;
    loop {
        match Server::parse(&ask("Domain")?) {
            Some(server) => return Ok(server),
            None => print_line("This is neither a domain, like contoso.com, nor the address of a server.")?,
        }
    }
}

fn ask_for_way() -> anyhow::Result<Way> {
    print_line(
        "\nHow do you sign in?\n  \
         1  with a password, which rsvp keeps in a file that only you can read\n  \
         2  on a web page with a code; your organization has registered rsvp\n  \
         3  with a token that a program of yours prints\n  \
         4  with a token that you have now; it expires after some hours",
    )?;
    loop {
        match ask("1 to 4, or Enter for 1")?.as_str() {
            "" | "1" => return Ok(Way::Login { username: None, device: false, client_id: None }),
            "2" => {
                let id = ask("The application (client) id of rsvp in your organization")?;
                let client_id = Some(id).filter(|id| !id.is_empty());
                return Ok(Way::Login { username: None, device: true, client_id });
            }
            "3" => {
                let line = ask("The program and its arguments, with spaces between them")?;
                let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
                if !words.is_empty() {
                    return Ok(Way::Written(SignIn::Command(words)));
                }
            }
            "4" => {
                let token = read_password("Token").context("no token was read")?;
                if !token.expose_secret().trim().is_empty() {
                    return Ok(Way::Written(SignIn::Token(token.expose_secret().trim().into())));
                }
            }
            _ => {}
        }
    }
}

/// Writes the file and tries it. If that fails, the user decides whether to keep the file.
async fn begin(path: &Path, server: &Server, way: Way, global: &Global) -> anyhow::Result<()> {
    let sign_in = match &way {
        Way::Login { .. } => &SignIn::Login,
        Way::Written(sign_in) => sign_in,
    };
    write_new(path, &config::first_configuration(server, sign_in))?;
    print_line(&format!("\nWrote {}. Trying it:\n", path.display()))?;
    let Err(error) = try_out(way, global).await else {
        return print_line(&format!("\nEverything works. Run `{}` to see who calls.", command(global, "")));
    };
    print_error(&format!("\nThat failed: {error:#}"));
    if confirms(&format!("Remove {} again, to start over?", path.display()))? {
        std::fs::remove_file(path).with_context(|| format!("can't remove {}", path.display()))?;
        bail!("nothing was set up");
    }
    bail!("correct {}, then run `{}`", path.display(), command(global, "check"))
}

async fn try_out(way: Way, global: &Global) -> anyhow::Result<()> {
    if let Way::Login { username, device, client_id } = way {
        let account = ChosenAccount { account: None, graph: false };
        login::run(&cli::Login { account, username, device, client_id }, global).await?;
    }
    check::run(global).await
}

fn command(global: &Global, subcommand: &str) -> String {
    config::command_line(global.config.as_deref(), global.profile.as_deref(), subcommand)
}

/// Writes a file that does not exist yet, and that only the user can read.
fn write_new(path: &Path, text: &str) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        create_private_directory(folder).with_context(|| format!("can't create {}", folder.display()))?;
    }
    let mut file = match private_file_options().write(true).create_new(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            return Err(ConfigError::AlreadyExists(path.to_owned()).into());
        }
        Err(error) => return Err(error).with_context(|| format!("can't write {}", path.display())),
    };
    file.write_all(text.as_bytes()).with_context(|| format!("can't write {}", path.display()))
}
