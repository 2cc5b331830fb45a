use super::contract::{Context, Dialog, Operation, Step};
use super::line::Line;
use crate::app::key::{Code, Key, STRAY_KEY_GUARD};
use crate::app::{Action, Found, PeopleInvolved, PickPurpose, Search, address, obstacle, offers};
use crate::invitation::{Availability, ConversationId, FoundPerson, Moment, Party};
use crate::provider::Ticket;
use crate::text::DisplayText;

/// The choice of a person: by their address, or among those whom a search for the typed text finds.
#[derive(Clone, Debug)]
pub struct FindPerson {
    /// The purpose for which the person is chosen.
    pub purpose: PickPurpose,
    /// The user, if the account has signed in.
    pub me: Option<Party>,
    /// The name or the address as typed so far.
    pub line: Line,
    /// The search for the text of the line.
    pub search: Search,
    /// The index of the highlighted candidate.
    pub highlighted: usize,
    /// Whether the user has moved the highlight since the candidates changed.
    pub has_moved: bool,
}

/// A person who can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Candidate<'a> {
    /// The typed address.
    Typed(String),
    /// A person whom the search has found.
    Found(&'a FoundPerson),
}

impl Candidate<'_> {
    /// Returns the name and the address.
    #[must_use]
    pub fn party(&self) -> Party {
        match self {
            Self::Typed(uri) => Party { uri: DisplayText::new(uri), ..Party::default() },
            Self::Found(person) => person.party.clone(),
        }
    }
}

impl FindPerson {
    /// Creates the dialog without a text.
    #[must_use]
    pub fn new(purpose: PickPurpose, me: Option<Party>) -> Self {
        Self { purpose, me, line: Line::default(), search: Search::Idle, highlighted: 0, has_moved: false }
    }

    /// Returns the people who can be chosen: the typed address unless somebody found has it, and those who were found.
    #[must_use]
    pub fn candidates(&self) -> Vec<Candidate<'_>> {
        let people = self.search.people();
        let is_found = |uri: &str| people.iter().any(|person| person.party.has_address(uri));
        let typed = address::person(self.line.text().trim()).ok().filter(|uri| !is_found(uri));
        typed.map(Candidate::Typed).into_iter().chain(people.iter().map(Candidate::Found)).collect()
    }

    /// Takes the answer to the search. Returns whether the dialog waited for it.
    pub fn show(&mut self, found: Found) -> bool {
        if self.search != Search::Waiting(found.ticket) {
            return false;
        }
        self.search = Search::Found(found);
        self.line.complaint = None;
        self.has_moved = false;
        // The person who has the typed address is the one who is meant.
        let typed = address::person(self.line.text().trim()).ok();
        let is_meant = |person: &FoundPerson| typed.as_ref().is_some_and(|uri| person.party.has_address(uri));
        self.highlighted = self.search.people().iter().position(is_meant).unwrap_or(0);
        true
    }

    /// Sets the presence of a person whom the search has found.
    pub fn show_presence(&mut self, ticket: Ticket, index: usize, availability: Availability) {
        if let Search::Found(found) = &mut self.search
            && found.ticket == ticket
            && let Some(person) = found.people.get_mut(index)
        {
            person.availability = Some(availability);
        }
    }

    /// Shows why a search failed. Returns whether the dialog waited for it.
    pub fn fail(&mut self, ticket: Ticket, why: &str) -> bool {
        let is_meant = self.search == Search::Waiting(ticket);
        if is_meant {
            self.search = Search::Failed(DisplayText::new(why));
        }
        is_meant
    }

    /// Returns the search for the text, which has changed or whose search has failed.
    fn searched(&mut self) -> Step {
        self.highlighted = 0;
        self.has_moved = false;
        Step::Search { account: self.purpose.account(), text: self.line.text().trim().to_owned() }
    }

    fn move_by(&mut self, step: isize) -> Step {
        let last = self.candidates().len().saturating_sub(1);
        self.highlighted = self.highlighted.saturating_add_signed(step).min(last);
        self.has_moved = true;
        self.line.complaint = None;
        Step::Stay
    }

    /// Returns what to do with the highlighted person, or why they are refused.
    fn submit(&mut self, context: &Context<'_>) -> Result<Step, &'static str> {
        let candidates = self.candidates();
        let Some(candidate) = candidates.get(self.highlighted) else {
            return match self.search {
                Search::Idle => {
                    Err("Enter a name, an address like joe@contoso.com or a number like +14255550100")
                }
                Search::Waiting(_) => Err("Still searching; wait, or enter a whole address"),
                Search::Found(_) => Err("Enter another name, or a whole address like joe@contoso.com"),
                Search::Failed(_) => Ok(self.searched()),
            };
        };
        if matches!(candidate, Candidate::Found(_)) && !self.is_settled(context) {
            return Err("The list has just changed; press Enter again");
        }
        let to = candidate.party();
        let involved = PeopleInvolved {
            me: self.me.as_ref(),
            conversations: context.conversations,
            outgoing: context.outgoing,
            pending_requests: context.pending_requests,
        };
        if let Some(obstacle) = obstacle(&involved, self.purpose, to.uri.as_str()) {
            return Err(obstacle.complaint());
        }
        Ok(Step::Perform(match self.purpose {
            PickPurpose::Invite(conversation) => {
                check_open(context, conversation)?;
                Operation::Invite { conversation, to }
            }
            PickPurpose::Start(account) => Operation::Compose { account, to },
        }))
    }

    /// Returns whether the user has seen the candidates, or has moved the highlight.
    fn is_settled(&self, context: &Context<'_>) -> bool {
        let is_new = |now: Moment| match &self.search {
            Search::Found(found) => now < found.at.after(STRAY_KEY_GUARD) && !self.has_moved,
            Search::Idle | Search::Waiting(_) | Search::Failed(_) => false,
        };
        !context.viewport.is_stale && !is_new(context.now)
    }
}

/// Checks that a conversation takes further people; otherwise returns a complaint.
fn check_open(context: &Context<'_>, id: ConversationId) -> Result<(), &'static str> {
    let conversation = context.conversations.get(id);
    let is_open = conversation.is_some_and(|conversation| offers::allows(conversation, Action::Invite));
    is_open.then_some(()).ok_or("This conversation accepts no one else right now; wait, or press Esc")
}

impl Dialog for FindPerson {
    fn press(&mut self, key: Key, context: &Context<'_>) -> Step {
        match key.code {
            Code::Esc => Step::Close,
            Code::Enter => self.submit(context).unwrap_or_else(|complaint| {
                self.line.complaint = Some(complaint);
                Step::Stay
            }),
            Code::Down | Code::Tab if !key.shift => self.move_by(1),
            Code::Up | Code::Tab => self.move_by(-1),
            Code::Char('n') if key.ctrl => self.move_by(1),
            Code::Char('p') if key.ctrl => self.move_by(-1),
            Code::PageDown => self.move_by(context.viewport.page().max(1)),
            Code::PageUp => self.move_by(-context.viewport.page().max(1)),
            _ => {
                let before = self.line.text().trim().to_owned();
                self.line.press(key);
                if self.line.text().trim() == before { Step::Stay } else { self.searched() }
            }
        }
    }

    fn paste(&mut self, text: &str) -> Step {
        self.line.paste(text);
        self.searched()
    }

    fn conversation(&self) -> Option<(ConversationId, &'static str)> {
        match self.purpose {
            PickPurpose::Invite(id) => Some((id, "no one was invited")),
            PickPurpose::Start(_) => None,
        }
    }
}
