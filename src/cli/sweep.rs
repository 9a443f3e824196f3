//! `nemcon sweep`.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;

use nemcon::analysis::sensitivity::Sensitivity;
use nemcon::analysis::sweep::{self, Design, DesignError, MAX_SOBOL, Point, Sweep as Results, TOGETHER, Varied};
use nemcon::model::Model;
use nemcon::report::sweep::SweepReport;
use nemcon::report::{csv, json};
use nemcon::scenario::STATED;
use nemcon::simulation::{Control, Plan, RunError};

use super::failure::{Exit, Failure};
use super::job::{Extent, Job, OwnOptions};
use super::points::{self, ASSUMPTION};
use super::simulate::{Format, Options, Precision};
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
      --vary preferences.uncertainty=0.5..1.5 --vary dynamics.concession=0..0.3 --out results")]
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
    /// Simulates and reports.
    pub fn execute(&self) -> Outcome {
        let job = Job::load("sweep", &self.scenario, &self.options, self.precision.precision)?;
        let base = scenario::assumption(&job.scenario, self.assumption.as_deref())?;
        self.check_paths()?;
        let design = self.sample.unwrap_or(Design::Grid);
        let points = design.points(&self.vary, job.seed).map_err(|error| too_much(&error))?;
        points::check(&job.scenario, base, &self.vary, &points, job.control())?;
        let is_sobol = matches!(design, Design::Sobol(_));
        let names: &[&str] =
            if is_sobol { &["sweep.csv", "sensitivity.csv", "run.json"] } else { &["sweep.csv", "run.json"] };
        let outputs = job.open(names, None)?;
        let start = Instant::now();
        let failure = |error: RunError| outputs.failure(&error);
        let results = job.watched(|control| self.simulate(&job, base, &points, control, failure))?;
        let elapsed = start.elapsed().as_secs_f64();
        let sensitivity = is_sobol.then(|| Sensitivity::new(&results)).flatten();
        let rounds = results.rounds();
        // Points that were not begun would have had at least as many.
        let missing = (results.asked - results.points.len()) as u64 * job.length.rounds;
        let asked = results.points.iter().map(|point| point.asked).sum::<u64>() + missing;
        let extent = Extent { rounds, asked };
        let files = || {
            let record = job.record(&self.assumptions(&job, base), extent, elapsed, self.own_options());
            let mut files = vec![csv::sweep(&results)?];
            if is_sobol {
                files.push(csv::sensitivity(&results, sensitivity.as_ref())?);
            }
            files.push(record.to_bytes()?);
            Ok(files)
        };
        let shown = || match self.options.format {
            Format::Table => Ok(self.table(&job, base, design, &results, sensitivity.as_ref()).into_bytes()),
            Format::Csv => csv::sweep(&results),
            Format::Json => json::sweep(&results, sensitivity.as_ref()),
        };
        job.finish(outputs, extent, files, shown)
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

    /// Simulates the points, some at a time, until there are no more or someone wants to stop.
    fn simulate(
        &self,
        job: &Job<'_>,
        base: &Model,
        points: &[Vec<String>],
        control: &Control,
        failure: impl Fn(RunError) -> Failure,
    ) -> Result<Results, Failure> {
        let settings: Vec<String> = self.paths().into_iter().map(str::to_owned).collect();
        let mut results = Results::new(settings, base, points.len());
        job.goal.expect(points.len() as u64 * job.length.rounds);
        for some in points.chunks(TOGETHER) {
            if control.stopped() {
                break;
            }
            let plan = |(number, values): (usize, &Vec<String>)| {
                points::model(&job.scenario, base, &self.paths(), results.points.len() + number, values).map(Plan::new)
            };
            let plans = some.iter().enumerate().map(plan).collect::<Result<_, _>>()?;
            let simulate = |plans: &[Plan], rounds| {
                job.goal.turn_to(plans.len(), control);
                nemcon::simulation::compare(plans, 0, job.seed, rounds, job.threads, control)
            };
            let known = results.points.len();
            let before: u64 = results.points.iter().map(|point| point.asked).sum();
            let expect = |rounds: u64| {
                let each = (before + rounds) as f64 / (known + some.len()) as f64;
                job.goal.expect((each * points.len() as f64) as u64);
            };
            let counted = sweep::simulate(plans, &job.length, simulate, expect).map_err(&failure)?;
            let stopped = counted.iter().any(|(tally, asked)| tally.rounds < *asked);
            let counted = some.iter().zip(&counted).filter(|(_, (tally, _))| tally.rounds > 0);
            results.points.extend(counted.map(|(values, (tally, asked))| Point::new(values.clone(), tally, *asked)));
            if stopped {
                break;
            }
        }
        Ok(results)
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
            vary: Some(self.vary.iter().map(|vary| vary.written.clone()).collect()),
            sample: self.sample.map(written),
            ..OwnOptions::default()
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
