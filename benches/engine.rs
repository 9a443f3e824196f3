//! Speed of the engines: whole rounds with full tallies. README.md here says what is measured.
//!
//! `cargo bench`; one line with `cargo bench -- w1/kernel-2`.

use std::fmt::Write as _;
use std::hint::black_box;
use std::num::NonZero;
use std::path::Path;
use std::time::Duration;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use nemcon::analysis::judgements::{POINTS, ROUNDS_PER_POINT};
use nemcon::scenario::{Change, Scenario};
use nemcon::simulation::draws::{RoundDraws, Shock};
use nemcon::simulation::reference::Reference;
use nemcon::simulation::{BLOCK, Comparing, Counting, Execution, Experiment, FlippingVetoes, Plan, Tally, simulate};
use nemcon::study::{self, Handle, Options, RunOptions, UpdateOptions};

#[path = "../tests/it/engine/first_reading.rs"]
mod first_reading;

/// Rounds of one measurement: whole blocks for two threads.
const ROUNDS: u64 = 16 * BLOCK;
const SEED: u64 = 1;

fn load(file: &str) -> Scenario {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    Scenario::load(&path).unwrap_or_else(|problem| panic!("{problem}"))
}

/// The NATO scenario under its first reading, of which docs/performance.md speaks: most rounds end at the first ballot.
fn nato() -> Scenario {
    let mut first = first_reading::of(load("scenarios/nato-2023.toml"));
    first.assumptions.retain(|model| !model.looks_ahead() && model.assumption != "first-reading");
    first
}

fn group<'a>(c: &'a mut Criterion, name: &str, rounds: u64) -> BenchmarkGroup<'a, WallTime> {
    let mut group = c.benchmark_group(name);
    group.throughput(Throughput::Elements(rounds)).sample_size(10).measurement_time(Duration::from_secs(5));
    group
}

/// What a command does once the scenario is read.
fn counts<E: Experiment>(experiment: &E, threads: usize) -> Option<E::Counts> {
    let execution = Execution { threads, ..Execution::new(SEED, 0..ROUNDS) };
    simulate(black_box(experiment), execution).ok().map(|done| done.counts)
}

/// `nemcon run`.
fn kernel(plan: &Plan, threads: usize) -> Option<Tally> {
    counts(&Counting(plan), threads)
}

/// The same rounds by the readable engine, on one thread.
fn reference(plan: &Plan, rounds: u64) -> Tally {
    let mut draws = RoundDraws::new(plan.addresses(), SEED);
    let mut reference = Reference::new(plan);
    let mut tally = Tally::new(&plan.model);
    for number in 0..rounds {
        draws.turn_to(number);
        tally.add(reference.simulate(&mut draws));
    }
    tally
}

/// Nothing but the normal draws of `plan`'s first ballot, block by block.
fn normals(plan: &Plan) -> f32 {
    let mut draws = RoundDraws::new(plan.addresses(), SEED);
    let mut column = vec![0.0; BLOCK as usize];
    let mut sum = 0.0;
    for first in (0..ROUNDS).step_by(column.len()) {
        draws.turn_to(first);
        for (candidate, _) in plan.model.candidate_ids() {
            for (member, _) in plan.model.member_ids() {
                draws.shocks(Shock::Noise { ballot: 1, member, candidate }, &mut column);
                sum += black_box(&column)[0];
            }
        }
    }
    sum
}

fn engines(c: &mut Criterion) {
    for (name, mut scenario) in [("w1", load("benches/w1.toml")), ("nato-2023", nato())] {
        let plan = Plan::new(scenario.assumptions.remove(0));
        let mut group = group(c, name, ROUNDS);
        group.bench_function("kernel-1", |b| b.iter(|| kernel(&plan, 1)));
        group.bench_function("kernel-2", |b| b.iter(|| kernel(&plan, 2)));
        group.bench_function("reference-1", |b| b.iter(|| reference(black_box(&plan), ROUNDS)));
        group.bench_function("normals-1", |b| b.iter(|| normals(black_box(&plan))));
        group.finish();
    }
}

/// Several worlds on the same draws against one.
fn worlds(c: &mut Criterion) {
    for (name, scenario) in [("worlds/nato-2023", nato()), ("worlds/council", load("benches/council.toml"))] {
        let plans: Vec<Plan> = scenario.assumptions.into_iter().map(Plan::new).collect();
        let mut group = group(c, name, ROUNDS);
        group.bench_function("run", |b| b.iter(|| kernel(&plans[0], 1)));
        group.bench_function("influence", |b| {
            b.iter(|| counts(&FlippingVetoes(&plans[0]), 1));
        });
        if plans.len() > 1 {
            group.bench_function("compare", |b| {
                b.iter(|| counts(&Comparing(&plans), 1));
            });
            group.bench_function("runs", |b| b.iter(|| plans.iter().map(|plan| kernel(plan, 1)).collect::<Vec<_>>()));
        }
        group.finish();
    }
}

/// One ballot by consensus in bodies of all sizes: a third of the members can veto.
fn sizes(c: &mut Criterion) {
    for (members, candidates) in [(15, 4), (32, 6), (64, 8), (193, 12), (256, 64)] {
        let mut text = String::from("title = \"size\"\n");
        for m in 0..members {
            writeln!(text, "[[member]]\nid = \"m{m}\"\n[support.m{m}]").unwrap_or_default();
            for candidate in 0..candidates {
                writeln!(text, "c{candidate} = {}", f64::from((m * 7 + candidate * 5) % 9) / 4.0).unwrap_or_default();
            }
        }
        (0..candidates).for_each(|c| writeln!(text, "[[candidate]]\nid = \"c{c}\"").unwrap_or_default());
        text += "[veto]\n";
        (0..members).step_by(3).for_each(|m| writeln!(text, "m{m} = \"absolute\"").unwrap_or_default());
        let mut scenario = Scenario::from_text("size.toml", &text, None).unwrap_or_else(|problem| panic!("{problem}"));
        let plan = Plan::new(scenario.assumptions.remove(0));
        let mut group = group(c, "sizes", ROUNDS);
        group.bench_function(format!("{members}x{candidates}"), |b| b.iter(|| kernel(&plan, 1)));
        group.finish();
    }
}

/// Judgements at 256 points of 1000 rounds against one run of as many rounds.
fn judgements(c: &mut Criterion) {
    let scenario = load("scenarios/nato-2023.toml");
    let rounds = POINTS * ROUNDS_PER_POINT;
    let answer = |rounds: u64, judgements: u64| {
        let simulation = Options { rounds: Some(rounds), threads: NonZero::new(2), ..Options::default() };
        let options = RunOptions { judgements: Some(judgements), simulation, ..RunOptions::default() };
        study::run(black_box(&scenario), &options, &Handle::default()).unwrap_or_else(|problem| panic!("{problem}"))
    };
    let mut group = group(c, "judgements", rounds);
    group.bench_function("points", |b| b.iter(|| answer(1, POINTS)));
    group.bench_function("run", |b| b.iter(|| answer(rounds, 0)));
    group.finish();
}

/// Six polls of un-2016 conditioned on, with 20 replicates on two threads: members alike in mood, and with moods of their own, which
/// takes moves of what candidates share.
fn polls(c: &mut Criterion) {
    for (name, moods, particles) in [("plain", None, 3_000), ("moods", Some("preferences.member_sd=0.5"), 20_000)] {
        let changes: Vec<Change> = moods.iter().filter_map(|change| change.parse().ok()).collect();
        let scenario = load("scenarios/un-2016.toml").with_changes("--set", changes);
        let scenario = scenario.unwrap_or_else(|problems| panic!("{problems:?}"));
        let options = UpdateOptions {
            assumption: Some("later-polls".to_owned()),
            polls: Some(scenario.polls.iter().map(|poll| poll.name.clone()).collect()),
            replicates: Some(20),
            particles: Some(particles),
            judgements: Some(0),
            simulation: Options { threads: NonZero::new(2), ..Options::default() },
        };
        let mut group = group(c, "polls", 20 * particles as u64);
        group.bench_function(name, |b| {
            b.iter(|| {
                let updates = study::update(black_box(&scenario), &options, &Handle::default());
                updates.unwrap_or_else(|problem| panic!("{problem}"))
            });
        });
        group.finish();
    }
}

criterion_group!(benches, engines, worlds, judgements, polls, sizes);
criterion_main!(benches);
