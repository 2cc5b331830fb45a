//! The verdicts of the tests on the mutants.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::Result;
use serde::{Deserialize, Serialize};

use crate::coverage::Test;
use crate::process::{Ending, Switch, run};
use crate::project::Project;
use crate::sites::Mutant;
use crate::verdicts::Verdicts;
use crate::workers::work;

/// How many tests run in the first two groups.
const GROUPS: [usize; 2] = [8, 64];
/// How much more time tests get that did not end in time at first.
const PATIENCE: u32 = 4;
/// How many tests that caught mutants of a file are tried first on its other mutants.
const CATCHERS: usize = 6;

/// What the tests make of a mutant.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub enum Verdict {
    /// A test failed.
    Caught,
    /// A test did not come to its end.
    TimedOut,
    /// All tests passed that reach the mutant and fitted into the time.
    Survived {
        /// How many tests reach the mutant.
        reached_by: usize,
        /// How many of them ran.
        ran: usize,
    },
}

/// Judges mutants with the tests that reach them, apart from those that were judged before.
pub fn judge(judge: &Judge, mutants: &[Mutant], known: &Verdicts) -> Result<Vec<(Mutant, Verdict)>> {
    let budget = judge.budget;
    let verdicts = Mutex::new(Vec::new());
    let since = Instant::now();
    work(mutants.to_vec(), |mutant| {
        let verdict = match known.get(mutant.number, budget) {
            Some(verdict) => verdict,
            None => {
                let (verdict, _) = judge.verdict(&mutant)?;
                known.keep(mutant.number, budget, verdict)?;
                verdict
            }
        };
        let mut verdicts = verdicts.lock().unwrap_or_else(|error| error.into_inner());
        if let Verdict::Survived { .. } = verdict {
            eprintln!("survived: {}:{}: {}", mutant.file, mutant.line, mutant.change);
        }
        verdicts.push((mutant, verdict));
        if verdicts.len().is_multiple_of(100) {
            eprintln!("{} of {} mutants in {:.0?}", verdicts.len(), mutants.len(), since.elapsed());
        }
        Ok(())
    })?;
    let mut verdicts = verdicts.into_inner().unwrap_or_default();
    verdicts.sort_by_key(|(mutant, _)| mutant.number);
    Ok(verdicts)
}

/// The tests and the limits that hold for them.
pub struct Judge<'a> {
    project: &'a Project,
    tests: &'a [Test],
    /// The limit for the usual duration of the tests of one mutant.
    budget: Duration,
    /// How many schedules of each kind are tried.
    schedules: u32,
    /// The places in `tests` of the tests that have lately caught mutants of each file.
    catchers: Mutex<HashMap<String, VecDeque<usize>>>,
}

impl<'a> Judge<'a> {
    /// Creates a judge that has not seen a mutant.
    pub fn new(project: &'a Project, tests: &'a [Test], budget: Duration, schedules: u32) -> Self {
        Self { project, tests, budget, schedules, catchers: Mutex::default() }
    }

    /// Judges a mutant. Also returns the test that noticed it.
    pub fn verdict(&self, mutant: &Mutant) -> Result<(Verdict, Option<&'a Test>)> {
        let mut order: Vec<usize> = (0..self.tests.len())
            .filter(|at| self.tests[*at].reached.binary_search(&mutant.number).is_ok())
            .collect();
        let reached_by = order.len();
        let first =
            self.catchers.lock().unwrap_or_else(|error| error.into_inner()).get(&mutant.file).cloned();
        let first = first.unwrap_or_default();
        order.sort_by_key(|at| {
            (first.iter().position(|it| it == at).unwrap_or(usize::MAX), self.tests[*at].duration)
        });
        let mut spent = Duration::ZERO;
        order.retain(|at| {
            spent += self.tests[*at].duration;
            spent <= self.budget || spent == self.tests[*at].duration
        });
        let ran = order.len();
        let mut rest = &order[..];
        for size in GROUPS.into_iter().chain([usize::MAX]) {
            let (group, after) = rest.split_at(size.min(rest.len()));
            if let Some((verdict, by)) = self.group(group, mutant.number)? {
                self.note(&mutant.file, by);
                return Ok((verdict, self.tests.get(by)));
            }
            rest = after;
        }
        Ok((Verdict::Survived { reached_by, ran }, None))
    }

    /// Runs a group of tests. Returns the verdict, with one of the tests that may have been the reason.
    fn group(&self, group: &[usize], number: u32) -> Result<Option<(Verdict, usize)>> {
        let mut programs: BTreeMap<&Path, Vec<usize>> = BTreeMap::new();
        for at in group {
            programs.entry(&self.tests[*at].program).or_default().push(*at);
        }
        for (program, tests) in programs {
            let names: Vec<&str> = tests.iter().map(|at| &*self.tests[*at].name).collect();
            let longest = tests.iter().map(|at| self.tests[*at].duration).max().unwrap_or_default();
            let limit = longest * 5 + Duration::from_secs(5);
            let switch = Switch::Active { number, schedules: self.schedules };
            let mut ending = run(self.project, program, &names, &switch, limit)?;
            if ending == Ending::TimedOut {
                // The machine may have been busy.
                ending = run(self.project, program, &names, &switch, limit * PATIENCE)?;
            }
            match ending {
                Ending::Passed => {}
                Ending::Failed(name) => {
                    let by = names.iter().position(|it| Some(*it) == name.as_deref()).unwrap_or_default();
                    return Ok(Some((Verdict::Caught, tests[by])));
                }
                Ending::TimedOut => return Ok(Some((Verdict::TimedOut, tests[0]))),
            }
        }
        Ok(None)
    }

    fn note(&self, file: &str, test: usize) {
        let mut catchers = self.catchers.lock().unwrap_or_else(|error| error.into_inner());
        let catchers = catchers.entry(file.to_owned()).or_default();
        catchers.retain(|known| *known != test);
        catchers.push_front(test);
        catchers.truncate(CATCHERS);
    }
}
