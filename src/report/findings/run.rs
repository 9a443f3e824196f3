//! Who is chosen under one assumption.

use std::io;

use super::Findings;
use super::call::{Call, named};
use crate::analysis::judgements::Ranges;
use crate::analysis::{Conditional, Selection};
use crate::model::Model;
use crate::report::json::{self, FileRecord};
use crate::report::page::{self, Live, Piece};
use crate::report::table::RunReport;
use crate::report::text::Look;
use crate::report::{File, Grid, Origin, conditional, csv};
use crate::study::{Answer, ConditionalFigures, ConditionalQuestion, Extent, JudgedFigures, RunQuestion};

/// What `run` found.
#[derive(Debug)]
pub struct RunFindings {
    call: Call,
    origin: Origin,
    /// The assumption.
    models: [Model; 1],
    answer: Answer<[Selection; 1]>,
    /// Over judgements, if they are drawn; nothing within if there were too few points.
    ranges: Option<Option<Ranges>>,
    conditional: Option<Conditional>,
    /// Whether the text tells how candidates fare ballot by ballot, too.
    ballots: bool,
}

impl RunFindings {
    /// By counting. `ballots` says whether the text tells how candidates fare ballot by ballot, too.
    pub fn counted(
        call: Call,
        question: &RunQuestion<'_>,
        answer: Answer<JudgedFigures<Selection>>,
        ballots: bool,
    ) -> Self {
        let mut ranges = None;
        let answer = answer.map(|figures| {
            ranges = Some(figures.ranges).filter(|_| question.is_judged());
            [figures.central]
        });
        Self::new(call, question.model(), answer, (ranges, None), ballots)
    }

    /// By counting, and from chances.
    pub fn conditional(call: Call, question: &ConditionalQuestion, answer: Answer<ConditionalFigures>) -> Self {
        let mut conditional = None;
        let answer = answer.map(|figures| {
            conditional = Some(figures.conditional);
            [figures.selection]
        });
        Self::new(call, question.model(), answer, (None, conditional), false)
    }

    fn new(
        call: Call,
        model: &Model,
        answer: Answer<[Selection; 1]>,
        (ranges, conditional): (Option<Option<Ranges>>, Option<Conditional>),
        ballots: bool,
    ) -> Self {
        // The options without which the run would be another.
        let mut own = named(model);
        own.extend(conditional.as_ref().map(|_| ("--estimate", "conditional".to_owned())));
        let origin = call.origin(&answer.asked, answer.figures[0].rounds, &own);
        Self { call, origin, models: [model.clone()], answer, ranges, conditional, ballots }
    }

    /// The names of its files, before there is an answer.
    pub fn names(model: &Model, is_judged: bool, is_conditional: bool) -> Vec<&'static str> {
        let own = if is_conditional { csv::CONDITIONAL.name } else { csv::POLLS.name };
        let waiting = csv::waiting(&[model]).map(|table| table.name);
        let judged = is_judged.then(|| csv::names(&csv::JUDGED)).into_iter().flatten();
        csv::names(&csv::SELECTIONS).chain([own]).chain(waiting).chain(judged).collect()
    }

    fn report(&self) -> RunReport<'_> {
        RunReport {
            title: self.call.title(),
            model: &self.models[0],
            selection: &self.answer.figures[0],
            ranges: self.ranges(),
            seed: self.answer.asked.seed,
            rounds_asked: self.answer.extent.asked,
            repeat: &self.origin.repeat,
            ballots: self.ballots,
        }
    }

    fn ranges(&self) -> Option<&Ranges> {
        self.ranges.as_ref().and_then(Option::as_ref)
    }
}

impl Findings for RunFindings {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn extent(&self) -> Extent {
        self.answer.extent
    }

    fn files(&self) -> io::Result<Vec<File>> {
        let selections = &self.answer.figures;
        let mut files = csv::files(&csv::SELECTIONS, selections.as_slice())?;
        let waiting = csv::waiting(&[&self.models[0]]);
        files.extend(waiting.map(|waiting| waiting.file(selections)).transpose()?);
        files.extend(selections[0].standings.as_ref().map(|_| csv::POLLS.file(selections)).transpose()?);
        files.extend(self.conditional.as_ref().map(|it| csv::CONDITIONAL.file(it)).transpose()?);
        let judged = self.ranges.as_ref().map(|ranges| csv::files(&csv::JUDGED, ranges)).transpose()?;
        files.extend(judged.into_iter().flatten());
        Ok(files)
    }

    fn record(&self, files: Vec<FileRecord>) -> io::Result<File> {
        json::RunRecord { files, ..self.call.record(&self.answer, &self.models) }.file()
    }

    fn csv(&self) -> io::Result<Vec<u8>> {
        match &self.conditional {
            Some(conditional) => csv::CONDITIONAL.bytes(conditional),
            None => csv::OUTCOMES.bytes(&self.answer.figures),
        }
    }

    fn json(&self) -> io::Result<Vec<u8>> {
        let (selection, partial) = (&self.answer.figures[0], self.answer.extent.is_partial());
        json::selection(&self.origin, selection, self.conditional.as_ref(), self.ranges(), partial)
    }

    fn main(&self) -> Grid {
        self.report().main()
    }

    fn text(&self, look: Look) -> String {
        let conditional = self.conditional.as_ref().map(|it| format!("\n{}", conditional::render(it, look)));
        self.report().render(look) + &conditional.unwrap_or_default()
    }

    fn charts(&self) -> Vec<Piece> {
        let (model, selection) = (&self.models[0], &self.answer.figures[0]);
        page::run(&Live { model, selection, before: None, polls: self.call.polls() }, self.ranges())
    }
}
