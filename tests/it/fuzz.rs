//! The fuzz targets on a stable compiler: their seeds, changed at random without looking at what that reaches. With a
//! nightly compiler `cargo fuzz` does better; see CONTRIBUTING.md.

#[path = "../../fuzz/targets.rs"]
mod targets;

use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rand::rngs::ChaCha8Rng;
use rand::seq::IndexedRandom;
use rand::{Rng, RngExt, SeedableRng};
use targets::{TARGETS, Target};

/// What numbers, texts and structure are often tripped over by.
const WORDS: [&str; 40] = [
    "0",
    "-1",
    "1e308",
    "1e-320",
    "18446744073709551615",
    "9223372036854775808",
    "-0.0",
    "nan",
    "inf",
    "1_0",
    "0.1",
    "2/3",
    "\"\"",
    "\"",
    "'",
    "'''",
    "\"\"\"",
    "[",
    "]",
    "{",
    "}",
    "[[",
    "]]",
    "=",
    ",",
    ";",
    "\n",
    "\r\n",
    "\t",
    "#",
    "\u{feff}",
    "\u{2212}",
    "\u{a0}",
    "\u{202e}",
    "\u{1b}[31m",
    "\0",
    "all",
    "A",
    "default",
    "null",
];

/// Some seed, changed in some places.
fn mutated(seeds: &[Vec<u8>], random: &mut impl Rng) -> Vec<u8> {
    let mut bytes = seeds.choose(random).cloned().unwrap_or_default();
    for _ in 0..random.random_range(1..=6) {
        let at = random.random_range(0..=bytes.len());
        let end = (at + random.random_range(0..=24)).min(bytes.len());
        match random.random_range(0..8) {
            0 if at < bytes.len() => bytes[at] ^= 1 << random.random_range(0..8),
            1 if at < bytes.len() => bytes[at] = random.random(),
            2 => drop(bytes.drain(at..end)),
            3 => {
                let part = bytes[at..end].to_vec();
                let to = random.random_range(0..=bytes.len());
                drop(bytes.splice(to..to, part));
            }
            4 => {
                // A number in place of another, or a word anywhere.
                let word = WORDS.choose(random).copied().unwrap_or_default();
                let digits = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
                drop(bytes.splice(at..at + digits, word.bytes()));
            }
            5 => {
                let other = seeds.choose(random).cloned().unwrap_or_default();
                let from = random.random_range(0..=other.len());
                let until = (from + random.random_range(0..=200)).min(other.len());
                drop(bytes.splice(at..end, other[from..until].iter().copied()));
            }
            6 => {
                // A whole line goes, or comes twice.
                let begin = bytes[..at].iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
                let end = bytes[at..].iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |it| at + it + 1);
                let line = if random.random() { Vec::new() } else { [&bytes[begin..end], &bytes[begin..end]].concat() };
                drop(bytes.splice(begin..end, line));
            }
            _ => {
                let word = WORDS.choose(random).copied().unwrap_or_default();
                drop(bytes.splice(at..at, word.bytes()));
            }
        }
    }
    bytes
}

/// Keeps an input of a target as a file; where.
fn kept(target: &Target, what: &str, input: &[u8]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-{}-{what}", target.name));
    std::fs::write(&path, input).unwrap();
    path
}

/// Runs a target on its seeds and on what becomes of them, so many times or for so long; how often, how long it took at
/// most, and for which input.
fn run(target: &Target, enough: impl Fn(u64) -> bool) -> (u64, Duration, Vec<u8>) {
    let seeds = (target.seeds)();
    let mut random = ChaCha8Rng::seed_from_u64(target.name.bytes().map(u64::from).sum());
    let (mut executions, mut longest, mut slowest) = (0, Duration::ZERO, Vec::new());
    let mut inputs = seeds.iter().cloned();
    while !enough(executions) {
        let input = inputs.next().unwrap_or_else(|| mutated(&seeds, &mut random));
        let start = Instant::now();
        if catch_unwind(|| (target.run)(&input)).is_err() {
            panic!("{} fails on the bytes in {}", target.name, kept(target, "failing", &input).display());
        }
        if start.elapsed() > longest {
            (longest, slowest) = (start.elapsed(), input);
        }
        executions += 1;
    }
    (executions, longest, slowest)
}

#[test]
fn targets_take_their_seeds_and_some_changes() {
    for target in &TARGETS {
        assert_eq!(run(target, |executions| executions >= 60).0, 60);
    }
}

/// A minute each, or as many seconds as NEMCON_FUZZ_SECONDS says; then it is said how many executions there were.
#[test]
#[ignore = "takes a minute a target"]
fn targets_hold_for_a_minute() {
    let seconds = std::env::var("NEMCON_FUZZ_SECONDS").map_or(60, |text| text.parse().unwrap());
    std::thread::scope(|scope| {
        for target in &TARGETS {
            scope.spawn(move || {
                let start = Instant::now();
                let (executions, longest, input) = run(target, |_| start.elapsed() >= Duration::from_secs(seconds));
                let path = kept(target, "slowest", &input);
                println!("{}: {executions} executions, the longest {longest:?}: {}", target.name, path.display());
                assert!(executions > 0);
            });
        }
    });
}
