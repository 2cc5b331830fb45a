use super::business_card::BusinessCard;

/// The type of one of the user's phone numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PhoneType {
    Work,
    Mobile,
    Home,
    Other,
}

impl PhoneType {
    pub const ALL: [Self; 4] = [Self::Work, Self::Mobile, Self::Home, Self::Other];

    /// Returns the name in documents.
    pub fn name(self) -> &'static str {
        match self {
            Self::Work => "work",
            Self::Mobile => "mobile",
            Self::Home => "home",
            Self::Other => "other",
        }
    }

    /// Returns whether the user can change the number; the administrator assigns the work number.
    pub fn is_changeable(self) -> bool {
        self != Self::Work
    }
}

/// One of the user's phone numbers.
#[derive(Clone, Default)]
pub struct Phone {
    /// The number as a `tel:` URI; empty for none.
    pub number: String,
    /// Whether contacts see it.
    pub is_visible: bool,
}

/// The user's phone numbers.
#[derive(Clone, Default)]
pub struct Phones {
    work: Phone,
    mobile: Phone,
    home: Phone,
    other: Phone,
}

impl Phones {
    /// Creates the numbers of a business card, which contacts see.
    pub fn of_card(card: &BusinessCard) -> Self {
        let shown = |number: &str| Phone { number: number.to_owned(), is_visible: true };
        Self {
            work: shown(&card.office_phone),
            mobile: shown(&card.mobile_phone),
            home: shown(&card.home_phone),
            other: shown(&card.other_phone),
        }
    }

    /// Returns the number of a type.
    pub fn get(&self, kind: PhoneType) -> &Phone {
        match kind {
            PhoneType::Work => &self.work,
            PhoneType::Mobile => &self.mobile,
            PhoneType::Home => &self.home,
            PhoneType::Other => &self.other,
        }
    }

    /// Returns the number of a type for changes.
    pub fn get_mut(&mut self, kind: PhoneType) -> &mut Phone {
        match kind {
            PhoneType::Work => &mut self.work,
            PhoneType::Mobile => &mut self.mobile,
            PhoneType::Home => &mut self.home,
            PhoneType::Other => &mut self.other,
        }
    }
}
