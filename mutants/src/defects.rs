//! Defects from a list: each is a text in a file and another one in its place. Most stand in the copy beside the original, the
//! innermost block around them twice, as a branch on a number; the others are built one by one.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use crate::arguments::Arguments;
use crate::blocks::blocks;
use crate::build::{Programs, Seeding, build, build_plain};
use crate::configuration::Configuration;
use crate::coverage::{Test, list, trace};
use crate::project::{Project, Source};
use crate::run::{Judge, Verdict};
use crate::sites::{Mutant, Seeded};
use crate::splice::Edit;
use crate::workers::work;

/// All programs with tests.
const TARGETS: [&str; 2] = ["--lib", "--tests"];
/// How many schedules of each kind are tried where the list names the tests: a defect may need many.
const SCHEDULES: u32 = 300;
/// How many are tried where every test may notice a defect.
const FEW_SCHEDULES: u32 = 2;
/// The assumed duration of a test that was not traced.
const DURATION: Duration = Duration::from_secs(30);

/// An entry of the list.
#[derive(Deserialize)]
struct Defect {
    /// What is wrong.
    name: String,
    /// The path of the file from the root.
    file: String,
    /// A text that occurs once in the file.
    find: String,
    /// The text in its place.
    replace: String,
    /// The name of the test that must notice the defect. Without it, any test may.
    caught: Option<String>,
}

/// The entries of a file.
#[derive(Deserialize)]
struct File {
    bug: Vec<Defect>,
}

/// The defects that are seeded.
struct Defects(Vec<Defect>);

/// Seeds the defects of a list, prints for each which test noticed it, and fails if one was not noticed or does not compile.
pub fn run(
    project: &Project,
    configuration: &Configuration,
    arguments: &Arguments,
    path: &Path,
) -> Result<()> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let File { bug: mut defects } = toml::from_str(&text).with_context(|| path.display().to_string())?;
    defects.retain(|defect| arguments.want_defect(&defect.name));
    let (defects, since) = (Defects(defects), Instant::now());
    let sources = project.sources()?;
    defects.check(&sources)?;
    let targets = TARGETS.map(str::to_owned);
    let built = build(project, &sources, &defects, &targets, "rejected-defects.txt")?;
    eprintln!("{} defects built at once in {:.0?}", built.mutants.len(), since.elapsed());
    let traced = match defects.0.iter().all(|defect| defect.caught.is_some()) {
        true => Vec::new(),
        false => trace(project, configuration, &built.programs)?.0,
    };
    let (tests, since) = (defects.tests(project, &built.programs, &built.mutants, &traced)?, Instant::now());
    let schedules = if traced.is_empty() { SCHEDULES } else { FEW_SCHEDULES };
    let judge = Judge::new(project, &tests, Duration::MAX, schedules);
    let escaped = Mutex::new(0);
    work(built.mutants, |mutant| {
        let is_noticed = report(&judge, &mutant)?;
        *escaped.lock().unwrap_or_else(|error| error.into_inner()) += u32::from(!is_noticed);
        Ok(())
    })?;
    let mut escaped = escaped.into_inner().unwrap_or_default();
    for mutant in &built.left_out {
        let defect = defects.of(mutant)?;
        let changed = (&*mutant.file, defect.applied(&sources)?);
        let needed = defect.targets(project, &built.programs)?;
        let is_noticed = match build_plain(project, &[changed], &needed)? {
            Ok(programs) => {
                let every = traced.iter().map(|test| Test { reached: vec![mutant.number], ..test.clone() });
                let every: Vec<Test> = every.collect();
                let tests = defects.tests(project, &programs, std::slice::from_ref(mutant), &every)?;
                report(&Judge::new(project, &tests, Duration::MAX, schedules), mutant)?
            }
            Err(error) => {
                println!("BROKEN  | {} | {error}", mutant.change);
                false
            }
        };
        escaped += u32::from(!is_noticed);
    }
    eprintln!("judged in {:.0?}", since.elapsed());
    ensure!(escaped == 0, "{escaped} of {} defects were not noticed", defects.0.len());
    Ok(())
}

/// Judges a defect and prints the verdict. Returns whether a test noticed it.
fn report(judge: &Judge, mutant: &Mutant) -> Result<bool> {
    let (verdict, by) = judge.verdict(mutant)?;
    let word = match verdict {
        Verdict::Caught => "caught ",
        Verdict::TimedOut => "hung   ",
        Verdict::Survived { .. } => "ESCAPED",
    };
    println!("{word} | {} | {}", mutant.change, by.map_or("", |test| &test.name));
    Ok(by.is_some())
}

impl Defect {
    /// Returns the bytes of the original that differ, and the text in their place.
    fn change(&self, source: &str) -> Result<(std::ops::Range<usize>, String)> {
        let mut places = source.match_indices(&self.find);
        let (Some((at, _)), None) = (places.next(), places.next()) else {
            bail!("{}: {}: `find` does not occur exactly once", self.file, self.name);
        };
        let common = |a: &mut dyn Iterator<Item = char>, b: &mut dyn Iterator<Item = char>| {
            a.zip(b).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum::<usize>()
        };
        let before = common(&mut self.find.chars(), &mut self.replace.chars());
        let (find, replace) = (&self.find[before..], &self.replace[before..]);
        let after = common(&mut find.chars().rev(), &mut replace.chars().rev());
        let range = at + before..at + self.find.len() - after;
        Ok((range, replace[..replace.len() - after].to_owned()))
    }

    /// Returns the arguments of cargo that select the programs with the tests that may notice the defect.
    fn targets(&self, project: &Project, programs: &Programs) -> Result<Vec<String>> {
        let Some(test) = &self.caught else { return Ok(TARGETS.map(str::to_owned).to_vec()) };
        let mut targets = Vec::new();
        for (name, program) in programs {
            if list(project, program)?.iter().any(|it| last(it) == test) {
                let is_library = name == "rsvp";
                targets.extend(if is_library { vec!["--lib"] } else { vec!["--test", name] });
            }
        }
        Ok(targets.into_iter().map(str::to_owned).collect())
    }

    /// Returns the text of the file with the defect.
    fn applied(&self, sources: &[Source]) -> Result<String> {
        let source = sources.iter().find(|source| source.path == self.file).context("no such file")?;
        let (range, text) = self.change(&source.text)?;
        Ok(format!("{}{text}{}", &source.text[..range.start], &source.text[range.end..]))
    }

    /// Returns the place of the innermost block that is still a block with the defect, without its braces, and the changed text.
    fn block(&self, source: &Source) -> Option<(std::ops::Range<usize>, String)> {
        let (range, text) = self.change(&source.text).ok()?;
        let around = blocks(&source.file).into_iter().rev();
        let mut around: Vec<_> =
            around.filter(|block| block.start < range.start && range.end < block.end).collect();
        around.sort_by_key(|block| block.len());
        around.into_iter().find_map(|block| {
            let (before, after) =
                (&source.text[block.start..range.start], &source.text[range.end..block.end]);
            let changed = format!("{before}{text}{after}");
            syn::parse_str::<syn::Block>(&changed).ok()?;
            Some((block.start + 1..block.end - 1, changed[1..changed.len() - 1].to_owned()))
        })
    }
}

/// Returns the name of a test without its modules.
fn last(name: &str) -> &str {
    name.rsplit("::").next().unwrap_or_default()
}

impl Defects {
    fn check(&self, sources: &[Source]) -> Result<()> {
        let mut names = BTreeMap::new();
        for defect in &self.0 {
            ensure!(names.insert(&defect.name, ()).is_none(), "two defects are named {}", defect.name);
            defect.applied(sources).with_context(|| defect.name.clone())?;
        }
        Ok(())
    }

    fn of(&self, mutant: &Mutant) -> Result<&Defect> {
        self.0.iter().find(|defect| defect.name == mutant.change).context("a mutant of another list")
    }

    /// Returns the tests that judge the defects: those that the list names, and for the others those of `traced`.
    fn tests(
        &self,
        project: &Project,
        programs: &Programs,
        mutants: &[Mutant],
        traced: &[Test],
    ) -> Result<Vec<Test>> {
        let (mut named, mut unnamed) = (BTreeMap::<&str, Vec<u32>>::new(), Vec::new());
        for mutant in mutants {
            match &self.of(mutant)?.caught {
                Some(test) => named.entry(test).or_default().push(mutant.number),
                None => unnamed.push(mutant.number),
            }
        }
        let only_unnamed = |test: &Test| {
            let reached = test.reached.iter().copied().filter(|number| unnamed.contains(number));
            Test { reached: reached.collect(), ..test.clone() }
        };
        let mut tests: Vec<Test> = traced.iter().map(only_unnamed).collect();
        for program in programs.values() {
            for name in list(project, program)? {
                if let Some(reached) = named.get(last(&name)) {
                    let (program, reached) = (program.clone(), reached.clone());
                    tests.push(Test { program, name, duration: DURATION, reached });
                }
            }
        }
        let exists = |test: &&str| tests.iter().any(|it| last(&it.name) == *test);
        if let Some(missing) = named.into_keys().find(|test| !exists(test)) {
            bail!("there is no test {missing}");
        }
        Ok(tests)
    }
}

impl Seeding for Defects {
    fn seed(&self, source: &Source, next: &mut u32, left_out: &dyn Fn(&Mutant) -> bool) -> Seeded {
        let mut seeded = Seeded::default();
        for defect in self.0.iter().filter(|defect| defect.file == source.path) {
            let number = *next;
            *next += 1;
            let (file, change) = (source.path.clone(), defect.name.clone());
            let mutant = Mutant { number, file, line: 0, function: String::new(), change };
            match defect.block(source) {
                Some((inside, changed)) if !left_out(&mutant) => {
                    let opening = format!(" if crate::mutation::active({number}) {{{changed}}} else {{");
                    let (opens, closes) = (vec![number], vec![number]);
                    let start = inside.start..inside.start;
                    seeded.edits.push(Edit { range: start, text: opening, opens, closes });
                    let (end, text) = (inside.end..inside.end, "}".to_owned());
                    seeded.edits.push(Edit { range: end, text, opens: Vec::new(), closes: Vec::new() });
                    seeded.mutants.push(mutant);
                }
                _ => seeded.left_out.push(mutant),
            }
        }
        seeded.edits.sort_by_key(|edit| edit.range.start);
        seeded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the generated text of a file with some defects, without the prefix of the switch, and how many were left out.
    fn seeded(text: &str, changes: &[(&str, &str)]) -> (String, usize) {
        let path = "src/it.rs".to_owned();
        let source = Source { path, text: text.to_owned(), file: syn::parse_file(text).unwrap() };
        let defect = |(find, replace): &(&str, &str)| Defect {
            name: format!("{find} → {replace}"),
            file: source.path.clone(),
            find: (*find).to_owned(),
            replace: (*replace).to_owned(),
            caught: None,
        };
        let defects = Defects(changes.iter().map(defect).collect());
        let seeded = defects.seed(&source, &mut 1, &|_| false);
        let text = crate::splice::splice(text, &seeded.edits).text;
        syn::parse_file(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        (text.replace("crate::mutation::active", "on"), seeded.left_out.len())
    }

    #[test]
    fn the_innermost_block_around_a_defect_stands_twice() {
        let text = "fn f() { if a { b(1); c } else { d } }";
        assert_eq!(
            seeded(text, &[("b(1);", "b(2);")]).0,
            "fn f() { if a { if on(1) { b(2); c } else { b(1); c }} else { d } }"
        );
        assert_eq!(
            seeded(text, &[("if a", "if !a"), ("b(1); ", "")]).0,
            "fn f() { if on(1) { if !a { b(1); c } else { d } } else { if a { if on(2) { c } else { b(1); c }} else { d } }}"
        );
    }

    #[test]
    fn a_defect_that_is_no_block_is_left_out() {
        let text = "const A: u8 = { 1 }; fn f() -> impl B { a } fn g(a: u8) { b }";
        let changes =
            [("= { 1 }", "= { 2 }"), ("{ a }", "{ c }"), ("(a: u8)", "(_: u8)"), ("{ b }", "{ c }")];
        let (text, left_out) = seeded(text, &changes);
        assert_eq!(left_out, 3);
        assert!(text.ends_with("fn g(a: u8) { if on(4) { c } else { b }}"), "{text}");
    }
}
