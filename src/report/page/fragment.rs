//! Charts of one result, as a part of someone else's page, such as a notebook.

use maud::{Markup, PreEscaped, html};

use super::document::STYLE;
use super::figure::{Paper, Saving, name, open_table};
use super::{Live, Section, Width, charts};
use crate::analysis::judgements::Ranges;
use crate::analysis::{Comparison, Influence, Leverage, Selection};
use crate::hash::sha256_hex;
use crate::model::Model;
use crate::report::Grid;

/// A chart with its table, under a heading.
#[derive(Debug, Clone)]
pub struct Piece {
    section: Section,
    content: Markup,
}

const PAPER: Paper<'_> = Paper { widths: &Width::ALL, saving: Saving::Nowhere };

/// What there is of these parts.
fn pieces(parts: impl IntoIterator<Item = (Section, Option<Markup>)>) -> Vec<Piece> {
    let piece = |(section, content): (Section, Option<Markup>)| content.map(|content| Piece { section, content });
    parts.into_iter().filter_map(piece).collect()
}

/// Of what one assumption comes to.
pub fn run(live: &Live<'_>, ranges: Option<&Ranges>) -> Vec<Piece> {
    let Live { model, selection, before, polls } = *live;
    pieces([
        (Section::Chosen, Some(charts::chosen(selection, ranges, before, &PAPER))),
        (Section::Blocks, charts::blocks(model, selection, &PAPER)),
        (Section::Ends, charts::ends(selection, &PAPER)),
        (Section::Ballots, charts::ballots(model, selection, polls, &PAPER)),
        (Section::Judgements, ranges.and_then(|ranges| charts::judgements(ranges, &PAPER))),
    ])
}

/// Of how assumptions differ.
pub fn compare(selections: &[Selection], comparisons: &[Comparison], ranges: Option<&Ranges>) -> Vec<Piece> {
    let flow = super::document::most_changed(comparisons).and_then(|comparison| charts::flow(comparison, &PAPER));
    pieces([
        (Section::Chosen, selections.first().map(|baseline| charts::chosen(baseline, ranges, None, &PAPER))),
        (Section::Assumptions, charts::assumptions(selections, comparisons, ranges, &PAPER)),
        (Section::Flow, flow),
    ])
}

/// Of what each veto does.
pub fn influence(model: &Model, influence: &Influence) -> Vec<Piece> {
    pieces([(Section::Influence, charts::influence(model, influence, &PAPER))])
}

/// Of where a point of persuasion buys most.
pub fn leverage(model: &Model, leverage: &Leverage) -> Vec<Piece> {
    pieces([(Section::Leverage, charts::leverage(model, leverage, &PAPER))])
}

/// These charts, or where there are none the main table, under a title and with a line below, as one element of HTML with a
/// style of its own that touches nothing around it. All text in it is escaped. It follows the dark themes of JupyterLab
/// and of Visual Studio Code.
pub fn fragment(title: &str, pieces: &[Piece], main: &Grid, below: &str) -> String {
    let content = html! {
        p class="over" { (name(title)) }
        @for Piece { section, content } in pieces { section { h3 { (section.heading()) } (content) } }
        @if pieces.is_empty() { (open_table(title, main)) }
        p class="note" { (name(below)) }
    }
    .into_string();
    // Several may stand on one page: what is named in one must not be taken for what is in another.
    let own = &sha256_hex(content.as_bytes())[..8];
    let content = content.replace(" id=\"", &format!(" id=\"n{own}-"));
    let content = labelled(&content, &format!("n{own}-"));
    html! { div class="nemcon" { style { (PreEscaped(style())) } (PreEscaped(content)) } }.into_string()
}

/// The text with `prefix` before each name in `aria-labelledby`.
fn labelled(content: &str, prefix: &str) -> String {
    const LABELLED: &str = "aria-labelledby=\"";
    let mut parts = content.split(LABELLED);
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (names, rest) = part.split_once('"').unwrap_or((part, ""));
        let names: Vec<String> = names.split(' ').map(|name| format!("{prefix}{name}")).collect();
        text += &format!("{LABELLED}{}\"{rest}", names.join(" "));
    }
    text
}

/// The style of the page, for what is in the element alone.
fn style() -> String {
    let mut colours = STYLE.split(":root{").skip(1).filter_map(|rest| rest.split_once('}'));
    let [light, dark] = [colours.next(), colours.next()].map(|found| found.map_or("", |(colours, _)| colours));
    format!(
        ".nemcon{{{light};color-scheme:light;background:var(--paper);color:var(--ink);padding:.8rem 1rem;\
         font:1rem/1.5 system-ui,sans-serif;max-width:60rem}}\
         body[data-jp-theme-light=false] .nemcon,body.vscode-dark .nemcon{{{dark};color-scheme:dark}}\
         .nemcon{{{STYLE}section{{margin:1rem 0 0}}h3{{margin:.6rem 0 .3rem}}}}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_style_has_the_colours_of_the_page_and_closes_what_it_opens() {
        let style = style();
        assert!(style.starts_with(".nemcon{color-scheme:light dark;--ink:#1d2327"), "{style}");
        assert!(style.contains("body.vscode-dark .nemcon{--ink:#e8e6e1"));
        assert_eq!(style.matches('{').count(), style.matches('}').count());
        assert!(!style.contains('<'));
    }

    #[test]
    fn names_are_of_one_fragment_alone_and_text_is_escaped() {
        let svg = || PreEscaped("<svg aria-labelledby=\"a-t a-d\"><title id=\"a-t\">A</title></svg>".to_owned());
        let piece = Piece { section: Section::Chosen, content: svg() };
        let grid = Grid::new(&["<b>"], &[false], vec![vec!["<script>".to_owned()]]);
        let html = fragment("<i>", &[piece], &grid, "</div>");
        let id = html.split("<title id=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        assert!(id.starts_with('n') && id.ends_with("-a-t"), "{id}");
        assert!(html.contains(&format!("aria-labelledby=\"{id} {}\"", id.replace("-t", "-d"))), "{html}");
        assert!(html.contains("&lt;i&gt;") && html.contains("&lt;/div&gt;") && !html.contains("<script>"));
        let table = fragment("t", &[], &grid, "");
        assert!(table.contains("&lt;script&gt;") && table.contains("<table>"));
    }
}
