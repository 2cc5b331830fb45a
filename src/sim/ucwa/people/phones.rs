//! The user's phone numbers, the rules by which calls are forwarded, and photos.

use http::header::{CACHE_CONTROL, ETAG, EXPIRES, IF_NONE_MATCH};
use serde_json::{Value, json};

use super::jpeg;
use crate::sim::broken_rule::BrokenRule;
use crate::sim::reply::Reply;
use crate::sim::request::{Handled, ParsedRequest};
use crate::sim::ucwa::cache;
use crate::sim::ucwa::input::Input;
use crate::sim::ucwa::state::application::communication_settings::telephone_uri;
use crate::sim::ucwa::state::people::business_card::seed_of;
use crate::sim::ucwa::state::people::call_forwarding::CallForwarding;
use crate::sim::ucwa::state::people::phone::PhoneType;
use crate::sim::ucwa::state::resource::Resource;
use crate::sim::ucwa::state::resource::personal::PersonalResource;
use crate::sim::ucwa::state::world::World;

/// The longest phone number (characters).
const LONGEST_NUMBER: usize = 80;
/// The length and the width of a photo if the client asks for none (pixels).
const PHOTO_SIZE: u16 = 48;
/// The time for which a client may keep a photo (milliseconds).
const PHOTO_LIFETIME: i64 = 24 * 3_600 * 1_000;
/// The greatest length and width of a photo (pixels).
const LARGEST_PHOTO: u16 = 648;

impl World {
    /// Returns the resource `phones`.
    pub fn phones_document(&mut self, application: &str) -> Value {
        let phones = PhoneType::ALL.map(|kind| {
            let mut phone = self.phone_document(application, kind);
            let tag = cache::entity_tag(&phone);
            if let Some(phone) = phone.as_object_mut() {
                phone.insert("etag".into(), tag.into());
            }
            phone
        });
        let own = Resource::Personal(PersonalResource::Phones);
        let links = self.links(application, own, &[]);
        json!({"rel": "phones", "_links": links, "_embedded": {"phone": phones}})
    }

    /// Returns one of the user's phone numbers.
    pub fn phone_document(&mut self, application: &str, kind: PhoneType) -> Value {
        let user = self.users.get(self.user_of(application));
        let phone = user.map(|user| user.profile.phones.get(kind).clone()).unwrap_or_default();
        let changes = [PersonalResource::ChangeNumber(kind), PersonalResource::ChangeVisibility(kind)];
        let changes = if kind.is_changeable() { &changes[..] } else { &[] };
        json!({
            "rel": "phone", "number": phone.number, "type": kind.name(),
            "includeInContactCard": phone.is_visible,
            "_links": self.links(application, Resource::Personal(PersonalResource::Phone(kind)), changes),
        })
    }

    /// Handles a POST to `changeNumber` or `changeVisibility`.
    ///
    /// # Errors
    /// Returns the refusal if the input is invalid.
    pub fn change_phone(
        &mut self,
        application: &str,
        kind: PhoneType,
        resource: PersonalResource,
        request: &ParsedRequest,
    ) -> Result<Handled, Handled> {
        let mut input = Input::read(resource.rel(), request)?;
        let is_visible = input.flag("includeInContactCard");
        let is_number = matches!(resource, PersonalResource::ChangeNumber(_));
        let number = is_number.then(|| input.text("number", LONGEST_NUMBER).unwrap_or_default());
        input.check()?;
        if number.as_deref().is_some_and(|number| !is_phone_number(number)) {
            let broken = BrokenRule::new(resource.rel(), "number cannot be normalized");
            return Err(Handled::breaking_rule(
                Reply::error(400, "NormalizationFailed"),
                resource.rel(),
                broken,
            ));
        }
        let user = self.user_of(application);
        if let Some(user) = self.users.get_mut(user) {
            let phone = user.profile.phones.get_mut(kind);
            phone.is_visible = is_visible.unwrap_or(phone.is_visible);
            if let Some(number) = number {
                phone.number = telephone_uri(&number);
            }
        }
        Ok(Handled::new(Reply::empty(204), resource.rel()))
    }

    /// Returns the resource `callForwardingSettings`. Its targets are not set and cannot be.
    pub fn call_forwarding_document(&mut self, application: &str) -> Value {
        let user = self.users.get(self.user_of(application));
        let rules = user.map(|user| user.profile.call_forwarding).unwrap_or_default();
        let own = Resource::Personal(PersonalResource::CallForwardingSettings);
        json!({
            "rel": "callForwardingSettings", "activePeriod": rules.active_period,
            "activeSetting": rules.active_setting, "unansweredCallHandling": rules.unanswered_call_handling,
            "_links": self.links(application, own, &[PersonalResource::TurnOffCallForwarding]),
        })
    }

    /// Handles a PUT of `callForwardingSettings`.
    ///
    /// # Errors
    /// Returns the refusal if the precondition is not met, or the input is invalid.
    pub fn put_call_forwarding(
        &mut self,
        application: &str,
        request: &ParsedRequest,
    ) -> Result<Handled, Handled> {
        let rel = PersonalResource::CallForwardingSettings.rel();
        let document = self.call_forwarding_document(application);
        if let Some((reply, rule)) = cache::refuse_change(request, &document) {
            return Err(Handled::breaking_rule(reply, rel, BrokenRule::new(rel, rule)));
        }
        let user = self.user_of(application);
        if let Some(user) = self.users.get_mut(user) {
            user.profile.call_forwarding = user.profile.call_forwarding.read(request)?;
        }
        Ok(Handled::new(Reply::empty(200), rel))
    }

    /// Handles a POST to `turnOffCallForwarding`.
    pub fn turn_off_call_forwarding(&mut self, application: &str) -> Handled {
        let user = self.user_of(application);
        if let Some(user) = self.users.get_mut(user) {
            user.profile.call_forwarding = CallForwarding::default();
        }
        Handled::new(Reply::empty(204), PersonalResource::TurnOffCallForwarding.rel())
    }

    /// Handles a GET of the user's photo or that of a contact: a grey square, whose shade tells people apart.
    ///
    /// # Errors
    /// Returns the refusal if the size is invalid, or there is no photo.
    pub fn get_photo(
        &mut self,
        application: &str,
        resource: PersonalResource,
        request: &ParsedRequest,
    ) -> Result<Handled, Handled> {
        let rel = resource.rel();
        let mut input = Input::read(rel, request)?;
        let size = input.text("size", 100);
        let (length, width) = match size.as_deref() {
            None => (PHOTO_SIZE, PHOTO_SIZE),
            Some(size) => match parse_size(size) {
                Some(size) => size,
                None => input.refuse("size", "not of the form HR64X64").unwrap_or_default(),
            },
        };
        input.check()?;
        let person = match resource {
            PersonalResource::ContactPhoto(number) => self.contacts.get(number).cloned(),
            _ => Some(self.person(self.user_of(application))),
        };
        let person = person.filter(|person| person.uri.starts_with("sip:"));
        let person = person.ok_or_else(|| Handled::new(Reply::error(404, ""), rel))?;
        let seed = seed_of(&person);
        let tag = format!("\"{seed}-{length}-{width}\"");
        let reply = if request.header(IF_NONE_MATCH.as_str()) == Some(tag.as_str()) {
            Reply::empty(304)
        } else {
            Reply::raw(200, "image/jpeg", jpeg::grey(length, width, seed))
        };
        let expires = http_date(self.now_in_milliseconds() + PHOTO_LIFETIME);
        let reply = reply.with(ETAG, tag).with(EXPIRES, expires).with(CACHE_CONTROL, "private".to_owned());
        Ok(Handled::new(reply, rel))
    }
}

/// Returns a time in milliseconds since 1970 in the format of HTTP.
fn http_date(milliseconds: i64) -> String {
    let time = jiff::Timestamp::from_millisecond(milliseconds).unwrap_or_default();
    time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// Returns whether a text is a phone number, as people write it, or empty.
fn is_phone_number(text: &str) -> bool {
    let number = text.trim().trim_start_matches("tel:");
    let number = number.split(';').next().unwrap_or_default();
    text.trim().is_empty()
        || (number.chars().any(|c| c.is_ascii_digit())
            && number.chars().all(|c| c.is_ascii_digit() || " +-().".contains(c)))
}

/// Parses a size such as `HR64X64`.
fn parse_size(size: &str) -> Option<(u16, u16)> {
    let (length, width) = size.strip_prefix("HR")?.split_once('X')?;
    let pixels = |text: &str| text.parse().ok().filter(|it| (1..=LARGEST_PHOTO).contains(it));
    Some((pixels(length)?, pixels(width)?))
}
