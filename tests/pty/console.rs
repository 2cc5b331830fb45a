//! The console of the simulator on a terminal: the log does not mix with what is being typed.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::terminal::Terminal;

fn rows(terminal: &Terminal) -> Vec<String> {
    let screen = terminal.screen();
    screen.lines().map(|row| row.trim_end().to_owned()).filter(|row| !row.is_empty()).collect()
}

/// Returns the address on which the simulator listens, as it has printed it.
fn address(terminal: &Terminal) -> String {
    let screen = terminal.screen();
    let url = screen.split("url = \"http://").nth(1).unwrap();
    url.split('/').next().unwrap().to_owned()
}

fn request(address: &str) {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    stream.read_to_end(&mut Vec::new()).unwrap();
}

#[test]
fn what_is_being_typed_stays_below_the_log() {
    let mut terminal = Terminal::shell(120, 60, "rsvp simulate --listen 127.0.0.1:0; stty -a");
    terminal.wait_for("Type help");
    terminal.send("pendong");
    terminal.wait_for("> pendong");
    let address = address(&terminal);
    request(&address);
    terminal.wait_for("there was no token\n> pendong");
    let shown = rows(&terminal);
    assert_eq!(shown.last().unwrap(), "> pendong", "{shown:#?}");
    assert!(shown[shown.len() - 2].contains("GET /nothing"), "{shown:#?}");
    terminal.send("\u{7f}\u{7f}\u{7f}ing\r");
    terminal.wait_for("Nothing is pending.\n>");
    let shown = rows(&terminal);
    assert_eq!(shown[shown.len() - 3..], ["> pending", "Nothing is pending.", ">"], "{shown:#?}");
    terminal.send("quit\r");
    terminal.wait_for(" icanon");
    assert!(terminal.screen().contains(" echo "), "{}", terminal.screen());
}

#[test]
fn the_terminal_is_restored_after_an_interrupt() {
    let mut terminal = Terminal::shell(120, 60, "rsvp simulate --listen 127.0.0.1:0; stty -a");
    terminal.wait_for("Type help");
    terminal.send("pend");
    terminal.wait_for("> pend");
    terminal.send("\u{3}");
    terminal.wait_for(" icanon");
    assert!(!rows(&terminal).iter().any(|row| row.starts_with("> pend")), "{}", terminal.screen());
}
