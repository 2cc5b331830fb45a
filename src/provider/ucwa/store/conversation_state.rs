//! The state of one conversation.

use super::conversation_part::ConversationPart;
use super::decode;
use super::effects::{Effects, Fetch};
use super::href::Href;
use super::roster::{Member, Roster};
use crate::invitation::{Conversation, ConversationId, Meeting, MeetingRole, Moment, OwnPlace, Party};
use crate::provider::Event;
use crate::provider::ucwa::wire::events::{Change, EventKind};
use crate::provider::ucwa::wire::resource::Resource;
use crate::text::DisplayText;

/// The state of one conversation.
pub(super) struct ConversationState {
    /// The conversation without what follows from the other fields.
    pub conversation: Conversation,
    pub attendance: Attendance,
    /// The other participants.
    pub roster: Roster,
    /// The participant who sent the invitation to the conversation.
    pub sender: Option<(Href, Party)>,
    pub own: OwnParticipant,
    /// Whether the invitation to the conversation was a call.
    pub is_call: bool,
    pub add_participant: Option<Href>,
    pub messaging: Messaging,
    /// The hrefs of the parts of the conversation that only a meeting has.
    pub parts: Vec<(ConversationPart, Href)>,
    /// When the latest event about the conversation arrived: the response to an earlier request may be older.
    pub changed_at: Moment,
    /// Whether events were lost since the state of the conversation was last read, so that the user may have joined, and
    /// messages may have come.
    pub is_unclear: bool,
}

/// Whether the user takes part in a conversation (`state` of a `conversation`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attendance {
    /// The user is invited, or has left.
    Outside,
    /// The user waits in the lobby.
    Lobby,
    /// The user takes part.
    Inside,
}

/// The user as a participant (`localParticipant`).
#[derive(Default)]
pub(super) struct OwnParticipant {
    pub href: Option<Href>,
    pub role: Option<MeetingRole>,
    pub is_in_lobby: bool,
}

impl OwnParticipant {
    /// Records that the user has joined the meeting. An event says only presenter or attendee, so a known organizer stays
    /// one.
    pub fn enter(&mut self, role: MeetingRole) {
        self.is_in_lobby = false;
        if (self.role, role) != (Some(MeetingRole::Organizer), MeetingRole::Presenter) {
            self.role = Some(role);
        }
    }
}

/// The messaging modality of a conversation.
#[derive(Default)]
pub(super) struct Messaging {
    pub href: Option<Href>,
    pub send_message: Option<Href>,
    pub set_is_typing: Option<Href>,
    /// The link `addMessaging`.
    add: Option<Href>,
    pub join: Join,
    /// When the latest event about the modality arrived.
    pub changed_at: Moment,
}

/// The progress of joining the messaging of a conversation.
#[derive(Default)]
pub(super) enum Join {
    /// Joining was not tried, or succeeded.
    #[default]
    Idle,
    /// The requests are in progress.
    Pending,
    /// Joining failed, with the reason.
    Failed(DisplayText),
}

impl Messaging {
    /// Sets the links of the modality. Unlike those of an invitation, they come and go.
    pub fn apply(&mut self, resource: &Resource<'_>) {
        self.send_message = resource.href("sendMessage").map(Href::from);
        self.set_is_typing = resource.href("setIsTyping").map(Href::from);
        self.add = resource.href("addMessaging").map(Href::from);
        if self.send_message.is_some() {
            self.join = Join::Idle;
        }
    }

    /// Notes the result of joining. A link that was used is not offered again before the server does.
    pub fn finish_join(&mut self, problem: Option<DisplayText>) {
        match problem {
            Some(_) if self.send_message.is_some() => self.join = Join::Idle,
            Some(problem) => self.join = Join::Failed(problem),
            None => (self.join, self.add) = (Join::Idle, None),
        }
    }

    fn can_join(&self) -> bool {
        self.send_message.is_none()
            && match self.join {
                Join::Idle => self.add.is_some(),
                Join::Pending => false,
                Join::Failed(_) => true,
            }
    }

    fn note(&self) -> DisplayText {
        match &self.join {
            Join::Failed(problem) => DisplayText::new(&format!("messages unavailable: {problem}")),
            Join::Idle | Join::Pending => DisplayText::default(),
        }
    }
}

impl ConversationState {
    /// Creates the state of an unknown conversation.
    pub fn new(id: ConversationId) -> Self {
        Self {
            conversation: Conversation::new(id),
            attendance: Attendance::Outside,
            roster: Roster::default(),
            sender: None,
            own: OwnParticipant::default(),
            is_call: false,
            add_participant: None,
            messaging: Messaging::default(),
            parts: Vec::new(),
            changed_at: Moment::default(),
            is_unclear: false,
        }
    }

    /// Returns whether the user takes part.
    pub fn is_joined(&self) -> bool {
        self.attendance == Attendance::Inside
    }

    /// Returns whether the user takes part, or waits to.
    pub fn is_shown(&self) -> bool {
        self.attendance != Attendance::Outside
    }

    /// Returns the conversation as the user sees it.
    pub fn conversation(&self) -> Conversation {
        let mut conversation = self.conversation.clone();
        if !self.roster.is_empty() {
            conversation.participants = self.roster.inside().map(|member| member.party.clone()).collect();
        }
        conversation.can_invite = self.add_participant.is_some();
        conversation.can_send = self.messaging.send_message.is_some();
        conversation.can_join = self.is_joined() && self.messaging.can_join();
        conversation.can_leave = true;
        conversation.note = self.messaging.note();
        if let Some(meeting) = &mut conversation.meeting {
            meeting.own_place = self.own_place();
            meeting.roles = self.roster.inside().map(Member::role).collect();
            meeting.lobby = self.roster.lobby(self.conversation.id);
        }
        conversation
    }

    fn own_place(&self) -> OwnPlace {
        if self.attendance == Attendance::Lobby || self.own.is_in_lobby {
            OwnPlace::Lobby
        } else {
            OwnPlace::Inside(self.own.role)
        }
    }

    /// Returns the meeting, which the conversation now is.
    pub fn meeting(&mut self) -> &mut Meeting {
        self.conversation.meeting.get_or_insert_default()
    }

    /// Sets the parts that the conversation links to. Returns those that are new.
    pub fn set_parts(&mut self, resource: &Resource<'_>) -> Vec<(ConversationPart, Href)> {
        let linked = ConversationPart::ALL
            .into_iter()
            .filter_map(|(part, rel)| Some((part, resource.href(rel)?.into())));
        let linked: Vec<(ConversationPart, Href)> = linked.collect();
        let is_new =
            |(part, _): &&(ConversationPart, Href)| !self.parts.iter().any(|(known, _)| known == part);
        let new: Vec<(ConversationPart, Href)> = linked.iter().filter(is_new).cloned().collect();
        self.parts = linked;
        new
    }

    /// Applies the user's own participant.
    pub fn apply_own(&mut self, resource: &Resource<'_>) {
        self.own.role = decode::meeting_role(resource).or(self.own.role);
        self.own.is_in_lobby = resource.flag("inLobby").unwrap_or(self.own.is_in_lobby);
    }

    /// Emits that a participant began or stopped to type.
    pub fn note_typing(&self, href: &Href, change: &Change<'_>, effects: &mut Effects) {
        let title = || change.link.title.as_deref().unwrap_or_default().into();
        let who = self.party(href).unwrap_or_else(|| Party { name: title(), ..Party::default() });
        if self.is_joined() && !who.is_empty() {
            let is_typing = change.kind != EventKind::Deleted;
            effects.events.push(Event::Typing {
                conversation: self.conversation.id,
                who: Box::new(who),
                is_typing,
            });
        }
    }

    /// Returns the participant at an href.
    pub fn party(&self, href: &Href) -> Option<Party> {
        let known = self.roster.get(href).map(|member| &member.party);
        let sender = self.sender.as_ref().filter(|(other, _)| other == href).map(|(_, party)| party);
        known.filter(|party| !party.is_empty()).or(sender).cloned()
    }

    /// Sets the participant who sent the invitation to the conversation.
    pub fn set_sender(&mut self, href: &Href, party: &Party) {
        self.roster.complete(href, party);
        self.sender = Some((href.clone(), party.clone()));
    }

    /// Returns the fetches for what is not known of the conversation at `href` and matters now that the user takes
    /// part, or waits to. `new_parts` are those that the conversation has not linked to before.
    pub fn first_fetches(
        &self,
        href: &Href,
        before: Attendance,
        new_parts: Vec<(ConversationPart, Href)>,
    ) -> Vec<Fetch> {
        if !self.is_joined() {
            return Vec::new();
        }
        let is_new = before != Attendance::Inside;
        // Events announce those who come.
        let mut parts = new_parts;
        parts.retain(|(part, _)| matches!(part, ConversationPart::OnlineMeeting | ConversationPart::Lobby));
        let phone = self.parts.iter().find(|(part, _)| *part == ConversationPart::PhoneAudio);
        parts.extend(phone.filter(|_| is_new && self.is_call && !self.conversation.is_on_phone).cloned());
        let parts = parts.into_iter().map(|(part, of)| Fetch::Part(href.clone(), part, of));
        let is_meeting = self.conversation.meeting.is_some();
        let incomplete = self.roster.incomplete(href, is_meeting).filter(|_| is_new);
        let is_silent = is_new && self.messaging.send_message.is_none();
        let messaging = self.messaging.href.clone().filter(|_| is_silent).map(Fetch::Messaging);
        incomplete.chain(messaging).chain(parts).collect()
    }

    /// Returns the fetches for what is in the conversation at `href`.
    pub fn fetches(&self, href: &Href) -> Vec<Fetch> {
        let messaging = self.messaging.href.iter().cloned().map(Fetch::Messaging);
        let own = self.own.href.iter().map(|own| Fetch::Participant(href.clone(), own.clone()));
        let is_used =
            |(part, _): &&(ConversationPart, Href)| *part != ConversationPart::PhoneAudio || self.is_call;
        let parts = self.parts.iter().filter(is_used);
        let parts = parts.map(|(part, of)| Fetch::Part(href.clone(), *part, of.clone()));
        messaging.chain(self.roster.fetches(href)).chain(own).chain(parts).collect()
    }
}
