//! Members who know what waiting is worth: small games whose values are known.

use nemcon::model::MemberId;
use nemcon::simulation::{Counting, Execution, Plan, simulate};

use super::world::scenario;

/// Two members with absolute vetoes who think the same of everyone, and who know what waiting is worth.
fn game(candidates: &str, support: &str, stage: &str) -> Plan {
    let text = format!(
        "title = \"game\"\ncandidate = [{candidates}]\nmember = [{{ id = \"A\" }}, {{ id = \"B\" }}]\n\
         [preferences]\nuncertainty = 0\n[support]\nA = {{ {support} }}\nB = {{ {support} }}\n\
         [veto]\ndefault = \"absolute\"\n[dynamics]\nforesight = 1\n\
         [[stage]]\nchoose = \"utility\"\nappoint = \"consensus\"\n{stage}"
    );
    Plan::new(scenario(&text).assumptions[0].clone())
}

/// Checks the values of waiting, and how often each outcome occurs, no consensus last.
fn check(plan: &Plan, values: &[f64], outcomes: &[f64]) {
    let waiting = plan.solved.as_ref().unwrap();
    assert!(waiting.settled, "{waiting:?}");
    assert_eq!(waiting.ballots() as usize, values.len());
    for (ballot, value) in (1..).zip(values) {
        for m in [MemberId(0), MemberId(1)] {
            let (found, error) = (waiting.value(m, ballot), waiting.error(m, ballot));
            assert!((found - value).abs() <= 3.0 * error, "ballot {ballot}: {found} ± {error}, not {value}");
        }
    }
    let rounds = 100_000;
    let tally = simulate(&Counting(plan), Execution::new(1, 0..rounds)).unwrap().counts;
    for (ended, p) in tally.ended().zip(outcomes) {
        let (found, error) = (ended as f64 / rounds as f64, (p * (1.0 - p) / rounds as f64).sqrt());
        assert!((found - p).abs() <= 3.0 * error, "{found}, not {p}");
    }
}

/// Taking `a` at once is worth 0.5; waiting for `b`, who comes with probability 0.6, is worth 0.6 · 1 + 0.4 · 0.5.
/// Values of the rounds that are still open would be 0: nobody waits, because nobody waits.
#[test]
fn who_knows_that_better_may_come_waits() {
    let plan = game("{ id = \"a\" }, { id = \"b\", availability = 0.6, enters = 2 }", "a = 0.5, b = 1", "repeat = 2");
    check(&plan, &[0.8, 0.0], &[0.4, 0.6, 0.0]);
}

/// At ballot 3 there is `c` with probability 0.2, else `b` with 0.5, else `a`: 0.2 + 0.8 · 0.6 = 0.68, for which `b` is
/// good enough at ballot 2 and `a` is not. Before that: 0.5 · 0.7 + 0.5 · (0.2 + 0.8 · 0.5) = 0.65.
#[test]
fn each_ballot_has_a_value_of_its_own() {
    let candidates = "{ id = \"a\" }, { id = \"b\", availability = 0.5, enters = 2 }, \
                      { id = \"c\", availability = 0.2, enters = 3 }";
    let plan = game(candidates, "a = 0.5, b = 0.7, c = 1", "repeat = 3");
    check(&plan, &[0.65, 0.68, 0.0], &[0.4, 0.5, 0.1, 0.0]);
}

/// Who may never meet again takes what there is: ballot 3, with `b`, is held in a quarter of the rounds.
#[test]
fn what_may_end_is_not_waited_for() {
    let plan = game("{ id = \"a\" }, { id = \"b\", enters = 3 }", "a = 0.5, b = 1", "repeat = 3\ncontinues = 0.5");
    check(&plan, &[0.25, 0.25, 0.0], &[1.0, 0.0, 0.0]);
}

#[test]
fn without_foresight_there_is_nothing_to_solve() {
    let text = "title = \"x\"\ncandidate = [{ id = \"a\" }]\nmember = [{ id = \"A\" }]\n[[stage]]\nrepeat = 2\nappoint = \"consensus\"";
    for (more, solves) in [("", false), ("\n[dynamics]\nforesight = 0", false), ("\n[dynamics]\nforesight = 0.1", true)]
    {
        let plan = Plan::new(scenario(&format!("{text}{more}")).assumptions[0].clone());
        assert_eq!((plan.solved.is_some(), !plan.waiting.is_empty()), (solves, solves), "{more}");
    }
}
