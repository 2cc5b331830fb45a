//! The styles of the screen. Colour is never the only carrier of a meaning: each also has a word or a sign.

mod catalogue;
mod depth;
mod error;
mod file;
mod styles;
#[cfg(test)]
mod tests;

pub use catalogue::NamedTheme;
pub use depth::ColorDepth;
pub use error::ThemeError;
pub use styles::Theme;
