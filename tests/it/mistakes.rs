//! What people are likely to mean otherwise is said: remarks, also by the commands that simulate, and warnings.

use std::fmt::Write;

use crate::common::Desk;

const THREE: &str = "title = \"three\"\nrounds = 200\n[[candidate]]\nid = \"x\"\n[[candidate]]\nid = \"y\"\n[[member]]\nid = \"A\"\n\
    [[member]]\nid = \"B\"\n[[member]]\nid = \"C\"\n";

/// What `check` shows of a scenario, and what `run` says of it on standard error.
fn said(text: &str) -> (String, String) {
    let desk = Desk::with(&[("s.toml", text)]);
    let words = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    let shown = words(desk.ends("check s.toml", 0, "").stdout);
    let silent = desk.ends("run s.toml --quiet", 0, "").stderr;
    assert!(silent.is_empty(), "--quiet: {silent:?}");
    (shown, String::from_utf8(desk.ends("run s.toml", 0, "").stderr).unwrap())
}

/// Asserts that both say so: `check` among its remarks, `run` in one line.
fn assert_remarked(text: &str, code: &str, words: &str) {
    let (shown, run) = said(text);
    assert!(shown.contains(words), "{words}: {shown}");
    let line = run.lines().find(|line| line.starts_with(&format!("remark[{code}]: ")));
    assert!(line.is_some_and(|line| line.contains(words)), "{run}");
}

#[test]
fn rules_that_only_look_like_consensus() {
    let silent = format!("{THREE}[support]\nB = {{ x = -3 }}\n[[stage]]\nname = \"one\"\nappoint = \"consensus\"\n");
    assert_remarked(&silent, "nobody-can-veto", "stage one: the rule asks for no veto, but nobody can veto");
    assert_remarked(&silent, "idle-dislike", "B: firmly against x, but can keep no one from appointment");
    let soundings = format!("{THREE}[veto]\ndefault = \"absolute\"\n[[stage]]\nrepeat = 6\nappoint = \"consensus\"\n");
    assert_remarked(&soundings, "ballots-repeat", "every further ballot can only repeat the one before");
    let half = format!("{THREE}[[stage]]\nappoint = {{ count = {{ at_least = 0.5 }} }}\n");
    assert_remarked(&half, "count-below-one", "less than one: for a part of them write share");
}

#[test]
fn judgements_on_another_scale() {
    let likert = format!("{THREE}[support]\nA = {{ x = 6, y = 4 }}\nB = {{ x = 5, y = 5 }}\nC = {{ x = 1, y = 4 }}\n");
    assert_remarked(&likert, "from-one-up", "a scale from 1 to 7, its middle is 4");
    for points in ["-100", "150", "-35"] {
        let far = format!("{THREE}[support]\nB = {{ x = {points} }}\n");
        assert_remarked(&far, "beyond-scale", &format!("B: {points} points for x, which leave no doubt"));
    }
    let desk = Desk::with(&[("s.toml", &format!("{THREE}[veto]\nA = {{ probability = 90 }}\n"))]);
    desk.ends("check s.toml", 65, "0.9");
}

#[test]
fn a_rule_that_can_never_hold_is_said_once() {
    let four = format!("{THREE}[[stage]]\nname = \"ballot\"\nappoint = {{ count = {{ at_least = 4 }} }}\n");
    assert_remarked(&four, "impossible-rule", "it asks for 4 members, and there are 3");
    let nothing = "title = \"zero\"\nrounds = 100\ncandidate = [{ id = \"jo\" }]\n\
        member = [{ id = \"A\", measures = { w = 0 } }, { id = \"B\", measures = { w = 0 } }]\n\
        [[stage]]\nname = \"ballot\"\nappoint = { share = { of = \"w\", at_least = \"2/3\" } }\n";
    assert_remarked(nothing, "impossible-rule", "it asks for 2/3 of w, of which all members together have 0");
    for text in [four.as_str(), nothing] {
        assert!(!said(text).0.contains("considers them"), "{text}");
    }
}

#[test]
fn a_member_whom_the_institution_does_not_have() {
    let text = |more: &str| {
        format!(
            "title = \"more\"\nrounds = 100\ninstitution = \"osce\"\n[[candidate]]\nid = \"x\"\n[[member]]\n{more}\n"
        )
    };
    let check = |more: &str, says: &str| {
        let desk = Desk::with(&[("s.toml", &text(more))]);
        let output = desk.ends("check s.toml", 0, says);
        desk.ends("run s.toml", 0, says);
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (shown, warned) = check("id = \"ARN\"", "`ARN` adds a member to osce (57 -> 58)");
    assert!(shown.contains("58 members") && warned.contains("did you mean `ARM`?"), "{warned}");
    assert!(check("id = \"UK\"", "adds a member").1.contains("did you mean `GBR`?"));
    assert!(check("id = \"KOR\"\nnew = false", "adds a member").1.contains("new = true"));
    let bloc = "id = \"KOR\"\nnew = true\n[[bloc]]\nid = \"more\"\nsize = 3";
    check(bloc, "`more` adds 3 members to osce (58 -> 61)");
    assert!(check(&format!("{bloc}\nnew = true"), "").1.is_empty());
    let (shown, warned) = check("id = \"KOR\"\nnew = true", "");
    assert!(shown.contains("58 members") && warned.is_empty(), "{warned}");
    for (home, says) in [("UK", "write `GBR`"), ("France", "write `FRA`"), ("ZZT", "code of no country"), ("KOR", "")] {
        let text = text("id = \"ARM\"").replace("id = \"x\"", &format!("id = \"x\"\nhome = \"{home}\""));
        let output = Desk::with(&[("s.toml", &text)]).ends("check s.toml", 0, says);
        assert_eq!(output.stderr.is_empty(), says.is_empty(), "{home}");
    }
}

#[test]
fn where_no_veto_can_matter_reports_say_so() {
    let majority = format!("{THREE}[[stage]]\nname = \"vote\"\nappoint = \"majority\"\n");
    let desk = Desk::with(&[("s.toml", &majority)]);
    let shown = |arguments: &str| String::from_utf8(desk.ends(arguments, 0, "").stdout).unwrap();
    let influence = shown("influence s.toml");
    assert!(influence.contains("no rule here asks about vetoes"), "{influence}");
    assert!(influence.contains("33.3") && !influence.contains("what changes most"), "{influence}");
    assert_eq!(shown("influence s.toml --format csv").lines().count(), 1 + 3 * 3, "files keep all rows");
    assert!(!shown("run s.toml").contains("Who blocks whom"));
}

/// Sixty members by population: their power is out of exact reach.
#[test]
fn power_out_of_exact_reach_is_estimated() {
    let mut text = "title = \"sixty\"\nrounds = 100\ncandidate = [{ id = \"jo\" }]\n[[stage]]\n\
        appoint = { share = { of = \"pop\", at_least = \"2/3\" } }\n"
        .to_owned();
    let mut population = 1_u64;
    for m in 0..60 {
        population = population.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        writeln!(text, "[[member]]\nid = \"M{m}\"\nmeasures = {{ pop = {} }}", 4_000_000 + population % 76_000_000)
            .unwrap();
    }
    let desk = Desk::with(&[("s.toml", &text)]);
    let output = desk.ends("influence s.toml --format csv --quiet", 0, "").stdout;
    let mut reader = csv::Reader::from_reader(&output[..]);
    let headers = reader.headers().unwrap().clone();
    let column = |name: &str| headers.iter().position(|header| header == name).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 60 * 2);
    let number = |row: &csv::StringRecord, name: &str| row[column(name)].parse::<f64>().unwrap();
    for index in ["banzhaf", "shapley_shubik"] {
        let sum: f64 = rows.iter().step_by(2).map(|row| number(row, index)).sum();
        assert!((sum - 1.0).abs() < 1e-9, "{index}: {sum}");
        let error = format!("{index}_se");
        assert!(rows.iter().all(|row| (0.0..0.001).contains(&number(row, &error))), "{index}");
    }
    assert!(rows.iter().all(|row| &row[column("power_method")] == "sampled"));
    let shown = String::from_utf8(desk.ends("influence s.toml --quiet", 0, "").stdout).unwrap();
    let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(shown.contains("Estimated from 100 000 random orders and as many coalitions"), "{shown}");
}
