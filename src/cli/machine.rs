//! What this machine has room for, as far as it says so. What can be foreseen to be too large is refused before anything
//! is simulated.

use std::path::Path;

use crate::report::grouped;

use super::failure::{Exit, Failure};

/// Whether so many bytes of memory are to be had; `help` says how to need fewer.
///
/// # Errors
/// That there are fewer.
pub fn check_memory(bytes: u64, help: &str) -> Result<(), Failure> {
    let free = memory();
    if bytes <= free {
        return Ok(());
    }
    let what = format!("the counts may take {} of memory, and there is {}", size(bytes), size(free));
    Err(Failure::new(Exit::TooLarge, what, Some(help)))
}

/// Bytes that a thread's stack takes.
const STACK: u64 = 2 << 20;

/// Whether the stacks of so many threads fit what this program may have. Threads that start in the last of it could not
/// say so.
///
/// # Errors
/// That they do not.
pub fn check_threads(threads: usize) -> Result<(), Failure> {
    let (bytes, free) = (STACK * threads as u64, own_limit());
    if bytes <= free {
        return Ok(());
    }
    let what = format!("{threads} threads take {} of memory at least, and there is {}", size(bytes), size(free));
    Err(Failure::new(Exit::TooLarge, what, Some("ask for fewer --threads")))
}

/// Whether so many bytes can be written to the file at `path`.
///
/// # Errors
/// That there is no room for them.
pub fn check_room(path: &Path, bytes: u64) -> Result<(), Failure> {
    let Some(free) = room(path).filter(|&free| free < bytes) else { return Ok(()) };
    let shown = path.display();
    let what = format!("{shown} takes {} at least, and there is room for {}", size(bytes), size(free));
    let help = "log fewer --rounds, write it elsewhere, or as a .parquet file, which is far smaller";
    Err(Failure::new(Exit::TooLarge, what, Some(help)))
}

/// Bytes as people read them.
fn size(bytes: u64) -> String {
    match bytes {
        0..10_000_000 => format!("{} kB", grouped(bytes.div_ceil(1000))),
        10_000_000..10_000_000_000 => format!("{} MB", grouped(bytes / 1_000_000)),
        _ => format!("{} GB", grouped(bytes / 1_000_000_000)),
    }
}

/// Bytes of memory that this program can have: what is free, but no more than it, or the container that it is in, may
/// have.
fn memory() -> u64 {
    let mut system = sysinfo::System::new();
    system.refresh_memory();
    let free = match (system.available_memory(), system.cgroup_limits()) {
        // This system does not say.
        (0, _) => u64::MAX,
        // What the container has used counts files that are only kept at hand.
        (free, Some(limits)) => free.min(limits.total_memory),
        (free, None) => free,
    };
    free.min(own_limit())
}

#[cfg(unix)]
fn own_limit() -> u64 {
    use rustix::process::{Resource, getrlimit};
    [Resource::As, Resource::Data].into_iter().filter_map(|limit| getrlimit(limit).current).min().unwrap_or(u64::MAX)
}

#[cfg(not(unix))]
fn own_limit() -> u64 {
    u64::MAX
}

/// Bytes that there is room for where the file at `path` goes. What a limit on the size of files allows is not in it:
/// that one meets while writing.
#[cfg(unix)]
fn room(path: &Path) -> Option<u64> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let system = rustix::fs::statvfs(folder).ok()?;
    Some(system.f_bavail.saturating_mul(system.f_frsize))
}

#[cfg(not(unix))]
fn room(_: &Path) -> Option<u64> {
    None
}
