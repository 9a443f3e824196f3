//! What a little support does.

use std::io;

use super::Findings;
use super::call::{Call, named};
use crate::analysis::Leverage;
use crate::model::Model;
use crate::report::json::{self, FileRecord};
use crate::report::leverage::LeverageReport;
use crate::report::page::{self, Piece};
use crate::report::text::Look;
use crate::report::{File, Grid, Origin, csv};
use crate::study::{Answer, Extent, LeverageQuestion};

/// What `leverage` found.
#[derive(Debug)]
pub struct LeverageFindings {
    call: Call,
    origin: Origin,
    models: [Model; 1],
    answer: Answer<Leverage>,
    /// Members and candidates that the text shows for each outcome, at most.
    top: usize,
}

impl LeverageFindings {
    /// The names of its files.
    pub const NAMES: [&'static str; 1] = [csv::LEVERAGE.name];

    /// The answer to the question; the text shows at most `top` members and candidates for each outcome.
    pub fn new(call: Call, question: &LeverageQuestion, answer: Answer<Leverage>, top: usize) -> Self {
        let model = question.model();
        let mut own = vec![("--top", top.to_string())];
        own.extend(named(model));
        let origin = call.origin(&answer.asked, answer.extent.rounds, &own);
        Self { call, origin, models: [model.clone()], answer, top }
    }

    fn report(&self) -> LeverageReport<'_> {
        LeverageReport {
            title: self.call.title(),
            model: &self.models[0],
            leverage: &self.answer.figures,
            top: self.top,
            seed: self.answer.asked.seed,
            rounds_asked: self.answer.extent.asked,
            repeat: &self.origin.repeat,
        }
    }
}

impl Findings for LeverageFindings {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn extent(&self) -> Extent {
        self.answer.extent
    }

    fn files(&self) -> io::Result<Vec<File>> {
        Ok(vec![csv::LEVERAGE.file(&self.answer.figures)?])
    }

    fn record(&self, files: Vec<FileRecord>) -> io::Result<File> {
        json::RunRecord { files, ..self.call.record(&self.answer, &self.models) }.file()
    }

    fn csv(&self) -> io::Result<Vec<u8>> {
        csv::LEVERAGE.bytes(&self.answer.figures)
    }

    fn json(&self) -> io::Result<Vec<u8>> {
        json::leverage(&self.origin, &self.answer.figures, self.answer.extent.is_partial())
    }

    fn main(&self) -> Grid {
        self.report().main()
    }

    fn text(&self, look: Look) -> String {
        self.report().render(look)
    }

    fn charts(&self) -> Vec<Piece> {
        page::leverage(&self.models[0], &self.answer.figures)
    }
}
