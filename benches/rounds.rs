//! Speed of writing the log of rounds, without simulating any. README.md here says what is measured.

use std::hint::black_box;
use std::io;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use nemcon::report::csv;
#[cfg(feature = "parquet")]
use nemcon::report::parquet::RoundsWriter;
use nemcon::report::rows::RoundRow;

/// Rows of one measurement: two row groups.
const ROWS: u64 = 2 << 20;
/// Rows written at a time, as after a block of rounds.
const BLOCK: u64 = 4096;
const OUTCOMES: [&str; 10] = [
    "wallace",
    "kallas",
    "von-der-leyen",
    "caputova",
    "grabar-kitarovic",
    "frederiksen",
    "rutte",
    "stoltenberg",
    "freeland",
    "no-consensus",
];

/// Rows as those of nato-2023 are: ten outcomes, most rounds short, few vetoes.
fn rows(block: u64) -> impl Iterator<Item = RoundRow<'static>> {
    (block * BLOCK..(block + 1) * BLOCK).map(|round| {
        let chance = round.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
        RoundRow {
            round,
            assumption: "stated",
            outcome: OUTCOMES[chance as usize % OUTCOMES.len()],
            stage: if chance % 17 == 0 { "extension" } else { "consultations" },
            ballots: (chance >> 8) as u32 % 7 * ((chance >> 12) as u32 % 2) + 1,
            vetoes: (chance >> 16) as u32 % 12,
        }
    })
}

fn logs(c: &mut Criterion) {
    let mut group = c.benchmark_group("rounds");
    group.throughput(Throughput::Elements(ROWS)).sample_size(10).measurement_time(Duration::from_secs(5));
    #[cfg(feature = "parquet")]
    group.bench_function("parquet", |b| {
        b.iter(|| {
            let mut writer = RoundsWriter::new(io::sink())?;
            for block in 0..ROWS / BLOCK {
                writer.write(black_box(rows(block)))?;
            }
            writer.finish()
        });
    });
    group.bench_function("csv", |b| {
        b.iter(|| -> io::Result<usize> {
            (0..ROWS / BLOCK).map(|block| csv::rounds(black_box(rows(block))).map(|bytes| bytes.len())).sum()
        });
    });
    group.finish();
}

criterion_group!(benches, logs);
criterion_main!(benches);
