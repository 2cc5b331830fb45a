use super::contract::{Context, Dialog, Step};
use super::scroll::scroll;
use crate::app::key::Key;

/// The help.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Help {
    /// The scroll offset in lines.
    pub scrolled: u16,
}

impl Dialog for Help {
    fn press(&mut self, key: Key, context: &Context<'_>) -> Step {
        let Some(scrolled) = scroll(self.scrolled, key, context.viewport) else { return Step::Close };
        self.scrolled = scrolled;
        Step::Stay
    }
}
