/// The walk through the first answer, which the demonstration offers to newcomers: what they are to do next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Walkthrough {
    /// Accept an invitation.
    Answer,
    /// Look at the conversation that follows.
    Converse,
    /// Open the help.
    Ask,
    /// Nothing: there is no walk, or it is over.
    #[default]
    Over,
}
