//! `nemcon fit`: from a poll's totals to support and uncertainty, and back.

use std::fmt::Write as _;
use std::fs;

use crate::common::Desk;
use nemcon::analysis::{Fit, Selection};
use nemcon::model::{Answer, CandidateId, MemberId, Model, Noise, Poll, PollRow, Total, Totals};
use nemcon::report::Look;
use nemcon::report::fit::FitReport;
use nemcon::scenario::{STATED, Scenario, read_poll};
use nemcon::simulation::{Counting, Execution, Plan, simulate};
use statrs::distribution::{ContinuousCDF, Normal};

fn scenario(text: &str) -> Scenario {
    Scenario::from_text("test.toml", text, None).unwrap_or_else(|error| panic!("{}\n{text}", error.render(false, 120)))
}

/// `members` members `m0`, `m1`, … and the candidates `x` and `y`; `more` may begin with keys of `[preferences]`.
fn text(members: usize, more: &str) -> String {
    let mut text =
        format!("title = \"test\"\n[preferences]\n{more}\n[[candidate]]\nid = \"x\"\n[[candidate]]\nid = \"y\"\n");
    (0..members).for_each(|m| writeln!(text, "[[member]]\nid = \"m{m}\"").unwrap());
    text
}

const BAND: &str = "accept_at = 0.3\nobject_at = -0.2\n";

/// A row of a poll: of the candidate with this index.
fn row(candidate: u16, [encourage, discourage, no_opinion]: [u32; 3], objectors: &[u16]) -> PollRow {
    let [encourage, object, no_opinion] = [encourage, discourage, no_opinion].map(Total::exactly);
    let totals = Totals { encourage, object, no_opinion, ..Totals::default() };
    let known = objectors.iter().map(|&m| (MemberId(m), Answer::Object)).collect();
    PollRow { candidate: CandidateId(candidate), totals, known, among: Vec::new() }
}

/// A poll of the first ballot.
fn poll(rows: Vec<PollRow>) -> Poll {
    Poll { name: "first".to_owned(), stage: 0, ballot: 1, date: None, source: String::new(), fitted: false, rows }
}

fn fit(model: &Model, rows: Vec<PollRow>) -> Fit {
    let common = |m: MemberId, c: CandidateId| !model.members[m.index()].uncertainty_about.contains_key(&c);
    Fit::new(model, &poll(rows), common).unwrap()
}

/// The text of the scenario with what came out put into it.
fn with(text: &str, fit: &Fit) -> String {
    let mut text =
        text.replace("[preferences]\n", &format!("[preferences]\nuncertainty = {:?}\n", fit.uncertainty.unwrap()));
    for (m, member) in fit.members.iter().enumerate() {
        writeln!(text, "[support.{}]", member.id).unwrap();
        fit.candidates.iter().for_each(|c| writeln!(text, "{} = {:?}", c.candidate.id, c.support[m]).unwrap());
    }
    text
}

const ROUNDS: u64 = 200_000;

/// Mean encouragements and objections at the only ballot, candidate by candidate, with their standard errors at most.
fn simulated(text: &str) -> Vec<[(f64, f64); 2]> {
    let model = scenario(text).assumptions.remove(0);
    let plan = Plan::new(model.clone());
    let tally = simulate(&Counting(&plan), Execution::new(4, 0..ROUNDS)).unwrap().counts;
    let selection = Selection::new(&model, &tally);
    let sum = |c: usize, count: fn(&nemcon::analysis::PairFigures) -> u64| {
        let mine = selection.pairs.iter().filter(|pair| pair.candidate == c);
        let (mean, bound) = mine.fold((0.0, 0.0), |(mean, bound), pair| {
            let p = count(pair) as f64 / ROUNDS as f64;
            (mean + p, bound + (p * (1.0 - p)).sqrt())
        });
        // Perfectly correlated members are the worst case.
        (mean, bound / (ROUNDS as f64).sqrt())
    };
    let candidates = 0..model.candidates.len();
    candidates.map(|c| [sum(c, |pair| pair.encouraged.count), sum(c, |pair| pair.objected.count)]).collect()
}

/// What was fitted gives the answers it promises, and in sum those of the poll, when it is simulated.
#[test]
fn a_run_of_what_was_fitted_gives_the_poll_back() {
    let kinds = Noise::WORDS.iter().map(|word| (format!("noise = \"{word}\"\n{BAND}"), String::new()));
    let shocks = format!(
        "{BAND}common_sd = 0.4\ngroup_sd = {{ west = 0.5 }}\ntrait_sd = {{ age = 0.3 }}\n\
        member_sd = 0.3\npriority_sd = {{ age = 0.2 }}"
    );
    let unlike = "[[member]]\nid = \"a\"\ngroups = [\"west\"]\naccept_at = 1\npriority = { age = 0.5 }\n[[member]]\nid = \"b\"\n\
        groups = [\"west\"]\nobject_at = -1\nuncertainty_about = { x = 0.3 }\n[[member]]\nid = \"c\"\nhome = 2\n\
        [[candidate]]\nid = \"z\"\nhome = \"c\"\ntraits = { age = 1.5 }\n[[stage]]\nname = \"only\"\ngoodwill = 0.25\n\
        appoint = \"consensus\"\n";
    let others = [(shocks.clone(), unlike.to_owned()), (BAND.to_owned(), unlike.to_owned())];
    for (preferences, more) in kinds.into_iter().chain(others) {
        let text = text(12, &preferences) + &more;
        let model = scenario(&text).assumptions.remove(0);
        let size = model.members.len() as u32;
        let mut rows = vec![row(0, [size - 5, 2, 3], &[]), row(1, [4, size - 6, 2], &[3, 5])];
        if model.candidates.len() > 2 {
            rows.push(row(2, [6, 4, size - 10], &[]));
        }
        let fit = fit(&model, rows);
        let mut neutral = (0.0, 0.0);
        // The poll's shocks that all share are in the support that it gives.
        let poll =
            with(&text, &fit).replace("common_sd = 0.4", "common_sd = 0").replace("{ age = 0.3 }", "{ age = 0 }");
        for (c, [(encourage, e_se), (object, o_se)]) in fit.candidates.iter().zip(simulated(&poll)) {
            let far = |a: f64, b: f64, se: f64| (a - b).abs() > 6.0 * se + 1e-3;
            let said = format!("{preferences}: {c:?}\n{encourage} {object}");
            assert!(!far(encourage, c.encourage, e_se) && !far(object, c.discourage, o_se), "{said}");
            let balance = f64::from(c.poll.encourage) - f64::from(c.poll.discourage);
            assert!(!far(encourage - object, balance, e_se + o_se), "{said}");
            let silent = f64::from(size) - encourage - object - f64::from(c.poll.no_opinion);
            neutral = (neutral.0 + silent, neutral.1 + e_se + o_se);
        }
        assert!(neutral.0.abs() < 6.0 * neutral.1 + 2e-3, "{preferences}: {neutral:?}");
    }
}

/// With one candidate, like members and normal noise the two equations are `μ + σ z = threshold` for two quantiles `z`.
#[test]
fn one_candidate_has_a_closed_form() {
    let model = scenario(&text(20, BAND)).assumptions.remove(0);
    let fit = fit(&model, vec![row(0, [11, 5, 4], &[])]);
    let normal = Normal::standard();
    let (accept, object) = (normal.inverse_cdf(9.0 / 20.0), normal.inverse_cdf(5.0 / 20.0));
    let sd = 0.5 / (accept - object);
    assert!((fit.uncertainty.unwrap() - sd).abs() < 6e-5, "{:?} {sd}", fit.uncertainty);
    assert!((fit.candidates[0].shift - (0.3 - sd * accept)).abs() < 1.2e-4);
    assert_eq!(fit.left_as_they_are[0].id, "y");
}

/// Totals of a large body, computed from known support and uncertainty, give these back.
#[test]
fn what_made_the_totals_is_found_again() {
    let known = [(0.7, 0u16), (-0.4, 1)];
    let (sd, members) = (1.3, 256.0);
    let model = scenario(&text(256, BAND)).assumptions.remove(0);
    let normal = Normal::standard();
    let rows = known.map(|(support, c)| {
        let encourage = (members * (1.0 - normal.cdf((0.3 - support) / sd))).round() as u32;
        let discourage = (members * normal.cdf((-0.2 - support) / sd)).round() as u32;
        row(c, [encourage, discourage, 256 - encourage - discourage], &[])
    });
    let fit = fit(&model, rows.to_vec());
    // Half a member of 256 is 0.002 of the distribution, 0.01 points at most where it is so dense.
    assert!((fit.uncertainty.unwrap() - sd).abs() < 0.05, "{:?}", fit.uncertainty);
    for (c, (support, _)) in fit.candidates.iter().zip(known) {
        assert!((c.shift - support).abs() < 0.03, "{c:?}");
    }
}

#[test]
fn known_objectors_are_firmly_opposed_and_the_others_make_up_for_it() {
    let model = scenario(&text(15, BAND)).assumptions.remove(0);
    let plain = fit(&model, vec![row(0, [9, 4, 2], &[])]);
    let named = fit(&model, vec![row(0, [9, 4, 2], &[2, 7])]);
    let c = &named.candidates[0];
    for (m, &support) in c.support.iter().enumerate() {
        let expected = if m == 2 || m == 7 { -0.2 - 2.0 * named.uncertainty.unwrap() } else { c.shift };
        assert!((support - expected).abs() < 1e-4, "{m}: {support}");
    }
    assert!(c.shift > plain.candidates[0].shift, "two of four objections are taken, so the rest are kinder");
}

#[test]
fn without_silence_the_scenarios_own_uncertainty_is_kept() {
    let model = scenario(&text(15, "uncertainty = 0.7")).assumptions.remove(0);
    let fit = fit(&model, vec![row(0, [9, 6, 0], &[])]);
    assert!(!fit.is_uncertainty_fitted);
    assert_eq!(fit.uncertainty, Some(0.7));
    let expected = 0.7 * Normal::standard().inverse_cdf(9.0 / 15.0);
    assert!((fit.candidates[0].shift - expected).abs() < 6e-5);
}

/// A mood that everyone shares makes a nearly unanimous poll more or less kind, and members no further apart.
#[test]
fn a_shock_shared_by_all_is_part_of_the_support() {
    let rows = || vec![row(0, [14, 0, 1], &[]), row(1, [13, 1, 1], &[])];
    let fitted = |shock: &str| {
        let text = text(15, &format!("accept_at = 0.2\nobject_at = -0.2\n{shock}"));
        fit(&scenario(&text).assumptions.remove(0), rows())
    };
    let calm = fitted("");
    assert!(calm.uncertainty.is_some_and(|sd| sd > 0.2), "{calm:?}");
    assert_eq!(fitted("common_sd = 0.45"), calm);
    assert_eq!(fitted("common_sd = 4"), calm);
}

#[test]
fn the_order_of_the_poll_changes_nothing() {
    let model = scenario(&text(15, BAND)).assumptions.remove(0);
    let rows = vec![row(0, [9, 4, 2], &[1]), row(1, [3, 7, 5], &[])];
    let forth = fit(&model, rows.clone());
    let back = fit(&model, rows.into_iter().rev().collect());
    assert_eq!((forth.uncertainty, &forth.candidates[0]), (back.uncertainty, &back.candidates[1]));
}

const POLL: &str = "candidate,encourage,discourage,no_opinion,objections\nx,3,1,1,m2\ny,2,2,1,\n";

/// A folder with a council of five and a poll.
fn desk(poll: &str) -> Desk {
    Desk::with(&[("s.toml", &text(5, BAND)), ("poll.csv", poll)])
}

impl Desk {
    fn fails(&self, arguments: &str, code: i32) -> String {
        let output = self.ends(arguments, code, "");
        assert!(output.stdout.is_empty(), "{arguments}");
        String::from_utf8(output.stderr).unwrap()
    }

    fn shows(&self, arguments: &str) -> String {
        String::from_utf8(self.ends(arguments, 0, "").stdout).unwrap()
    }
}

fn assert_snapshot(name: &str, said: &str) {
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(format!("fit_{name}"), said);
    });
}

#[test]
fn what_it_shows() {
    let desk = desk(POLL);
    let forms = ["table", "csv", "json"].map(|form| desk.shows(&format!("fit s.toml --poll poll.csv --format {form}")));
    let forms = forms.map(|form| form.replace(env!("CARGO_PKG_VERSION"), "VERSION"));
    assert_snapshot("shown", &forms.join("\n---\n"));
    assert_eq!(forms[1], desk.shows("fit s.toml --poll poll.csv --format csv"), "the same every time");
}

#[test]
fn where_every_member_has_its_own_uncertainty_none_is_invented() {
    let desk = desk(POLL);
    let own = text(5, BAND).replace("[[member]]\n", "[[member]]\nuncertainty = 0.5\n");
    fs::write(desk.path("s.toml"), &own).unwrap();
    let [table, json] =
        ["table", "json"].map(|form| desk.shows(&format!("fit s.toml --poll poll.csv --format {form}")));
    assert!(table.contains("All members have uncertainties of their own"), "{table}");
    assert!(!table.contains("uncertainty ="), "{table}");
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["uncertainty"], &json["uncertainty_fitted"]), (&serde_json::Value::Null, &false.into()));
    // What it gives is what their own uncertainty of half a point needs, known objectors apart.
    let common = text(5, "uncertainty = 0.5\naccept_at = 0.3\nobject_at = 0.3");
    let model = scenario(&own.replace(BAND, "accept_at = 0.3\nobject_at = 0.3\n")).assumptions.remove(0);
    let of_both = poll(vec![row(0, [3, 2, 0], &[]), row(1, [1, 4, 0], &[])]);
    let mine = Fit::new(&model, &of_both, |_, _| false).unwrap();
    assert_eq!(mine.uncertainty, None);
    assert_eq!(mine.candidates, fit(&scenario(&common).assumptions.remove(0), of_both.rows).candidates);
    // With one candidate about whom the common one holds it is the scenario's, in the poll or not.
    let mixed = Fit::new(&model, &poll(vec![row(0, [3, 2, 0], &[])]), |_, c| c == CandidateId(1)).unwrap();
    assert_eq!((mixed.uncertainty, mixed.is_uncertainty_fitted), (Some(0.5), false));
}

#[test]
fn the_support_table_is_one_that_a_scenario_reads() {
    let desk = desk(POLL);
    let shown = desk.shows("fit s.toml --poll poll.csv --format csv");
    desk.shows("fit s.toml --poll poll.csv --out support.csv");
    assert_eq!(fs::read_to_string(desk.path("support.csv")).unwrap(), shown);
    let scenario_text = fs::read_to_string(desk.path("s.toml")).unwrap();
    fs::write(desk.path("t.toml"), scenario_text + "[tables]\nsupport = \"support.csv\"\n").unwrap();
    let fitted = Scenario::load(&desk.path("t.toml")).unwrap();
    assert_eq!(
        fitted.assumption(STATED).unwrap().support[0].to_string(),
        shown.lines().nth(1).unwrap().split(',').nth(1).unwrap()
    );
    // Fitting again replaces the table by itself.
    let said = desk.fails("fit t.toml --poll poll.csv --out support.csv", 73);
    assert!(said.contains("exists") && said.contains("--force"), "{said}");
    desk.shows("fit t.toml --poll poll.csv --out support.csv --force");
    assert_eq!(fs::read_to_string(desk.path("support.csv")).unwrap(), shown);
    let said = desk.fails("fit t.toml --poll poll.csv --out poll.csv --force", 73);
    assert!(said.contains("read by this run"), "{said}");
    // All else that was read stays, whatever is forced.
    let (id, name) = ("id,name\nm5,Five\n", "id,name\nz,Zoe\n");
    fs::write(desk.path("members.csv"), id).unwrap();
    fs::write(desk.path("candidates.csv"), name).unwrap();
    let tables = "[tables]\nsupport = \"support.csv\"\nmembers = \"members.csv\"\ncandidates = \"candidates.csv\"\n";
    fs::write(desk.path("t.toml"), text(5, BAND) + tables).unwrap();
    fs::write(desk.path("poll.csv"), POLL.replace("x,3", "x,4").replace("y,2", "y,3")).unwrap();
    for (file, before) in [("members.csv", id), ("candidates.csv", name), ("./members.csv", id)] {
        let said = desk.fails(&format!("fit t.toml --poll poll.csv --out {file} --force"), 73);
        assert!(said.contains("read by this run"), "{said}");
        assert_eq!(fs::read_to_string(desk.path(file)).unwrap(), before);
    }
    desk.shows("fit t.toml --poll poll.csv --out support.csv --force");
    assert_eq!(fs::read_to_string(desk.path("support.csv")).unwrap().lines().count(), 1 + 6);
    assert_eq!(desk.fails("fit t.toml --poll none.csv", 66), "error: none.csv cannot be read: there is no such file\n");
}

#[test]
fn what_is_wrong_with_a_poll_is_said_where_it_is() {
    let head = "candidate,encourage,discourage,no_opinion,objections\n";
    let cases = [
        "candidate,encourage,discourage,neutral\nx,3,1,1\n".to_owned(),
        format!("{head}z,3,1,1,\nx,3,1,1,\nx,3,1,1,\n,3,1,1,\n"),
        format!("{head}x,3,1,2,\ny,3,1,,\n"),
        format!("{head}x,2.5,1.5,1,\ny,-1,5,1,\n"),
        format!("{head}x,5,0,0,\ny,0,5,0,\n"),
        format!("{head}x,3,1,1,m1 m2\ny,3,1,1,M2 USA\n"),
        "candidate;encourage;discourage;no_opinion\nx;3;1;1\n".to_owned(),
        head.to_owned(),
    ];
    let said = cases.map(|poll| format!("<<<\n{poll}\n{}", desk(&poll).fails("fit s.toml --poll poll.csv", 65)));
    assert_snapshot("wrong_polls", &said.join("\n\n"));
}

#[test]
fn totals_that_cannot_be_met_are_refused_with_a_reason() {
    const HEAD: &str = "candidate,encourage,discourage,no_opinion,objections\n";
    let silent = "[[member]]\nid = \"a\"\naccept_at = 9\nobject_at = -9\nuncertainty = 0.1\n";
    let west = "[[bloc]]\nid = \"west\"\nsize = 5\n";
    let cases = [
        ("", "", "x,3,1,1,\n"),
        (BAND, "", "x,3,2,0,\n"),
        (BAND, "", "x,2,0,3,\ny,0,4,1,\n"),
        ("group_sd = { west = 1 }\naccept_at = 0.1\nobject_at = -0.1", west, "x,1,1,8,\n"),
        (BAND, silent, "x,3,3,0,\ny,1,4,1,\n"),
        ("uncertainty = 0", "", "x,3,2,0,\n"),
        ("noise = \"laplace\"\ngroup_sd = { west = 0.1 }\naccept_at = 0.1", west, "x,5,3,2,\n"),
        (BAND, "[[stage]]\nname = \"vote\"\nballot = \"choice\"\nappoint = \"majority\"\n", "x,3,1,1,\n"),
    ];
    let said = cases.map(|(preferences, more, rows)| {
        let desk = desk(&format!("{HEAD}{rows}"));
        fs::write(desk.path("s.toml"), text(5, preferences) + more).unwrap();
        let said = desk.fails("fit s.toml --poll poll.csv --out out.csv", 65);
        assert_eq!(fs::read_dir(desk.path("")).unwrap().count(), 2, "nothing half-written stays");
        format!("<<< {preferences}\n{more}{rows}\n{said}")
    });
    assert_snapshot("out_of_reach", &said.join("\n\n"));
}

#[test]
fn the_table_fits_narrow_terminals() {
    let desk = desk(POLL);
    let scenario = Scenario::load(&desk.path("s.toml")).unwrap();
    let poll = read_poll(&desk.path("poll.csv"), &scenario.assumptions[0]).unwrap();
    let fit = nemcon::study::fit(&scenario, &poll).unwrap();
    let report = FitReport { title: "x", poll: "poll.csv", fit: &fit, written: None };
    for width in [60, 80, 100] {
        let text = report.render(Look { width, styled: false });
        assert!(text.lines().all(|line| line.chars().count() <= usize::from(width)), "{width}:\n{text}");
        for expected in fit.candidates.iter().map(|c| format!("{:.1}", c.encourage)) {
            assert!(text.contains(&expected), "{expected}:\n{text}");
        }
    }
}
