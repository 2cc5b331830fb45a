use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use jiff::civil::DateTime;
use ratatui::buffer::Buffer;

use super::line_writer::LineWriter;
use super::options::Options;
use super::progress::{Ending, Progress};
use crate::app::{Announcement, News, Notification, Reply};
use crate::invitation::Direction;
use crate::provider::Status;
use crate::report::{self, Object};
use crate::terminal::{Cursor, Surface, stop};
use crate::text::DisplayText;

/// The replies to lines that are not commands, which wait to be printed.
pub(super) type Refusals = Rc<RefCell<Vec<(u64, Reply)>>>;

/// The surface that prints events and replies. It draws nothing.
#[derive(Debug)]
pub struct WatchSurface {
    options: Options,
    /// The number of accounts.
    accounts: usize,
    wall: fn() -> DateTime,
    writer: LineWriter,
    /// The lines of events that the history may not have stored yet.
    waiting: Vec<String>,
    refusals: Refusals,
    progress: Rc<Progress>,
    /// Whether nothing more is printed, because the one invitation that was asked for has come.
    is_over: bool,
}

impl WatchSurface {
    pub(super) fn new(
        options: Options,
        accounts: usize,
        wall: fn() -> DateTime,
        writer: LineWriter,
        progress: Rc<Progress>,
    ) -> Self {
        let (waiting, refusals) = (Vec::new(), Refusals::default());
        Self { options, accounts, wall, writer, waiting, refusals, progress, is_over: false }
    }

    /// Returns where the replies to lines that are not commands are put.
    pub(super) fn refusals(&self) -> Refusals {
        self.refusals.clone()
    }

    /// Prints an object, or else the line for people.
    fn print(&mut self, at: DateTime, object: &Object, words: &str) {
        if self.is_over {
            return;
        }
        let line = if self.options.json {
            object.to_line()
        } else {
            format!("{} {words}", at.strftime("%Y-%m-%d %H:%M:%S"))
        };
        self.waiting.push(line);
    }

    fn print_reply(&mut self, number: u64, reply: &Reply) {
        let command = self.progress.record_reply(number, matches!(reply, Reply::Done(_)));
        let at = (self.wall)();
        let object = report::reply(at, number, &command, reply);
        let result = object.text("result").unwrap_or_default();
        let words = object.text("words").unwrap_or_default();
        self.print(at, &object, &format!("reply {command}: {result}: {words}"));
    }

    /// Ends the run, or notes that an account has stopped, if an event means that.
    fn check_ending(&mut self, announcement: &Announcement) {
        match &announcement.news {
            News::Invitation(invitation)
                if self.options.once && invitation.direction == Direction::Incoming =>
            {
                self.is_over = true;
                self.progress.end(Ending::Complete);
            }
            News::Connection(status) => {
                let is_stopped = matches!(status, Status::Stopped(_) | Status::Replaced);
                self.progress.set_stopped(announcement.account, is_stopped, self.accounts);
            }
            _ => {}
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        let refusals = std::mem::take(&mut *self.refusals.borrow_mut());
        for (number, reply) in refusals {
            self.print_reply(number, &reply);
        }
        self.waiting.drain(..).try_for_each(|line| self.writer.write(line))
    }
}

impl Surface for WatchSurface {
    fn draw(&mut self, _render: impl FnOnce(&mut Buffer) -> Cursor) -> io::Result<()> {
        self.flush()
    }

    fn bell(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn notify(&mut self, _notification: &Notification) -> io::Result<()> {
        Ok(())
    }

    fn title(&mut self, _text: &str) -> io::Result<()> {
        Ok(())
    }

    fn copy(&mut self, _text: &str) -> io::Result<()> {
        Ok(())
    }

    fn suspend(&mut self) -> io::Result<()> {
        stop()
    }

    fn resume(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn invalidate(&mut self) {}

    fn is_behind(&self) -> bool {
        false
    }

    fn announce(&mut self, announcement: &Announcement) {
        let object = report::announcement(announcement);
        let words = object.text("words").unwrap_or_default().to_owned();
        self.print(announcement.at.wall, &object, &words);
        self.check_ending(announcement);
    }

    fn reply(&mut self, number: u64, reply: &Reply) {
        self.print_reply(number, reply);
    }

    fn notice(&mut self, text: &DisplayText) {
        let at = (self.wall)();
        self.print(at, &report::notice(at, text), &format!("notice {text}"));
    }

    fn close(&mut self) {
        let _ = self.flush();
        for number in self.progress.unanswered() {
            self.print_reply(number, &Reply::Unknown("rsvp ended before the server told".into()));
        }
        let _ = self.flush();
        self.writer.close();
    }
}
