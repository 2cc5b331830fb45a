//! The results: the survivors and a table.

use std::collections::BTreeMap;

use crate::run::Verdict;
use crate::sites::Mutant;

/// The sums of a part of the program.
#[derive(Clone, Copy, Default)]
struct Row {
    mutants: usize,
    caught: usize,
    timed_out: usize,
    equivalent: usize,
    /// Those whose tests took more time than there was.
    undecided: usize,
    survivors: usize,
}

impl Row {
    fn add(&mut self, verdict: Verdict, is_equivalent: bool) {
        self.mutants += 1;
        match verdict {
            Verdict::Caught => self.caught += 1,
            Verdict::TimedOut => self.timed_out += 1,
            Verdict::Survived { .. } if is_equivalent => self.equivalent += 1,
            Verdict::Survived { reached_by, ran } if ran < reached_by => self.undecided += 1,
            Verdict::Survived { .. } => self.survivors += 1,
        }
    }

    fn render(&self, name: &str) -> String {
        let Self { mutants, caught, timed_out, equivalent, undecided, survivors } = self;
        let share = 100.0 * (caught + timed_out) as f64 / (caught + timed_out + survivors).max(1) as f64;
        format!(
            "| {name} | {mutants} | {caught} | {timed_out} | {equivalent} | {undecided} | {survivors} | {share:.1} |\n"
        )
    }
}

/// Renders a Markdown table with a line for each folder.
pub fn table(verdicts: &[(Mutant, Verdict)], is_equivalent: impl Fn(&Mutant) -> bool) -> String {
    let (mut rows, mut all) = (BTreeMap::<String, Row>::new(), Row::default());
    for (mutant, verdict) in verdicts {
        let is_equivalent = is_equivalent(mutant);
        rows.entry(part(&mutant.file)).or_default().add(*verdict, is_equivalent);
        all.add(*verdict, is_equivalent);
    }
    let mut text =
        "| part | mutants | caught | timed out | equivalent | undecided | survivors | % |\n".to_owned();
    text.push_str("|---|---|---|---|---|---|---|---|\n");
    for (name, row) in rows {
        text.push_str(&row.render(&format!("`{name}`")));
    }
    text + &all.render("all")
}

/// Renders a line for each survivor.
pub fn survivors<'a>(verdicts: impl Iterator<Item = &'a (Mutant, Verdict)>) -> String {
    let lines = verdicts.filter_map(|(mutant, verdict)| {
        let Verdict::Survived { reached_by, ran } = *verdict else { return None };
        let reached = match reached_by {
            0 => "not reached".to_owned(),
            1 => "reached by 1 test".to_owned(),
            count if ran < count => format!("reached by {count} tests, of which {ran} ran"),
            count => format!("reached by {count} tests"),
        };
        let Mutant { file, line, function, change, .. } = mutant;
        Some(format!("{file}:{line}: {function}: {change} ({reached})\n"))
    });
    lines.collect()
}

/// Returns the folder of a file, at most three levels below `src`, or the file itself if it lies there.
fn part(file: &str) -> String {
    let parts: Vec<&str> = file.trim_start_matches("src/").split('/').collect();
    match parts.split_last() {
        Some((_, folders)) if !folders.is_empty() => folders[..folders.len().min(3)].join("/"),
        _ => parts.join("/"),
    }
}
