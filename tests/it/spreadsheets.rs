//! Tables as spreadsheets, pandas and people write them.

use std::collections::BTreeMap;
use std::fs;

use crate::common::Desk;
use nemcon::model::{Answer, MemberId, Model};
use nemcon::scenario::{LoadError, Scenario, Tables, read_poll};

/// A scenario of two members and two candidates, all of it in tables.
const SCENARIO: &str =
    "title = \"Tables\"\n[tables]\nmembers = \"m.csv\"\ncandidates = \"c.csv\"\nsupport = \"s.csv\"\n";
const MEMBERS: &str = "id,groups,home\nAA,west north,1\nBB,west,-0.5\n";
const CANDIDATES: &str = "id,enters\njo,1\nkim,1\n";
const SUPPORT: &str = "member,jo,kim\nAA,1,0\nBB,0,-1\n";

fn load(members: &str, candidates: &str, support: &str) -> Result<Scenario, LoadError> {
    let table = |name: &str, text: &str| (name.to_owned(), text.as_bytes().to_vec());
    let tables = BTreeMap::from([table("m.csv", members), table("c.csv", candidates), table("s.csv", support)]);
    Scenario::from_text("t.toml", SCENARIO, Some(Tables::Memory(&tables)))
}

fn model(members: &str, candidates: &str, support: &str) -> Model {
    let loaded = load(members, candidates, support);
    loaded.unwrap_or_else(|error| panic!("{}", error.render(false, 100))).assumptions.remove(0)
}

fn said(members: &str, candidates: &str, support: &str) -> String {
    load(members, candidates, support).unwrap_err().render(false, 200)
}

#[test]
fn tables_mean_the_same_however_they_were_saved() {
    let plain = model(MEMBERS, CANDIDATES, SUPPORT);
    for members in [
        "id,groups,home,,,\nAA,west north,1,,,\nBB,west,-0.5,,,\n,,,,,\n",
        "sep=,\nid,groups,home\nAA,west north,1\nBB,west,-0.5\n",
        "sep=;\nid;groups;home\nAA;west,north;1\nBB;west;-0.5\n",
        "id,groups,home\nAA,\"west, north\",1.0\nBB,west,\u{2212}0.5\n",
        "id,groups,home\nAA,west;north,+1\nBB,west;,\u{2013}.5\n",
        "id,groups,home\n\u{a0}AA\u{200b},west\u{a0}north,\u{a0}1\nBB,west\u{200b},-0.5\u{a0}\n",
        "#,id,groups,home,note,source,#checked\n1,AA,west north,1,the chair,,x\n2,BB,west,-0.5,,own,\n",
    ] {
        assert_eq!(plain, model(members, CANDIDATES, SUPPORT), "{members:?}");
    }
    for candidates in ["id,enters\njo,1.0\nkim,\n", "id,enters,,\njo,1.,,\nkim,1e0,,\n", "id,note\njo,said\nkim,\n"] {
        assert_eq!(plain, model(MEMBERS, candidates, SUPPORT), "{candidates:?}");
    }
    for support in [
        "member,jo,kim,source\nAA,1,0,press report\nBB,0,\u{2212}1,own judgement\n",
        "#,member,note,jo,kim,\n1,AA,,1.0,,\n2,BB,x,,\u{ff0d}1.0,\n3,,only a note,,,\n",
    ] {
        assert_eq!(plain, model(MEMBERS, CANDIDATES, support), "{support:?}");
    }
}

#[test]
fn a_candidate_called_note_has_its_column() {
    let model = model(MEMBERS, "id\nnote\nkim\n", "member,note,kim,source\nAA,2,0,x\nBB,0,-1,y\n");
    assert_eq!(model.support, [2.0, 0.0, 0.0, -1.0]);
    let said = said(MEMBERS, "id\nnote\nkim\n", "member,note\nAA,a word\n");
    assert!(said.contains("this cell must be a number, not `a word`"), "{said}");
}

#[test]
fn what_cannot_be_read_is_said_with_what_to_write() {
    for (points, help) in [
        ("50%", "help: write 50 % as 0.5\n"),
        ("1 000", "help: write 1_000\n"),
        ("1\u{a0}000", "help: write 1_000\n"),
        ("1'000", "help: write 1_000\n"),
        ("\u{2014}1", "help: it has the character U+2014 (em dash)\n"),
        ("1\u{200b}2", "help: it has the character U+200B (zero-width space)\n"),
        ("2 points", "help: leave a cell empty where nothing is said"),
        ("\"0,5\"", "help: write decimals with a point (1.5)"),
    ] {
        let said = said(MEMBERS, CANDIDATES, &format!("member,jo\nAA,{points}\n"));
        assert!(said.contains(help), "{points}: {said}");
    }
    let said = said(MEMBERS, "id,enters\njo,1.5\nkim,\n", SUPPORT);
    assert!(said.contains("`enters` must be a whole number, but this is a decimal number"), "{said}");
}

#[test]
fn characters_that_do_not_show_are_named() {
    let refused = said("id\nA\u{a0}A\nBB\n", CANDIDATES, "member,jo\nBB,1\n");
    assert!(refused.contains("it has the character U+00A0 (no-break space)"), "{refused}");
    let unknown = said(MEMBERS, CANDIDATES, "member,j\u{200b}o\nAA,1\n");
    assert!(unknown.contains("it has the character U+200B (zero-width space); did you mean `jo`?"), "{unknown}");
}

#[test]
fn polls_are_read_as_tables_are() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("poll.csv");
    let text = "title = \"F\"\ncandidate = [{ id = \"jo\" }, { id = \"kim\" }]\nbloc = [{ id = \"m\", size = 15 }]\n";
    let model = Scenario::from_text("f.toml", text, None).unwrap().assumptions.remove(0);
    let poll = |text: &str| {
        fs::write(&path, text).unwrap();
        read_poll(&path, &model).unwrap_or_else(|error| panic!("{}", error.render(false, 100)))
    };
    let plain = poll("candidate,encourage,discourage,no_opinion,objections\njo,11,2,2,m-01 m-02\nkim,9,5,1,\n");
    assert_eq!(plain.rows[0].known, [0, 1].map(|m| (MemberId(m), Answer::Object)));
    for table in [
        "candidate,encourage,discourage,no_opinion,objections\njo,11.0,2.0,2.0,\"m-01, m-02\"\nkim,9.0,5.0,1.0,\n",
        "sep=;\ncandidate;encourage;discourage;no_opinion;objections;source\njo;11;2;2;m-01,m-02;x\nkim;9;5;1;;\n",
        "candidate,note,encourage,discourage,no_opinion,objections,,\njo,x,11,2,2,m-01;m-02,,\nkim,,9,5,1,,,\n",
    ] {
        assert_eq!(plain, poll(table), "{table}");
    }
    fs::write(&path, "candidate,encourage,discourage,no_opinion\njo,11.5,1.5,2\n").unwrap();
    let said = read_poll(&path, &model).unwrap_err().render(false, 100);
    assert!(said.contains("`encourage` must be a whole number, but this is a decimal number"), "{said}");
}

#[test]
fn a_scenario_saved_with_other_line_ends_is_the_same_one() {
    let desk = Desk::with(&[("t.toml", SCENARIO), ("m.csv", MEMBERS), ("c.csv", CANDIDATES), ("s.csv", SUPPORT)]);
    desk.ends("run t.toml --rounds 500 --shard 1/2 --checkpoint 1.json --quiet", 0, "");
    for (name, text) in [("t.toml", SCENARIO), ("m.csv", MEMBERS)] {
        fs::write(desk.path(name), format!("\u{feff}{}", text.replace('\n', "\r\n"))).unwrap();
    }
    desk.ends("run t.toml --rounds 500 --shard 1/2 --resume 1.json --quiet", 0, "");
    desk.ends("run t.toml --rounds 500 --shard 2/2 --checkpoint 2.json --quiet", 0, "");
    desk.ends("merge 1.json 2.json --out merged --quiet", 0, "");
    let run: serde_json::Value = serde_json::from_slice(&fs::read(desk.path("merged/run.json")).unwrap()).unwrap();
    let input = &run["inputs"][0];
    assert_ne!(input["sha256"], input["sha256_text"], "{input}");
    fs::write(desk.path("m.csv"), MEMBERS.replace("0.5", "0.25")).unwrap();
    desk.ends("run t.toml --rounds 500 --shard 1/2 --resume 1.json --quiet", 65, "other contents");
}

#[test]
fn numbers_of_other_habits_are_refused_with_what_to_write() {
    let said = |line: &str| {
        let text = format!(
            "title = \"x\"\n{line}\n[[member]]\nid = \"A\"\n[[member]]\nid = \"B\"\n[[candidate]]\nid = \"c\"\n"
        );
        Scenario::from_text("t.toml", &text, None).unwrap_err().render(false, 200)
    };
    for (line, help) in [
        ("rounds = 100.000", "a point is for decimals: write 100; if thousands are meant, write 100_000"),
        ("rounds = 1.0", "write 1\n"),
        ("rounds = 100,000", "write 100_000 if thousands are meant, and 100.000 if decimals are"),
        ("rounds = 100 000", "write 100_000"),
        ("rounds = \"100 000\"", "write 100_000"),
        ("preferences = { home = \"0,5\" }", "write decimals with a point: 0.5"),
        ("preferences = { home = \"\u{2212}1\" }", "the sign is U+2212 (minus sign)"),
        ("preferences = { home = \u{2212}1 }", "the sign is U+2212 (minus sign)"),
        ("preferences = { home = .5 }", "write 0.5"),
        ("veto = { A = { probability = 90% } }", "write 90 % as 0.9"),
        ("veto = { A = { probability = \"90 %\" } }", "write 90 % as 0.9"),
        ("veto = { A = { probability = 90 } }", "write 90 % as 0.9"),
        ("stage = [{ appoint = { share = { at_least = \"55%\" } } }]", "write 55 % as 0.55"),
        ("stage = [{ appoint = { share = { at_least = 2/3 } } }]", "write \"2/3\""),
        ("member = [{ id = 007 }]", "write 7, or put it in quotes if it is a name: \"007\""),
        ("veto = { A = { against = \"c, d\" } }", "write [\"c\", \"d\"]"),
    ] {
        let said = said(line);
        assert!(said.contains(&format!("help: {help}")), "{line}: {said}");
    }
}
