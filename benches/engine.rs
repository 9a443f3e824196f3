//! Speed of the engine: whole rounds a second with full tallies, on one and two threads.
//!
//! `cargo bench`; one line with `cargo bench -- w1/2`.

use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use nemcon::scenario::Scenario;
use nemcon::simulation::{Control, Plan, run};

/// Rounds of one measurement: whole blocks for two threads.
const ROUNDS: u64 = 16 * 4096;

fn engine(c: &mut Criterion) {
    for (name, file) in [("w1", "benches/w1.toml"), ("nato-2023", "scenarios/nato-2023.toml")] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let mut scenario = Scenario::load(&path).unwrap_or_else(|problem| panic!("{problem}"));
        let plan = Plan::new(scenario.assumptions.remove(0));
        let mut group = c.benchmark_group(name);
        group.throughput(Throughput::Elements(ROUNDS)).sample_size(10).measurement_time(Duration::from_secs(8));
        for threads in [1, 2] {
            group.bench_function(BenchmarkId::from_parameter(threads), |b| {
                b.iter(|| {
                    run(black_box(&plan), 1, 0..ROUNDS, threads, &Control::default(), None).map(|d| d.tally.rounds)
                });
            });
        }
        group.finish();
    }
}

criterion_group!(benches, engine);
criterion_main!(benches);
