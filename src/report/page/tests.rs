//! Whole pages of small scenarios.

use super::{Engine, Live, Report, Section, Width, sections};
use crate::analysis::Proportion;
use crate::report::Origin;
use crate::report::number::share;
use crate::scenario::Scenario;
use crate::study::{Handle, Options, ReportFigures, ReportOptions, report};

/// Names that would be markup, or turn the text, if they were not kept from it.
const SCRIPT: &str = "</script><script>alert(1)</script>";
const IMAGE: &str = "\\\"><img src=x onerror=alert(2)>";
const ARABIC: &str = "مرشح \\u202e abc";

fn hostile() -> Scenario {
    let long = "N".repeat(200);
    let text = format!(
        r#"
title = "{SCRIPT}"
summary = "A *b* {SCRIPT} {IMAGE}"
sources = ["{IMAGE}"]
seed = 1
candidate = [{{ id = "a", name = "{SCRIPT}" }}, {{ id = "b", name = "{IMAGE}" }}, {{ id = "c", name = "{ARABIC}" }}, {{ id = "d", name = "{long}" }}]
member = [{{ id = "M", name = "{IMAGE}" }}, {{ id = "N", name = "{SCRIPT}" }}, {{ id = "O", name = "{long}" }}]
support = {{ M = {{ a = 0.5, b = -0.3 }}, N = {{ c = 0.4 }} }}
veto = {{ M = "absolute", N = "absolute" }}
stage = [{{ name = "vote", repeat = 3, appoint = "consensus" }}]
dynamics = {{ memory = 0.5 }}
assumption = [{{ name = "none", summary = "{SCRIPT}", amend = {{ M = "none", N = "none" }} }}]
[[judgement]]
name = "shift"
shift = ["support.*.*"]
low = -1
high = 1
note = "{IMAGE}"
"#
    );
    Scenario::from_text("hostile.toml", &text, None).unwrap_or_else(|error| panic!("{}", error.render(false, 100)))
}

fn figures(scenario: &Scenario) -> ReportFigures {
    let judgements = if scenario.judgements.is_empty() { 0 } else { 64 };
    let simulation = Options { rounds: Some(2000), ..Options::default() };
    let options = ReportOptions { judgements: Some(judgements), simulation };
    report(scenario, &options, &Handle::default()).unwrap().unwrap()
}

fn page(scenario: &Scenario, figures: &ReportFigures, sections: &[Section], engine: Option<Engine<'_>>) -> String {
    let repeat = format!("nemcon report {SCRIPT}");
    let origin = Origin::new("report", figures.asked.inputs.clone(), Some(1), repeat);
    Report { scenario, figures, title: None, sections, origin: &origin, engine }.render().html
}

const ENGINE: Engine<'_> = Engine { early: "\"early\"", script: "\"own\"", worker: "\"worker\"", module: b"module" };

#[test]
fn names_are_text_and_no_number_is_missing() {
    let scenario = hostile();
    let figures = figures(&scenario);
    for engine in [None, Some(ENGINE)] {
        let page = page(&scenario, &figures, &Section::ALL, engine);
        assert!(!page.contains("<script>alert") && !page.contains("<img") && !page.contains('\u{202e}'));
        let scripts = if engine.is_some() { 7 } else { 0 };
        assert_eq!(page.matches("<script").count(), scripts, "a page has its own scripts alone");
        assert_eq!(page.matches("</script").count(), scripts);
        for word in ["NaN", "\"inf\"", "\"-inf"] {
            assert!(!page.contains(word), "{word}");
        }
        for section in Section::ALL.into_iter().filter(|section| *section != Section::Judgements) {
            assert!(page.contains(&format!("<section id=\"{}\"", section.name())), "{}", section.name());
        }
    }
}

#[test]
fn what_is_drawn_is_what_came_out() {
    let scenario = hostile();
    let figures = figures(&scenario);
    let page = page(&scenario, &figures, &[Section::Chosen], None);
    let outcomes = &figures.selections[0].outcomes;
    for outcome in outcomes {
        let value = format!(">{}</text>", share(&outcome.probability).replace('<', "&lt;").replace('>', "&gt;"));
        assert!(page.contains(&value), "{value}");
    }
    let wide = page.split("<svg class=\"wide\"").nth(1).unwrap();
    let bars = wide.split("<rect class=\"bar\"").skip(1);
    let width = |bar: &str| bar.split(" width=\"").nth(1).unwrap().split('"').next().unwrap().parse::<f64>().unwrap();
    let widths: Vec<f64> = bars.map(width).collect();
    let mut shares: Vec<f64> =
        outcomes.iter().filter(|it| it.candidate.is_some()).filter_map(|it| it.probability.value).collect();
    shares.sort_by(|a, b| b.total_cmp(a));
    assert_eq!(widths[..4].len(), shares.len());
    // Each is as long as its share says, to a tenth of a unit.
    for (width, share) in widths.iter().zip(&shares) {
        assert!((width / widths[0] - share / shares[0]).abs() < 0.002, "{widths:?} {shares:?}");
    }
}

#[test]
fn the_same_results_are_the_same_bytes_and_parts_can_be_left_out() {
    let scenario = hostile();
    let (one, two) = (figures(&scenario), figures(&scenario));
    let whole = |figures: &ReportFigures| page(&scenario, figures, &Section::ALL, Some(ENGINE));
    assert_eq!(whole(&one), whole(&two));
    let few = page(&scenario, &one, &[Section::Methods, Section::Blocks], None);
    assert_eq!(few.matches("<section").count(), 2);
    assert!(few.find("id=\"blocks\"") < few.find("id=\"methods\""), "in reading order");
}

/// A scenario without vetoes, other assumptions, judgements and further ballots has the parts that are left.
#[test]
fn parts_without_content_are_left_out() {
    let text = "title = \"One\"\nmember = [{ id = \"A\" }]\ncandidate = [{ id = \"x\" }]";
    let scenario = Scenario::from_text("one.toml", text, None).unwrap();
    let page = page(&scenario, &figures(&scenario), &Section::ALL, None);
    for section in [Section::Assumptions, Section::Flow, Section::Blocks, Section::Ends, Section::Judgements] {
        assert!(!page.contains(&format!("id=\"{}\"", section.name())), "{}", section.name());
    }
    assert!(page.contains("id=\"chosen\"") && page.contains("id=\"methods\""));
}

#[test]
fn an_institution_of_many_is_shown_by_those_who_veto_most() {
    let members: Vec<String> = (0..190).map(|m| format!("{{ id = \"m{m}\" }}")).collect();
    let text = format!(
        "title = \"Many\"\nmember = [{}]\ncandidate = [{{ id = \"x\" }}, {{ id = \"y\" }}]\nveto = {{ m0 = \"absolute\" }}",
        members.join(", ")
    );
    let scenario = Scenario::from_text("many.toml", &text, None).unwrap();
    let mut figures = figures(&scenario);
    // As if everyone vetoed.
    for pair in &mut figures.selections[0].pairs {
        pair.vetoed = Proportion::new(1 + pair.member as u64, 2000);
    }
    let mut columns = figures.selections[0].candidates.iter_mut();
    columns.by_ref().for_each(|candidate| candidate.vetoed = Proportion::new(500, 2000));
    let page = page(&scenario, &figures, &[Section::Blocks], None);
    assert!(page.contains("Drawn are the 16 of 190 who veto most."), "it says so");
    assert!(page.contains(">m189</text>") && !page.contains(">m100</text>"));
}

#[test]
fn pieces_can_be_drawn_again() {
    let scenario = hostile();
    let figures = figures(&scenario);
    let live = Live {
        model: &scenario.assumptions[1],
        selection: &figures.selections[1],
        before: figures.comparisons.first(),
        polls: &[],
        tables: true,
    };
    let pieces = sections(&live, &[Width::Narrow], |_| true);
    let names: Vec<_> = pieces.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["chosen", "flow", "blocks", "ends", "ballots"]);
    let piece = |name| &pieces.iter().find(|(other, _)| *other == name).unwrap().1;
    assert!(piece("chosen").contains("class=\"narrow\"") && !piece("chosen").contains("class=\"wide\""));
    assert!(piece("chosen").contains("class=\"before\""), "the report’s own result is marked");
    assert_eq!(piece("blocks"), "", "nobody can veto");
}
