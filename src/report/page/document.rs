//! The page as a whole.

use std::cell::RefCell;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::claim::Claim;
use super::figure::{Paper, Saving};
use super::section::Section;
use super::summary::summary;
use super::svg::Width;
use super::{basis, charts, embedded, methods, rounds};
use crate::analysis::Comparison;
use crate::hash::sha256;
use crate::report::Origin;
use crate::scenario::Scenario;
use crate::study::ReportFigures;
use crate::text::printable_message;

pub(super) const STYLE: &str = concat!(include_str!("style.css"), include_str!("../../../page/script/panel.css"));

/// What makes a page run.
#[derive(Debug, Clone, Copy)]
pub struct Engine<'a> {
    /// The script that starts its worker, before the page is read whole.
    pub early: &'a str,
    /// The page's own script.
    pub script: &'a str,
    /// The script of its workers.
    pub worker: &'a str,
    /// The module for WebAssembly, gzipped.
    pub module: &'a [u8],
}

/// A page and what it is made of.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// What came out.
    pub figures: &'a ReportFigures,
    /// The title, if not the scenario's.
    pub title: Option<&'a str>,
    /// Which parts it has; one without content is left out.
    pub sections: &'a [Section],
    /// Where the results come from.
    pub origin: &'a Origin,
    /// What makes it run; otherwise neither that nor the scenario is in it.
    pub engine: Option<Engine<'a>>,
}

/// A page that is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The whole of it, in HTML.
    pub html: String,
    /// Which of the parts asked for have nothing to show and are left out.
    pub left_out: Vec<Section>,
}

impl Report<'_> {
    /// The page. The same results give the same bytes.
    pub fn render(&self) -> Page {
        let title = printable_message(self.title.unwrap_or(&self.scenario.title));
        let saving = self.engine.map_or(Saving::InLinks, |_| Saving::ByScript(RefCell::default()));
        let paper = Paper { widths: &Width::ALL, tables: true, saving };
        let parts = self.parts(&paper);
        let (head, body) = (self.head(&title), self.body(&parts));
        let files = paper.saving.into_files();
        let scripts = self.engine.map(|engine| embedded::scripts(self, &engine, &files));
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(self.policy());
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="referrer" content="no-referrer";
                    meta name="generator" content={ (self.origin.program) " " (self.origin.version) };
                    link rel="icon" href="data:,";
                    title { (title) }
                    style { (PreEscaped(STYLE)) }
                }
                body class=[self.engine.is_none().then_some("static")] {
                    a class="skip" href="#chosen" { "Skip to the results" }
                    @if let Some(engine) = &self.engine { (embedded::worker(engine)) }
                    main { (head) (body) }
                    @if let Some(scripts) = scripts { (scripts) }
                }
            }
        };
        let has = |section: &Section| parts.iter().any(|(part, _)| part == section);
        let left_out = Section::ALL.into_iter().filter(|it| self.sections.contains(it) && !has(it)).collect();
        Page { html: page.into_string(), left_out }
    }

    /// Nothing is loaded from anywhere, and no script runs but the page's own.
    fn policy(&self) -> String {
        let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(sha256(text.as_bytes())));
        let mut policy = format!("default-src 'none'; style-src {}; img-src data:", hash(STYLE));
        if let Some(engine) = &self.engine {
            let _ = write!(
                policy,
                "; script-src {} {} {} 'wasm-unsafe-eval'; worker-src blob:",
                hash(engine.early),
                hash(embedded::SAVE),
                hash(engine.script)
            );
        }
        policy + "; base-uri 'none'; form-action 'none'"
    }

    /// What it is about and what was found.
    fn head(&self, title: &str) -> Markup {
        let Self { scenario, figures, .. } = self;
        let claim = figures.selections.first().map(|stated| Claim {
            stated,
            comparisons: &figures.comparisons,
            ranges: figures.ranges.as_ref(),
            is_changed: !scenario.changes.is_empty(),
        });
        html! {
            header {
                p class="over" { "Simulated selection" }
                h1 { bdi { (title) } }
                @if !scenario.changes.is_empty() {
                    p class="changed" {
                        "With "
                        @for (number, change) in scenario.changes.iter().enumerate() {
                            @if number > 0 { ", " }
                            code { (printable_message(&format!("{} = {}", change.path, change.value))) }
                        }
                    }
                }
                @if let Some(claim) = claim { p class="claim" { (claim.sentence()) } (claim.tiles()) }
                @if !scenario.summary.is_empty() {
                    details class="about" { summary { "About this scenario" } (summary(&scenario.summary)) }
                }
            }
        }
    }

    /// The parts that have content, in reading order.
    fn parts(&self, paper: &Paper<'_>) -> Vec<(Section, Markup)> {
        let asked = Section::ALL.into_iter().filter(|section| self.sections.contains(section));
        asked.filter_map(|section| Some((section, self.part(section, paper)?))).collect()
    }

    /// The parts, and what changes them.
    fn body(&self, parts: &[(Section, Markup)]) -> Markup {
        let part = |(section, content): &(Section, Markup)| {
            let heading = format!("{}-heading", section.name());
            html! {
                section id=(section.name()) aria-labelledby=(heading) {
                    h2 id=(heading) { (section.heading()) }
                    (content)
                }
            }
        };
        let (appendix, results): (Vec<_>, Vec<_>) = parts.iter().partition(|(section, _)| section.is_appendix());
        html! {
            nav aria-label="Sections" {
                ul {
                    @for (section, _) in parts { li { a href={ "#" (section.name()) } { (section.heading()) } } }
                    @if self.engine.is_some() { li class="live" { a href="#panel" { "Try another number" } } }
                }
            }
            div class="two" {
                div class="results" { @for it in &results { (part(it)) } }
                @if self.engine.is_some() { aside id="panel" aria-label="Try other numbers" hidden {} }
            }
            div class="appendix" { @for it in &appendix { (part(it)) } }
            footer { p { (self.footer()) } }
        }
    }

    /// Where the page comes from, in a line.
    fn footer(&self) -> Markup {
        let (whole, by) = (self.engine.is_some(), format!("{} {}", self.origin.program, self.origin.version));
        html! {
            "Made by " (by) ", seed " (self.figures.asked.seed) ". "
            @if whole {
                "This page contains the whole scenario, notes included, and the engine that simulates it. It loads nothing \
                 and sends nothing."
            } @else { "This page loads nothing, sends nothing and runs nothing." }
        }
    }

    /// What a part holds; nothing if there is nothing to show.
    fn part(&self, section: Section, paper: &Paper<'_>) -> Option<Markup> {
        let Self { scenario, figures, .. } = *self;
        let ReportFigures { selections, comparisons, ranges, influence, leverage, stories, .. } = figures;
        let (stated, model) = (selections.first()?, scenario.assumptions.first()?);
        let content = match section {
            Section::Chosen => live("chosen", charts::chosen(stated, ranges.as_ref(), None, paper)),
            Section::Assumptions => charts::assumptions(selections, comparisons, ranges.as_ref(), paper)?,
            Section::Flow => live("flow", charts::flow(most_changed(comparisons)?, paper)?),
            Section::Blocks => live("blocks", charts::blocks(model, stated, paper)?),
            Section::Influence => charts::influence(model, influence, paper)?,
            Section::Leverage => charts::leverage(model, leverage.as_ref()?, paper)?,
            Section::Ends => live("ends", charts::ends(stated, paper)?),
            Section::Ballots => live("ballots", charts::ballots(model, stated, &scenario.polls, paper)?),
            Section::Judgements => charts::judgements(ranges.as_ref()?, paper)?,
            Section::Rounds => rounds::told(model, stories, figures.asked.seed)?,
            Section::Basis => basis::basis(scenario, model),
            Section::Methods => methods::methods(self),
        };
        Some(content)
    }
}

/// The first of the comparisons in which most rounds end differently.
pub(super) fn most_changed(comparisons: &[Comparison]) -> Option<&Comparison> {
    comparisons.iter().reduce(|best, next| if next.changed.count > best.changed.count { next } else { best })
}

/// A part that can be drawn again.
fn live(name: &str, content: Markup) -> Markup {
    html! { div data-live=(name) { (content) } }
}
