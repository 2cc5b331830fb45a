//! The people whom invitations name: embedded, or behind links that are fetched once per application.

use std::collections::{BTreeMap, HashMap, VecDeque};

use super::Key;
use super::read;
use crate::invitation::{InvitationId, Party};
use crate::provider::ucwa::wire::resource::Resource;
use crate::text::DisplayText;

/// The most people that are remembered; the oldest are fetched again when they are named again.
const REMEMBERED: usize = 4_096;

/// The part that somebody has in an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The sender (`from`).
    From,
    /// The original target (`to`); of a `participantInvitation` also the one who is to join (`participant`).
    To,
    /// The last one who forwarded it (`forwardedBy`).
    ForwardedBy,
    /// The one who transferred the call (`transferredBy`).
    TransferredBy,
    /// The one on whose behalf it was received (`onBehalfOf`).
    OnBehalfOf,
    /// The one on whose behalf it is made (`delegator`).
    Delegator,
    /// The one who accepted it (`acceptedByContact`, `acceptedByParticipant`).
    AcceptedBy,
}

/// The rels that name somebody, each with the part that they have.
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

/// The people whom one invitation names, as far as the invitation itself tells.
#[derive(Clone, Debug, Default)]
pub struct Mentions(BTreeMap<Role, Mention>);

#[derive(Clone, Debug, Default)]
struct Mention {
    /// The link to the person.
    href: Option<Key>,
    /// What the invitation tells: a link's title, a property's URI, or the embedded person.
    party: Party,
}

impl Mentions {
    /// Takes over what a resource tells and keeps what it is silent about. `key` makes the key of an href.
    pub fn merge(&mut self, resource: &Resource<'_>, key: impl Fn(&str) -> Key) {
        for (rel, role) in RELS {
            let link = resource.link(rel);
            let embedded = resource.embedded(rel).map(read::person).filter(|party| !party.is_empty());
            // `to` and `delegator` are properties, too: a URI.
            let uri = resource.text(rel);
            if link.is_none() && embedded.is_none() && uri.is_none() {
                continue;
            }
            let mention = self.0.entry(role).or_default();
            if let Some(link) = link {
                let href = key(&link.href);
                // Another link is another person.
                if mention.href.as_ref().is_some_and(|before| *before != href) {
                    mention.party = Party::default();
                }
                mention.href = Some(href);
                // A title of blanks alone names nobody.
                let title = DisplayText::new(link.title.as_deref().unwrap_or_default());
                if !title.is_empty() {
                    mention.party.name = title;
                }
            }
            if let Some(party) = embedded {
                mention.party = party;
                let own = || resource.embedded(rel)?.href("self").map(&key);
                mention.href = mention.href.take().filter(|_| link.is_some()).or_else(own);
            }
            if let Some(uri) = uri {
                mention.party.uri = DisplayText::new(uri);
            }
        }
    }

    /// Names the sender for as long as nothing else does.
    pub fn call_sender(&mut self, title: &str) {
        let mention = self.0.entry(Role::From).or_default();
        if mention.party.name.is_empty() {
            mention.party.name = DisplayText::new(title);
        }
    }

    /// Somebody with that part, if the invitation names one; what `people` knows completes what it tells.
    #[must_use]
    pub fn party(&self, role: Role, people: &People) -> Option<Party> {
        let mention = self.0.get(&role)?;
        let fetched = mention.href.as_ref().and_then(|href| people.get(href));
        let mut party = fetched.cloned().unwrap_or_default();
        let told = &mention.party;
        for (slot, text) in
            [(&mut party.name, &told.name), (&mut party.uri, &told.uri), (&mut party.origin, &told.origin)]
        {
            if slot.is_empty() {
                slot.clone_from(text);
            }
        }
        Some(party)
    }

    /// The links behind which more is to be learned than the invitation tells.
    pub fn unknown(&self) -> impl Iterator<Item = (Role, &Key)> {
        self.0.iter().filter_map(|(role, mention)| {
            let told = !mention.party.name.is_empty() && !mention.party.uri.is_empty();
            mention.href.as_ref().filter(|_| !told).map(|href| (*role, href))
        })
    }
}

/// What is waiting for a person's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// The pending invitation of that key.
    Invitation(Key),
    /// The invitation that is over and was accepted by that person.
    Accepted {
        /// Which.
        id: InvitationId,
        /// The address of the one who was expected to accept it.
        expected: DisplayText,
    },
}

#[derive(Debug)]
enum Person {
    /// The link is being fetched for these.
    Fetching(Vec<Waiting>),
    /// What the link told; nothing if it could not be had.
    Fetched(Party),
}

/// The people behind links that one application has fetched or is fetching.
#[derive(Debug, Default)]
pub struct People {
    known: HashMap<Key, Person>,
    order: VecDeque<Key>,
}

impl People {
    /// The person behind a link, if it was fetched.
    #[must_use]
    pub fn get(&self, href: &str) -> Option<&Party> {
        match self.known.get(href)? {
            Person::Fetched(party) => Some(party),
            Person::Fetching(_) => None,
        }
    }

    /// Lets somebody wait for the person behind a link. Returns whether the link has to be fetched for that.
    pub fn wait(&mut self, href: &Key, waiting: Waiting) -> bool {
        match self.known.get_mut(href) {
            Some(Person::Fetching(all)) => {
                if !all.contains(&waiting) {
                    all.push(waiting);
                }
                return false;
            }
            Some(Person::Fetched(_)) => return false,
            None => {}
        }
        self.known.insert(href.clone(), Person::Fetching(vec![waiting]));
        self.order.push_back(href.clone());
        if self.order.len() > REMEMBERED {
            // Somebody waits for those who are being fetched.
            let fetched = |href: &Key| matches!(self.known.get(href), Some(Person::Fetched(_)));
            if let Some(oldest) =
                self.order.iter().position(fetched).and_then(|place| self.order.remove(place))
            {
                self.known.remove(&oldest);
            }
        }
        true
    }

    /// The links that are being fetched.
    pub fn fetching(&self) -> impl Iterator<Item = &Key> {
        let fetching = |href: &&Key| matches!(self.known.get(*href), Some(Person::Fetching(_)));
        self.order.iter().filter(fetching)
    }

    /// Forgets a link that can't be had now, so that it is fetched again when it is named again.
    pub fn forget(&mut self, href: &Key) {
        self.known.remove(href);
        self.order.retain(|other| other != href);
    }

    /// Takes in the person behind a link, or that nobody can be had there. Returns who waited for that.
    pub fn fetched(&mut self, href: &Key, party: Option<Party>) -> Vec<Waiting> {
        let fetched = Person::Fetched(party.unwrap_or_default());
        match self.known.get_mut(href).map(|person| std::mem::replace(person, fetched)) {
            Some(Person::Fetching(waiting)) => waiting,
            Some(Person::Fetched(_)) | None => Vec::new(),
        }
    }
}
