//! What chance was given to what happened.

use std::io;
use std::path::PathBuf;

use super::Findings;
use crate::report::json::FileRecord;
use crate::report::page::Piece;
use crate::report::score::{ScoreOptionsRecord, ScoreRecord, ScoreReport};
use crate::report::shell::command_line_of;
use crate::report::text::Look;
use crate::report::{File, Grid, Origin, csv};
use crate::simulation::DRAWS;
use crate::study::{Extent, Scores};

/// What `score` found.
#[derive(Debug)]
pub struct ScoreFindings {
    origin: Origin,
    scores: Scores,
    options: ScoreOptionsRecord,
    threads: Option<usize>,
}

impl ScoreFindings {
    /// The names of its files.
    pub const NAMES: [&'static str; 2] = [csv::SCORES.name, csv::MEAN_SCORES.name];

    /// The scores of the scenarios at `paths`, with the options as given, found on so many threads, or by others.
    pub fn new(paths: &[PathBuf], options: ScoreOptionsRecord, scores: Scores, threads: Option<usize>) -> Self {
        Self { origin: origin(paths, &options, &scores), scores, options, threads }
    }

    fn report(&self) -> ScoreReport<'_> {
        ScoreReport { scores: &self.scores, repeat: &self.origin.repeat }
    }
}

fn origin(paths: &[PathBuf], given: &ScoreOptionsRecord, scores: &Scores) -> Origin {
    let mut options: Vec<(&str, String)> = Vec::new();
    options.extend(given.rounds.map(|rounds| ("--rounds", rounds.to_string())));
    options.extend(given.seed.map(|seed| ("--seed", seed.to_string())));
    options.extend(given.judgements.map(|points| ("--judgements", points.to_string())));
    options.extend(given.set.iter().map(|change| ("--set", change.clone())));
    options.extend(given.assumptions.as_ref().map(|names| ("--assumptions", names.join(","))));
    let options: Vec<_> = options.iter().map(|(option, value)| (*option, value.as_str())).collect();
    let repeat = command_line_of("score", &paths.iter().map(PathBuf::as_path).collect::<Vec<_>>(), &options);
    let scenario = paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
    Origin { scenario, ..Origin::new("score", scores.inputs.clone(), given.seed, repeat) }
}

impl Findings for ScoreFindings {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn extent(&self) -> Extent {
        Extent { rounds: self.scores.rounds, asked: self.scores.rounds_asked }
    }

    fn files(&self) -> io::Result<Vec<File>> {
        Ok(vec![csv::SCORES.file(&self.scores.scored)?, csv::MEAN_SCORES.file(&self.scores.means)?])
    }

    fn record(&self, files: Vec<FileRecord>) -> io::Result<File> {
        let Extent { rounds, asked } = self.extent();
        let record = ScoreRecord {
            origin: &self.origin,
            draws: DRAWS,
            rounds_asked: asked,
            rounds,
            partial: rounds < asked,
            options: self.options.clone(),
            files,
            threads: self.threads,
        };
        record.file()
    }

    fn csv(&self) -> io::Result<Vec<u8>> {
        csv::SCORES.bytes(&self.scores.scored)
    }

    fn json(&self) -> io::Result<Vec<u8>> {
        self.report().json(&self.origin)
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
