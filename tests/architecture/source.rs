//! The imports and the definitions of a source file, without those of its unit tests.

use std::collections::BTreeSet;

/// A `use` declaration, or one branch of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The path as written, without the `*` of a glob.
    pub path: Vec<String>,
    /// The name that the declaration brings into scope; `*` for a glob.
    pub name: String,
    pub is_public: bool,
}

/// The imports and the definitions of a source file.
#[derive(Debug, Default)]
pub struct Source {
    pub uses: Vec<Use>,
    /// The paths outside of `use` declarations, like `super::list::draw`.
    pub paths: BTreeSet<Vec<String>>,
    /// The names outside of `use` declarations, except those after `::` or a point.
    pub names: BTreeSet<String>,
    pub definitions: BTreeSet<String>,
    /// The names of the modules that are compiled only for tests.
    pub test_modules: Vec<String>,
}

const DEFINING: [&str; 10] =
    ["const", "enum", "fn", "macro_rules", "mod", "static", "struct", "trait", "type", "union"];

impl Source {
    pub fn parse(text: &str) -> Self {
        let mut source = Self::default();
        let tokens = source.without_tests(&tokens(text));
        let mut before = "";
        let mut rest = tokens.as_slice();
        while let [token, after @ ..] = rest {
            rest = after;
            if *token == "use" && after[0] != "<" {
                let (tree, after) = after.split_at(length_of_item(after));
                source.expand(&tree[..tree.len() - 1], &[], matches!(before, "pub" | ")"));
                rest = after;
            } else if is_name(token) && before != "::" {
                let follow = after.chunks(2).take_while(|pair| pair[0] == "::" && is_name(pair[1]));
                let path: Vec<&str> = [*token].into_iter().chain(follow.map(|pair| pair[1])).collect();
                // A path that begins with a type needs no entry: the type was imported, or is defined here.
                if path.len() > 1 && !token.starts_with(char::is_uppercase) {
                    source.paths.insert(owned(&path));
                }
                if DEFINING.contains(&before) {
                    source.definitions.insert((*token).to_owned());
                } else if before != "." {
                    source.names.insert((*token).to_owned());
                }
            }
            before = token;
        }
        source
    }

    /// Notes the imports of a `use` tree.
    fn expand(&mut self, tree: &[&str], prefix: &[String], is_public: bool) {
        if let Some(open) = tree.iter().position(|token| *token == "{") {
            let prefix = [prefix, &owned(&tree[..open])].concat();
            let mut depth = 0;
            let branches = tree[open + 1..tree.len() - 1].split(|token| {
                depth += i32::from(*token == "{") - i32::from(*token == "}");
                depth == 0 && *token == ","
            });
            branches.filter(|branch| !branch.is_empty()).for_each(|it| self.expand(it, &prefix, is_public));
            return;
        }
        let (tree, alias) = match tree {
            [path @ .., "as", alias] => (path, Some(*alias)),
            [.., "*"] => (tree, Some("*")),
            _ => (tree, None),
        };
        let mut path = [prefix, &owned(tree)].concat();
        if path.len() > 1 {
            path.pop_if(|last| last == "self");
        }
        let name = alias.map(str::to_owned).or_else(|| path.last().cloned()).unwrap_or_default();
        self.uses.push(Use { path, name, is_public });
    }

    /// Returns the tokens without the items that are marked `#[cfg(test)]`, and notes the modules among these.
    fn without_tests<'a>(&mut self, mut rest: &[&'a str]) -> Vec<&'a str> {
        let mut kept = Vec::new();
        while let [token, after @ ..] = rest {
            if let ["#", "[", "cfg", "(", "test", ")", "]", item @ ..] = rest {
                if let ["mod", name, ";", ..] = item {
                    self.test_modules.push((*name).to_owned());
                }
                rest = &item[length_of_item(item)..];
            } else {
                kept.push(*token);
                rest = after;
            }
        }
        kept
    }
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

fn owned(tokens: &[&str]) -> Vec<String> {
    tokens.iter().filter(|token| is_name(token)).map(|token| (*token).to_owned()).collect()
}

/// Returns how many tokens an item has: up to a `;`, or up to the end of a block that no `;` follows.
fn length_of_item(tokens: &[&str]) -> usize {
    let mut depth = 0;
    let end = tokens.iter().enumerate().position(|(at, token)| {
        depth += i32::from(matches!(*token, "{" | "(" | "[")) - i32::from(matches!(*token, "}" | ")" | "]"));
        depth == 0 && (*token == ";" || *token == "}" && tokens.get(at + 1) != Some(&";"))
    });
    end.map_or(tokens.len(), |end| end + 1)
}

/// Returns the names, the `::` and the other characters of a text that are code.
fn tokens(mut text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    while let Some(first) = text.chars().next() {
        let skipped = skipped(text);
        let length = if text.starts_with("::") { 2 } else { word(text).max(first.len_utf8()) };
        let (token, after) = text.split_at(skipped.unwrap_or(length));
        if skipped.is_none() {
            tokens.push(token);
        }
        text = after;
    }
    tokens
}

fn word(text: &str) -> usize {
    text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len())
}

/// Returns the length of the space, the comment, the literal or the lifetime that `text` begins with.
fn skipped(text: &str) -> Option<usize> {
    let past = |end: &str, from: usize| {
        Some(text[from..].find(end).map_or(text.len(), |position| from + position + end.len()))
    };
    let marks = &text[..text.find(|c| !"br#".contains(c)).unwrap_or(text.len())];
    if marks.contains('r') && text[marks.len()..].starts_with('"') {
        let hashes = "#".repeat(marks.matches('#').count());
        return past(&format!("\"{hashes}"), marks.len() + 1);
    }
    let mut chars = text.chars();
    match (chars.next()?, chars.next(), chars.next()) {
        (first, ..) if first.is_whitespace() => Some(first.len_utf8()),
        ('/', Some('/'), _) => past("\n", 2),
        ('/', Some('*'), _) => past("*/", 2),
        ('"', ..) => {
            let mut is_escaped = true;
            let end = text.find(|c| {
                let is_end = c == '"' && !is_escaped;
                is_escaped = c == '\\' && !is_escaped;
                is_end
            });
            end.map(|end| end + 1)
        }
        ('\'', Some('\\'), _) => past("'", 3),
        ('\'', _, Some('\'')) => past("'", 1),
        ('\'', ..) => Some(1 + word(&text[1..])),
        _ => None,
    }
}
