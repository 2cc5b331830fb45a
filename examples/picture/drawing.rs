//! Drawing the rows of a terminal's screen as SVG.

use std::fmt::Write as _;

use anyhow::Result;
use vt100::{Cell, Color, Screen};

pub const ROWS: u16 = 24;
pub const COLUMNS: u16 = 100;
/// The size of a cell and of its font, in pixels.
const WIDTH: f32 = 8.4;
const HEIGHT: f32 = 18.0;
const FONT_SIZE: f32 = 14.0;
const MARGIN: f32 = 14.0;
const BACKGROUND: &str = "#1d2027";
const FOREGROUND: &str = "#d5d8de";
/// The sixteen ANSI colours.
const PALETTE: [&str; 16] = [
    "#30343e", "#e0717a", "#93c17c", "#dfb871", "#6ea6e6", "#bd8bd8", "#62b6bf", "#b8bdc7", "#6b7280",
    "#ef8b93", "#a9d494", "#ecca8b", "#8bbaf0", "#cda4e4", "#7fcbd3", "#e6e8ec",
];

/// The appearance of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Style {
    foreground: String,
    background: Option<String>,
    /// The SVG attributes for bold, dim, italic and underlined text.
    attributes: String,
}

impl Style {
    fn of(cell: &Cell) -> Self {
        let foreground = colour(cell.fgcolor()).unwrap_or_else(|| FOREGROUND.into());
        let background = colour(cell.bgcolor());
        let (foreground, background) = if cell.inverse() {
            (background.unwrap_or_else(|| BACKGROUND.into()), Some(foreground))
        } else {
            (foreground, background)
        };
        let modifiers = [
            (cell.bold(), r#" font-weight="bold""#),
            (cell.dim(), r#" opacity="0.6""#),
            (cell.italic(), r#" font-style="italic""#),
            (cell.underline(), r#" text-decoration="underline""#),
        ];
        let attributes =
            modifiers.into_iter().filter(|(on, _)| *on).map(|(_, attribute)| attribute).collect();
        Self { foreground, background, attributes }
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

/// Adjacent cells with the same appearance.
struct Run {
    column: u16,
    columns: u16,
    text: String,
    style: Style,
}

fn runs(screen: &Screen, row: u16) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for column in 0..COLUMNS {
        let Some(cell) = screen.cell(row, column).filter(|cell| !cell.is_wide_continuation()) else {
            continue;
        };
        let style = Style::of(cell);
        let text = if cell.has_contents() { cell.contents() } else { " " };
        let columns = if cell.is_wide() { 2 } else { 1 };
        match runs.last_mut() {
            Some(last) if last.style == style => {
                last.text.push_str(text);
                last.columns += columns;
            }
            _ => runs.push(Run { column, columns, text: text.into(), style }),
        }
    }
    runs
}

/// Returns the drawing of a row of the screen.
pub fn row(screen: &Screen, row: u16) -> Result<String> {
    let mut svg = String::new();
    for run in runs(screen, row) {
        draw(&mut svg, &run, MARGIN + f32::from(row) * HEIGHT)?;
    }
    Ok(svg)
}

/// Returns the file that has these drawings on its background.
pub fn file(drawings: &str) -> String {
    let width = f32::from(COLUMNS) * WIDTH + 2.0 * MARGIN;
    let height = f32::from(ROWS) * HEIGHT + 2.0 * MARGIN;
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" font-family="ui-monospace, 'SFMono-Regular', 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="{FONT_SIZE}">
<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>
{drawings}</svg>
"#
    )
}

fn draw(svg: &mut String, run: &Run, top: f32) -> Result<()> {
    let Run { style, text, .. } = run;
    let left = MARGIN + f32::from(run.column) * WIDTH;
    let width = f32::from(run.columns) * WIDTH;
    if let Some(background) = &style.background {
        writeln!(
            svg,
            r#"<rect x="{left:.1}" y="{top:.1}" width="{width:.1}" height="{HEIGHT}" fill="{background}"/>"#
        )?;
    }
    if text.trim().is_empty() {
        return Ok(());
    }
    // Some renderers drop leading and trailing spaces, so the text and its length do not include them.
    let indent = text.len() - text.trim_start_matches(' ').len();
    let trailing = text.len() - text.trim_end_matches(' ').len();
    let cells = |count: usize| u16::try_from(count).map(|count| f32::from(count) * WIDTH);
    let (x, length) = (left + cells(indent)?, width - cells(indent + trailing)?);
    let (y, fill, attributes) = (top + HEIGHT * 0.74, &style.foreground, &style.attributes);
    let words = escaped(text.trim_matches(' '));
    writeln!(
        svg,
        r#"<text x="{x:.1}" y="{y:.1}" fill="{fill}" textLength="{length:.1}" lengthAdjust="spacingAndGlyphs" xml:space="preserve"{attributes}>{words}</text>"#
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
