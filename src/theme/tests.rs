use ratatui::style::{Color, Modifier, Style};

use super::{ColorDepth, Theme, depth};

/// Returns the relative luminance of a colour (WCAG 2.2).
fn luminance(colour: Color) -> f64 {
    let Color::Rgb(red, green, blue) = colour else { panic!("{colour} has no known components") };
    let linear = |value: u8| {
        let share = f64::from(value) / 255.0;
        if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

/// Returns the contrast between two colours, from 1 to 21 (WCAG 2.2).
fn contrast(one: Color, other: Color) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn every_text_of_a_theme_with_a_background_can_be_read_on_it_and_in_the_selected_row() {
    for (name, least) in [("dark", 4.5), ("light", 4.5), ("high-contrast", 7.0), ("colour-blind", 4.5)] {
        let theme = Theme::built_in(name).unwrap();
        let selected = theme.selected.bg.unwrap();
        for (meaning, style) in theme.styles() {
            let letters = style.fg.or(theme.text.fg).unwrap();
            for background in [theme.text.bg.unwrap(), selected] {
                let contrast = contrast(letters, background);
                assert!(contrast >= least, "{name}: {meaning} has a contrast of {contrast:.1} : 1");
            }
        }
    }
}

#[test]
fn every_name_has_a_theme_and_the_default_one_leaves_the_background_alone() {
    assert_eq!(Theme::names().count(), 6);
    assert!(Theme::names().all(|name| Theme::built_in(name).is_some()));
    assert_eq!(Theme::built_in("neon"), None);
    let terminal = Theme::default();
    assert!(terminal.styles().iter().all(|(_, style)| style.bg.is_none()));
    for (meaning, style) in terminal.styles() {
        let is_invisible_somewhere = matches!(style.fg, Some(Color::Black | Color::White | Color::Gray));
        assert!(!is_invisible_somewhere, "{meaning}");
    }
}

#[test]
fn the_colourless_theme_has_no_colour_and_still_shows_the_selection() {
    assert_eq!(Theme::NONE.colours().count(), 0);
    assert_ne!(Theme::NONE.selected, Style::new());
    assert_eq!(Theme::built_in("dark").unwrap().with_depth(ColorDepth::None), Theme::NONE);
}

#[test]
fn a_terminal_gets_the_colours_that_it_can_show() {
    let dark = Theme::built_in("dark").unwrap();
    assert_eq!(dark.with_depth(ColorDepth::TrueColor), dark);
    assert_eq!(dark.with_depth(ColorDepth::Sixteen), Theme::default());
    let indexed = dark.with_depth(ColorDepth::Indexed);
    assert!(indexed.colours().all(|colour| matches!(colour, Color::Indexed(16..))));
    assert_eq!(Theme::default().with_depth(ColorDepth::Sixteen), Theme::default());
    for (colour, nearest) in [
        ((0, 0, 0), 16),
        ((255, 255, 255), 231),
        ((255, 0, 0), 196),
        ((128, 128, 128), 244),
        ((95, 175, 215), 74),
    ] {
        assert_eq!(depth::to_indexed(Color::Rgb(colour.0, colour.1, colour.2)), Color::Indexed(nearest));
    }
}

#[test]
fn the_environment_tells_how_many_colours_there_are() {
    let of = |variables: &'static [(&str, &str)]| {
        ColorDepth::of_environment(|name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    };
    assert_eq!(of(&[("TERM", "xterm-256color"), ("NO_COLOR", "1")]), ColorDepth::None);
    assert_eq!(of(&[("TERM", "xterm-256color"), ("NO_COLOR", "")]), ColorDepth::Indexed);
    assert_eq!(of(&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")]), ColorDepth::TrueColor);
    assert_eq!(of(&[("TERM", "xterm-kitty")]), ColorDepth::TrueColor);
    assert_eq!(of(&[("TERM", "linux")]), ColorDepth::Sixteen);
    assert_eq!(of(&[("TERM", "dumb")]), ColorDepth::None);
}

/// Creates a directory with themes.
fn themes(files: &[(&str, &str)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(directory.path().join(format!("{name}.toml")), text).unwrap();
    }
    directory
}

#[test]
fn an_own_theme_changes_another_one() {
    let files = [
        (
            "mine",
            "extends = \"dark\"\nurgent = { fg = \"#ff0000\", underline = true }\nbackground = \"terminal\"",
        ),
        ("light", "accent = \"blue\""),
    ];
    let directory = themes(&files);
    let (mine, dark) = (Theme::load("mine", directory.path()).unwrap(), Theme::built_in("dark").unwrap());
    let red = Style::new().fg(Color::Rgb(255, 0, 0)).add_modifier(Modifier::UNDERLINED);
    assert_eq!((mine.urgent, mine.accent, mine.text.bg), (red, dark.accent, Some(Color::Reset)));
    let light = Theme::load("light", directory.path()).unwrap();
    assert_eq!(light.accent, Style::new().fg(Color::Blue));
    assert_eq!(light.bad, Theme::built_in("light").unwrap().bad);
}

#[test]
fn what_is_wrong_with_a_theme_is_said_with_its_line() {
    let files = [
        ("colour", "title = \"cyan\"\nbad = \"#12\""),
        ("key", "urgend = \"red\""),
        ("base", "\nextends = \"drak\""),
        ("syntax", "bad = = 1"),
    ];
    let directory = themes(&files);
    let error = |name: &str| Theme::load(name, directory.path()).unwrap_err().to_string();
    for (name, line, words) in [
        ("colour", "line 2", "colour"),
        ("key", "line 1", "urgend"),
        ("base", "line 2", "did you mean `dark`?"),
        ("syntax", "line 1", ""),
    ] {
        let text = error(name);
        assert!(
            text.contains(line) && text.contains(words) && text.contains(&format!("{name}.toml")),
            "{text}"
        );
    }
    assert!(error("drak").contains("did you mean `dark`?"), "{}", error("drak"));
    assert!(error("../colour").contains("there is no theme"), "no other directory");
}
