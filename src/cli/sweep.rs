//! `nemcon sweep`.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;

use crate::analysis::sensitivity::Sensitivity;
use crate::analysis::sweep::{self, Design, DesignError, MAX_SOBOL, Point, Sweep as Results, TOGETHER, Varied};
use crate::model::Model;
use crate::report::json::RunRecord;
use crate::report::results::Asked;
use crate::report::sweep::SweepReport;
use crate::report::{csv, json};
use crate::scenario::STATED;
use crate::simulation::{self, Comparing, Plan, RunError};

use super::checkpoint::{Checkpoint, Saving};
use super::failure::{Exit, Failure};
use super::job::{Extent, Job, Outputs, OwnOptions};
use super::points::{self, ASSUMPTION};
use super::simulate::{Format, Options, Precision};
use super::swept::{Swept, Whole};
use super::{Outcome, console, numbers, scenario};

/// Vary settings over a grid or a sample: how often each outcome at each point, and which settings matter.
///
/// A setting is named by its path, as in the `set` of an [[assumption]]; `assumption` varies the assumption. Every point meets
/// the same draws, so that a difference between two points is due to the settings alone.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nemcon sweep scenarios/nato-2023.toml --vary preferences.uncertainty=0.5:1.5:0.25
  nemcon sweep scenarios/nato-2023.toml --vary assumption=stated,every-ally --vary dynamics.momentum=0,0.5,1
  nemcon sweep scenarios/nato-2023.toml --sample sobol:256 --rounds 20000 \\
      --vary preferences.uncertainty=0.5..1.5 --vary dynamics.concession=0..0.3 --out results
  nemcon sweep scenarios/nato-2023.toml --vary dynamics.momentum=0:1:0.01 --rounds 1e8 --checkpoint nato.json")]
pub struct Sweep {
    /// The scenario file
    scenario: PathBuf,

    /// A setting and its values: a,b,c or from:to:step or, for --sample, lo..hi. Several give every combination
    #[arg(long, value_name = "PATH=VALUES", required = true)]
    vary: Vec<Varied>,

    /// Instead of every combination, a sample: sobol:N for sensitivity indices (N times two more points than settings), or
    /// lhs:N, a Latin hypercube of N points
    #[arg(long, value_name = "DESIGN:N", value_parser = design)]
    sample: Option<Design>,

    /// The assumption about who can veto; otherwise `stated`, the scenario's own
    #[arg(long, value_name = "NAME")]
    assumption: Option<String>,

    #[command(flatten)]
    precision: Precision,

    #[command(flatten)]
    options: Options,

    #[command(flatten)]
    saving: Saving,
}

/// Reads `sobol:256` or `lhs:100`.
fn design(text: &str) -> Result<Design, String> {
    let (name, size) = text.split_once(':').ok_or("expected sobol:N or lhs:N, such as sobol:256")?;
    // More points than there can be are refused when it is known how many settings there are.
    let size = numbers::many(size)?;
    match name {
        "sobol" if size > MAX_SOBOL => Err(format!("a Sobol' sample can have at most {MAX_SOBOL} rows")),
        "sobol" if size < 2 => Err("a Sobol' sample needs at least 2 rows".to_owned()),
        "sobol" => Ok(Design::Sobol(size)),
        "lhs" if size < 1 => Err("a Latin hypercube needs at least 1 point".to_owned()),
        "lhs" => Ok(Design::Latin(size)),
        _ => Err(format!("there is no design `{name}`: expected sobol:N or lhs:N")),
    }
}

impl Sweep {
    /// The sweep that files were asked `of`.
    ///
    /// # Errors
    /// That no sweep can be.
    pub fn of(scenario: PathBuf, of: &Asked, options: Options, saving: Saving) -> Result<Self, Failure> {
        let cannot = |why: String| Failure::new(Exit::Scenario, format!("the files cannot be merged: {why}"), None);
        let vary = of.vary.iter().map(|written| written.parse::<Varied>().map_err(|error| cannot(error.to_string())));
        Ok(Self {
            scenario,
            vary: vary.collect::<Result<_, _>>()?,
            sample: of.sample.as_deref().map(design).transpose().map_err(cannot)?,
            assumption: of.assumptions.first().filter(|name| *name != STATED).cloned(),
            precision: Precision { precision: of.precision },
            options,
            saving,
        })
    }

    /// Simulates and reports.
    pub fn execute(&self) -> Outcome {
        let job = Job::load("sweep", &self.scenario, &self.options, self.precision.precision)?;
        let base = scenario::assumption(&job.scenario, self.assumption.as_deref())?;
        self.check_paths()?;
        let design = self.sample.unwrap_or(Design::Grid);
        let points = design.points(&self.vary, job.seed).map_err(|error| too_much(&error))?;
        if self.saving.merged.is_none() {
            points::check(&job.scenario, base, &self.vary, &points, job.control())?;
        }
        let is_sobol = matches!(design, Design::Sobol(_));
        let sensitivity = is_sobol.then_some(csv::SENSITIVITY.name);
        let names: Vec<_> = [csv::SWEEP.name].into_iter().chain(sensitivity).chain([RunRecord::NAME]).collect();
        let outputs = job.open(&names, None)?;
        let sample = self.sample.map(written);
        let of = Asked { vary: self.written(), sample, shard: self.saving.share(), ..job.asked(&[base]) };
        let whole = Whole { of, points: &points, outcomes: base.candidates.len() + 1 };
        let swept = self.count(&job, base, &whole, &outputs)?;
        if let Some(shard) = self.saving.shard {
            return shard.finish_points(&swept.rounds, whole.all(), self.saving.path());
        }
        let settings: Vec<String> = self.paths().into_iter().map(str::to_owned).collect();
        let results = Results { points: swept.counts, ..Results::new(settings, base, points.len()) };
        let sensitivity = is_sobol.then(|| Sensitivity::new(&results)).flatten();
        let rounds = results.rounds();
        // Points that were not begun would have had at least as many.
        let missing = (results.asked - results.points.len()) as u64 * job.length.rounds;
        let asked = results.points.iter().map(|point| point.asked).sum::<u64>() + missing;
        let extent = Extent { rounds, asked };
        let files = || {
            let record = job.record(&self.assumptions(&job, base), extent, swept.elapsed_seconds, self.own_options());
            let mut files = vec![csv::SWEEP.file(&results)?, record.file()?];
            if is_sobol {
                files.push(csv::SENSITIVITY.file(&sensitivity)?);
            }
            Ok(files)
        };
        let shown = || match self.options.format {
            Format::Table => Ok(self.table(&job, base, design, &results, sensitivity.as_ref()).into_bytes()),
            Format::Csv => csv::SWEEP.bytes(&results),
            Format::Json => json::sweep(&results, sensitivity.as_ref()),
        };
        job.finish(outputs, extent, files, shown)
    }

    /// The settings and their values, as given.
    fn written(&self) -> Vec<String> {
        self.vary.iter().map(|vary| vary.written.clone()).collect()
    }

    fn paths(&self) -> Vec<&str> {
        self.vary.iter().map(|setting| setting.path.as_str()).collect()
    }

    fn check_paths(&self) -> Result<(), Failure> {
        let paths = self.paths();
        for (i, path) in paths.iter().enumerate() {
            if paths[..i].contains(path) {
                let help = "name each setting once, with all of its values";
                return Err(Failure::new(Exit::Usage, format!("`{path}` is varied twice"), Some(help)));
            }
        }
        if paths.contains(&ASSUMPTION) && self.assumption.is_some() {
            let what = "--assumption and --vary assumption=… exclude each other";
            return Err(Failure::new(Exit::Usage, what, Some("name all assumptions in --vary")));
        }
        Ok(())
    }

    /// Simulates the points of the `whole` or, with a checkpoint, those that it does not have yet.
    fn count(&self, job: &Job<'_>, base: &Model, whole: &Whole<'_>, outputs: &Outputs<'_>) -> Result<Swept, Failure> {
        if let Some(files) = &self.saving.merged {
            return whole.add_up(files);
        }
        let mut saved = whole.open(&self.saving, job.opening(), outputs.out.as_ref())?;
        let mut swept = saved.as_ref().map_or_else(|| whole.nothing(0), |saved| saved.points().clone());
        let missing = saved.as_ref().map_or(whole.all(), Checkpoint::missing);
        let todo = swept.rounds.end as usize..(swept.rounds.end + missing) as usize;
        let failure = |error: RunError| outputs.failure(&error);
        job.watched(|_| self.simulate(job, base, &whole.points[todo], &mut swept, saved.as_mut(), failure))?;
        if let Some(saved) = saved {
            saved.save(None)?;
            saved.close(self.options.quiet);
        }
        Ok(swept)
    }

    /// Simulates these points, the next of those `swept`, some at a time, until there are no more or someone wants to stop.
    /// Those that are done are also `saved`.
    fn simulate(
        &self,
        job: &Job<'_>,
        base: &Model,
        points: &[Vec<String>],
        swept: &mut Swept,
        mut saved: Option<&mut Checkpoint<'_, Vec<Point>>>,
        failure: impl Fn(RunError) -> Failure,
    ) -> Result<(), Failure> {
        let (control, begun) = (job.control(), swept.counts.len());
        job.goal.announce(points.len() as u64 * job.length.rounds);
        for some in points.chunks(TOGETHER) {
            if control.stopped() {
                break;
            }
            let start = Instant::now();
            let first = swept.rounds.end as usize;
            let plan = |(number, values): (usize, &Vec<String>)| {
                points::model(&job.scenario, base, &self.paths(), first + number, values).map(Plan::new)
            };
            let plans = some.iter().enumerate().map(plan).collect::<Result<_, _>>()?;
            let simulate = |plans: &[Plan], rounds| {
                job.goal.turn_to(plans.len(), control);
                simulation::simulate(&Comparing(plans), job.execution(rounds, control, None))
            };
            let known = swept.counts.len() - begun;
            let before: u64 = swept.counts[begun..].iter().map(|point| point.asked).sum();
            let expect = |rounds: u64| {
                let each = (before + rounds) as f64 / (known + some.len()) as f64;
                job.goal.announce((each * points.len() as f64) as u64);
            };
            let counted = sweep::simulate(plans, &job.length, simulate, expect).map_err(&failure)?;
            let counted = some.iter().zip(&counted).filter(|(_, (tally, _))| tally.rounds > 0);
            let counted = counted.map(|(values, (tally, asked))| Point::new(values.clone(), tally, *asked));
            let counted: Vec<Point> = counted.collect();
            let done = counted.iter().take_while(|point| point.rounds == point.asked).count();
            let took = start.elapsed();
            if let Some(saved) = &mut saved {
                saved.add(&counted[..done], took)?;
            }
            swept.rounds.end += done as u64;
            swept.elapsed_seconds += took.as_secs_f64();
            swept.counts.extend(counted);
            if done < some.len() {
                break;
            }
        }
        Ok(())
    }

    /// The assumptions that are simulated.
    fn assumptions<'j>(&self, job: &'j Job<'_>, base: &'j Model) -> Vec<&'j Model> {
        match points::assumptions(&self.vary) {
            [] => vec![base],
            names => names.iter().filter_map(|name| job.scenario.assumption(name)).collect(),
        }
    }

    fn own_options(&self) -> OwnOptions {
        OwnOptions {
            assumption: self.assumption.clone(),
            vary: Some(self.written()),
            sample: self.sample.map(written),
            ..self.saving.own_options()
        }
    }

    fn table(
        &self,
        job: &Job<'_>,
        base: &Model,
        design: Design,
        results: &Results,
        sensitivity: Option<&Sensitivity>,
    ) -> String {
        let precision = self.precision.precision.map(|precision| precision.to_string());
        let sample = self.sample.map(written);
        let mut own: Vec<(&str, &str)> = self.vary.iter().map(|vary| ("--vary", vary.written.as_str())).collect();
        own.extend(sample.iter().map(|sample| ("--sample", sample.as_str())));
        if base.assumption != STATED {
            own.push(("--assumption", &base.assumption));
        }
        own.extend(precision.iter().map(|precision| ("--precision", precision.as_str())));
        let report = SweepReport {
            title: &job.scenario.title,
            model: Some(base).filter(|_| points::assumptions(&self.vary).is_empty()),
            varied: &self.vary,
            design,
            sweep: results,
            sensitivity,
            length: job.length,
            seed: job.seed,
            repeat: &job.repeat(job.length.rounds, &own),
        };
        report.render(console::look())
    }
}

/// A design as it is written.
fn written(design: Design) -> String {
    match design {
        Design::Grid => "grid".to_owned(),
        Design::Latin(points) => format!("lhs:{points}"),
        Design::Sobol(rows) => format!("sobol:{rows}"),
    }
}

fn too_much(error: &DesignError) -> Failure {
    let help = match error {
        DesignError::Range(_) => "give values like a,b,c or from:to:step, or choose points by --sample",
        DesignError::TooMany { .. } => "take fewer or larger steps, fewer settings, or --sample",
        DesignError::Settings => "vary fewer settings",
    };
    Failure::new(Exit::Usage, error.to_string(), Some(help))
}
