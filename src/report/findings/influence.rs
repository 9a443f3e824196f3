//! What each member's veto does.

use std::io;

use super::Findings;
use super::call::{Call, named};
use crate::analysis::Influence;
use crate::model::Model;
use crate::report::influence::InfluenceReport;
use crate::report::json::{self, FileRecord};
use crate::report::page::{self, Piece};
use crate::report::text::Look;
use crate::report::{File, Grid, Origin, csv};
use crate::study::{Answer, Extent, InfluenceQuestion};

/// What `influence` found.
#[derive(Debug)]
pub struct InfluenceFindings {
    call: Call,
    origin: Origin,
    models: [Model; 1],
    answer: Answer<Influence>,
}

impl InfluenceFindings {
    /// The names of its files.
    pub const NAMES: [&'static str; 1] = [csv::INFLUENCE.name];

    /// The answer to the question.
    pub fn new(call: Call, question: &InfluenceQuestion, answer: Answer<Influence>) -> Self {
        let model = question.model();
        let origin = call.origin(&answer.asked, answer.extent.rounds, &named(model));
        Self { call, origin, models: [model.clone()], answer }
    }

    fn report(&self) -> InfluenceReport<'_> {
        InfluenceReport {
            title: self.call.title(),
            model: &self.models[0],
            influence: &self.answer.figures,
            seed: self.answer.asked.seed,
            rounds_asked: self.answer.extent.asked,
            repeat: &self.origin.repeat,
        }
    }
}

impl Findings for InfluenceFindings {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn extent(&self) -> Extent {
        self.answer.extent
    }

    fn files(&self) -> io::Result<Vec<File>> {
        Ok(vec![csv::INFLUENCE.file(&self.answer.figures)?])
    }

    fn record(&self, files: Vec<FileRecord>) -> io::Result<File> {
        json::RunRecord { files, ..self.call.record(&self.answer, &self.models) }.file()
    }

    fn csv(&self) -> io::Result<Vec<u8>> {
        csv::INFLUENCE.bytes(&self.answer.figures)
    }

    fn json(&self) -> io::Result<Vec<u8>> {
        json::influence(&self.origin, &self.answer.figures, self.answer.extent.is_partial())
    }

    fn main(&self) -> Grid {
        self.report().main()
    }

    fn text(&self, look: Look) -> String {
        self.report().render(look)
    }

    fn charts(&self) -> Vec<Piece> {
        page::influence(&self.models[0], &self.answer.figures)
    }
}
