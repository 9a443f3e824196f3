//! The one way in which rounds are simulated and counted, whatever the experiment.

use std::sync::atomic::{AtomicU64, Ordering};

use super::experiment::{Control, Counts, Done, Execution, Experiment, RunError, Worker};
use super::portions::{GRAIN, Portions, longest_portion};
use super::round_log::{Leaving, OrderedLog};

/// Simulates and counts rounds of an experiment.
///
/// The counts depend on experiment, seed and rounds alone. Rounds are dealt out in portions in their order, and a
/// portion once begun is finished, so after a stop the rounds simulated are the first of the range.
///
/// # Errors
/// [`RunError`] if threads cannot be started or the log cannot be written.
pub fn simulate<E: Experiment>(experiment: &E, execution: Execution<'_>) -> Result<Done<E::Counts>, RunError> {
    let Execution { seed, rounds, threads, control, log } = execution;
    let wanted = rounds.end.saturating_sub(rounds.start);
    let threads = Threads::start(threads, wanted.div_ceil(GRAIN as u64))?;
    let unwatched = Control::default();
    let dealing = Dealing {
        portions: Portions::new(rounds, longest_portion(experiment.plans()), threads.count()),
        next: AtomicU64::new(0),
        control: control.unwrap_or(&unwatched),
        log: log.map(OrderedLog::new),
    };
    let workers = threads.each(|| dealing.work(|| experiment.worker(seed)));
    if let Some(error) = dealing.log.and_then(OrderedLog::failure) {
        return Err(RunError::Log(error));
    }
    let mut counts = experiment.nothing();
    workers.into_iter().for_each(|worker| counts.merge(&worker.finish()));
    Ok(Done { partial: counts.rounds() < wanted, counts })
}

/// Does pieces of work that are numbered from 0, each on one thread, and returns what they give in their order: all, or
/// the first of them if the control says stop. A piece once begun is finished; it also says how many rounds it took.
///
/// # Errors
/// That threads cannot be started.
pub fn in_turn<T: Send>(
    pieces: u64,
    threads: usize,
    control: &Control,
    work: impl Fn(u64) -> (T, u64) + Sync,
) -> Result<Vec<T>, RunError> {
    let next = AtomicU64::new(0);
    let done = Threads::start(threads, pieces)?.each(|| {
        let mut done = Vec::new();
        while !control.stopped() {
            let piece = next.fetch_add(1, Ordering::Relaxed);
            if piece >= pieces {
                break;
            }
            let (given, rounds) = work(piece);
            control.add(rounds);
            done.push((piece, given));
        }
        done
    });
    let mut done: Vec<_> = done.into_iter().flatten().collect();
    done.sort_by_key(|(piece, _)| *piece);
    Ok(done.into_iter().map(|(_, given)| given).collect())
}

/// Portions dealt out to workers that share nothing else.
struct Dealing<'a, 'b> {
    portions: Portions,
    /// The portion to be dealt out next.
    next: AtomicU64,
    control: &'a Control,
    log: Option<OrderedLog<'b>>,
}

impl Dealing<'_, '_> {
    /// Lets a worker take portions in their order until there are none left or the control says stop.
    fn work<W: Worker>(&self, worker: impl FnOnce() -> W) -> W {
        let _leaving = self.log.as_ref().map(Leaving);
        let mut worker = worker();
        let mut rows = Vec::new();
        while !self.control.stopped() {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(portion) = self.portions.get(index) else { break };
            rows.clear();
            let rounds = portion.end - portion.start;
            worker.simulate(portion, self.log.is_some().then_some(&mut rows));
            self.control.add(rounds);
            if self.log.as_ref().is_some_and(|log| !log.take(index, &rows)) {
                break;
            }
        }
        worker
    }
}

/// Most threads of a run: more than any machine has, and few enough to be started.
pub const MAX_THREADS: usize = 1024;

/// The threads of one run: the only place that knows whether there can be any.
enum Threads {
    /// The caller's alone.
    Caller,
    #[cfg(not(target_family = "wasm"))]
    Pool(rayon::ThreadPool),
}

impl Threads {
    /// So many threads, or as many as the machine has if 0, but no more than have work: at most so many portions.
    fn start(threads: usize, portions: u64) -> Result<Self, RunError> {
        let most = usize::try_from(portions).unwrap_or(usize::MAX).clamp(1, MAX_THREADS);
        match threads.min(most) {
            #[cfg(not(target_family = "wasm"))]
            threads @ (0 | 2..) => {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
                pool.map(Self::Pool).map_err(|error| RunError::Threads { threads, reason: error.to_string() })
            }
            _ => Ok(Self::Caller),
        }
    }

    fn count(&self) -> usize {
        match self {
            Self::Caller => 1,
            #[cfg(not(target_family = "wasm"))]
            Self::Pool(pool) => pool.current_num_threads(),
        }
    }

    /// Does the same on each.
    fn each<T: Send>(&self, work: impl Fn() -> T + Sync) -> Vec<T> {
        match self {
            Self::Caller => vec![work()],
            #[cfg(not(target_family = "wasm"))]
            Self::Pool(pool) => pool.broadcast(|_| work()),
        }
    }
}
