//! Makes the picture in the README: runs a program in a pseudo-terminal, waits for a text, sends keys, and
//! draws what is on the screen then as SVG.
//!
//! ```sh
//! cargo run --example picture -- assets/screen.svg "Incoming 3" "j" target/debug/rsvp demo quiet-morning
//! ```

use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use vt100::{Cell, Color, Parser, Screen};

const ROWS: u16 = 28;
const COLUMNS: u16 = 100;
/// The size of a cell, and of the letters in it.
const WIDTH: f32 = 8.4;
const HEIGHT: f32 = 18.0;
const LETTERS: f32 = 14.0;
const MARGIN: f32 = 14.0;
const BACKGROUND: &str = "#1d2027";
const FOREGROUND: &str = "#d5d8de";
/// The first sixteen colours, as a terminal with a calm palette has them.
const PALETTE: [&str; 16] = [
    "#30343e", "#e0717a", "#93c17c", "#dfb871", "#6ea6e6", "#bd8bd8", "#62b6bf", "#b8bdc7", "#6b7280",
    "#ef8b93", "#a9d494", "#ecca8b", "#8bbaf0", "#cda4e4", "#7fcbd3", "#e6e8ec",
];
/// How long to wait for the text, and for silence after the keys.
const PATIENCE: Duration = Duration::from_secs(30);
const SILENCE: Duration = Duration::from_millis(300);

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut next =
        |what| arguments.next().with_context(|| format!("say {what}: FILE TEXT KEYS PROGRAM [ARGUMENT…]"));
    let (file, text, keys) =
        (next("where the picture goes")?, next("what to wait for")?, next("which keys to send")?);
    let program = next("what to run")?;
    // A path is seen from here, whatever the pseudo-terminal makes of it.
    let path = std::fs::canonicalize(&program).unwrap_or_else(|_| program.clone().into());
    let mut command = CommandBuilder::new(path);
    command.args(arguments);
    command.env("TERM", "xterm-256color");
    command.env_remove("NO_COLOR");
    command.cwd(std::env::current_dir()?);
    let pair = native_pty_system().openpty(PtySize { rows: ROWS, cols: COLUMNS, ..PtySize::default() })?;
    let mut child = pair.slave.spawn_command(command)?;
    drop(pair.slave);
    let output = listen(pair.master.try_clone_reader()?);
    let mut parser = Parser::new(ROWS, COLUMNS, 0);
    let deadline = Instant::now() + PATIENCE;
    while !parser.screen().contents().contains(&text) {
        let left = deadline.saturating_duration_since(Instant::now());
        match output.recv_timeout(left) {
            Ok(bytes) => parser.process(&bytes),
            Err(_) => bail!("{program} never showed {text:?}, but:\n{}", parser.screen().contents()),
        }
    }
    pair.master.take_writer()?.write_all(keys.as_bytes())?;
    while let Ok(bytes) = output.recv_timeout(SILENCE) {
        parser.process(&bytes);
    }
    std::fs::write(&file, svg(parser.screen())?).with_context(|| format!("can't write {file}"))?;
    child.kill()?;
    // Until the program has let go of the terminal.
    while !matches!(output.recv_timeout(SILENCE), Err(RecvTimeoutError::Disconnected)) {}
    Ok(())
}

fn listen(mut reader: Box<dyn Read + Send>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut buffer = [0; 8_192];
        while let Ok(count @ 1..) = reader.read(&mut buffer) {
            let bytes = buffer.get(..count).unwrap_or_default().to_vec();
            if sender.send(bytes).is_err() {
                break;
            }
        }
    });
    receiver
}

/// How a cell looks.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Look {
    letters: String,
    ground: Option<String>,
    /// The attributes that the terminal's modifiers become.
    style: String,
}

impl Look {
    fn of(cell: &Cell) -> Self {
        let letters = colour(cell.fgcolor()).unwrap_or_else(|| FOREGROUND.into());
        let ground = colour(cell.bgcolor());
        let (letters, ground) = if cell.inverse() {
            (ground.unwrap_or_else(|| BACKGROUND.into()), Some(letters))
        } else {
            (letters, ground)
        };
        let modifiers = [
            (cell.bold(), r#" font-weight="bold""#),
            (cell.dim(), r#" opacity="0.6""#),
            (cell.italic(), r#" font-style="italic""#),
            (cell.underline(), r#" text-decoration="underline""#),
        ];
        let style = modifiers.into_iter().filter(|(on, _)| *on).map(|(_, attribute)| attribute).collect();
        Self { letters, ground, style }
    }
}

fn colour(colour: Color) -> Option<String> {
    match colour {
        Color::Default => None,
        Color::Rgb(red, green, blue) => Some(format!("#{red:02x}{green:02x}{blue:02x}")),
        Color::Idx(number) => Some(indexed(number)),
    }
}

fn indexed(number: u8) -> String {
    if let Some(colour) = PALETTE.get(usize::from(number)) {
        return (*colour).into();
    }
    let (red, green, blue) = if number >= 232 {
        let grey = 8 + (number - 232) * 10;
        (grey, grey, grey)
    } else {
        let level = |step: u8| if step == 0 { 0 } else { 55 + step * 40 };
        let cube = number - 16;
        (level(cube / 36), level(cube / 6 % 6), level(cube % 6))
    };
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// Cells side by side that look alike.
struct Run {
    column: u16,
    columns: u16,
    text: String,
    look: Look,
}

fn runs(screen: &Screen, row: u16) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for column in 0..COLUMNS {
        let Some(cell) = screen.cell(row, column).filter(|cell| !cell.is_wide_continuation()) else {
            continue;
        };
        let look = Look::of(cell);
        let text = if cell.has_contents() { cell.contents() } else { " " };
        let columns = if cell.is_wide() { 2 } else { 1 };
        match runs.last_mut() {
            Some(last) if last.look == look => {
                last.text.push_str(text);
                last.columns += columns;
            }
            _ => runs.push(Run { column, columns, text: text.into(), look }),
        }
    }
    runs
}

fn svg(screen: &Screen) -> Result<String> {
    let width = f32::from(COLUMNS) * WIDTH + 2.0 * MARGIN;
    let height = f32::from(ROWS) * HEIGHT + 2.0 * MARGIN;
    let mut svg = String::new();
    writeln!(
        svg,
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" font-family="ui-monospace, 'SFMono-Regular', 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="{LETTERS}">"#
    )?;
    writeln!(svg, r#"<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>"#)?;
    for row in 0..ROWS {
        let top = MARGIN + f32::from(row) * HEIGHT;
        for run in runs(screen, row) {
            draw(&mut svg, &run, top)?;
        }
    }
    svg.push_str("</svg>\n");
    Ok(svg)
}

fn draw(svg: &mut String, run: &Run, top: f32) -> Result<()> {
    let Run { look, text, .. } = run;
    let left = MARGIN + f32::from(run.column) * WIDTH;
    let width = f32::from(run.columns) * WIDTH;
    if let Some(ground) = &look.ground {
        writeln!(
            svg,
            r#"<rect x="{left:.1}" y="{top:.1}" width="{width:.1}" height="{HEIGHT}" fill="{ground}"/>"#
        )?;
    }
    if text.trim().is_empty() {
        return Ok(());
    }
    // Spaces at the ends are dropped by some renderers, so they are left out of the text and of its length.
    let indent = text.len() - text.trim_start_matches(' ').len();
    let trailing = text.len() - text.trim_end_matches(' ').len();
    let cells = |count: usize| u16::try_from(count).map(|count| f32::from(count) * WIDTH);
    let (x, length) = (left + cells(indent)?, width - cells(indent + trailing)?);
    let (y, fill, style) = (top + HEIGHT * 0.74, &look.letters, &look.style);
    let words = escaped(text.trim_matches(' '));
    writeln!(
        svg,
        r#"<text x="{x:.1}" y="{y:.1}" fill="{fill}" textLength="{length:.1}" lengthAdjust="spacingAndGlyphs" xml:space="preserve"{style}>{words}</text>"#
    )?;
    Ok(())
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            other => escaped.push(other),
        }
    }
    escaped
}
