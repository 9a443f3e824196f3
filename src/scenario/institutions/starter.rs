//! A scenario to start from: sound as it is, with comments that say how to go on.

use super::{EXAMPLE_ELECTORS, Institution};
use crate::model::{Model, VetoPower};
use crate::text::width;

/// Columns of a comment.
const WIDTH: usize = 100;

const HEAD: &str = "\
# What is after a # is a comment. `nemcon check` says what this file means, or everything that is wrong with it.

title   = \"Who will it be?\"
summary = \"What is asked, and when\"
sources = [\"where figures and judgements come from\"]
seed    = 1
rounds  = 100_000
";

const PREFERENCES: &str = "
# Views are measured in points: 0 is indifference between a candidate and no appointment, +2 firm support, -2 firm
# opposition. `uncertainty` is how far a view may be from what this file says (a standard deviation).
[preferences]
uncertainty = 1.0

# A good or a bad month for a candidate, with everyone: what members' doubts have in common. A default, not a
# judgement. On fifteen real choice ballots that were not used to build anything, forecasts from first ballots were
# overconfident without it: of eleven outcomes given 80 % or more, six came true, and the mean log score was -1.81
# (uniform: -1.57). With 0.5 it is -1.05: better than the stated forecast in 7 of 15, by far where it counts, and than
# the leader's win rate in 13; -1.11 with 0.25 and with 0.75.
@STANCES@common_sd = 0.5

# Who may be appointed. Put the real ones here.
[[candidate]]
id   = \"first\"
name = \"First Candidate\"

[[candidate]]
id   = \"second\"
name = \"Second Candidate\"
# availability = 0.7              # the probability of standing at all
";

const STANCES: &str = "\
# Of bodies that ask for stances, as this one does, there is no such figure; what is said of doubts holds for them, too.
";

const DYNAMICS: &str = "
# Without this no view moves between ballots, so that every later ballot of the same candidates repeats the first.
[dynamics]
memory = 0.7                      # how much of what is not known stays from ballot to ballot
# momentum = 0.5                  # points gained per unit of support share above the mean
";

/// What is always there: the candidates' points, the uncertainty, and the shared doubt.
const JUDGEMENTS: &str = "
# How far off these numbers may be: low and high are the ends of an interval on which you would bet 9 to 1. `nemcon run`
# then shows beside each probability how far it ranges, and which of these judgements matters.

# How much a point is worth: one factor for all points.
[[judgement]]
name  = \"stances\"
scale = [\"support.*.*\"]
low   = 0.6
high  = 1.5
note  = \"how firmly the reports are to be taken\"

# A candidate of whom little is known may be more or less welcome to everyone.
[[judgement]]
name  = \"second\"
shift = [\"support.*.second\"]
low   = -0.5
high  = 0.5
note  = \"nothing was reported\"

# How much members' doubts have in common.
[[judgement]]
name = \"shared-doubt\"
set  = [\"preferences.common_sd\"]
low  = 0.25
high = 0.75
note = \"the default is 0.5\"
";

const COMPARE: &str = "
# Other beliefs about who can block, to be compared with those above: nemcon compare
";

const ASSUMPTION: &str = "\
[[assumption]]
name    = \"no-vetoes\"
summary = \"Nobody can block\"
veto    = { default = \"none\" }
";

const BODY: &str = "
# Who decides. Groups are there because members say that they belong to them.
[[member]]
id     = \"A\"
name   = \"Country A\"
groups = [\"large\"]

[[member]]
id     = \"B\"
name   = \"Country B\"
groups = [\"large\"]

[[member]]
id   = \"C\"
name = \"Country C\"

# Many members of one kind, written once: they become delegate-01, delegate-02 …
# [[bloc]]
# id   = \"delegate\"
# size = 20
";

const PROCEDURE: &str = "
# Who can block: \"none\", \"absolute\", or { probability = 0.8, cost = 1.0 }, by member, by group or by `default`.
[veto]
default = \"none\"
C       = \"absolute\"

# The procedure: one stage after the other, each with up to `repeat` ballots.
[[stage]]
name    = \"consultations\"
repeat  = 3
appoint = \"consensus\"
";

/// The scenario: about `institution`, or about a body of its own.
pub fn starter(institution: Option<&Institution>) -> String {
    let Some(Institution { name, title, open, text, scenario, .. }) = institution else {
        return [
            HEAD,
            &preferences(false),
            BODY,
            &support("A", Some("large")),
            PROCEDURE,
            DYNAMICS,
            JUDGEMENTS,
            COMPARE,
            ASSUMPTION,
        ]
        .concat();
    };
    let model = &scenario.assumptions[0];
    let bloc = model.groups.iter().find(|group| group.bloc.is_some());
    let who = bloc.map_or(&model.members[0].id, |bloc| &bloc.id);
    let group = model.groups.iter().find(|group| group.bloc.is_none());
    let electors = if *open {
        format!("electors    = {EXAMPLE_ELECTORS}             # how many there are\n")
    } else {
        String::new()
    };
    let own = sections(text, &["veto", "dynamics", "stage"]);
    let how = "What the institution says about vetoes and procedure. To change it, take the # away: [veto] and \
               [dynamics] are changed entry by entry, while stages are said all or none.";
    let assumption =
        if model.vetoes.iter().any(VetoPower::exists) { ASSUMPTION.to_owned() } else { hidden(ASSUMPTION) };
    // With one ballot nothing can move between ballots.
    let dynamics =
        if model.max_ballots() > 1 { DYNAMICS.to_owned() } else { format!("\n{}", hidden(DYNAMICS.trim_start())) };
    [
        HEAD,
        &format!("\n{}", comment(&format!("{title}: `nemcon institutions {name}` says what is in it."))),
        &format!("institution = \"{name}\"\n{electors}"),
        &preferences(votes_for_a_name(model)),
        &format!("\n{}", comment(&members(model))),
        &support(who, group.map(|group| group.id.as_str())),
        &format!("\n{}{own}", comment(how)),
        &dynamics,
        JUDGEMENTS,
        COMPARE,
        &assumption,
    ]
    .concat()
}

/// Whether the body has ballots in which each member votes for one name.
fn votes_for_a_name(model: &Model) -> bool {
    model.stages.iter().any(|stage| stage.ballot.votes() == Some(1))
}

/// What holds for all, and the candidates; `votes` says whether each member of the body votes for a name.
fn preferences(votes: bool) -> String {
    PREFERENCES.replace("@STANCES@", if votes { "" } else { STANCES })
}

/// An example of what members are judged to think of the candidates.
fn support(member: &str, group: Option<&str>) -> String {
    let group = group.map(|group| {
        format!(
            "# [support.{group}]              # points for the whole group, added to its members' own\n# first = 0.5\n"
        )
    });
    format!(
        "\n# What members think of the candidates, in points. What is not said is 0.\n\
         [support.{member}]\nfirst  = 1.0\nsecond = -0.5\n{}",
        group.unwrap_or_default()
    )
}

/// Members, with the bloc in place of its members, and groups.
fn members(model: &Model) -> String {
    let blocs = || model.groups.iter().filter(|group| group.bloc.is_some());
    let named = model.member_ids().filter(|(m, _)| blocs().all(|bloc| !bloc.members.contains(*m)));
    let named = named.map(|(_, m)| if m.id == m.name { m.id.clone() } else { format!("{} {}", m.id, m.name) });
    let of_bloc =
        blocs().map(|bloc| format!("{0}-01, {0}-02 … (the {1} of the bloc {0})", bloc.id, bloc.members.len()));
    let groups: Vec<_> = model.groups.iter().filter(|group| group.bloc.is_none()).collect();
    let groups: Vec<_> = groups.iter().map(|group| format!("{} ({})", group.id, group.members.len())).collect();
    let list = named.chain(of_bloc).collect::<Vec<_>>().join(", ");
    if groups.is_empty() {
        format!("Members: {list}.")
    } else {
        format!("Members: {list}. Groups: {}.", groups.join(", "))
    }
}

/// The lines of `text` under headings called `wanted`, with the comments above the headings, as comments.
fn sections(text: &str, wanted: &[&str]) -> String {
    let (mut found, mut above, mut inside) = (String::new(), Vec::new(), false);
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix('[') {
            let name = heading.trim_start_matches('[').split([']', '.']).next().unwrap_or_default();
            inside = wanted.contains(&name.trim());
        } else if line.is_empty() || line.starts_with('#') {
            above.push(line);
            continue;
        }
        for line in above.drain(..).chain([line]).filter(|_| inside) {
            found += &hidden(line);
        }
    }
    found
}

/// Lines as comments.
fn hidden(lines: &str) -> String {
    lines.lines().map(|line| if line.is_empty() { "#\n".to_owned() } else { format!("# {line}\n") }).collect()
}

/// Prose as comments.
pub(super) fn comment(text: &str) -> String {
    let mut lines = vec![String::from("#")];
    for word in text.split_whitespace() {
        if let Some(line) = lines.last_mut().filter(|line| width(line) + width(word) < WIDTH) {
            *line += &format!(" {word}");
        } else {
            lines.push(format!("# {word}"));
        }
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    fn load(text: &str) -> Scenario {
        let scenario = Scenario::from_text("new.toml", text, None);
        let scenario = scenario.unwrap_or_else(|error| panic!("{text}\n{}", error.render(false, 100)));
        assert!(scenario.warnings.is_empty(), "{text}\n{}", scenario.warnings.render(false, 100));
        scenario
    }

    #[test]
    fn every_starter_is_sound_and_a_matter_of_comments() {
        load(&starter(None));
        for institution in Institution::all() {
            let text = starter(Some(&institution));
            let model = &load(&text).assumptions[0];
            assert_eq!(model.candidates.len(), 2, "{}", institution.name);
            assert!(model.support.contains(&-0.5), "{}", institution.name);
            assert!(text.lines().all(|line| line.chars().count() <= 120), "{text}");
        }
    }

    /// The figures of the default are told alike wherever it is written.
    #[test]
    fn bodies_that_vote_share_doubt_by_default_and_say_why() {
        let words = |text: &str| {
            let words = text.lines().map(|line| line.trim_start_matches("# ")).collect::<Vec<_>>().join(" ");
            let (_, why) = words.split_once("On fifteen real choice ballots").unwrap();
            why.split_once("common_sd = 0.5").unwrap().0.to_owned()
        };
        let why = words(&preferences(true));
        for institution in Institution::all() {
            let model = &institution.scenario.assumptions[0];
            let votes = votes_for_a_name(model);
            let (name, sd) = (institution.name, model.candidates[0].common_sd);
            assert_eq!(sd, if votes { 0.5 } else { 0.0 }, "{name}");
            assert!(!votes || words(institution.text) == why, "{name}");
            let new = load(&starter(Some(&institution)));
            assert!(new.assumptions[0].candidates.iter().all(|c| c.common_sd == 0.5), "{name}");
        }
    }

    #[test]
    fn what_an_institution_says_of_procedure_can_be_said_again_by_taking_the_signs_away() {
        for institution in Institution::all() {
            let own = sections(institution.text, &["veto", "dynamics", "stage"]);
            let bare: String = own.lines().map(|line| line.trim_start_matches('#').to_owned() + "\n").collect();
            // A comment of the institution's own is none of its keys.
            let bare: String =
                bare.lines().filter(|line| !line.starts_with(" #")).map(|line| line.to_owned() + "\n").collect();
            let text = starter(Some(&institution));
            assert!(text.contains(&own), "{text}");
            let (as_it_is, said) = (load(&text), load(&text.replace(&own, &bare)));
            assert_eq!(as_it_is.assumptions[0], said.assumptions[0], "{}", institution.name);
            assert!(bare.contains("[[stage]]"), "{}", institution.name);
        }
    }
}
