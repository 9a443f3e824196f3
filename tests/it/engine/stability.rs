//! Pinned values. A change here is a breaking change of every published number: the changelog must say so.

use nemcon::model::{CandidateId, MemberId, Model};
use nemcon::scenario::Scenario;
use nemcon::simulation::Plan;
use nemcon::simulation::draws::{Chance, Draws, RoundDraws, Shock};

use super::first_reading;
use super::world::{outcome, rounds, scenario, tally};

const SMALL: &str = "title = \"small\"\n[preferences]\ngroup_sd = { g = 0.5 }\ncommon_sd = 0.2\ntrait_sd = { t = 0.1 }\n\
    [veto]\ndefault = { probability = 0.5 }\n[dynamics]\nmemory = 0.5\n[[stage]]\nrepeat = 2\nappoint = \"consensus\"\n\
    [[member]]\nid = \"USA\"\ngroups = [\"g\"]\n[[member]]\nid = \"FRA\"\n[[candidate]]\nid = \"wallace\"\ntraits = { t = 1.0 }\n\
    [[candidate]]\nid = \"kallas\"\navailability = 0.9\n[[event]]\nname = \"e\"\nprobability = 0.5\neffects = [{ points = 0.1 }]\n";

#[test]
fn draws_are_pinned() {
    let scenario = scenario(SMALL);
    let plan = Plan::new(scenario.assumptions[0].clone());
    let mut draws = RoundDraws::new(plan.addresses(), 1);
    let (usa, fra) = (MemberId(0), MemberId(1));
    let (wallace, kallas) = (CandidateId(0), CandidateId(1));
    let shocks = [
        Shock::Noise { ballot: 1, member: usa, candidate: wallace },
        Shock::Noise { ballot: 2, member: fra, candidate: kallas },
        Shock::Bloc(0, wallace),
        Shock::Common(kallas),
        Shock::Moment(0),
    ];
    let chances = [
        Chance::Event(0),
        Chance::Availability(kallas),
        Chance::RedLine(usa, wallace),
        Chance::Withdrawal(1, wallace),
        Chance::Yield(1, usa, wallace),
        Chance::AppointLot(1, wallace),
        Chance::DropLot(1, wallace),
        Chance::LeadLot(1, wallace),
        Chance::VoteLot(1, usa, wallace),
    ];
    let mut pinned = String::new();
    for number in [0, 1, 16_383] {
        draws.turn_to(number);
        pinned += &format!("round {number}\n");
        for shock in shocks {
            pinned += &format!("  {shock:?} {:08x}\n", draws.shock(shock).to_bits());
        }
        for chance in chances {
            pinned += &format!("  {chance:?} {:08x}\n", draws.bits(chance));
        }
    }
    insta::assert_snapshot!("draws", pinned);
}

#[test]
fn outcomes_are_pinned() {
    let scenario = scenario(SMALL);
    let model = &scenario.assumptions[0];
    let outcomes: Vec<&str> = rounds(model, 1, 24).iter().map(|round| outcome(model, round)).collect();
    insta::assert_snapshot!("outcomes", outcomes.join("\n"));
}

/// The shipped scenarios, each assumption with its own tally.
#[test]
fn shipped_scenarios_are_pinned() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .collect();
    files.sort();
    assert!(!files.is_empty());
    for file in files {
        let scenario = Scenario::load(&file).unwrap_or_else(|problem| panic!("{problem}"));
        let pinned: String = scenario.assumptions.iter().map(|model| counted(model, scenario.seed)).collect();
        insta::assert_snapshot!(file.file_stem().unwrap().to_string_lossy().into_owned(), pinned);
    }
}

/// An assumption and its tally.
fn counted(model: &Model, seed: u64) -> String {
    // Large bodies take long.
    let rounds = if model.members.len() > 50 { 2_000 } else { 20_000 };
    let tally = tally(model, seed, rounds);
    let mut text = format!("{}: no consensus {}\n", model.assumption, tally.no_consensus);
    for (candidate, counts) in model.candidates.iter().zip(&tally.candidates) {
        text += &format!(
            "  {} stood {} appointed {} acceptable {} vetoed {} short {} left {} encouragements {}\n",
            candidate.id,
            counts.stood,
            counts.appointed,
            counts.acceptable,
            counts.vetoed,
            counts.short_of_support,
            counts.left,
            counts.encouragements.total
        );
    }
    text
}

/// The first reading of the NATO scenario can be had under each of its assumptions, to the last count as it was
/// published.
#[test]
fn the_first_reading_of_nato_2023_is_what_it_was() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/nato-2023.toml");
    let scenario = Scenario::load(&file).unwrap_or_else(|problem| panic!("{problem}"));
    let kept = counted(scenario.assumption("first-reading").unwrap(), scenario.seed);
    let first = first_reading::of(scenario);
    let published: Vec<String> = first.assumptions.iter().take(11).map(|model| counted(model, first.seed)).collect();
    assert_eq!(kept.replace("first-reading:", "stated:"), published[0]);
    insta::assert_snapshot!("nato-2023-first-reading", published.concat());
}
