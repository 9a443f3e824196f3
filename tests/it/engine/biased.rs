//! Would the statistical checks notice? Each oracle must fail on an engine that is slightly wrong.

use nemcon::simulation::draws::{Chance, Draws, RoundDraws, Shock};
use nemcon::simulation::reference::Reference;
use nemcon::simulation::{Plan, Tally};

use super::oracles::{self, LIMIT, Oracle};

/// Draws that are wrong in one way.
struct Biased {
    draws: RoundDraws,
    bias: Bias,
}

#[derive(Clone, Copy, Debug)]
enum Bias {
    /// Noise is 0.01 standard deviations too high.
    NoiseMean,
    /// Noise is 3 % too wide.
    NoiseWidth,
    /// Shocks shared by several are 5 % too wide.
    SharedWidth,
    /// Chances come true 1 % too often (of what is left).
    Chances,
    /// The first candidate draws better lots.
    Lots,
    /// Fresh noise of later ballots repeats some of the first.
    StaleNoise,
}

impl Draws for Biased {
    fn shock(&mut self, shock: Shock) -> f32 {
        let z = self.draws.shock(shock);
        match (self.bias, shock) {
            (Bias::NoiseMean, Shock::Noise { .. }) => z + 0.01,
            (Bias::NoiseWidth, Shock::Noise { .. }) => z * 1.03,
            (Bias::SharedWidth, Shock::Bloc(..) | Shock::Common(_) | Shock::Moment(_)) => z * 1.05,
            (Bias::StaleNoise, Shock::Noise { ballot: 2.., member, candidate }) => {
                0.9992 * z + 0.04 * self.draws.shock(Shock::Noise { ballot: 1, member, candidate })
            }
            _ => z,
        }
    }

    fn bits(&mut self, chance: Chance) -> u32 {
        let bits = self.draws.bits(chance);
        match (self.bias, chance) {
            (Bias::Lots, Chance::AppointLot(_, c) | Chance::DropLot(_, c)) if c.index() == 0 => bits | bits >> 3,
            (
                Bias::Chances,
                Chance::Event(_)
                | Chance::Availability(_)
                | Chance::RedLine(..)
                | Chance::Withdrawal(..)
                | Chance::Yield(..),
            ) => bits - bits / 100,
            _ => bits,
        }
    }
}

fn biased_tally(oracle: &Oracle, bias: Bias) -> Tally {
    let plan = Plan::new(oracle.model.clone());
    let mut draws = Biased { draws: RoundDraws::new(plan.addresses(), 7), bias };
    let mut reference = Reference::new(&plan);
    let mut tally = Tally::new(&plan.model);
    for number in 0..oracles::ROUNDS {
        draws.draws.turn_to(number);
        tally.add(reference.simulate(&mut draws));
    }
    tally
}

#[test]
fn every_oracle_catches_a_slightly_wrong_engine() {
    let cases = [
        (oracles::consensus("normal"), Bias::NoiseMean),
        (oracles::consensus("logistic"), Bias::NoiseMean),
        (oracles::consensus("gumbel"), Bias::NoiseMean),
        (oracles::consensus("laplace"), Bias::NoiseMean),
        (oracles::consensus("uniform"), Bias::NoiseMean),
        (oracles::consensus("normal"), Bias::NoiseWidth),
        (oracles::preset("two-thirds"), Bias::NoiseMean),
        (oracles::preset("consensus-minus-one"), Bias::NoiseMean),
        (oracles::logit(), Bias::NoiseWidth),
        (oracles::support_with_ties(), Bias::NoiseMean),
        (oracles::support_with_ties(), Bias::Lots),
        (oracles::lots(), Bias::Lots),
        (oracles::utility(), Bias::NoiseWidth),
        (oracles::shocks_add(), Bias::SharedWidth),
        (oracles::shared("group"), Bias::SharedWidth),
        (oracles::shared("common"), Bias::SharedWidth),
        (oracles::shared("trait"), Bias::SharedWidth),
        (oracles::memory(0.6), Bias::StaleNoise),
        (oracles::chances(), Bias::Chances),
        (oracles::conditional_veto(), Bias::Chances),
        (oracles::accommodation(), Bias::Chances),
    ];
    for (oracle, bias) in cases {
        let distance = oracle.distance(&biased_tally(&oracle, bias));
        assert!(distance > LIMIT, "{} does not notice {bias:?}: {distance:.2} standard errors", oracle.name);
    }
}
