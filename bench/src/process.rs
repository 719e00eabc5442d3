//! What a process tree has used, from `/proc`.

use std::{collections::HashMap, fs, io, time::Duration};

/// Clock ticks a second in `/proc/<pid>/stat`; Linux has had this value for every architecture since 2.6.
const TICKS: u32 = 100;

/// Memory page in bytes, on every machine that this tool measures on.
const PAGE: u64 = 4096;

/// Processor time of these processes, their descendants, and what their ended children have used.
///
/// # Errors
/// If one of the processes is gone.
pub(crate) fn cpu_time(roots: &[u32]) -> io::Result<Duration> {
    let all = snapshot();
    let mut ticks = 0;
    let mut pending = roots.to_vec();
    while let Some(pid) = pending.pop() {
        let process = all.get(&pid).ok_or_else(|| io::Error::other(format!("process {pid} is gone")))?;
        ticks += process.ticks;
        pending.extend(all.iter().filter(|(_, child)| child.parent == pid).map(|(child, _)| *child));
    }
    Ok(Duration::from_secs(ticks) / TICKS)
}

/// Resident memory of one process, in bytes.
///
/// # Errors
/// If the process is gone.
pub(crate) fn resident(pid: u32) -> io::Result<u64> {
    let statm = fs::read_to_string(format!("/proc/{pid}/statm"))?;
    let pages: Option<u64> = statm.split(' ').nth(1).and_then(|pages| pages.parse().ok());
    Ok(pages.ok_or(io::ErrorKind::InvalidData)? * PAGE)
}

struct Process {
    parent: u32,
    ticks: u64,
}

fn snapshot() -> HashMap<u32, Process> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            let pid: u32 = entry.file_name().to_str()?.parse().ok()?;
            let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
            // The second field is the name in parentheses, which may hold anything.
            let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
            let number = |index: usize| fields.get(index)?.parse::<u64>().ok();
            let ticks = number(11)? + number(12)? + number(13)? + number(14)?;
            Some((pid, Process { parent: u32::try_from(number(1)?).ok()?, ticks }))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn the_work_of_children_counts() {
        let me = std::process::id();
        let before = cpu_time(&[me]).unwrap();
        let status =
            Command::new("sh").args(["-c", "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done"]).status();
        assert!(status.unwrap().success());
        assert!(cpu_time(&[me]).unwrap() - before >= Duration::from_millis(50));
    }

    #[test]
    fn memory_in_use_is_resident() {
        let before = resident(std::process::id()).unwrap();
        let block = std::hint::black_box(vec![1_u8; 64 << 20]);
        let grown = resident(std::process::id()).unwrap() - before;
        assert!(grown > 60 << 20, "{} bytes grew memory by {grown}", block.len());
    }

    #[test]
    fn a_process_that_is_gone_is_an_error() {
        assert!(cpu_time(&[u32::MAX]).is_err());
        assert!(resident(u32::MAX).is_err());
    }
}
