use super::person::Person;

/// The invented details of a person in the address book, which are always the same for the same address.
///
/// The phone numbers are of the range that is reserved for fiction.
pub struct BusinessCard {
    pub company: &'static str,
    pub department: &'static str,
    pub title: &'static str,
    /// The number of the room.
    pub office: String,
    /// The mail address; empty for a person without a `sip:` address.
    pub mail: String,
    /// The phone of the office, a `tel:` URI.
    pub office_phone: String,
    /// A `tel:` URI.
    pub mobile_phone: String,
    /// A `tel:` URI.
    pub home_phone: String,
    /// A `tel:` URI.
    pub other_phone: String,
}

const DEPARTMENTS: [&str; 6] = ["Engineering", "Finance", "Legal", "Marketing", "Operations", "Sales"];
const TITLES: [&str; 5] = ["Analyst", "Assistant", "Engineer 2", "Manager", "Specialist"];

impl BusinessCard {
    /// Returns the card of a person.
    pub fn of(person: &Person) -> Self {
        let seed = seed_of(person);
        let (extension, mobile, home) = (seed / 64 % 100, seed / 8_192 % 100, seed / 65_536 % 100);
        Self {
            company: "Contoso Corp.",
            department: pick(&DEPARTMENTS, seed),
            title: pick(&TITLES, seed / 8),
            office: format!("{}/{}", seed % 40 + 1, seed / 64 % 3_000 + 1),
            mail: person.uri.strip_prefix("sip:").unwrap_or_default().to_owned(),
            office_phone: format!("tel:+142555501{extension:02};ext=501{extension:02}"),
            mobile_phone: format!("tel:+120655501{mobile:02}"),
            home_phone: format!("tel:+136055501{home:02}"),
            other_phone: format!("tel:+150955501{home:02}"),
        }
    }
}

/// Returns a number that is always the same for the same address (FNV-1a).
pub fn seed_of(person: &Person) -> u32 {
    person.uri.bytes().fold(2_166_136_261, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(16_777_619))
}

fn pick(choices: &[&'static str], seed: u32) -> &'static str {
    let index = usize::try_from(seed).unwrap_or_default() % choices.len().max(1);
    choices.get(index).copied().unwrap_or_default()
}
