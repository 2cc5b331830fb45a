use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use super::{
    Account, Batch, Condition, ContactLists, Contacts, Details, Entry, Focus, Item, List, Mode, Notice, Now,
    PendingRequest, PeopleInvolved, Phase, Rulings, Settings, StartedConversations, Subject, Tab, Thread,
    Tone, Underway, Viewport, Walkthrough,
};
use crate::history::FIRST_NUMBER;
use crate::invitation::{
    AccountId, Conversation, ConversationId, InvitationId, Moment, Outcome, PastInvitation,
};
use crate::provider::{Status, Ticket, Tickets};
use crate::recent::RecentSet;
use crate::text::DisplayText;

/// The number of ended invitations that are remembered.
const ENDED_CAPACITY: usize = 16_384;

/// The state of the program: everything that the screen shows and the reducer changes.
#[derive(Clone, Debug)]
pub struct State {
    /// The user's settings.
    pub settings: Settings,
    /// The arrival time of the last message.
    pub now: Now,
    /// The size of the screen in columns and rows.
    pub size: (u16, u16),
    /// Whether the terminal has the focus, as far as it has told.
    pub has_focus: Option<bool>,
    /// The accounts, indexed by [`AccountId`].
    pub accounts: Vec<Account>,
    /// The current tab, whose list is on the screen.
    pub tab: Tab,
    /// The incoming invitations.
    pub incoming: List<Entry>,
    /// The invitations that the user sent.
    pub outgoing: List<Entry>,
    /// The conversations.
    pub conversations: List<Conversation>,
    /// The contacts of callers and participants.
    pub contacts: Contacts,
    /// The people in the contact lists, where a rule asks for them.
    pub contact_lists: ContactLists,
    /// The person whom the selected item shows, as the provider was last told.
    pub described: Option<(AccountId, DisplayText)>,
    /// The messages of the conversations.
    pub threads: BTreeMap<ConversationId, Thread>,
    /// The selected conversation, while the list of conversations is the current one.
    pub conversation_in_front: Option<ConversationId>,
    /// The conversation whose participants were last told that the user types, and when.
    pub typing_reported: Option<(ConversationId, Moment)>,
    /// The lobby in which the latest change was, and when.
    pub lobby_changed: Option<(ConversationId, Moment)>,
    /// The invitations that have ended.
    pub history: List<PastInvitation>,
    /// The part of the history of earlier runs that was read.
    pub earlier: Earlier,
    /// The numbers of missed invitations that are marked in the history: the user has not seen them, or sees them now.
    pub unseen: BTreeSet<u64>,
    /// The unseen entries of what was missed before signing in, by their numbers: the account and the number of the log.
    pub missed_logs: BTreeMap<u64, (AccountId, u64)>,
    /// The receiver of the keys.
    pub mode: Mode,
    /// The time when a dialog closed by itself, or when the last key that was still meant for it was ignored.
    pub closed: Option<Moment>,
    /// The part of the screen that the details take.
    pub details: Details,
    /// The marked invitations, including those that the filter hides.
    pub marked: BTreeSet<InvitationId>,
    /// The measurements of the last frame.
    pub viewport: Viewport,
    /// The incoming invitation that the user has answered last, if the selection has left it because of that and no key was
    /// pressed since.
    pub left_behind: Option<InvitationId>,
    /// The last click on a row if nothing else was clicked since, and when it was.
    pub clicked: Option<(Moment, Subject)>,
    /// The walk through the first answer.
    pub walkthrough: Walkthrough,
    /// The message line.
    pub notice: Option<Notice>,
    /// The user's requests that have not been answered yet.
    pub pending_requests: BTreeMap<Ticket, PendingRequest>,
    /// The instructions whose outcome is not known yet, by their requests.
    pub instructions: BTreeMap<Ticket, Underway>,
    /// The account that searches for people on behalf of the open dialog.
    pub searching: Option<AccountId>,
    /// The conversations that the user has started and that nobody has joined yet.
    pub started: StartedConversations,
    /// The answers to several invitations at once that are not settled yet.
    pub batches: Vec<Batch>,
    /// The incoming invitations that have arrived while another list was on the screen and still ring; the user has not seen
    /// their rows.
    pub newcomers: Vec<InvitationId>,
    /// The decisions of the user's rules about invitations.
    pub rulings: Rulings,
    /// The invitations that have ended lately; a late event must not bring one back.
    pub ended: RecentSet<InvitationId>,
    /// The rows of invitations that have ended, with the time at which each is removed, in that order.
    pub lingering: VecDeque<(Moment, InvitationId)>,
    /// The tickets of further requests.
    pub tickets: Tickets,
    /// The number of the next history entry.
    pub next_past: u64,
    /// Whether the program is signing out to quit.
    pub quitting: bool,
}

/// The part of the history of earlier runs that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Earlier {
    /// The number of the oldest entry from which on all entries were read, if there may be older ones.
    pub oldest: Option<u64>,
    /// Whether a page of older entries was requested and has not come yet.
    pub is_requested: bool,
    /// The text of the last search among older entries; empty if there was none.
    pub searched: String,
}

impl State {
    /// Creates the initial state.
    #[must_use]
    pub fn new(settings: Settings, accounts: Vec<Account>, now: Now, size: (u16, u16)) -> Self {
        let walkthrough = if settings.demo { Walkthrough::Answer } else { Walkthrough::Over };
        Self {
            settings,
            now,
            size,
            has_focus: None,
            accounts,
            tab: Tab::default(),
            incoming: List::default(),
            outgoing: List::default(),
            conversations: List::default(),
            contacts: Contacts::default(),
            contact_lists: ContactLists::default(),
            described: None,
            threads: BTreeMap::new(),
            conversation_in_front: None,
            typing_reported: None,
            lobby_changed: None,
            history: List::default(),
            earlier: Earlier::default(),
            unseen: BTreeSet::new(),
            missed_logs: BTreeMap::new(),
            mode: Mode::default(),
            closed: None,
            details: Details::default(),
            marked: BTreeSet::new(),
            viewport: Viewport::default(),
            left_behind: None,
            clicked: None,
            walkthrough,
            notice: None,
            pending_requests: BTreeMap::new(),
            instructions: BTreeMap::new(),
            searching: None,
            started: StartedConversations::default(),
            batches: Vec::new(),
            newcomers: Vec::new(),
            rulings: Rulings::default(),
            ended: RecentSet::new(ENDED_CAPACITY),
            lingering: VecDeque::new(),
            tickets: Tickets::default(),
            next_past: FIRST_NUMBER,
            quitting: false,
        }
    }

    /// Returns the account with this id.
    #[must_use]
    pub fn account(&self, id: AccountId) -> Option<&Account> {
        self.accounts.get(usize::from(id.0))
    }

    /// Returns the accounts whose names contain a text in any case. A single account is not told apart by its name.
    #[must_use]
    pub fn accounts_named(&self, text: &str) -> Vec<AccountId> {
        let text = text.to_lowercase();
        if text.is_empty() || self.accounts.len() < 2 {
            return Vec::new();
        }
        self.numbered_accounts().filter(|(_, account)| account.is_called(&text)).map(|(id, _)| id).collect()
    }

    /// Returns the accounts with their ids.
    pub fn numbered_accounts(&self) -> impl Iterator<Item = (AccountId, &Account)> {
        (0..=u8::MAX).map(AccountId).zip(&self.accounts)
    }

    /// Returns the accounts of users, which have a presence and can start conversations, with their ids.
    pub fn user_accounts(&self) -> impl Iterator<Item = (AccountId, &Account)> {
        self.numbered_accounts().filter(|(_, account)| !account.is_bot)
    }

    /// Returns the people who are in conversations or on their way there, for an account.
    #[must_use]
    pub fn involved(&self, account: AccountId) -> PeopleInvolved<'_> {
        PeopleInvolved {
            me: self.account(account).and_then(|account| account.me.as_ref()),
            conversations: &self.conversations,
            outgoing: &self.outgoing,
            pending_requests: &self.pending_requests,
        }
    }

    /// Returns the selected invitation; `None` on the tabs that list something else.
    #[must_use]
    pub fn selected_entry(&self) -> Option<&Entry> {
        match self.tab {
            Tab::Incoming => self.incoming.selected(),
            Tab::Outgoing => self.outgoing.selected(),
            Tab::Conversations | Tab::History => None,
        }
    }

    /// Returns the incoming or outgoing invitation with this id.
    #[must_use]
    pub fn entry(&self, id: InvitationId) -> Option<&Entry> {
        self.incoming.get(id).or_else(|| self.outgoing.get(id))
    }

    /// Changes fields of an invitation that neither the order nor the filter of its list depends on. Returns what `change`
    /// returns; `None` if no list has the invitation.
    pub(super) fn change_entry<R>(
        &mut self,
        id: InvitationId,
        change: impl FnOnce(&mut Entry) -> R,
    ) -> Option<R> {
        let list = if self.incoming.get(id).is_some() { &mut self.incoming } else { &mut self.outgoing };
        list.change(id, change)
    }

    /// Returns the items that a key acts on now.
    #[must_use]
    pub fn focus(&self) -> Focus {
        let marked = match self.tab {
            Tab::Incoming => self.marked.iter().copied().filter(|id| self.incoming.is_shown(*id)).collect(),
            Tab::Outgoing | Tab::Conversations | Tab::History => Vec::new(),
        };
        Focus { tab: self.tab, selected: self.selected(), marked }
    }

    /// Returns the selected item of the current list.
    #[must_use]
    pub fn selected(&self) -> Option<Subject> {
        match self.tab {
            Tab::Incoming => self.incoming.selected().map(|entry| Subject::Invitation(entry.id())),
            Tab::Outgoing => self.outgoing.selected().map(|entry| Subject::Invitation(entry.id())),
            Tab::Conversations => self.conversations.selected().map(|it| Subject::Conversation(it.id)),
            Tab::History => self.history.selected().map(|past| Subject::Past(past.id())),
        }
    }

    /// Returns the user's latest invitation to an address.
    #[must_use]
    pub fn latest_invitation_to(&self, uri: &str) -> Option<InvitationId> {
        let is_to = |entry: &&Entry| entry.invitation.to.as_ref().is_some_and(|to| to.has_address(uri));
        self.outgoing.iter().filter(is_to).map(|entry| entry.invitation.id).max()
    }

    /// Shows a message for as long as it takes to read.
    pub fn notify(&mut self, text: &str, tone: Tone) {
        self.notify_while(text, tone, Condition::Always);
    }

    /// Shows a message for as long as it takes to read, but no longer than it is true.
    pub fn notify_while(&mut self, text: &str, tone: Tone, valid_while: Condition) {
        let text = DisplayText::new(text);
        let reading_time = Duration::from_secs(if tone == Tone::Problem { 8 } else { 4 });
        self.notice = Some(Notice { text, tone, until: self.now.moment.after(reading_time), valid_while });
    }

    /// Returns whether a condition holds.
    #[must_use]
    pub fn holds(&self, condition: &Condition) -> bool {
        match condition {
            Condition::Always => true,
            Condition::Phase(id, phase) => self.entry(*id).is_some_and(|entry| entry.phase == *phase),
            Condition::Refused(id) => self.entry(*id).is_none_or(|entry| match &entry.phase {
                Phase::Ringing => true,
                Phase::Answering { .. } => false,
                Phase::Over { outcome, .. } => *outcome == Outcome::Lost,
            }),
            Condition::Conversation(id) => self.conversations.get(*id).is_some(),
            Condition::Waiting(id) => {
                let conversation = self.conversations.get(id.conversation);
                conversation.is_some_and(|it| it.lobby().iter().any(|waiting| waiting.id == *id))
            }
            Condition::Unread(id) => self.threads.get(id).is_some_and(|thread| thread.unread > 0),
            Condition::InviteUnseen { uri, former } => {
                self.latest_invitation_to(uri).is_none_or(|latest| Some(latest) == *former)
            }
            Condition::Reconnecting(before) => {
                let changed = |(account, before): (&Account, &Status)| {
                    account.status != *before && !matches!(account.status, Status::Connecting(_))
                };
                !self.accounts.iter().zip(before).any(changed)
            }
        }
    }

    /// Makes full-screen details follow the selection, which the user has moved.
    pub(super) fn follow_with_details(&mut self) {
        let selected = self.selected();
        if let Details::Full { of, scrolled } = &mut self.details
            && *of != selected
        {
            (*of, *scrolled) = (selected, None);
        }
    }

    /// Returns whether full-screen details are still those of the selected item. If not, a key would act on an item
    /// whose details took their place unseen.
    pub(super) fn details_match_selection(&self) -> bool {
        match self.details {
            Details::Full { of, .. } => of.is_none() || of == self.selected(),
            Details::Beside => true,
        }
    }

    /// Returns the invitation whose time is up first among those that have arrived while another list was on the screen.
    #[must_use]
    pub fn next_newcomer(&self) -> Option<&Entry> {
        let entries = self.newcomers.iter().filter_map(|id| self.incoming.get(*id));
        entries.min_by_key(|entry| entry.invitation.deadline)
    }

    /// Returns the number of messages that the user has not seen, in the conversations that are listed.
    #[must_use]
    pub fn unread(&self) -> usize {
        let listed = self.threads.iter().filter(|(id, _)| self.conversations.get(**id).is_some());
        listed.map(|(_, thread)| thread.unread).sum()
    }

    /// Returns whether the last frame shows messages that still count as unread.
    #[must_use]
    pub fn shows_unread(&self) -> bool {
        let shown = self.viewport.conversation.and_then(|id| self.threads.get(&id));
        shown.is_some_and(|thread| thread.unread > 0)
    }

    /// Returns the current conversation if a message to it failed that can be sent again now.
    #[must_use]
    pub fn with_failed_message(&self) -> Option<ConversationId> {
        let selected =
            self.conversations.selected().filter(|it| self.tab == Tab::Conversations && it.can_send)?;
        let is_online = self.account(selected.id.account).is_some_and(|account| account.status.is_online());
        self.threads.get(&selected.id).filter(|thread| is_online && thread.has_failed()).map(|_| selected.id)
    }

    /// Returns the current conversation if its messages can be joined now.
    #[must_use]
    pub fn joinable(&self) -> Option<ConversationId> {
        let selected =
            self.conversations.selected().filter(|it| self.tab == Tab::Conversations && it.can_join)?;
        let account = self.account(selected.id.account);
        account.filter(|account| account.status.is_online()).map(|_| selected.id)
    }

    /// Returns whether the details are those of a conversation, whose latest message is last and at the bottom.
    #[must_use]
    pub fn shows_messages(&self) -> bool {
        let selected = self.conversations.selected().filter(|_| self.tab == Tab::Conversations);
        selected.and_then(|it| self.threads.get(&it.id)).is_some_and(|thread| !thread.posts.is_empty())
    }

    /// Returns the number of lines of the selected item's details above the first visible one, of which there are at most
    /// `hidden`. What the user has scrolled to stays in its place when messages arrive.
    #[must_use]
    pub fn details_scrolled(&self, hidden: u16) -> u16 {
        let scrolled = match self.details {
            Details::Full { scrolled, .. } => scrolled,
            Details::Beside => None,
        };
        scrolled.unwrap_or(if self.shows_messages() { hidden } else { 0 }).min(hidden)
    }

    /// Closes the open dialog and shows that the program is signing out.
    pub fn quit(&mut self) {
        self.quitting = true;
        self.mode = Mode::Lists;
    }

    /// Returns whether the screen changes as time passes, so that a tick per second is needed.
    #[must_use]
    pub fn needs_tick(&self) -> bool {
        let counts_down = match self.tab {
            Tab::Incoming => !self.incoming.is_empty(),
            Tab::Outgoing => !self.outgoing.is_empty(),
            Tab::Conversations | Tab::History => false,
        };
        counts_down
            || self.notice.is_some()
            || !self.newcomers.is_empty()
            || !self.lingering.is_empty()
            || self.threads.values().any(|thread| !thread.typing.is_empty())
            || self.accounts.iter().any(|account| matches!(account.status, Status::Retrying { .. }))
    }
}
