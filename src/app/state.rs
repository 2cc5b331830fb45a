use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};

use super::{Bulk, Entry, KeyMap, List, Mode, Notice, Now, Subject, Viewport};
use crate::invitation::{
    AccountId, Conversation, ConversationId, InvitationId, Moment, Party, PastInvitation, Reason, Rejection,
};
use crate::provider::{Status, Ticket};
use crate::text::DisplayText;

/// All that the screen shows and the reducer changes.
#[derive(Clone, Debug)]
pub struct State {
    /// What the user configured.
    pub settings: Settings,
    /// When the last message came.
    pub now: Now,
    /// Columns and rows of the screen.
    pub size: (u16, u16),
    /// The accounts; [`AccountId`] is the index.
    pub accounts: Vec<Account>,
    /// The list that is in front.
    pub tab: Tab,
    /// What rings here.
    pub incoming: List<Entry>,
    /// Whom we invited.
    pub outgoing: List<Entry>,
    /// What we are part of.
    pub conversations: List<Conversation>,
    /// What is over.
    pub history: List<PastInvitation>,
    /// What the keys go to.
    pub mode: Mode,
    /// When a dialog closed by itself, or a key came that was still meant for it.
    pub closed: Option<Moment>,
    /// How much of the screen the details take.
    pub details: Details,
    /// The invitations that accept and decline act on together. Those that the filter hides are left out.
    pub marked: BTreeSet<InvitationId>,
    /// What the last frame had room for.
    pub viewport: Viewport,
    /// What the user is being told.
    pub notice: Option<Notice>,
    /// The user's requests that have no answer yet.
    pub flights: BTreeMap<Ticket, Flight>,
    /// The answers to several invitations at once that are not all settled yet.
    pub bulks: Vec<Bulk>,
    /// The invitations that were over, so that a late word does not bring one back.
    pub finished: Finished,
    /// The rows of invitations that are over, and when each goes; in that order.
    pub lingering: VecDeque<(Moment, InvitationId)>,
    /// The number for the next request.
    pub next_ticket: u64,
    /// The number for the next entry of the history.
    pub next_past: u64,
    /// Whether the program is on its way out.
    pub quitting: bool,
}

/// What the user configured about the screen and the keys.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Which key means what.
    pub keys: KeyMap,
    /// The reason that is preselected, and given at once with the key for that.
    pub default_reason: Reason,
    /// The same for calls to a bot, which know other reasons.
    pub default_rejection: Rejection,
    /// Whether a new invitation rings the terminal's bell.
    pub bell: bool,
    /// A word for the header when all this is only a demonstration.
    pub demo: bool,
    /// How many entries the history keeps.
    pub history_limit: usize,
}

/// One account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Its name in the configuration, or the sign-in domain.
    pub label: DisplayText,
    /// Who is signed in.
    pub me: Option<Party>,
    /// The state of its connection.
    pub status: Status,
}

/// A request of the user that has no answer yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flight {
    /// The answer to an invitation.
    Answer(InvitationId),
    /// An invitation of ours, to this address.
    Invite(String),
    /// A message.
    Send,
    /// The end of a call that a bot has answered.
    HangUp {
        /// Which.
        conversation: ConversationId,
        /// Who is on the other end.
        who: String,
        /// Whether the reply was lost. Until then there is one for each conversation; hanging up twice is
        /// harmless, not being able to hang up is not.
        lost: bool,
    },
}

/// Remembers which invitations were over; the oldest are forgotten when there are very many.
#[derive(Clone, Debug, Default)]
pub struct Finished {
    ids: HashSet<InvitationId>,
    order: VecDeque<InvitationId>,
}

impl Finished {
    const LIMIT: usize = 16_384;

    /// Adds one; false if it was there.
    pub fn insert(&mut self, id: InvitationId) -> bool {
        let new = self.ids.insert(id);
        if new {
            self.order.push_back(id);
            if self.order.len() > Self::LIMIT
                && let Some(oldest) = self.order.pop_front()
            {
                self.ids.remove(&oldest);
            }
        }
        new
    }

    /// Whether it is there.
    #[must_use]
    pub fn contains(&self, id: InvitationId) -> bool {
        self.ids.contains(&id)
    }
}

/// The lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tab {
    /// What rings here.
    #[default]
    Incoming,
    /// Whom we invited.
    Outgoing,
    /// What we are part of.
    Conversations,
    /// What is over.
    History,
}

impl Tab {
    /// All of them, from left to right.
    pub const ALL: [Self; 4] = [Self::Incoming, Self::Outgoing, Self::Conversations, Self::History];

    /// Its title.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Incoming => "Incoming",
            Self::Outgoing => "Outgoing",
            Self::Conversations => "Conversations",
            Self::History => "History",
        }
    }
}

/// The number of the first entry of a run; what earlier runs have left counts down from here.
pub const FIRST_PAST: u64 = 1 << 32;

/// How much of the screen the details of what is selected take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Details {
    /// What the list leaves.
    #[default]
    Beside,
    /// All of it.
    Full {
        /// The entry whose details these are; none while nothing is selected.
        of: Option<Subject>,
        /// How far, in lines.
        scrolled: u16,
    },
}

impl Details {
    /// All of the screen, from the top.
    pub const FULL: Self = Self::Full { of: None, scrolled: 0 };

    /// Whether they take the whole screen.
    #[must_use]
    pub fn is_full(self) -> bool {
        matches!(self, Self::Full { .. })
    }
}

impl State {
    /// The state at the start, with these accounts.
    #[must_use]
    pub fn new(settings: Settings, accounts: Vec<Account>, now: Now, size: (u16, u16)) -> Self {
        Self {
            settings,
            now,
            size,
            accounts,
            tab: Tab::default(),
            incoming: List::default(),
            outgoing: List::default(),
            conversations: List::default(),
            history: List::default(),
            mode: Mode::default(),
            closed: None,
            details: Details::default(),
            marked: BTreeSet::new(),
            viewport: Viewport::default(),
            notice: None,
            flights: BTreeMap::new(),
            bulks: Vec::new(),
            finished: Finished::default(),
            lingering: VecDeque::new(),
            next_ticket: 0,
            next_past: FIRST_PAST,
            quitting: false,
        }
    }

    /// The account of that name.
    #[must_use]
    pub fn account(&self, id: AccountId) -> Option<&Account> {
        self.accounts.get(usize::from(id.0))
    }

    /// The entry that the keys act on, in the two lists of invitations.
    #[must_use]
    pub fn selected_entry(&self) -> Option<&Entry> {
        match self.tab {
            Tab::Incoming => self.incoming.selected(),
            Tab::Outgoing => self.outgoing.selected(),
            Tab::Conversations | Tab::History => None,
        }
    }

    /// The invitation of that name, incoming or outgoing.
    #[must_use]
    pub fn entry(&self, id: InvitationId) -> Option<&Entry> {
        self.incoming.get(id).or_else(|| self.outgoing.get(id))
    }

    /// Lets details that fill the screen follow the selection, which the user has moved.
    pub(super) fn follow_with_details(&mut self) {
        let selected = self.selected();
        if let Details::Full { of, scrolled } = &mut self.details
            && *of != selected
        {
            (*of, *scrolled) = (selected, 0);
        }
    }

    /// Whether details that fill the screen are still of what is selected: nobody is to answer somebody else whose
    /// details came into their place.
    pub(super) fn details_still_stand(&self) -> bool {
        match self.details {
            Details::Full { of, .. } => of.is_none() || of == self.selected(),
            Details::Beside => true,
        }
    }

    /// How far the details of what is selected are scrolled, in lines.
    #[must_use]
    pub fn details_scrolled(&self) -> u16 {
        match self.details {
            Details::Full { of, scrolled } if of.is_some() && of == self.selected() => scrolled,
            Details::Full { .. } | Details::Beside => 0,
        }
    }

    /// Puts everything away that the user had open: they leave.
    pub fn leave(&mut self) {
        self.quitting = true;
        self.mode = Mode::Lists;
    }

    /// Whether something on the screen changes as time passes, so that a tick a second is worth it.
    #[must_use]
    pub fn needs_tick(&self) -> bool {
        let counts_down = match self.tab {
            Tab::Incoming => !self.incoming.is_empty(),
            Tab::Outgoing => !self.outgoing.is_empty(),
            Tab::Conversations | Tab::History => false,
        };
        counts_down
            || self.notice.is_some()
            || !self.lingering.is_empty()
            || self.accounts.iter().any(|account| matches!(account.status, Status::Retrying { .. }))
    }
}
