//! A screen without a terminal.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use ratatui::buffer::{Buffer, CellWidth};
use ratatui::layout::Rect;
use rsvp::app::Notification;
use rsvp::terminal::{Cursor, Surface};
use tokio::sync::Notify;
use tokio::time::Instant;

/// The record of the headless screen.
#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a state of the terminal that has nothing to do with the others"
)]
pub struct Shown {
    /// All frames that were drawn.
    pub frames: Vec<Frame>,
    pub bells: usize,
    /// The titles of the notifications.
    pub notifications: Vec<String>,
    pub copied: Vec<String>,
    pub titles: Vec<String>,
    pub suspended: bool,
    /// The number of times that the terminal was suspended, and resumed.
    pub suspends: usize,
    pub resumes: usize,
    /// The columns and rows, whether or not the program was told.
    pub size: (u16, u16),
    /// Whether the terminal is closed.
    pub gone: bool,
    /// Whether the latest frame is delayed.
    pub behind: bool,
    /// Whether the next frame is drawn in full.
    pub invalidated: bool,
}

/// A frame that was drawn.
pub struct Frame {
    pub text: String,
    pub cursor: Cursor,
    /// Whether the frame was drawn in full, not as the difference to the one before.
    pub full: bool,
    pub at: Instant,
}

/// A screen that keeps its frames as text.
#[derive(Clone)]
pub struct Headless {
    pub shown: Rc<RefCell<Shown>>,
    pub changed: Rc<Notify>,
}

impl Headless {
    fn change<T>(&self, change: impl FnOnce(&mut Shown) -> T) -> io::Result<T> {
        let mut shown = self.shown.borrow_mut();
        if shown.gone {
            return Err(io::Error::other("the terminal is gone"));
        }
        self.changed.notify_one();
        Ok(change(&mut shown))
    }
}

impl Surface for Headless {
    fn draw(&mut self, render: impl FnOnce(&mut Buffer) -> Cursor) -> io::Result<()> {
        let (suspended, (width, height)) = self.change(|shown| (shown.suspended, shown.size))?;
        if suspended {
            return Ok(());
        }
        let mut cells = Buffer::empty(Rect { width, height, ..Rect::ZERO });
        let cursor = render(&mut cells);
        self.change(|shown| {
            let full = std::mem::take(&mut shown.invalidated);
            shown.frames.push(Frame { text: text(&cells), cursor, full, at: Instant::now() });
        })
    }

    fn bell(&mut self) -> io::Result<()> {
        self.change(|shown| shown.bells += 1)
    }

    fn notify(&mut self, notification: &Notification) -> io::Result<()> {
        self.change(|shown| shown.notifications.push(notification.title.to_string()))
    }

    fn title(&mut self, text: &str) -> io::Result<()> {
        self.change(|shown| shown.titles.push(text.to_owned()))
    }

    fn copy(&mut self, text: &str) -> io::Result<()> {
        self.change(|shown| shown.copied.push(text.to_owned()))
    }

    fn suspend(&mut self) -> io::Result<()> {
        self.change(|shown| {
            shown.suspended = true;
            shown.suspends += 1;
        })
    }

    fn resume(&mut self) -> io::Result<()> {
        self.change(|shown| {
            shown.suspended = false;
            shown.resumes += 1;
        })?;
        self.invalidate();
        Ok(())
    }

    fn invalidate(&mut self) {
        self.shown.borrow_mut().invalidated = true;
    }

    fn is_behind(&self) -> bool {
        self.shown.borrow().behind
    }
}

/// Returns the cells as text, without trailing blanks.
fn text(buffer: &Buffer) -> String {
    let mut text = String::new();
    for row in buffer.content.chunks(usize::from(buffer.area.width.max(1))) {
        let mut covered = 0;
        for cell in row {
            if covered > 0 {
                covered -= 1;
                continue;
            }
            text.push_str(cell.symbol());
            covered = cell.cell_width().saturating_sub(1);
        }
        text.truncate(text.trim_end_matches(' ').len());
        text.push('\n');
    }
    text
}
