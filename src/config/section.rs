//! The part of the file that configures one account.

use super::error::{Diagnostic, Invalid};
use super::file::File;
use super::schema::{ACCOUNT, Account};

/// The keys of one account and their place in the file.
pub(super) struct Section<'a> {
    pub file: &'a File,
    pub keys: &'a Account,
    pub place: Place,
}

/// The place of an account's keys.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// At the top of the file, in `[ucwa]` and in `[graph]`.
    Top,
    /// In an `[[account]]`.
    Listed {
        /// The position among the accounts of the list.
        index: usize,
        /// The position of the account in the text, in bytes.
        offset: usize,
    },
}

impl File {
    /// Returns the account at the top of the file.
    pub(super) fn top(&self) -> Section<'_> {
        Section { file: self, keys: &self.top, place: Place::Top }
    }

    /// Returns the accounts of the list.
    pub(super) fn listed(&self) -> impl Iterator<Item = Section<'_>> {
        self.root.account.iter().enumerate().map(|(index, account)| Section {
            file: self,
            keys: account.get_ref(),
            place: Place::Listed { index, offset: account.span().start },
        })
    }
}

impl Section<'_> {
    /// Returns the heading of a section of the account: `[ucwa]` or `[account.ucwa]`.
    pub(super) fn heading(&self, section: &str) -> String {
        match self.place {
            Place::Top => format!("[{section}]"),
            Place::Listed { .. } => format!("[{ACCOUNT}.{section}]"),
        }
    }

    /// Returns the error for a combination of keys, or for one that is missing.
    pub(super) fn mistake(&self, message: impl Into<String>) -> Invalid {
        match self.place {
            Place::Top => Invalid::of_file(message),
            Place::Listed { offset, .. } => {
                Invalid::Diagnostic(Diagnostic::at(&self.file.text, offset, message))
            }
        }
    }

    /// Returns the error for an account without any of `keys`, like `token` and `ucwa.url`. If one of them is there but
    /// could not be read, that mistake was reported before.
    pub(super) fn missing(&self, keys: &[&str], message: impl Into<String>) -> Invalid {
        if keys.iter().any(|key| self.is_unreadable(key)) {
            Invalid::AlreadyReported
        } else {
            self.mistake(message)
        }
    }

    /// Returns whether a key, or its section, is there but could not be read.
    pub(super) fn is_unreadable(&self, key: &str) -> bool {
        let section = key.split_once('.').map(|(section, _)| section);
        self.unreadable().any(|unreadable| unreadable == key || Some(unreadable) == section)
    }

    /// Returns the keys of the account whose values could not be read, without the account's own prefix.
    pub(super) fn unreadable(&self) -> impl Iterator<Item = &str> {
        let prefix = match self.place {
            Place::Top => String::new(),
            Place::Listed { index, .. } => format!("{ACCOUNT}.{index}."),
        };
        let own = move |key: &'_ String| key.strip_prefix(prefix.as_str()).map(|rest| key.len() - rest.len());
        self.file.unreadable.iter().filter_map(move |key| key.get(own(key)?..))
    }
}
