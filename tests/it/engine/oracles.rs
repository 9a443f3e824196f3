//! Exact answers: closed forms, and worlds small enough to enumerate.
//!
//! Every oracle runs 10^6 rounds under a fixed seed. A count may be up to [`LIMIT`] standard errors from its
//! expectation: beyond that lies less than 10^-6 of the normal distribution, so a failure is a fault and not
//! bad luck. `biased.rs` shows that each oracle fails on an engine that is slightly wrong.

use nemcon::model::{Model, Noise};
use nemcon::simulation::Tally;
use statrs::distribution::{ContinuousCDF, Normal};

use super::world::{model, tally};

pub const ROUNDS: u64 = 1_000_000;
/// P(|z| > 4.9) = 9.6e-7.
pub const LIMIT: f64 = 4.9;
const SEED: u64 = 20_230_704;

/// A world and what must come of it.
pub struct Oracle {
    pub name: String,
    pub model: Model,
    /// Probability of each candidate, in the order of the model; the rest is no consensus.
    pub appointed: Vec<f64>,
}

impl Oracle {
    fn new(name: &str, text: &str, appointed: Vec<f64>) -> Self {
        let model = model(&format!("title = \"{name}\"\n{text}"));
        Self { name: name.to_owned(), model, appointed }
    }

    /// The largest distance of an outcome's count from its expectation, in standard errors.
    pub fn distance(&self, tally: &Tally) -> f64 {
        let n = tally.rounds as f64;
        let none = 1.0 - self.appointed.iter().sum::<f64>();
        let counts = tally.candidates.iter().map(|c| c.appointed).chain([tally.no_consensus]);
        let probabilities = self.appointed.iter().copied().chain([none]);
        counts
            .zip(probabilities)
            .map(|(count, p)| {
                // What is impossible must not happen once; what is certain must always happen.
                let variance = n * p * (1.0 - p);
                let gap = (count as f64 - n * p).abs();
                if variance < 1e-6 { if gap < 0.5 { 0.0 } else { f64::INFINITY } } else { gap / variance.sqrt() }
            })
            .fold(0.0, f64::max)
    }

    fn check(&self) {
        let distance = self.distance(&tally(&self.model, SEED, ROUNDS));
        assert!(distance < LIMIT, "{}: {distance:.2} standard errors from {:?}", self.name, self.appointed);
    }
}

fn phi(x: f64) -> f64 {
    Normal::standard().cdf(x)
}

/// P(e >= x) of each kind of noise, mean 0 and variance 1.
fn survival(noise: &str, x: f64) -> f64 {
    use std::f64::consts::{PI, SQRT_2};
    const EULER_GAMMA: f64 = 0.577_215_664_901_532_9;
    match noise {
        "normal" => phi(-x),
        "logistic" => 1.0 / (1.0 + (x * PI / 3f64.sqrt()).exp()),
        "gumbel" => 1.0 - (-(-(x * PI / 6f64.sqrt() + EULER_GAMMA)).exp()).exp(),
        "laplace" if x >= 0.0 => 0.5 * (-x * SQRT_2).exp(),
        "laplace" => 1.0 - 0.5 * (x * SQRT_2).exp(),
        "uniform" => (0.5 - x / 12f64.sqrt()).clamp(0.0, 1.0),
        other => panic!("{other}"),
    }
}

/// Independent noise and absolute vetoes: consensus is a product of survival functions.
pub fn consensus(noise: &str) -> Oracle {
    let members = [(0.5, 1.0), (1.2, 0.8), (-0.3, 2.0), (2.0, 1.5)];
    let mut text =
        format!("[preferences]\nnoise = \"{noise}\"\n[veto]\ndefault = \"absolute\"\n[[candidate]]\nid = \"x\"\n");
    for (i, (mean, sd)) in members.iter().enumerate() {
        text += &format!("[[member]]\nid = \"m{i}\"\nuncertainty = {sd:?}\n[support.m{i}]\nx = {mean:?}\n");
    }
    let p = members.iter().map(|(mean, sd)| survival(noise, -mean / sd)).product();
    Oracle::new(&format!("consensus, {noise}"), &text, vec![p])
}

/// One member choosing among candidates with Gumbel noise: the multinomial logit.
pub fn logit() -> Oracle {
    let means = [0.0, 0.5, 1.0, -0.7];
    let mut text = String::from(
        "[preferences]\nnoise = \"gumbel\"\n[[stage]]\nballot = \"choice\"\nappoint = \"unanimity\"\n[[member]]\nid = \
         \"m\"\n[support.m]\n",
    );
    for (i, mean) in means.iter().enumerate() {
        text += &format!("c{i} = {mean:?}\n");
    }
    for i in 0..means.len() {
        text += &format!("[[candidate]]\nid = \"c{i}\"\n");
    }
    let weights = means.map(|mean: f64| (mean * std::f64::consts::PI / 6f64.sqrt()).exp());
    Oracle::new("multinomial logit", &text, weights.iter().map(|w| w / weights.iter().sum::<f64>()).collect())
}

/// Stances of ten members enumerated, 3^10 of them, under a rule preset.
pub fn preset(rule: &str) -> Oracle {
    const MEANS: [f64; 10] = [3.0, 2.5, 2.0, 1.5, 1.0, 2.2, 1.8, 2.7, 0.4, 3.0];
    const POPULATIONS: [u32; 10] = [30, 20, 15, 10, 8, 7, 5, 3, 1, 1];
    const VETOES: [usize; 4] = [0, 2, 3, 8];
    let mut text = format!(
        "[preferences]\naccept_at = 1.0\nobject_at = -0.25\n[[candidate]]\nid = \"x\"\n[[stage]]\nappoint = \
         \"{rule}\"\n[veto]\n"
    );
    for m in VETOES {
        text += &format!("m{m} = \"absolute\"\n");
    }
    for (i, mean) in MEANS.iter().enumerate() {
        let population = POPULATIONS[i];
        text +=
            &format!("[[member]]\nid = \"m{i}\"\nmeasures.population = {population}\n[support.m{i}]\nx = {mean:?}\n");
    }
    let mut probability = 0.0;
    for state in 0..3usize.pow(10) {
        let stance: Vec<usize> = (0..10).map(|m| state / 3usize.pow(m) % 3).collect();
        let weight: f64 = (0..10)
            .map(|m| {
                let (encourages, objects) = (phi(MEANS[m] - 1.0), phi(-0.25 - MEANS[m]));
                [encourages, objects, 1.0 - encourages - objects][stance[m]]
            })
            .product();
        let encourage = stance.iter().filter(|&&s| s == 0).count();
        let object = stance.iter().filter(|&&s| s == 1).count();
        let vetoed = VETOES.iter().any(|&m| stance[m] == 1);
        let population: u32 = (0..10).filter(|&m| stance[m] == 0).map(|m| POPULATIONS[m]).sum();
        let holds = match rule {
            "consensus" => !vetoed && encourage >= 1,
            "unanimity" => encourage == 10,
            "majority" => encourage >= 6,
            "two-thirds" => encourage >= 7,
            "unsc" => !vetoed && encourage >= 9,
            "eu-qmv" => encourage >= 6 && (population >= 65 || encourage >= 7),
            "consensus-minus-one" => object <= 1,
            other => panic!("{other}"),
        };
        probability += if holds { weight } else { 0.0 };
    }
    Oracle::new(&format!("preset {rule}"), &text, vec![probability])
}

const PRESETS: [&str; 7] =
    ["consensus", "unanimity", "majority", "two-thirds", "unsc", "eu-qmv", "consensus-minus-one"];

/// Two candidates, three members, no veto: most support, then fewest objections, then a fair lot.
pub fn support_with_ties() -> Oracle {
    const MEANS: [[f64; 2]; 3] = [[0.3, 0.8], [0.5, -0.2], [0.1, 0.4]];
    let mut text = String::from(
        "[preferences]\naccept_at = 0.5\nobject_at = -0.5\n[[candidate]]\nid = \"x\"\n[[candidate]]\nid = \"y\"\n",
    );
    for (i, [x, y]) in MEANS.iter().enumerate() {
        text += &format!("[[member]]\nid = \"m{i}\"\n[support.m{i}]\nx = {x:?}\ny = {y:?}\n");
    }
    let mut appointed = vec![0.0; 2];
    for state in 0..3usize.pow(6) {
        let stance = |m: usize, c: usize| state / 3usize.pow((2 * m + c) as u32) % 3;
        let mut weight = 1.0;
        let mut standing = [(0i32, 0i32); 2];
        for (m, means) in MEANS.iter().enumerate() {
            for (c, mean) in means.iter().enumerate() {
                let (encourages, objects) = (phi(mean - 0.5), phi(-0.5 - mean));
                weight *= [encourages, objects, 1.0 - encourages - objects][stance(m, c)];
                standing[c].0 += i32::from(stance(m, c) == 0);
                standing[c].1 -= i32::from(stance(m, c) == 1);
            }
        }
        match ((standing[0].0 > 0), (standing[1].0 > 0)) {
            (false, false) => {}
            (true, false) => appointed[0] += weight,
            (false, true) => appointed[1] += weight,
            (true, true) if standing[0] == standing[1] => appointed.iter_mut().for_each(|p| *p += weight / 2.0),
            (true, true) => appointed[usize::from(standing[1] > standing[0])] += weight,
        }
    }
    Oracle::new("support with ties", &text, appointed)
}

/// A conditional veto with a cost: integrate over who else encourages.
pub fn conditional_veto() -> Oracle {
    let text = "[veto]\na = { probability = 0.7, cost = 0.6 }\n[[candidate]]\nid = \"x\"\n[[member]]\nid = \"a\"\n\
                [[member]]\nid = \"b\"\n[[member]]\nid = \"c\"\n[support.a]\nx = -0.4\n[support.b]\nx = 0.3\n[support.c]\nx = 0.9\n";
    let (b, c) = (phi(0.3), phi(0.9));
    let by_support = [(1.0 - b) * (1.0 - c), b * (1.0 - c) + c * (1.0 - b), b * c];
    let mut appointed = 0.0;
    for (support, weight) in by_support.iter().enumerate() {
        let veto = 0.7 * phi(-0.6 * support as f64 / 2.0 + 0.4);
        // Someone must encourage: b or c, or else a.
        appointed += weight * if support > 0 { 1.0 - veto } else { phi(-0.4) };
    }
    Oracle::new("conditional veto", text, vec![appointed])
}

/// Independent shocks add their variances.
pub fn shocks_add() -> Oracle {
    let text = "[preferences]\nuncertainty = 0.5\ngroup_sd = { g = 0.7, h = 0.4 }\ncommon_sd = 0.6\ntrait_sd = { t = 0.3 }\n\
                [[candidate]]\nid = \"x\"\ntraits = { t = 2.0 }\n[[member]]\nid = \"a\"\ngroups = [\"g\", \"h\"]\n[support.a]\nx = 0.5\n";
    let sd = (0.25f64 + 0.49 + 0.16 + 0.36 + 0.36).sqrt();
    Oracle::new("shocks add", text, vec![phi(0.5 / sd)])
}

/// Shared shocks correlate stances: the orthant probability `1/4 + asin(ρ)/2π`.
pub fn shared(shock: &str) -> Oracle {
    let (preferences, candidate) = match shock {
        "group" => ("group_sd = { g = 1.2 }", ""),
        "common" => ("common_sd = 1.2", ""),
        "trait" => ("trait_sd = { t = 0.6 }", "traits = { t = -2.0 }"),
        other => panic!("{other}"),
    };
    let text = format!(
        "[preferences]\n{preferences}\n[veto]\ndefault = \"absolute\"\n[[candidate]]\nid = \"x\"\n{candidate}\n\
         [[member]]\nid = \"a\"\ngroups = [\"g\"]\n[[member]]\nid = \"b\"\ngroups = [\"g\"]\n"
    );
    let rho: f64 = 1.44 / 2.44;
    Oracle::new(&format!("shared {shock} shock"), &text, vec![0.25 + rho.asin() / std::f64::consts::TAU])
}

/// Minds that change by themselves: `P(e1 < 0 <= e2) = 1/4 − asin(f)/2π`.
pub fn memory(f: f64) -> Oracle {
    let text = format!(
        "[[stage]]\nrepeat = 2\nappoint = \"unanimity\"\n[dynamics]\nmemory = {f:?}\n[[candidate]]\nid = \
         \"x\"\n[[member]]\nid = \"a\"\n"
    );
    Oracle::new(&format!("memory {f}"), &text, vec![0.75 - f.asin() / std::f64::consts::TAU])
}

/// Availability, events and withdrawal multiply.
pub fn chances() -> Oracle {
    // x stands in 0.8 of rounds; the event keeps x out in 0.25 and otherwise a's veto of x is a red line in 0.4;
    // vetoed, x withdraws in 0.3, or is vetoed again. y joins only with the event.
    let text = "[preferences]\nuncertainty = 0\n[veto]\na = { probability = 0.4, against = [\"x\"] }\n\
                [[stage]]\nappoint = \"consensus\"\n[[stage]]\nname = \"second\"\nappoint = \"majority\"\n\
                [[candidate]]\nid = \"x\"\navailability = 0.8\nwithdraws_if_vetoed = 0.3\n[[candidate]]\nid = \"y\"\navailability = 0\n\
                [[member]]\nid = \"a\"\n[[member]]\nid = \"b\"\n[[member]]\nid = \"c\"\n\
                [support.a]\nx = -1\ny = 1\n[support.b]\nx = 1\ny = 1\n[support.c]\nx = 1\ny = 1\n\
                [[event]]\nname = \"e\"\nprobability = 0.25\neffects = [{ leaves = \"x\" }, { joins = \"y\" }]\n";
    Oracle::new("chances multiply", text, vec![0.8 * 0.75 * (0.6 + 0.4 * 0.7), 0.25])
}

/// Side payments: each ballot the holdout yields with probability 0.2.
pub fn accommodation() -> Oracle {
    let text = "[preferences]\nuncertainty = 0\n[veto]\na = \"absolute\"\n[[stage]]\nrepeat = 4\nappoint = \"consensus\"\n\
                [dynamics]\naccommodation = { holdouts = 1, probability = 0.2 }\n[[candidate]]\nid = \"x\"\n\
                [[member]]\nid = \"a\"\n[[member]]\nid = \"b\"\n[support.a]\nx = -1\n[support.b]\nx = 1\n";
    Oracle::new("accommodation", text, vec![1.0 - 0.8f64.powi(3)])
}

/// The largest sum of utilities: a difference of normals.
pub fn utility() -> Oracle {
    let text = "[preferences]\naccept_at = -30\nobject_at = -30\n[[stage]]\nappoint = \"consensus\"\nchoose = \"utility\"\n\
                [[candidate]]\nid = \"x\"\n[[candidate]]\nid = \"y\"\n[[member]]\nid = \"a\"\nuncertainty = 2\n[[member]]\nid = \"b\"\n\
                [support.a]\nx = 3.5\n[support.b]\ny = 0.25\n";
    let p = phi(3.25 / 10f64.sqrt());
    Oracle::new("largest sum of utilities", text, vec![p, 1.0 - p])
}

/// Lots are fair: three candidates all of whom pass.
pub fn lots() -> Oracle {
    let text = "[preferences]\nuncertainty = 0\n[[stage]]\nappoint = \"consensus\"\nchoose = \"lot\"\n[[member]]\nid = \"a\"\n\
                [[candidate]]\nid = \"x\"\n[[candidate]]\nid = \"y\"\n[[candidate]]\nid = \"z\"\n[support.a]\nx = 1\ny = 2\nz = 3\n";
    Oracle::new("fair lots", text, vec![1.0 / 3.0; 3])
}

#[test]
fn consensus_is_a_product_for_every_kind_of_noise() {
    Noise::WORDS.iter().for_each(|noise| consensus(noise).check());
}

#[test]
fn every_rule_preset_agrees_with_enumeration() {
    PRESETS.into_iter().for_each(|rule| preset(rule).check());
}

#[test]
fn choices_with_gumbel_noise_are_a_multinomial_logit() {
    logit().check();
}

#[test]
fn the_choice_among_several_agrees_with_enumeration() {
    support_with_ties().check();
    utility().check();
    lots().check();
}

#[test]
fn shocks_have_the_variances_and_correlations_they_say() {
    shocks_add().check();
    ["group", "common", "trait"].into_iter().for_each(|shock| shared(shock).check());
}

#[test]
fn dynamics_agree_with_closed_forms() {
    [0.0, 0.6, 0.95].into_iter().for_each(|f| memory(f).check());
    accommodation().check();
}

#[test]
fn chances_and_conditional_vetoes_agree_with_closed_forms() {
    chances().check();
    conditional_veto().check();
}

#[test]
fn probabilities_zero_and_one_match_exactly() {
    let text = |availability: u32, veto: u32| {
        format!(
            "title = \"certain\"\n[preferences]\nuncertainty = 0\n[veto]\na = {{ probability = {veto} }}\n[[candidate]]\nid = \"x\"\n\
             availability = {availability}\n[[member]]\nid = \"a\"\n[[member]]\nid = \"b\"\n[support.a]\nx = -1\n[support.b]\nx = 1\n"
        )
    };
    for (availability, veto, appointed) in [(1, 0, ROUNDS), (1, 1, 0), (0, 0, 0)] {
        let counts = tally(&model(&text(availability, veto)), SEED, ROUNDS);
        assert_eq!(counts.candidates[0].appointed, appointed, "availability {availability}, veto {veto}");
    }
}
