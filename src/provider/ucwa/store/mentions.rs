//! The people whom an invitation names.

use std::collections::BTreeMap;

use super::decode;
use super::href::Href;
use super::named_people::NamedPeople;
use crate::invitation::{Direction, Invitation, Party};
use crate::provider::ucwa::wire::resource::Resource;
use crate::text::DisplayText;

/// A role in an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The sender (`from`).
    From,
    /// The original target (`to`), or the invited participant of a `participantInvitation` (`participant`).
    To,
    /// The last person who forwarded the invitation (`forwardedBy`).
    ForwardedBy,
    /// The person who transferred the call (`transferredBy`).
    TransferredBy,
    /// The person on whose behalf the invitation was received (`onBehalfOf`).
    OnBehalfOf,
    /// The person on whose behalf the invitation was sent (`delegator`).
    Delegator,
    /// The person who accepted the invitation (`acceptedByContact`, `acceptedByParticipant`).
    AcceptedBy,
}

/// The rels that name people, with the roles for which they stand.
const RELS: [(&str, Role); 9] = [
    ("from", Role::From),
    ("to", Role::To),
    ("participant", Role::To),
    ("forwardedBy", Role::ForwardedBy),
    ("transferredBy", Role::TransferredBy),
    ("onBehalfOf", Role::OnBehalfOf),
    ("delegator", Role::Delegator),
    ("acceptedByContact", Role::AcceptedBy),
    ("acceptedByParticipant", Role::AcceptedBy),
];

/// The people whom one invitation names, by their roles.
#[derive(Clone, Debug, Default)]
pub struct Mentions(BTreeMap<Role, Mention>);

#[derive(Clone, Debug, Default)]
struct Mention {
    /// The href of the person.
    href: Option<Href>,
    /// The person as the invitation describes them: a link's title, a property's URI, or an embedded resource.
    party: Party,
}

impl Mentions {
    /// Merges the people of a resource, and keeps the ones that the resource does not name. `normalize` turns the
    /// resource's hrefs into keys.
    pub fn merge(&mut self, resource: &Resource<'_>, normalize: impl Fn(&str) -> Href) {
        for (rel, role) in RELS {
            let link = resource.link(rel);
            let embedded = resource.embedded(rel).map(decode::party).filter(|party| !party.is_empty());
            // `to` and `delegator` are properties as well, which hold a URI.
            let uri = resource.text(rel);
            if link.is_none() && embedded.is_none() && uri.is_none() {
                continue;
            }
            let mention = self.0.entry(role).or_default();
            if let Some(link) = link {
                let href = normalize(&link.href);
                // Another href is another person.
                if mention.href.as_ref().is_some_and(|before| *before != href) {
                    mention.party = Party::default();
                }
                mention.href = Some(href);
                // A title may consist of blanks.
                let title = DisplayText::new(link.title.as_deref().unwrap_or_default());
                if !title.is_empty() {
                    mention.party.name = title;
                }
            }
            if let Some(party) = embedded {
                mention.party = party;
                let own = || resource.embedded(rel)?.href("self").map(&normalize);
                mention.href = mention.href.take().filter(|_| link.is_some()).or_else(own);
            }
            if let Some(uri) = uri {
                mention.party.uri = DisplayText::new(uri);
            }
        }
    }

    /// Names the sender after a link's title, unless the sender has a name.
    pub fn set_sender_title(&mut self, title: &str) {
        let mention = self.0.entry(Role::From).or_default();
        if mention.party.name.is_empty() {
            mention.party.name = DisplayText::new(title);
        }
    }

    /// Returns the person in a role, if the invitation names one, completed by `people`.
    #[must_use]
    pub fn party(&self, role: Role, people: &NamedPeople) -> Option<Party> {
        let mention = self.0.get(&role)?;
        let fetched = mention.href.as_ref().and_then(|href| people.get(href));
        let mut party = fetched.cloned().unwrap_or_default();
        let mentioned = &mention.party;
        for (slot, text) in [
            (&mut party.name, &mentioned.name),
            (&mut party.uri, &mentioned.uri),
            (&mut party.origin, &mentioned.origin),
        ] {
            if slot.is_empty() {
                slot.clone_from(text);
            }
        }
        Some(party)
    }

    /// Returns the href of the sender, if the invitation names one.
    #[must_use]
    pub fn sender_href(&self) -> Option<&Href> {
        self.0.get(&Role::From)?.href.as_ref()
    }

    /// Returns the hrefs of the people whose name or address the invitation does not contain, with their roles.
    pub fn incomplete(&self) -> impl Iterator<Item = (Role, &Href)> {
        self.0.iter().filter_map(|(role, mention)| {
            let is_complete = !mention.party.name.is_empty() && !mention.party.uri.is_empty();
            mention.href.as_ref().filter(|_| !is_complete).map(|href| (*role, href))
        })
    }
}

/// Sets the people of an invitation that are known, and keeps the others. `me` is the user's own address.
pub(super) fn name_people(
    invitation: &mut Invitation,
    mentions: &Mentions,
    people: &NamedPeople,
    me: &DisplayText,
) {
    let party = |role| mentions.party(role, people).filter(|party| !party.is_empty());
    let outgoing = invitation.direction == Direction::Outgoing;
    if let Some(from) = party(Role::From) {
        invitation.from = from;
    }
    if let Some(to) = party(Role::To) {
        // The target is shown only if it is not the user.
        let is_me = !outgoing && decode::is_same_address(&to.uri, me);
        invitation.to = (!is_me).then_some(to);
    }
    let routes: Vec<DisplayText> = ROUTES
        .into_iter()
        .filter_map(|(role, before, after)| {
            Some(DisplayText::new(&format!("{before}{}{after}", party(role)?.full())))
        })
        .collect();
    if !routes.is_empty() {
        invitation.routes = routes;
    }
    if let Some(acceptor) = party(Role::AcceptedBy) {
        // The acceptor is shown only if it is neither the target nor the user.
        let expected = invitation.to.as_ref().filter(|_| outgoing).map_or(me, |to| &to.uri);
        invitation.accepted_by = (!decode::is_same_address(&acceptor.uri, expected)).then_some(acceptor);
    }
}

/// The text before and after the name of a person on an invitation's route.
const ROUTES: [(Role, &str, &str); 4] = [
    (Role::ForwardedBy, "forwarded by ", ""),
    (Role::TransferredBy, "transferred by ", ""),
    (Role::OnBehalfOf, "for ", " (you are their delegate)"),
    (Role::Delegator, "on behalf of ", ""),
];
