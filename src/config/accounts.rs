//! Checks of the accounts: each by itself, and all together.

use std::collections::BTreeSet;
use std::time::Duration;

use super::endpoint::Endpoint;
use super::error::{Diagnostics, Invalid};
use super::file::File;
use super::graph::ringing_time;
use super::schema::{ACCOUNT, Graph};
use super::section::Section;
use super::settings::{AccountConfig, AccountSection, Service};
use crate::invitation::Rejection;
use crate::provider::graph::RINGING_TIME;
use crate::provider::ucwa::Start;
use crate::text::DisplayText;

/// The maximum number of accounts.
const MAX_ACCOUNTS: usize = 32;

/// The maximum number of characters of an account's name, so that it fits beside others.
const MAX_NAME: usize = 24;

impl File {
    /// Checks the accounts: first the two that can be at the top of the file, then those of the list. Accounts with a
    /// mistake are left out.
    pub(super) fn accounts(&self, diagnostics: &mut Diagnostics) -> Vec<AccountConfig> {
        let top = self.top();
        let bot = top.bot(AccountSection::Graph, diagnostics);
        let has_graph = top.keys.graph.is_some() || top.is_unreadable("graph");
        let has_list = !self.root.account.is_empty() || self.unreadable.contains(ACCOUNT);
        // Without any other account, the one at the top of the file is required.
        let user =
            (top.has_ucwa() || !(has_graph || has_list)).then(|| top.user(AccountSection::Ucwa, diagnostics));
        let mut accounts: Vec<AccountConfig> = user.flatten().into_iter().chain(bot).collect();
        let mut names: BTreeSet<String> =
            accounts.iter().map(|account| account.label.as_str().to_lowercase()).collect();
        for section in self.listed() {
            accounts.extend(section.listed_account(&mut names, diagnostics));
        }
        if let Some(too_many) = self.listed().nth(MAX_ACCOUNTS) {
            let message = format!("there are more than {MAX_ACCOUNTS} accounts");
            diagnostics.ok::<()>(Err(too_many.mistake(message)));
        }
        self.check_listeners(diagnostics);
        accounts
    }

    /// Checks that no two bots listen on the same address.
    fn check_listeners(&self, diagnostics: &mut Diagnostics) {
        let mut taken = BTreeSet::new();
        for section in std::iter::once(self.top()).chain(self.listed()) {
            let Some(graph) = &section.keys.graph else { continue };
            let Ok(address) = section.listen(graph) else { continue };
            if !taken.insert(address) {
                let message = format!("two bots listen on {address}; give each a `listen` of its own");
                let mistake = match &graph.listen {
                    Some(value) => self.invalid(value, message),
                    None => section.mistake(message),
                };
                diagnostics.ok::<()>(Err(mistake));
            }
        }
    }

    /// Returns the sections of all bots.
    fn graphs(&self) -> impl Iterator<Item = &Graph> {
        let sections = std::iter::once(&self.top).chain(self.root.account.iter().map(toml::Spanned::get_ref));
        sections.filter_map(|keys| keys.graph.as_ref())
    }

    /// Returns the longest time for which a call to one of the bots rings.
    pub(super) fn longest_ringing_time(&self) -> Duration {
        self.graphs().map(ringing_time).max().unwrap_or(RINGING_TIME)
    }

    /// Returns the preselected reason for rejecting calls, which all bots share.
    pub(super) fn default_rejection(&self) -> Result<Rejection, Invalid> {
        let mut reasons = self.graphs().filter_map(|graph| graph.default_reject_reason.as_ref());
        let Some(first) = reasons.next() else { return Ok(Rejection::default()) };
        match reasons.find(|other| other.get_ref() != first.get_ref()) {
            None => Ok(*first.get_ref()),
            Some(other) => Err(self.invalid(
                other,
                "`default_reject_reason` differs from that of another bot; all bots share it, so keep one",
            )),
        }
    }
}

impl Section<'_> {
    /// Checks an account of the list.
    fn listed_account(
        &self,
        names: &mut BTreeSet<String>,
        diagnostics: &mut Diagnostics,
    ) -> Option<AccountConfig> {
        let name = diagnostics.ok(self.name(names));
        let section = AccountSection::Named(name.clone().unwrap_or_default());
        let has_graph = self.keys.graph.is_some() || self.is_unreadable("graph");
        let account = match (self.has_ucwa(), has_graph) {
            (true, true) => diagnostics.ok(Err(self.mistake(
                "an account is either of Skype for Business or a bot; write another [[account]] for the bot",
            ))),
            (false, true) => self.bot(section, diagnostics),
            (true | false, false) => self.user(section, diagnostics),
        };
        account.filter(|_| name.is_some())
    }

    fn name(&self, names: &mut BTreeSet<String>) -> Result<String, Invalid> {
        let Some(value) = &self.keys.name else {
            return Err(self.missing(
                &["name"],
                "an [[account]] requires `name`, which the screen shows, like \"work\"",
            ));
        };
        let name = DisplayText::new(value.get_ref().trim()).as_str().to_owned();
        if name.is_empty() || name.chars().count() > MAX_NAME {
            return Err(self.file.invalid(value, format!("`name` must have 1 to {MAX_NAME} characters")));
        }
        if !names.insert(name.to_lowercase()) {
            let message = format!("another account is called `{name}`; choose another `name`");
            return Err(self.file.invalid(value, message));
        }
        Ok(name)
    }

    /// Checks an account of Skype for Business.
    fn user(&self, section: AccountSection, diagnostics: &mut Diagnostics) -> Option<AccountConfig> {
        let (settings, network) = self.ucwa(&section, diagnostics)?;
        let label = match (&section, &settings.start) {
            (AccountSection::Named(name), _) => name.clone(),
            (_, Start::Domain(domain)) => domain.clone(),
            (_, Start::Url(url)) => url.host_str().unwrap_or("rsvp").to_owned(),
        };
        let service = Service::Ucwa(Box::new(settings));
        Some(AccountConfig { section, label: DisplayText::new(&label), service, network })
    }

    /// Checks a bot. Returns nothing if the account is none, or has a mistake.
    fn bot(&self, section: AccountSection, diagnostics: &mut Diagnostics) -> Option<AccountConfig> {
        let (settings, network) = self.graph(&section, diagnostics)?;
        let label = match &section {
            AccountSection::Named(name) => name.clone(),
            _ => format!("bot {}", settings.client_id.split('-').next().unwrap_or_default()),
        };
        let service = Service::Graph(Box::new(settings));
        Some(AccountConfig { section, label: DisplayText::new(&label), service, network })
    }
}

/// Gives each account of Skype for Business its endpoint. Returns the lock of the endpoint, if one of them needs it.
pub(super) fn assign_endpoints(
    accounts: &mut [AccountConfig],
    acquired: Option<Endpoint>,
) -> Option<Endpoint> {
    let mut lock = acquired;
    for AccountConfig { section, service, .. } in accounts {
        let Service::Ucwa(settings) = service else { continue };
        let endpoint = lock.get_or_insert_with(Endpoint::acquire);
        settings.endpoint_id = match section {
            AccountSection::Named(name) => endpoint.id_of(name),
            AccountSection::Ucwa | AccountSection::Graph => endpoint.id().to_owned(),
        };
    }
    lock
}
