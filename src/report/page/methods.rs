//! How the results were found, what that leaves out, how to cite and to repeat them.

use maud::{Markup, html};

use super::document::Report;
use super::figure::name;
use crate::report::number::{NBSP, grouped};
use crate::simulation::DRAWS;
use crate::text::printable_message;

/// Where each method is from: what for, and the work.
const REFERENCES: [(&str, &str, &str); 6] = [
    ("intervals of shares", "Wilson 1927", "https://doi.org/10.1080/01621459.1927.10502953"),
    ("intervals of paired differences", "Agresti and Min 2005", "https://doi.org/10.1002/sim.1781"),
    ("indices of judgements", "Plischke, Borgonovo and Smith 2013", "https://doi.org/10.1016/j.ejor.2012.11.047"),
    ("slopes in support", "Asmussen and Glynn 2007", "https://doi.org/10.1007/978-0-387-69033-9"),
    ("voting power by coalitions", "Penrose 1946", "https://doi.org/10.2307/2981392"),
    ("voting power by orders", "Shapley and Shubik 1954", "https://doi.org/10.2307/1951053"),
];

/// The paragraphs.
pub fn methods(report: &Report<'_>) -> Markup {
    let (figures, origin) = (report.figures, report.origin);
    let asked = &figures.asked;
    let others = figures.comparisons.len() as u64;
    html! {
        p {
            "In each of " (grouped(asked.rounds)) " rounds every member’s view of every candidate is drawn: its mean is what \
             the scenario says, its spread what the scenario says is not known. The procedure is then played ballot by \
             ballot, with the vetoes, rules and events of the scenario, until someone is appointed or no ballot is left. "
            @if others > 0 {
                @if others == 1 { "The other assumption meets " } @else { "The " (others) " other assumptions meet " }
                "the same draws, so that differences are paired round by round and far more certain than the shares themselves. "
            }
            @if let Some(ranges) = &figures.ranges {
                "Over judgements, numbers of the scenario are drawn at " (ranges.points.len()) " points from what their \
                 author holds possible, " (grouped(ranges.rounds_per_point)) " rounds each. "
            }
            "Every random number has an address made of seed, round, ballot, member and candidate: the same inputs give the \
             same counts on any machine. References: "
            @for (number, (what, work, address)) in REFERENCES.iter().enumerate() {
                @if number > 0 { "; " }
                (what) ", " a href=(address) rel="noreferrer" { (work) }
            }
            "."
        }
        h3 { "Limits" }
        ul {
            li {
                "Intervals measure the error of simulating finitely many rounds, nothing else: they say nothing about \
                 whether the judgements in the scenario are right."
            }
            li {
                "Members’ views are numbers in points that someone chose. Ranges over judgements cover those numbers that \
                 the scenario doubts, as far as it doubts them."
            }
            li {
                "Bargains across several posts, threats, and what members learn from each other beyond the scenario’s \
                 dynamics are not in the model."
            }
            li { "One selection that ended one way can hardly show that a probability was wrong, nor that it was right." }
        }
        h3 { "How to cite" }
        p {
            "The nemcon authors: nemcon, simulating how international bodies choose people, version " (origin.version)
            "; scenario “" (name(&report.scenario.title)) "”"
            @if let Some(input) = asked.inputs.first() { ", SHA-256 " (first(&input.sha256)) }
            ", seed " (asked.seed) ", " (grouped(asked.rounds)) " rounds."
        }
        h3 { "How to replay" }
        p { "With " (origin.program) " " (origin.version) " (draws of version " (DRAWS) "):" }
        pre { code { (printable_message(&origin.repeat)) } }
        div class="scroll" role="region" tabindex="0" aria-label="Files that were read" {
            table {
                thead { tr { th scope="col" { "file" } th scope="col" { "SHA-256" } } }
                tbody {
                    @for input in &asked.inputs {
                        tr { th scope="row" { (name(&input.path)) } td { code { (input.sha256) } } }
                    }
                }
            }
        }
        @if report.engine.is_some() {
            p { "The panel beside the charts simulates in this page" (NBSP) "with the same engine and the same draws." }
        }
    }
}

fn first(hash: &str) -> String {
    format!("{}…", hash.chars().take(12).collect::<String>())
}
