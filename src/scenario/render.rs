//! Problems as text: the message, the line with a mark under the place, and help.

use std::borrow::Cow;
use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Element, Level, Origin, Renderer, Snippet};

use super::diagnostic::Diagnostic;
use super::place::Place;
use super::problems::Problems;
use super::source::{SourceFile, Sources};
use crate::codes::Severity;
use crate::text::printable_message;

/// Problems shown at most; the rest are counted.
const MAX_SHOWN: usize = 100;
/// Longest line shown whole (the renderer then fits it to the terminal), in bytes.
const MAX_LINE: usize = 2000;
/// Bytes of context on each side of a mark in a longer line.
const CONTEXT: usize = 60;
/// Longest text between two marks for both to be shown in one excerpt, in bytes.
const MAX_BETWEEN: usize = 64 * 1024;

impl Problems {
    /// The problems as a reader sees them: message, the line with a mark under the place, and help, then
    /// the [`summary`](Self::summary).
    ///
    /// `styled` adds terminal colours; `width` is the terminal's in columns.
    pub fn render(&self, styled: bool, width: usize) -> String {
        let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
        let renderer = renderer.term_width(width.max(40)).decor_style(DecorStyle::Ascii);
        let mut text = String::new();
        for problem in self.iter().take(MAX_SHOWN) {
            text += &render_one(&renderer, problem, self.sources());
            text += "\n\n";
        }
        if self.len() > MAX_SHOWN {
            text += &format!("… and {} more\n", self.len() - MAX_SHOWN);
        }
        text + &printable_message(&self.summary()) + "\n"
    }
}

fn render_one(renderer: &Renderer, problem: &Diagnostic, sources: &Sources) -> String {
    let level = match problem.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Remark => Level::NOTE,
    };
    let mut group = level
        .primary_title(printable_message(&problem.message))
        .id(problem.code.name())
        .elements(Vec::<Element<'_>>::new());
    if problem.places.is_empty() {
        group = group.element(Origin::path(printable_message(sources.scenario_name())));
    }
    let mut rest: &[(Place, String)] = &problem.places;
    let mut kind = AnnotationKind::Primary;
    let mut positions = Vec::new();
    while let Some((first, _)) = rest.first() {
        let Some(file) = sources.get(first.file) else { break };
        let together = marks_together(file, rest);
        let (now, later) = rest.split_at(together);
        if together == 1 && line_of(&file.text, first.start).len() > MAX_LINE {
            let (snippet, position) = cut_excerpt(file, &now[0], kind);
            group = group.element(snippet);
            positions.push(Some(position));
        } else {
            group = group.element(excerpt(file, now, kind));
            positions.push(None);
        }
        rest = later;
        kind = AnnotationKind::Context;
    }
    if let Some(help) = &problem.help {
        group = group.element(Level::HELP.message(printable_message(help)));
    }
    correct(&renderer.render(&[group]), &positions)
}

/// Puts right the positions that the renderer counted in a window, each with the real one beside it.
///
/// They stand in the lines with arrows, of which every excerpt has one; nothing else is touched,
/// whatever it looks like.
fn correct(rendered: &str, positions: &[Option<(String, String)>]) -> String {
    let mut positions = positions.iter();
    let line = |line: &str| match is_arrow(line).then(|| positions.next()).flatten() {
        Some(Some((counted, real))) => line.replacen(counted, real, 1),
        _ => line.to_owned(),
    };
    rendered.split_inclusive('\n').map(line).collect()
}

/// Whether a rendered line names a file and a position: `-->` or `:::` behind spaces and colours.
fn is_arrow(line: &str) -> bool {
    let mut rest = line;
    loop {
        rest = rest.trim_start_matches(' ');
        match rest.strip_prefix('\u{1b}').and_then(|code| code.split_once('m')) {
            Some((_, after)) => rest = after,
            None => return ["-->", ":::"].iter().any(|arrow| rest.starts_with(arrow)),
        }
    }
}

/// How many of `places`, from the first, lie in one file and near enough for one excerpt.
fn marks_together(file: &SourceFile, places: &[(Place, String)]) -> usize {
    let Some((first, _)) = places.first() else { return 0 };
    let fits = |(place, _): &&(Place, String)| {
        place.file == first.file
            && place.start.abs_diff(first.start) <= MAX_BETWEEN
            && line_of(&file.text, place.start).len() <= MAX_LINE
    };
    places.iter().take_while(fits).count().max(1)
}

/// The lines from the first to the last of `places`, with a mark under each.
fn excerpt<'a>(
    file: &'a SourceFile,
    places: &'a [(Place, String)],
    first_kind: AnnotationKind,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let text = file.text.as_str();
    let spans: Vec<_> = places.iter().map(|(place, _)| first_line_span(text, place)).collect();
    let first = spans.iter().map(|span| span.start).min().unwrap_or(0);
    let last = spans.iter().map(|span| span.end).max().unwrap_or(0);
    let start = line_of(text, first).start;
    let end = line_of(text, last).end;
    let line_start = file.position(start).line;
    let mut snippet =
        Snippet::source(without_c1(&text[start..end])).path(printable_message(&file.name)).line_start(line_start);
    for (i, ((place, label), span)) in places.iter().zip(spans).enumerate() {
        let kind = if i == 0 { first_kind } else { AnnotationKind::Context };
        let span = span.start - start..span.end - start;
        snippet = snippet.annotation(kind.span(span).label(full_label(file, place, label)));
    }
    snippet
}

/// A window of a very long line around one place, with the position that the renderer will count, from
/// the start of the window, and the real one.
fn cut_excerpt<'a>(
    file: &'a SourceFile,
    (place, label): &(Place, String),
    kind: AnnotationKind,
) -> (Snippet<'a, annotate_snippets::Annotation<'a>>, (String, String)) {
    let text = file.text.as_str();
    let span = first_line_span(text, place);
    let line = line_of(text, span.start);
    let from = floor_char(text, span.start.saturating_sub(CONTEXT).max(line.start));
    let span_end = floor_char(text, span.end.min(span.start + CONTEXT).max(span.start));
    let to = floor_char(text, (span_end + CONTEXT).min(line.end));
    let lead = if from > line.start { "…" } else { "" };
    let trail = if to < line.end { "…" } else { "" };
    let window = format!("{lead}{}{trail}", &text[from..to]);
    let shift = |at: usize| at - from + lead.len();
    let annotation = kind.span(shift(span.start)..shift(span_end)).label(full_label(file, place, label));
    let name = printable_message(&file.name);
    let real = file.position(span.start);
    let number = real.line;
    let position = |column: usize| format!("{name}:{number}:{column}");
    let positions = (position(1 + window[..shift(span.start)].chars().count()), position(real.column));
    (Snippet::source(without_c1(&window).into_owned()).path(name).line_start(number).annotation(annotation), positions)
}

/// The label, led by row and column if the place is a cell.
fn full_label(file: &SourceFile, place: &Place, label: &str) -> String {
    let Some(cell) = place.cell else { return printable_message(label) };
    let column = cell.column.and_then(|column| Some((column, file.columns.get(column)?)));
    let cell = match column {
        Some((_, name)) if !name.is_empty() => format!("row {}, column `{name}`", cell.row),
        Some((number, _)) => format!("row {}, column {}", cell.row, number + 1),
        None => format!("row {}", cell.row),
    };
    printable_message(&if label.is_empty() { cell } else { format!("{cell}: {label}") })
}

/// The part of `place` on its first line, on character boundaries.
fn first_line_span(text: &str, place: &Place) -> Range<usize> {
    let start = floor_char(text, place.start);
    let end = floor_char(text, place.end.max(start)).min(line_of(text, start).end).max(start);
    start..end
}

/// The range of the line that `at` is on, without its line break.
fn line_of(text: &str, at: usize) -> Range<usize> {
    let at = floor_char(text, at);
    let start = text[..at].rfind('\n').map_or(0, |i| i + 1);
    let end = text[at..].find('\n').map_or(text.len(), |i| at + i);
    start..if text[start..end].ends_with('\r') { (end - 1).max(start) } else { end }
}

/// Replaces the control characters U+0080 to U+009F, which the renderer lets through, byte for byte.
fn without_c1(text: &str) -> Cow<'_, str> {
    let is_c1 = |c: char| matches!(c, '\u{80}'..='\u{9f}');
    if text.contains(is_c1) { Cow::Owned(text.replace(is_c1, "\u{bf}")) } else { Cow::Borrowed(text) }
}

fn floor_char(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
