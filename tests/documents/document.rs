//! Reading documents: their code blocks and their prose.

use std::path::{Path, PathBuf};

pub const ROOT: &str = env!("CARGO_MANIFEST_DIR");
pub const README: &str = "README.md";

/// A document in Markdown.
pub struct Document {
    /// The path below the root.
    pub name: String,
    text: String,
}

/// A code block.
#[derive(Debug)]
pub struct Block<'a> {
    pub language: &'a str,
    pub text: &'a str,
}

impl Document {
    pub fn read(name: &str) -> Self {
        Self { name: name.to_owned(), text: std::fs::read_to_string(Path::new(ROOT).join(name)).unwrap() }
    }

    /// Returns the README, CONTRIBUTING.md and everything in `docs`.
    pub fn all() -> Vec<Self> {
        let folder = std::fs::read_dir(Path::new(ROOT).join("docs")).unwrap();
        let mut names: Vec<String> = folder
            .map(|entry| format!("docs/{}", entry.unwrap().file_name().to_str().unwrap()))
            .filter(|name| Path::new(name).extension().is_some_and(|extension| extension == "md"))
            .collect();
        assert!(names.len() > 5, "{names:?}");
        names.extend([README.to_owned(), "CONTRIBUTING.md".to_owned()]);
        names.iter().map(|name| Self::read(name)).collect()
    }

    /// Returns the folder that relative links start from.
    pub fn folder(&self) -> PathBuf {
        Path::new(ROOT).join(&self.name).parent().unwrap().to_owned()
    }

    pub fn blocks(&self) -> Vec<Block<'_>> {
        let parts = self.text.split("```").skip(1).step_by(2);
        parts
            .map(|part| part.split_once('\n').unwrap())
            .map(|(language, text)| Block { language, text })
            .collect()
    }

    /// Returns the lines of the blocks in a language that are neither empty nor comments.
    pub fn lines_of(&self, language: &str) -> Vec<&str> {
        let blocks = self.blocks().into_iter().filter(|block| block.language == language);
        let lines = blocks.flat_map(|block| block.text.lines());
        lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
    }

    /// Returns the text without its code blocks.
    pub fn prose(&self) -> String {
        self.text.split("```").step_by(2).collect()
    }

    /// Returns the code within sentences and tables.
    pub fn inline_code(&self) -> Vec<String> {
        let code = |line: &str| line.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
        self.prose().split("\n\n").flat_map(code).map(|code| code.replace('\n', " ")).collect()
    }

    /// Returns the targets of links and pictures.
    pub fn links(&self) -> Vec<String> {
        let prose = self.prose();
        let targets = prose.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        targets.map(str::to_owned).collect()
    }

    /// Returns the anchors of the headings.
    pub fn anchors(&self) -> Vec<String> {
        let prose = self.prose();
        let headings = prose.lines().filter(|line| line.starts_with('#'));
        let letter = |c: char| (c.is_alphanumeric() || "- ".contains(c)).then(|| c.to_ascii_lowercase());
        let anchor =
            |line: &str| line.trim_start_matches('#').trim().chars().filter_map(letter).collect::<String>();
        headings.map(|line| anchor(line).replace(' ', "-")).collect()
    }
}

/// Returns the sentences of a text. Headings, items of lists and cells of tables end one, too.
pub fn sentences(prose: &str) -> Vec<String> {
    let mut sentences = vec![String::new()];
    for line in prose.lines() {
        let begins = line.is_empty() || ["#", "- ", "|", "!", "**"].iter().any(|sign| line.starts_with(sign));
        if begins {
            sentences.push(String::new());
        }
        for word in line.split([' ', '|']).filter(|word| word.chars().any(char::is_alphanumeric)) {
            sentences.last_mut().unwrap().push_str(word);
            sentences.last_mut().unwrap().push(' ');
            if word.ends_with(['.', '?', ':', '!']) || word.ends_with(".)") {
                sentences.push(String::new());
            }
        }
        if line.starts_with('|') {
            sentences.push(String::new());
        }
    }
    sentences
}

#[test]
fn sentences_end_at_full_stops_items_and_cells() {
    let text = "# One\n\nTwo and\nthree. Four!\n- five\n- six\n";
    let found: Vec<String> = sentences(text).into_iter().filter(|it| !it.is_empty()).collect();
    assert_eq!(found, ["One ", "Two and three. ", "Four! ", "five ", "six "]);
}
