//! What each veto does, beside the power that the rule gives.

use maud::{Markup, html};

use crate::analysis::{Influence, MemberInfluence};
use crate::model::Model;
use crate::report::influence::InfluenceReport;
use crate::report::number::share;
use crate::report::page::figure::{self, Paper};
use crate::report::page::svg::{Axis, Drawing, Width, chart, fit, num, percent_tick, short};
use crate::report::{csv, number};

/// Members drawn at most.
const MEMBERS: usize = 12;
const ROW: f64 = 23.0;

/// Members by what their veto changes; nothing if none changes anything.
pub fn influence(model: &Model, influence: &Influence, paper: &Paper<'_>) -> Option<Markup> {
    if influence.members.iter().all(|member| member.changed.is_never()) {
        return None;
    }
    let report = InfluenceReport { title: "", model, influence, seed: 0, rounds_asked: 0, repeat: "" };
    let rows = report.rows();
    let drawn = &rows[..rows.len().min(MEMBERS)];
    let described: Vec<String> = drawn.iter().map(|(_, member)| told(member)).collect();
    let has_power = drawn.iter().any(|(_, member)| member.power.is_some());
    let title =
        if has_power { "Rounds that a veto changes, beside formal power" } else { "Rounds that a veto changes" };
    Some(html! {
        p class="sub" {
            "Each member’s veto in turn is taken away, or, where there is none, an absolute one is given: in how many rounds \
             that changes the end."
            @if has_power {
                " Beside it the member’s share of formal voting power (Banzhaf), which knows the rule and no one’s views."
            }
            @if rows.len() > drawn.len() { " Drawn are the " (MEMBERS) " whose veto does most." }
        }
        figure {
            (chart("influence", title, &described.join("; "), paper.widths, |width| draw(drawn, has_power, width)))
            figcaption { (figure::key(&[("bar", "veto taken away"), ("bar given", "veto given"), ("bar nobody", "formal power")])) }
        }
        (figure::table("what each veto does", &["Changes in percentage points."], paper, || {
            (report.main(), csv::INFLUENCE.file(influence).ok().into_iter().collect())
        }))
    })
}

fn told(member: &MemberInfluence) -> String {
    let power = member.power.map(|power| format!(", formal power {:.1} %", 100.0 * power.banzhaf)).unwrap_or_default();
    let how = if member.has_veto { "taken" } else { "given" };
    format!("{}, veto {how}: {} of rounds change{power}", short(&member.member.name, 60), share(&member.changed))
}

fn draw(rows: &[(usize, MemberInfluence)], has_power: bool, width: Width) -> Drawing {
    let changed = |member: &MemberInfluence| member.changed.value.unwrap_or(0.0);
    let power = |member: &MemberInfluence| member.power.map_or(0.0, |power| power.banzhaf);
    let most = |of: &dyn Fn(&MemberInfluence) -> f64| rows.iter().map(|(_, member)| of(member)).fold(0.0, f64::max);
    let (from, middle, to) = width.pick((180.0, 430.0, 668.0), (116.0, 232.0, 336.0));
    let right = if has_power { middle - width.pick(60.0, 38.0) } else { to };
    let effect = Axis::of_shares(most(&changed), from, right);
    let formal = Axis::of_shares(most(&power), middle, to - width.pick(0.0, 34.0));
    let top = 24.0;
    let bottom = top + ROW * rows.len() as f64;
    let body = html! {
        text class="label head" x=(num(from)) y="13" { (width.pick("rounds changed", "rounds")) }
        @if has_power { text class="label head" x=(num(middle)) y="13" { (width.pick("formal power", "formal")) } }
        (effect.grid(top, bottom, width, percent_tick))
        @if has_power { (formal.grid(top, bottom, width, percent_tick)) }
        @for (number, (_, member)) in rows.iter().enumerate() {
            @let y = top + ROW * number as f64;
            @let text = num(y + 15.5);
            text class="label" x=(num(from - 8.0)) y=(text) text-anchor="end" { (fit(name(member), from - 10.0)) }
            rect class=(if member.has_veto { "bar" } else { "bar given" }) x=(num(from)) y=(num(y + 5.0)) height="13" width=(num(effect.at(changed(member)) - from)) {}
            text class="value" x=(num(effect.at(changed(member)) + 5.0)) y=(text) { (number::bare(&member.changed)) }
            @if has_power {
                rect class="bar nobody" x=(num(middle)) y=(num(y + 5.0)) height="13" width=(num(formal.at(power(member)) - middle)) {}
                text class="quiet" x=(num(formal.at(power(member)) + 5.0)) y=(text) { (format!("{:.1}", 100.0 * power(member))) }
            }
        }
    };
    Drawing { height: bottom + 20.0, body }
}

/// A bloc has no name but its id.
fn name(member: &MemberInfluence) -> &str {
    if member.member.name.is_empty() { &member.member.id } else { &member.member.name }
}
