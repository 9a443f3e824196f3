//! Random scenarios over the whole format.

use std::fmt::Write as _;

use nemcon::model::{Choose, Drawn, Noise, Ties};
use nemcon::scenario::keys::{JUDGEMENT, Kind, POLL, SCENARIO, Section};

/// What a random scenario is made from: proptest shrinks towards few members, few candidates and few features.
#[derive(Debug, Clone, Copy)]
pub struct Recipe {
    /// Number of members.
    pub members: usize,
    /// Number of candidates.
    pub candidates: usize,
    /// Which parts of the format are used, a bit each.
    pub features: u32,
    /// Everything else.
    pub seed: u64,
}

/// How many bits of [`Recipe::features`] mean something.
pub const FEATURES: u32 = 30;

/// A choice after the other, all from one seed (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ z >> 31) % n as u64) as usize
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }

    /// A multiple of 1/4 in `±most`: coarse, so that ties occur.
    fn points(&mut self, most: usize) -> f64 {
        self.below(8 * most + 1) as f64 / 4.0 - most as f64
    }

    fn member(&mut self, recipe: &Recipe) -> String {
        format!("m{}", self.below(recipe.members))
    }

    fn candidate(&mut self, recipe: &Recipe) -> String {
        format!("c{}", self.below(recipe.candidates))
    }
}

/// The text of the scenario.
pub fn text(recipe: &Recipe) -> String {
    let mut dice = Dice(recipe.seed);
    let mut text = String::from("title = \"random\"\n");
    preferences(recipe, &mut dice, &mut text);
    members(recipe, &mut dice, &mut text);
    candidates(recipe, &mut dice, &mut text);
    if uses(recipe, 4) {
        for e in 0..1 + dice.below(3) {
            event(recipe, e, &mut dice, &mut text);
        }
    }
    vetoes(recipe, &mut dice, &mut text);
    dynamics(recipe, &mut dice, &mut text);
    for _ in 0..1 + dice.below(3) {
        stage(recipe, &mut dice, &mut text);
    }
    if uses(recipe, 13) {
        writeln!(text, "[[stage]]\nfield = [\"c0\"]\ngoodwill = 0.5\nappoint = \"consensus\"").unwrap();
    }
    text
}

/// The text of the scenario with further assumptions: about vetoes, about what everyone thinks, and about what happens.
pub fn with_assumptions(recipe: &Recipe) -> String {
    let mut text = text(recipe);
    let mut dice = Dice(!recipe.seed);
    for i in 0..1 + dice.below(5) {
        writeln!(text, "[[assumption]]\nname = \"a{i}\"").unwrap();
        match dice.below(3) {
            0 => writeln!(text, "veto = {{ default = {} }}", power(recipe, &mut dice)).unwrap(),
            1 => writeln!(text, "amend = {{ last = {} }}", power(recipe, &mut dice)).unwrap(),
            _ => {}
        }
        let (member, candidate) = (dice.member(recipe), dice.candidate(recipe));
        let setting = match dice.below(9) {
            0 => format!("\"support.{member}.{candidate}\" = {:?}", dice.points(2)),
            1 => format!("\"candidate.{candidate}.availability\" = {}", dice.of(&["0.0", "0.3", "1.0"])),
            2 => format!("\"preferences.uncertainty\" = {}", dice.of(&["0.5", "2.0"])),
            3 => format!("\"dynamics.momentum\" = {}", dice.of(&["0.0", "1.5"])),
            4 => format!("\"dynamics.memory\" = {}", dice.of(&["1.0", "0.4"])),
            5 => format!("\"member.{member}.object_at\" = {}", dice.of(&["-1.0", "0.0"])),
            6 => format!("\"preferences.common_sd\" = {}", dice.of(&["0.0", "0.7"])),
            _ => continue,
        };
        writeln!(text, "[assumption.set]\n{setting}").unwrap();
    }
    text
}

fn uses(recipe: &Recipe, feature: u32) -> bool {
    recipe.features >> feature & 1 == 1
}

fn preferences(recipe: &Recipe, dice: &mut Dice, text: &mut String) {
    writeln!(text, "[preferences]").unwrap();
    if uses(recipe, 0) {
        let kind = dice.of(&Noise::WORDS[1..]);
        writeln!(text, "noise = \"{kind}\"").unwrap();
    }
    if uses(recipe, 1) {
        writeln!(text, "group_sd = {{ g = 0.5, h = {} }}", dice.of(&["0", "0.3"])).unwrap();
    }
    if uses(recipe, 2) {
        writeln!(text, "common_sd = {}", dice.of(&["0.2", "1"])).unwrap();
    }
    if uses(recipe, 3) {
        writeln!(text, "priority = {{ skill = {:?} }}\ntrait_sd = {{ skill = 0.4 }}", dice.points(1)).unwrap();
    }
    if uses(recipe, 15) {
        writeln!(text, "uncertainty = {}", dice.of(&["0", "0.1", "2"])).unwrap();
    }
    if uses(recipe, 16) {
        writeln!(text, "accept_at = {}\nobject_at = {}", dice.of(&["0", "0.5"]), dice.of(&["0", "-0.7"])).unwrap();
    }
    if uses(recipe, 22) {
        writeln!(
            text,
            "member_sd = {}\npriority_sd = {{ skill = {} }}",
            dice.of(&["0", "0.6"]),
            dice.of(&["0", "0.5"])
        )
        .unwrap();
    }
    if uses(recipe, 26) && dice.one_in(2) {
        writeln!(text, "votes_at = {}", dice.of(&["0.3", "-0.5"])).unwrap();
    }
}

fn members(recipe: &Recipe, dice: &mut Dice, text: &mut String) {
    for m in 0..recipe.members {
        writeln!(text, "[[member]]\nid = \"m{m}\"").unwrap();
        // Everyone is in a group of those two with a shock of their own, or in none.
        writeln!(text, "groups = {}", dice.of(&["[]", "[\"g\"]", "[\"h\"]", "[\"g\", \"h\"]"])).unwrap();
        let large = dice.of(&["1", "7", "0", "1.5", "999_999_999_999"]);
        writeln!(text, "measures = {{ weight = {}, people = {large} }}", dice.below(5)).unwrap();
        if uses(recipe, 15) && dice.one_in(3) {
            writeln!(text, "uncertainty = {}", dice.of(&["0", "0.5"])).unwrap();
        }
        if uses(recipe, 18) && dice.one_in(2) {
            writeln!(text, "concession = {}", dice.of(&["0.1", "1"])).unwrap();
        }
        if uses(recipe, 22) && dice.one_in(2) {
            writeln!(text, "member_sd = {}\npriority_sd = {{ skill = 0.7 }}", dice.of(&["0", "1"])).unwrap();
        }
        if uses(recipe, 26) && dice.one_in(2) {
            writeln!(text, "votes_at = {}", dice.of(&["0", "1", "-1"])).unwrap();
        }
        if uses(recipe, 29) && dice.one_in(3) {
            writeln!(text, "yields = false").unwrap();
        }
    }
    // The groups exist even if nobody is in them.
    writeln!(text, "[[member]]\nid = \"last\"\ngroups = [\"g\", \"h\"]\nmeasures = {{ weight = 1, people = 3 }}")
        .unwrap();
}

fn candidates(recipe: &Recipe, dice: &mut Dice, text: &mut String) {
    for c in 0..recipe.candidates {
        writeln!(text, "[[candidate]]\nid = \"c{c}\"\ntraits = {{ skill = {:?} }}", dice.points(1)).unwrap();
        if uses(recipe, 8) {
            writeln!(text, "withdraws_if_vetoed = {}", dice.of(&["0", "0.4", "1"])).unwrap();
            writeln!(text, "withdraws_below = {}", dice.of(&["0", "0.3", "\"1/2\""])).unwrap();
        }
        if uses(recipe, 12) && dice.one_in(3) {
            writeln!(text, "enters = {}", 1 + dice.below(4)).unwrap();
        }
        if uses(recipe, 13) && c == 0 {
            writeln!(text, "reserve = true").unwrap();
        }
        if uses(recipe, 23) && dice.one_in(2) {
            writeln!(text, "uncertainty = {}", dice.of(&["0", "0.5", "2"])).unwrap();
        }
        if uses(recipe, 14) {
            writeln!(text, "availability = {}", dice.of(&["1", "0.5", "0.9", "0"])).unwrap();
        }
    }
    for m in 0..recipe.members {
        writeln!(text, "[support.m{m}]").unwrap();
        for c in 0..recipe.candidates {
            // Sums of utilities as large as these do not fit a double.
            let huge = if uses(recipe, 21) && dice.one_in(40) { 3e8 } else { 0.0 };
            writeln!(text, "c{c} = {:?}", dice.points(2) + huge).unwrap();
        }
    }
}

fn event(recipe: &Recipe, number: usize, dice: &mut Dice, text: &mut String) {
    let mut effects = Vec::new();
    for _ in 0..1 + dice.below(3) {
        let c = dice.candidate(recipe);
        effects.push(match dice.below(5) {
            0 => format!("{{ leaves = \"{c}\" }}"),
            1 => format!("{{ joins = \"{c}\" }}"),
            2 => format!("{{ veto = {{ {} = {} }} }}", dice.member(recipe), power(recipe, dice)),
            3 => format!("{{ points = {:?}, members = [\"g\"], candidates = [\"{c}\"] }}", dice.points(2)),
            _ => format!("{{ points = {:?} }}", dice.points(1)),
        });
    }
    let probability = dice.of(&["0.5", "0.1", "1"]);
    let effects = effects.join(", ");
    writeln!(text, "[[event]]\nname = \"e{number}\"\nprobability = {probability}\neffects = [{effects}]").unwrap();
}

fn power(recipe: &Recipe, dice: &mut Dice) -> String {
    if !uses(recipe, 5) {
        return dice.of(&["\"absolute\"", "\"none\""]).to_owned();
    }
    let mut power = format!("probability = {}, cost = {}", dice.of(&["1", "0.5", "0.9"]), dice.of(&["0", "1", "0.2"]));
    if uses(recipe, 28) {
        write!(power, ", alone = {}, drawn = \"{}\"", dice.of(&["0", "0.5"]), dice.of(Drawn::WORDS)).unwrap();
    }
    if uses(recipe, 20) {
        write!(power, ", against = [\"{}\"]", dice.candidate(recipe)).unwrap();
    }
    format!("{{ {power} }}")
}

fn vetoes(recipe: &Recipe, dice: &mut Dice, text: &mut String) {
    writeln!(text, "[veto]\ndefault = {}", dice.of(&["\"none\"", "\"none\"", "\"absolute\""])).unwrap();
    let mut named = Vec::new();
    for _ in 0..dice.below(5) {
        let m = dice.member(recipe);
        if !named.contains(&m) {
            writeln!(text, "{m} = {}", power(recipe, dice)).unwrap();
            named.push(m);
        }
    }
}

fn dynamics(recipe: &Recipe, dice: &mut Dice, text: &mut String) {
    writeln!(text, "[dynamics]").unwrap();
    if uses(recipe, 9) {
        let holdouts = 1 + dice.below(3);
        let limit = if uses(recipe, 29) { dice.of(&["", ", limit = 0.8"]) } else { "" };
        writeln!(text, "accommodation = {{ holdouts = {holdouts}, probability = {}{limit} }}", dice.of(&["0.3", "1"]))
            .unwrap();
    }
    if uses(recipe, 10) {
        writeln!(text, "momentum = {}", dice.of(&["0.5", "3"])).unwrap();
    }
    if uses(recipe, 11) {
        writeln!(text, "memory = {}", dice.of(&["0", "0.5", "0.95"])).unwrap();
    }
    if uses(recipe, 18) {
        writeln!(text, "concession = 0.05").unwrap();
    }
    if uses(recipe, 27) {
        writeln!(text, "drift_sd = {}\ndoubt_sd = {}", dice.of(&["0", "0.4"]), dice.of(&["0", "0.6"])).unwrap();
    }
}

fn stage(recipe: &Recipe, dice: &mut Dice, text: &mut String) {
    writeln!(text, "[[stage]]\nrepeat = {}", 1 + dice.below(5)).unwrap();
    if uses(recipe, 6) && dice.one_in(2) {
        writeln!(text, "ballot = \"choice\"\nvotes = {}", 1 + dice.below(3)).unwrap();
        if uses(recipe, 26) {
            writeln!(text, "ties = \"{}\"", dice.of(Ties::WORDS)).unwrap();
        }
    }
    if uses(recipe, 24) {
        writeln!(text, "appoint_from = {}\ncontinues = {}", 1 + dice.below(3), dice.of(&["1", "0.6", "0"])).unwrap();
    }
    if uses(recipe, 25) {
        writeln!(text, "support_by = \"{}\"", dice.of(&["members", "weight", "people"])).unwrap();
        if dice.one_in(2) {
            writeln!(text, "members = {}", dice.of(&["[\"g\"]", "[\"h\", \"m0\"]", "[\"last\"]"])).unwrap();
        }
    }
    if uses(recipe, 7) {
        let drop = dice.of(&["\"none\"", "\"lowest\"", "{ keep = 2 }", "{ below = 0.4 }", "\"vetoed\""]);
        writeln!(text, "drop = {drop}\nfrom_ballot = {}", 1 + dice.below(2)).unwrap();
    }
    if uses(recipe, 18) {
        writeln!(text, "goodwill = {}", dice.of(&["0", "0.5", "-0.5"])).unwrap();
    }
    if uses(recipe, 21) {
        writeln!(text, "choose = \"{}\"", dice.of(Choose::WORDS)).unwrap();
    }
    if uses(recipe, 19) && dice.one_in(3) {
        return; // an advisory poll
    }
    let presets = ["\"consensus\"", "\"unanimity\"", "\"majority\"", "\"two-thirds\"", "\"consensus-minus-one\""];
    let rule = match uses(recipe, 17) {
        true => dice.of(&[
            "{ share = { of = \"people\", at_least = \"2/3\" } }",
            "{ all = [\"no_veto\", { count = { of = \"weight\", at_least = 4 } }] }",
            "{ share = { of = \"weight\", at_least = \"1/2\", base = \"voting\" } }",
            "{ any = [{ share = { of = \"weight\", more_than = \"1/2\", base = \"voting\" } }, { count = { more_than = 3 \
             } }] }",
            "{ any = [{ objections = { of = \"people\", at_most = 8.5 } }, { share = { at_least = 0.9 } }] }",
            "{ all = [\"no_veto\", { objections = { at_most = 2 } }, { share = { at_least = 0.3, base = \"voting\" } \
             }] }",
        ]),
        false => dice.of(&presets),
    };
    writeln!(text, "appoint = {rule}").unwrap();
}

/// Keys and words that no random scenario has, because rounds depend on none of them, or only by what is tried anyway.
const LEFT_OUT: &[&str] = &[
    // About the scenario as a whole, or written in another way by `with_assumptions`.
    "scenario.summary",
    "scenario.sources",
    "scenario.seed",
    "scenario.rounds",
    "scenario.institution",
    "scenario.electors",
    "scenario.tables",
    "scenario.bloc",
    "scenario.assumption",
    "scenario.judgement",
    // How the selection went, and with it all below `[[poll]]`.
    "scenario.poll",
    "scenario.actual",
    "scenario.decided",
    "tables.blocs",
    // By the means and the uncertainties of views, which the engines do not work out.
    "preferences.normal",
    "preferences.salience",
    "preferences.home",
    "member.ideal",
    "member.salience",
    "member.home",
    "member.uncertainty_about",
    // Enters by what waiting is worth, which takes long to solve and has tests of its own.
    "member.foresight",
    "member.new",
    "bloc.size",
    "bloc.ideal",
    "bloc.salience",
    "bloc.home",
    "bloc.uncertainty_about",
    "bloc.foresight",
    "bloc.new",
    "candidate.home",
    "candidate.position",
    "candidate.note",
    // What holds without a word, and rules made of conditions that are tried.
    "stage.stances",
    "stage.unsc",
    "stage.eu-qmv",
    "dynamics.foresight",
    "assumption.summary",
    "assumption.amend",
    "assumption.set",
    "share.all",
];

/// What is not tried here is what the engines may disagree about.
#[test]
fn random_scenarios_have_every_key_and_every_word() {
    let recipe = |seed| Recipe { members: 4, candidates: 3, features: (1 << FEATURES) - 1, seed };
    let other = |seed| Recipe { features: 0x5555_5555u32 << (seed % 2), ..recipe(seed) };
    let texts: String = (0..200).map(|seed| text(&recipe(seed)) + &text(&other(seed))).collect();
    let mut missing = Vec::new();
    let mut expect = |section: &Section, name: &str, written: &[String]| {
        let path = format!("{}.{name}", section.name);
        if !written.iter().any(|written| texts.contains(written)) {
            missing.push(path);
        }
    };
    // No round depends on what judgements say of other values, nor on polls.
    let apart: Vec<&str> =
        [&JUDGEMENT, &POLL].iter().flat_map(|section| section.with_all_below()).map(|section| section.name).collect();
    for section in SCENARIO.with_all_below().into_iter().filter(|section| !apart.contains(&section.name)) {
        for key in section.all() {
            let name = key.name;
            expect(section, name, &[format!("{name} ="), format!("[{name}]"), format!("[{name}.")]);
            let words = match &key.kind {
                Kind::Choice(words) => words,
                Kind::Either(either) => either.words,
                _ => &[],
            };
            words.iter().for_each(|word| expect(section, word, &[format!("\"{word}\"")]));
        }
    }
    assert_eq!(missing, LEFT_OUT);
}
