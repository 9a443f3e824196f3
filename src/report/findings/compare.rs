//! How assumptions differ.

use std::io;

use super::Findings;
use super::call::Call;
use crate::model::Model;
use crate::report::compare::CompareReport;
use crate::report::json::{self, FileRecord};
use crate::report::page::{self, Piece};
use crate::report::text::Look;
use crate::report::{File, Grid, Origin, csv};
use crate::scenario::STATED;
use crate::study::{Answer, CompareFigures, CompareQuestion, Extent, JudgedFigures};

/// What `compare` found.
#[derive(Debug)]
pub struct CompareFindings {
    call: Call,
    origin: Origin,
    /// The baseline first.
    models: Vec<Model>,
    answer: Answer<JudgedFigures<CompareFigures>>,
    is_judged: bool,
    full: bool,
    ballots: bool,
}

impl CompareFindings {
    /// `full` and `ballots` say what the text tells besides.
    pub fn new(
        call: Call,
        question: &CompareQuestion<'_>,
        answer: Answer<JudgedFigures<CompareFigures>>,
        full: bool,
        ballots: bool,
    ) -> Self {
        let models: Vec<Model> = question.models().into_iter().cloned().collect();
        let origin = call.origin(&answer.asked, answer.extent.rounds, &repeated(&call, &models));
        Self { call, origin, models, answer, is_judged: question.is_judged(), full, ballots }
    }

    /// The names of its files, before there is an answer.
    pub fn names(question: &CompareQuestion<'_>) -> Vec<&'static str> {
        let waiting = csv::waiting(&question.models()).map(|table| table.name);
        let judged = question.is_judged().then(|| csv::names(&csv::JUDGED).chain([csv::COMPARISON_RANGES.name]));
        let own = csv::names(&csv::COMPARISONS).chain(csv::names(&csv::SELECTIONS)).chain([csv::POLLS.name]);
        own.chain(waiting).chain(judged.into_iter().flatten()).collect()
    }

    fn report<'a>(&'a self, models: &'a [&'a Model]) -> CompareReport<'a> {
        let JudgedFigures { central: CompareFigures { selections, comparisons }, ranges } = &self.answer.figures;
        CompareReport {
            title: self.call.title(),
            models,
            selections,
            comparisons,
            ranges: ranges.as_ref(),
            seed: self.answer.asked.seed,
            rounds_asked: self.answer.extent.asked,
            repeat: &self.origin.repeat,
            full: self.full,
            ballots: self.ballots,
        }
    }

    fn models(&self) -> Vec<&Model> {
        self.models.iter().collect()
    }
}

/// The options without which the comparison would be another.
fn repeated(call: &Call, models: &[Model]) -> Vec<(&'static str, String)> {
    let baseline = models.first().map_or(STATED, |model| &model.assumption);
    // Which they are, however they were named: what is merged reads as what was simulated in one go.
    let others =
        |names: &mut dyn Iterator<Item = &str>| names.filter(|name| *name != baseline).collect::<Vec<_>>().join(",");
    let names = others(&mut models.iter().map(|model| model.assumption.as_str()));
    let mut own = Vec::new();
    if names != others(&mut call.assumptions()) {
        own.push(("--assumptions", names));
    }
    if baseline != STATED {
        own.push(("--baseline", baseline.to_owned()));
    }
    own
}

impl Findings for CompareFindings {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn extent(&self) -> Extent {
        self.answer.extent
    }

    fn files(&self) -> io::Result<Vec<File>> {
        let JudgedFigures { central: CompareFigures { selections, comparisons }, ranges } = &self.answer.figures;
        let mut files = csv::files(&csv::COMPARISONS, comparisons.as_slice())?;
        files.extend(csv::files(&csv::SELECTIONS, selections.as_slice())?);
        files.push(csv::POLLS.file(selections)?);
        files.extend(csv::waiting(&self.models()).map(|waiting| waiting.file(selections)).transpose()?);
        if self.is_judged {
            files.extend(csv::files(&csv::JUDGED, ranges)?);
            files.push(csv::COMPARISON_RANGES.file(ranges)?);
        }
        Ok(files)
    }

    fn record(&self, files: Vec<FileRecord>) -> io::Result<File> {
        json::RunRecord { files, ..self.call.record(&self.answer, &self.models) }.file()
    }

    fn csv(&self) -> io::Result<Vec<u8>> {
        csv::COMPARISON.bytes(&self.answer.figures.central.comparisons)
    }

    fn json(&self) -> io::Result<Vec<u8>> {
        let JudgedFigures { central: CompareFigures { selections, comparisons }, ranges } = &self.answer.figures;
        json::comparison(&self.origin, selections, comparisons, ranges.as_ref(), self.answer.extent.is_partial())
    }

    fn main(&self) -> Grid {
        self.report(&self.models()).main()
    }

    fn text(&self, look: Look) -> String {
        self.report(&self.models()).render(look)
    }

    fn charts(&self) -> Vec<Piece> {
        let JudgedFigures { central: CompareFigures { selections, comparisons }, ranges } = &self.answer.figures;
        page::compare(selections, comparisons, ranges.as_ref())
    }
}
