/// The events, besides keys and sizes, that the terminal is to report while the program has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reports {
    /// Whether the terminal reports that it gains and loses the focus.
    pub focus: bool,
    /// Whether the terminal reports the mouse instead of selecting text with it.
    pub mouse: bool,
}
