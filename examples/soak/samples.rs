//! What the processes hold, minute by minute.

use std::path::PathBuf;

use crate::growth::{slope, status};

/// A process that is observed.
pub struct Process {
    pub name: &'static str,
    pub id: u32,
    /// The part of itself by which the memory may grow from the second to the last quarter.
    pub growth: f64,
    /// The file in which the process writes the number of its tasks, if it does.
    pub tasks: Option<PathBuf>,
}

/// What a process held at one time: memory (bytes), open files, threads, and tasks.
type Sample = [Option<f64>; 4];

const NAMES: [&str; 4] = ["memory", "files", "threads", "tasks"];
/// The most that each of the others may grow, in a process.
const TOLERANCE: f64 = 1.0;

/// The samples of all processes.
pub struct Samples {
    processes: [Process; 2],
    taken: Vec<(u64, [Sample; 2])>,
}

impl Samples {
    pub fn new(processes: [Process; 2]) -> Self {
        println!("| minute | process | memory | open files | threads | tasks |\n|---|---|---|---|---|---|");
        Self { processes, taken: Vec::new() }
    }

    /// Takes and prints a sample of each process.
    pub fn take(&mut self, minute: u64) {
        let samples = [sample(&self.processes[0]), sample(&self.processes[1])];
        for (process, [memory, files, threads, tasks]) in self.processes.iter().zip(samples) {
            let number = |number: Option<f64>| number.map(|number| number.to_string()).unwrap_or_default();
            let memory = memory.map(|bytes| format!("{:.2} MB", bytes / 1e6)).unwrap_or_default();
            let (name, files, threads, tasks) = (process.name, number(files), number(threads), number(tasks));
            println!("| {minute} | {name} | {memory} | {files} | {threads} | {tasks} |");
        }
        self.taken.push((minute, samples));
    }

    /// Prints how each number grew after the first quarter, which warms up; returns whether none grew beyond its tolerance.
    /// Connections, and their tasks, come and go: what leaks raises the least number, not only the average.
    pub fn judge(&self) -> bool {
        let mut is_flat = true;
        for (process, place) in self.processes.iter().zip(0..) {
            for (index, name) in NAMES.iter().enumerate() {
                let point = |(minute, samples): &(u64, [Sample; 2])| {
                    Some((*minute as f64 / 60.0, samples[place][index]?))
                };
                let all: Vec<(f64, f64)> = self.taken.iter().filter_map(point).collect();
                let quarter = all.len() / 4;
                if quarter == 0 {
                    continue;
                }
                let least =
                    |points: &[(f64, f64)]| points.iter().map(|point| point.1).fold(f64::MAX, f64::min);
                let (before, after) = (least(&all[quarter..2 * quarter]), least(&all[all.len() - quarter..]));
                let allowed = if index == 0 { before * process.growth } else { TOLERANCE };
                let grows = after - before > allowed;
                is_flat &= !grows;
                println!(
                    "{} {name}: at least {before} in the second quarter, {after} in the last; {:+.1} an hour{}",
                    process.name,
                    slope(&all[quarter..]),
                    if grows { " GROWS" } else { "" }
                );
            }
        }
        is_flat
    }
}

fn sample(process: &Process) -> Sample {
    let id = process.id.to_string();
    let memory = status(&id, "VmRSS:").map(|kilobytes| kilobytes * 1_024.0);
    let files = std::fs::read_dir(format!("/proc/{id}/fd")).ok().map(|files| files.count() as f64);
    let tasks = process.tasks.as_ref().and_then(|file| std::fs::read_to_string(file).ok()?.parse().ok());
    [memory, files, status(&id, "Threads:"), tasks]
}
