//! What settings do.

use std::io;

use super::Findings;
use super::call::Call;
use crate::analysis::precision::Length;
use crate::analysis::sweep::{Design, Varied};
use crate::model::Model;
use crate::report::json::{self, FileRecord};
use crate::report::page::Piece;
use crate::report::sweep::SweepReport;
use crate::report::text::Look;
use crate::report::{File, Grid, Origin, csv};
use crate::scenario::STATED;
use crate::study::{Answer, Extent, SweepFigures, SweepOptions, SweepQuestion};

/// What `sweep` found.
#[derive(Debug)]
pub struct SweepFindings {
    call: Call,
    origin: Origin,
    models: Vec<Model>,
    /// Unless assumptions are varied.
    base: Option<Model>,
    answer: Answer<SweepFigures>,
    vary: Vec<Varied>,
    design: Design,
    /// Outcomes that the text tells of; none for all.
    outcomes: Vec<String>,
}

impl SweepFindings {
    /// The answer to what `options` ask; the text tells of these `outcomes`, or of all.
    pub fn new(
        call: Call,
        question: &SweepQuestion<'_>,
        options: &SweepOptions,
        answer: Answer<SweepFigures>,
        outcomes: Vec<String>,
    ) -> Self {
        let origin = call.origin(&answer.asked, answer.asked.rounds, &repeated(options, &outcomes));
        Self {
            call,
            origin,
            models: question.models().into_iter().cloned().collect(),
            base: question.base().cloned(),
            answer,
            vary: options.vary.clone(),
            design: options.design,
            outcomes,
        }
    }

    /// The names of its files.
    pub fn names(design: Design) -> Vec<&'static str> {
        let indices = is_sobol(design).then_some(csv::SENSITIVITY.name);
        [csv::SWEEP.name].into_iter().chain(indices).collect()
    }

    fn report(&self) -> SweepReport<'_> {
        let Answer { asked, figures: SweepFigures { sweep, sensitivity }, .. } = &self.answer;
        SweepReport {
            title: self.call.title(),
            model: self.base.as_ref(),
            varied: &self.vary,
            design: self.design,
            outcomes: &self.outcomes,
            sweep,
            sensitivity: sensitivity.as_ref(),
            length: Length { rounds: asked.rounds, precision: asked.precision },
            seed: asked.seed,
            repeat: &self.origin.repeat,
        }
    }
}

fn is_sobol(design: Design) -> bool {
    matches!(design, Design::Sobol(_))
}

/// The options without which the sweep would be another.
fn repeated(options: &SweepOptions, outcomes: &[String]) -> Vec<(&'static str, String)> {
    let SweepOptions { vary, design, assumption, simulation } = options;
    let vary = vary.iter().map(|vary| ("--vary", vary.written.clone()));
    let sample = design.sample().map(|sample| ("--sample", sample));
    let assumption = assumption.clone().filter(|name| name != STATED).map(|name| ("--assumption", name));
    let precision = simulation.precision.map(|precision| ("--precision", precision.to_string()));
    let outcome = Some(outcomes.join(",")).filter(|names| !names.is_empty()).map(|names| ("--outcome", names));
    vary.chain(sample).chain(assumption).chain(precision).chain(outcome).collect()
}

impl Findings for SweepFindings {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn extent(&self) -> Extent {
        self.answer.extent
    }

    fn files(&self) -> io::Result<Vec<File>> {
        let SweepFigures { sweep, sensitivity } = &self.answer.figures;
        let mut files = vec![csv::SWEEP.file(sweep)?];
        if is_sobol(self.design) {
            files.push(csv::SENSITIVITY.file(sensitivity)?);
        }
        Ok(files)
    }

    fn record(&self, files: Vec<FileRecord>) -> io::Result<File> {
        json::RunRecord { files, ..self.call.record(&self.answer, &self.models) }.file()
    }

    fn csv(&self) -> io::Result<Vec<u8>> {
        csv::SWEEP.bytes(&self.answer.figures.sweep)
    }

    fn json(&self) -> io::Result<Vec<u8>> {
        json::sweep(&self.origin, &self.answer.figures.sweep, self.answer.figures.sensitivity.as_ref())
    }

    fn main(&self) -> Grid {
        self.report().main()
    }

    fn text(&self, look: Look) -> String {
        self.report().render(look)
    }

    fn charts(&self) -> Vec<Piece> {
        Vec::new()
    }
}
