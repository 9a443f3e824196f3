//! Small scenarios with polls: every feature that conditioning has to do with.

/// What is said of an institution of five, three candidates and stances at three ballots.
pub const FIVE: &str = r#"
title = "five"
member = [{ id = "A", groups = ["north"] }, { id = "B", groups = ["north"] }, { id = "C", groups = ["south"] }, { id = "D", groups = ["south"] }, { id = "E" }]
candidate = [{ id = "x" }, { id = "y" }]
[preferences]
uncertainty = 0.8
accept_at = 0.2
object_at = -0.2
[support]
A = { x = 0.5, y = -0.2 }
B = { x = 0.1, y = 0.3 }
C = { x = 0.3, y = 0.0 }
D = { x = -0.2, y = 0.4 }
E = { x = 0.0, y = 0.1 }
[veto]
default = "none"
A = "absolute"
"#;

/// Where candidates can be taken one by one.
pub fn cases() -> Vec<(&'static str, String)> {
    let five = |more: &str| format!("{FIVE}{more}");
    let one = r#"
[[stage]]
name = "talks"
repeat = 3
appoint = "consensus"
appoint_from = 3
[[poll]]
name = "one"
answers = { x = { encourage = 3, object = 1, no_opinion = 1 }, y = { encourage = 2, object = 2, no_opinion = 1 } }
"#;
    let two = format!(
        "{one}[[poll]]\nname = \"two\"\nballot = 2\nanswers = {{ x = {{ encourage = 3, object = 1 }}, y = {{ object = 3 }} }}\n"
    );
    vec![
        ("one poll", five(one)),
        ("memory and drift", five(&format!("{two}[dynamics]\nmemory = 0.8\ndrift_sd = 0.3\n"))),
        ("doubt", five(&format!("{one}[dynamics]\nmemory = 0.8\ndoubt_sd = 0.6\n"))),
        (
            "shared shocks and groups",
            five(&format!("{two}[dynamics]\nmemory = 0.7\n"))
                .replace("[preferences]", "[preferences]\ncommon_sd = 0.5\ngroup_sd = { north = 0.5, south = 0.4 }"),
        ),
        (
            "moods",
            five(&format!("{two}[dynamics]\nmemory = 0.7\ndrift_sd = 0.2\n"))
                .replace("[preferences]", "[preferences]\nmember_sd = 0.7\ncommon_sd = 0.3"),
        ),
        (
            "events",
            five(&format!(
                "{two}[dynamics]\nmemory = 0.6\n[[event]]\nname = \"scandal\"\nprobability = 0.3\neffects = [{{ points = -0.8, candidates = [\"x\"] }}]\n"
            )),
        ),
        (
            "logistic noise",
            five(&format!("{two}[dynamics]\nmemory = 0.5\n"))
                .replace("[preferences]", "[preferences]\nnoise = \"logistic\""),
        ),
        (
            "partial totals and known answers",
            five(
                r#"
[[stage]]
name = "talks"
repeat = 3
appoint = "consensus"
appoint_from = 3
[dynamics]
memory = 0.7
drift_sd = 0.2
[[poll]]
name = "one"
answers = { x = { encourage = { at_least = 2 }, known = { D = "object" } }, y = { object = 2, among = { north = { object = { at_least = 1 } } } } }
[[poll]]
name = "two"
ballot = 2
answers = { x = { encourage = 3 }, y = { encourage = { at_most = 2 } } }
"#,
            ),
        ),
        (
            "vetoes with a cost, red lines, one leaves",
            five(
                r#"
[[stage]]
name = "talks"
repeat = 3
appoint = { all = ["no_veto", { count = { of = "members", at_least = 2 } }] }
[dynamics]
memory = 0.7
[[poll]]
name = "one"
answers = { x = { encourage = 3 }, y = { object = { at_least = 3 } } }
[[poll]]
name = "two"
ballot = 2
answers = { x = { object = { at_least = 1 } } }
"#,
            )
            .replace(
                "A = \"absolute\"",
                "A = { probability = 0.8, cost = 0.3 }\nB = { probability = 0.7, alone = 0.2 }",
            )
            .replace("{ id = \"y\" }", "{ id = \"y\", withdraws_if_vetoed = 0.5 }"),
        ),
        (
            "momentum, side payments, a ballot dropped",
            five(
                r#"
[[stage]]
name = "talks"
repeat = 4
appoint = { all = ["no_veto", { count = { of = "members", at_least = 2 } }] }
[dynamics]
memory = 0.7
momentum = 1.5
accommodation = { holdouts = 2, probability = 0.5, limit = 0.9 }
[[poll]]
name = "one"
answers = { x = { encourage = 3, object = 1, no_opinion = 1 }, y = { encourage = 2, object = 2, no_opinion = 1 } }
[[poll]]
name = "two"
ballot = 2
answers = { x = { encourage = { at_least = 3 } }, y = { object = { at_least = 2 } } }
"#,
            )
            .replace("A = \"absolute\"", "A = \"absolute\"\nB = \"absolute\""),
        ),
        (
            "a member's readiness, an unpolled ballot, goodwill",
            five(
                r#"
[[stage]]
name = "talks"
repeat = 2
[[stage]]
name = "vote"
repeat = 2
goodwill = 0.3
appoint = { all = ["no_veto", { count = { of = "members", at_least = 2 } }] }
[dynamics]
memory = 0.7
[[poll]]
name = "one"
answers = { x = { encourage = 3, object = 1, no_opinion = 1 }, y = { encourage = 2 } }
[[poll]]
name = "two"
stage = "vote"
answers = { x = { encourage = 3 }, y = { object = { at_least = 2 } } }
"#,
            )
            .replace(
                "A = \"absolute\"",
                "A = { probability = 0.6, drawn = \"member\" }\nB = { probability = 0.7, drawn = \"member\" }",
            ),
        ),
    ]
}

/// What is said of an institution of six who choose among three; `one` is the first of its polls.
fn six(stage: &str, one: &str, more: &str) -> String {
    format!(
        r#"
title = "six"
member = [{{ id = "A", groups = ["north"] }}, {{ id = "B", groups = ["north"] }}, {{ id = "C", groups = ["south"] }}, {{ id = "D", groups = ["south"] }}, {{ id = "E" }}, {{ id = "F" }}]
candidate = [{{ id = "x" }}, {{ id = "y" }}, {{ id = "z" }}]
[preferences]
noise = "gumbel"
uncertainty = 0.8
[support]
A = {{ x = 0.5, y = -0.2 }}
B = {{ x = 0.1, y = 0.3 }}
C = {{ x = 0.3, z = 0.2 }}
D = {{ x = -0.2, y = 0.4 }}
F = {{ z = 0.5 }}
[[stage]]
name = "vote"
ballot = "choice"
repeat = 4
appoint = {{ share = {{ more_than = "1/2" }} }}
{stage}
[[poll]]
name = "one"
answers = {one}
{more}"#
    )
}

/// Choice ballots, and what depends on all candidates at once.
pub fn together_cases() -> Vec<(&'static str, String)> {
    let three = "{ x = { votes = 3 }, y = { votes = 2 }, z = { votes = 1 } }";
    let second = |answers: &str| format!("[[poll]]\nname = \"two\"\nballot = 2\nanswers = {answers}\n");
    let alike = |text: String| {
        let (start, end) = (text.find("[support]").unwrap(), text.find("[[stage]]").unwrap());
        format!("{}[support.A]\nx = 0\n{}", &text[..start], &text[end..])
    };
    let momentum = r#"
[[stage]]
name = "talks"
repeat = 4
appoint = { all = ["no_veto", { count = { of = "members", at_least = 2 } }] }
drop = "lowest"
from_ballot = 2
[dynamics]
memory = 0.6
momentum = 1.5
accommodation = { holdouts = 2, probability = 0.5 }
[[poll]]
name = "one"
answers = { x = { encourage = { at_least = 3 } }, y = { object = 2 } }
[[poll]]
name = "two"
ballot = 2
answers = { x = { encourage = { at_least = 3 }, object = 1 }, y = { encourage = 2 } }
"#;
    let vetoes = "A = \"absolute\"\nB = { probability = 0.7, cost = 0.2 }";
    vec![
        ("votes", six("", three, "[dynamics]\nmemory = 0.7\n")),
        ("votes of voters who are alike", alike(six("drop = \"lowest\"", three, "[dynamics]\nmemory = 0.5\n"))),
        (
            "two ballots, one drops out",
            six(
                "drop = \"lowest\"\nties = \"ballot\"",
                "{ x = { votes = 2 }, y = { votes = 2 }, z = { votes = 2 } }",
                &format!("{}[dynamics]\nmemory = 0.6\n", second("{ x = { votes = 3 }, y = { votes = 3 } }")),
            ),
        ),
        (
            "votes, minds that stay",
            six(
                "drop = \"lowest\"",
                "{ x = { votes = 3 }, y = { votes = 2 }, z = { votes = 1 } }",
                &second("{ x = { votes = 3 }, y = { votes = 3 } }"),
            ),
        ),
        (
            "abstentions, scales that differ, moods and groups",
            six("", "{ x = { votes = 2 }, y = { votes = 1 }, z = { votes = 1 } }", "[dynamics]\nmemory = 0.7\ndrift_sd = 0.2\n")
                .replace(
                    "[preferences]",
                    "[preferences]\nvotes_at = 0.3\nmember_sd = 0.4\ncommon_sd = 0.2\ngroup_sd = { north = 0.5 }",
                )
                .replace("{ id = \"y\" }", "{ id = \"y\", uncertainty = 1.4 }"),
        ),
        (
            "partial votes and known voters",
            six(
                "drop = { below = \"1/6\" }",
                "{ x = { votes = { at_least = 2 }, known = { D = \"vote\" } }, y = { votes = { at_most = 3 }, among = { north = { votes = 1 } } }, z = {} }",
                &format!("{}[dynamics]\nmemory = 0.5\nmomentum = 1.0\n", second("{ x = { votes = 3 }, y = { votes = 3 } }")),
            ),
        ),
        (
            "votes and vetoes, an event, withdrawals",
            six(
                "",
                three,
                "[veto]\ndefault = \"none\"\nA = { probability = 0.8 }\n[dynamics]\nmemory = 0.6\n[[event]]\nname = \"scandal\"\nprobability = \
                 0.3\neffects = [{ points = -0.8, candidates = [\"x\"] }]\n",
            )
            .replace("{ share = { more_than = \"1/2\" } }", "{ all = [\"no_veto\", { share = { at_least = \"1/2\" } }] }")
            .replace("{ id = \"z\" }", "{ id = \"z\", withdraws_if_vetoed = 0.5 }"),
        ),
        ("momentum, payments and the lowest, partly known", format!("{FIVE}{momentum}").replace("A = \"absolute\"", vetoes)),
        (
            "the same with logistic noise and moods",
            format!("{FIVE}{momentum}")
                .replace("A = \"absolute\"", vetoes)
                .replace("[preferences]", "[preferences]\nnoise = \"logistic\"\nmember_sd = 0.4\ncommon_sd = 0.3"),
        ),
    ]
}
