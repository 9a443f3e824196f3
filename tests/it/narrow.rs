//! Reports on narrow terminals: text is wrapped, numbers are not.

use std::collections::BTreeSet;
use std::path::Path;

use nemcon::analysis::{Comparison, Selection};
use nemcon::report::Look;
use nemcon::report::compare::CompareReport;
use nemcon::report::table::RunReport;
use nemcon::report::update::UpdateReport;
use nemcon::scenario::Scenario;
use nemcon::simulation::{Comparing, Execution, InDetail, Plan, simulate};
use nemcon::study::{self, Handle, Options, UpdateOptions};

const ROUNDS: u64 = 5000;
/// Lets the council have polls before it can appoint.
const LATER: &str = "stage.vote.appoint_from=2";
/// Longer than any line of the terminals tried.
const REPEAT: &str = "nemcon run 'a path with spaces, so long that there is no room for all of it in one line of even the \
                      broadest of the terminals that are tried here.toml' --rounds 5000 --seed 1";

/// What `run` and `compare` show of a real scenario on terminals of these widths.
fn reports(widths: &[u16]) -> Vec<[String; 2]> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/nato-2023.toml");
    let scenario = Scenario::load(&path).unwrap();
    // What waiting is worth takes long to find, and is in neither report.
    let models: Vec<_> = scenario.assumptions.iter().filter(|model| !model.looks_ahead()).collect();
    let plans: Vec<_> = models.iter().map(|&model| Plan::new(model.clone())).collect();
    let done = simulate(&InDetail { of: Comparing(&plans), by_ballot: true }, Execution::new(1, 0..ROUNDS)).unwrap();
    let counted = models.iter().zip(&done.counts.tallies);
    let selections: Vec<_> = counted.map(|(model, tally)| Selection::new(model, tally)).collect();
    let others = models.iter().zip(&done.counts.joints).skip(1);
    let comparisons: Vec<_> = others.map(|(model, joint)| Comparison::new(models[0], model, joint)).collect();
    let title = &scenario.title;
    let (seed, rounds_asked, repeat) = (1, ROUNDS, REPEAT);
    let (model, selection) = (models[0], &selections[0]);
    let run = RunReport { title, model, selection, ranges: None, seed, rounds_asked, repeat, ballots: true };
    let compare = CompareReport {
        title,
        models: &models,
        selections: &selections,
        comparisons: &comparisons,
        ranges: None,
        seed,
        rounds_asked,
        repeat,
        full: true,
        ballots: true,
    };
    let looks = widths.iter().map(|&width| Look { width, styled: false });
    looks.map(|look| [run.render(look), compare.render(look)]).collect()
}

/// The percentages of a text, with what is left of the unit in their lines if they are broken.
fn percentages(text: &str) -> BTreeSet<&str> {
    let lines = text.lines().flat_map(|line| line.match_indices('%').map(move |(at, _)| &line[..at]));
    lines.map(|before| before.trim_end_matches(' ').rsplit([' ', '(']).next().unwrap_or_default()).collect()
}

/// The cells that consist of several numbers; a narrow table keeps all of them.
fn compound(text: &str) -> impl Iterator<Item = &str> {
    let cells = text.lines().flat_map(|line| line.split("  ")).map(|cell| cell.trim_matches([' ', '▲', '▼']));
    cells.filter(|cell| {
        let short = cell.len() < 24 && cell.contains(|c: char| c.is_ascii_digit());
        short && (cell.contains(" – ") || cell.contains(" ± ") || (cell.contains("% (") && cell.ends_with(')')))
    })
}

#[test]
fn no_number_is_broken() {
    let widths = [1000, 40, 50, 60, 80, 100];
    let reports = reports(&widths);
    let (wide, narrow) = reports.split_first().unwrap();
    assert!(compound(&wide[0]).count() > 30 && compound(&wide[1]).count() > 50);
    for (width, texts) in widths[1..].iter().zip(narrow) {
        for (wide, text) in wide.iter().zip(texts) {
            for number in compound(wide) {
                assert!(text.contains(number), "{number} is broken in {width} columns:\n{text}");
            }
            let known = percentages(wide);
            for number in percentages(text) {
                assert!(known.contains(number), "{number} % is half a number in {width} columns:\n{text}");
            }
            assert!(text.lines().any(|line| line == REPEAT), "{width} columns:\n{text}");
        }
        assert!(texts[0].contains("95 % interval"), "{width} columns:\n{}", texts[0]);
        assert_eq!(texts[0].contains("interval   rounds\n"), *width >= 60);
    }
}

#[test]
fn no_word_of_what_follows_from_six_polls_is_broken() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/un-2016.toml");
    let scenario = Scenario::load(&path).unwrap().with_changes("--set", vec![LATER.parse().unwrap()]).unwrap();
    let options = UpdateOptions {
        assumption: Some("later-polls".to_owned()),
        polls: Some(scenario.polls.iter().map(|poll| poll.name.clone()).collect()),
        particles: Some(20),
        replicates: Some(2),
        judgements: Some(32),
        simulation: Options { rounds: Some(200), ..Options::default() },
    };
    let updates = study::update(&scenario, &options, &Handle::default()).unwrap();
    assert_eq!(updates.posteriors.len(), 7);
    let report = UpdateReport { title: &scenario.title, updates: &updates, repeat: REPEAT };
    let words = |width| -> BTreeSet<String> {
        let text = report.render(Look { width, styled: false });
        text.split_whitespace().filter(|word| !word.starts_with('─')).map(str::to_owned).collect()
    };
    let wide = words(1000);
    assert!(wide.contains("moscow-on-others") && wide.contains("consensus"), "{wide:?}");
    for width in [60, 80, 100] {
        let broken: Vec<String> = words(width).into_iter().filter(|word| !wide.contains(word)).collect();
        assert!(broken.is_empty(), "{width} columns: {broken:?}");
    }
}
