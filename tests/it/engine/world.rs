//! Small worlds to test in.

use std::fmt::Write as _;

use nemcon::model::{CandidateId, MemberId, Model};
use nemcon::scenario::Scenario;
use nemcon::simulation::draws::{Chance, Draws, Shock};
use nemcon::simulation::reference::Reference;
use nemcon::simulation::round::Round;
use nemcon::simulation::{Counting, Execution, LogRow, Plan, RoundLog, Tally, simulate};

/// All rounds of a log.
#[derive(Default)]
pub struct Rows(pub Vec<LogRow>);

impl RoundLog for Rows {
    fn write(&mut self, rows: &[LogRow]) -> std::io::Result<()> {
        self.0.extend_from_slice(rows);
        Ok(())
    }
}

/// A scenario from its text; panics with the rendered problems if it has any.
pub fn scenario(text: &str) -> Scenario {
    Scenario::from_text("test.toml", text, None)
        .unwrap_or_else(|problem| panic!("{}\n{text}", problem.render(false, 120)))
}

/// The stated assumption of a scenario.
pub fn model(text: &str) -> Model {
    scenario(text).assumptions.remove(0)
}

/// Members `a`, `b`, … and candidates `x`, `y`, … whose views are certain: `views[member][candidate]`, in points.
/// `more` is added to the text; its top-level tables may follow one another.
pub fn certain(views: &[&[f64]], more: &str) -> Model {
    model(&certain_text(views, more))
}

/// The text of [`certain`].
pub fn certain_text(views: &[&[f64]], more: &str) -> String {
    let mut text = String::from("title = \"test\"\n[preferences]\nuncertainty = 0\n");
    for id in CANDIDATES.iter().take(views[0].len()) {
        // Keys of a candidate may be given as `x: key = value` lines.
        writeln!(text, "[[candidate]]\nid = \"{id}\"\n{}", lines_for(more, id)).unwrap();
    }
    for (m, row) in views.iter().enumerate() {
        let id = MEMBERS[m];
        writeln!(text, "[[member]]\nid = \"{id}\"\n{}", lines_for(more, id)).unwrap();
        writeln!(text, "[support.{id}]").unwrap();
        for (c, points) in row.iter().enumerate() {
            writeln!(text, "{} = {points:?}", CANDIDATES[c]).unwrap();
        }
    }
    let prefix = |line: &str| line.split_once(": ").is_some_and(|(id, _)| id.len() == 1);
    for line in more.lines().filter(|line| !prefix(line.trim())) {
        writeln!(text, "{line}").unwrap();
    }
    text
}

const MEMBERS: [&str; 9] = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
const CANDIDATES: [&str; 5] = ["x", "y", "z", "v", "w"];

fn lines_for(more: &str, id: &str) -> String {
    let mine = more.lines().filter_map(|line| line.trim().strip_prefix(id)?.strip_prefix(": "));
    mine.collect::<Vec<_>>().join("\n")
}

/// Draws without chance: no shocks, and bits as told.
pub struct Told<F: FnMut(Chance) -> u32>(pub F);

impl<F: FnMut(Chance) -> u32> Draws for Told<F> {
    fn shock(&mut self, _: Shock) -> f32 {
        0.0
    }

    fn bits(&mut self, chance: Chance) -> u32 {
        (self.0)(chance)
    }
}

/// One round without chance; any lot or probability strictly between 0 and 1 is a failure of the test.
pub fn play(model: &Model) -> Round {
    play_told(model, |chance| panic!("nothing should depend on {chance:?}"))
}

/// One round without shocks, with these bits.
pub fn play_told(model: &Model, bits: impl FnMut(Chance) -> u32) -> Round {
    let plan = Plan::new(model.clone());
    Reference::new(&plan).simulate(&mut Told(bits)).clone()
}

/// The id of the outcome.
pub fn outcome<'a>(model: &'a Model, round: &Round) -> &'a str {
    round.outcome.map_or("no consensus", |c| model.candidates[c.index()].id.as_str())
}

/// Who is appointed in a world without chance.
pub fn appointed(model: &Model) -> String {
    outcome(model, &play(model)).to_owned()
}

/// The tally of `rounds` rounds.
pub fn tally(model: &Model, seed: u64, rounds: u64) -> Tally {
    simulate(&Counting(&Plan::new(model.clone())), Execution::new(seed, 0..rounds)).unwrap().counts
}

/// The first rounds of a run, one by one.
pub fn rounds(model: &Model, seed: u64, rounds: u64) -> Vec<Round> {
    let plan = Plan::new(model.clone());
    let mut draws = nemcon::simulation::draws::RoundDraws::new(plan.addresses(), seed);
    let mut reference = Reference::new(&plan);
    let turn = |number| {
        draws.turn_to(number);
        reference.simulate(&mut draws).clone()
    };
    (0..rounds).map(turn).collect()
}

/// The member with this id.
pub fn member(model: &Model, id: &str) -> MemberId {
    model.member_ids().find(|(_, m)| m.id == id).unwrap().0
}

/// The candidate with this id.
pub fn candidate(model: &Model, id: &str) -> CandidateId {
    model.candidate_ids().find(|(_, c)| c.id == id).unwrap().0
}
