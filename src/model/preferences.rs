//! What members think of candidates: the mean, the shocks that they share, and the noise.

use super::words::words;
use super::{CandidateId, MemberId, Model};

words! {
    /// Distribution of what is unknown about a member's view of a candidate, scaled to mean 0 and variance 1.
    pub enum Noise {
        /// Standard normal.
        #[default]
        Normal = "normal",
        /// Logistic: slightly heavier tails than the normal.
        Logistic = "logistic",
        /// Gumbel (largest extreme value): skewed towards support.
        Gumbel = "gumbel",
        /// Laplace: sharp peak, heavy tails.
        Laplace = "laplace",
        /// Uniform on ±√3.
        Uniform = "uniform",
    }
}

impl Noise {
    /// Whether it is the normal distribution: the only kind whose sum with the shared shocks, which are normal, is of
    /// its own kind.
    pub fn is_normal(self) -> bool {
        match self {
            Self::Normal => true,
            Self::Logistic | Self::Gumbel | Self::Laplace | Self::Uniform => false,
        }
    }

    /// Whether it is the Gumbel distribution: the kind with which the best of several views has a simple chance.
    pub fn is_gumbel(self) -> bool {
        match self {
            Self::Gumbel => true,
            Self::Normal | Self::Logistic | Self::Laplace | Self::Uniform => false,
        }
    }
}

impl Model {
    /// Mean utility of candidate `c` to member `m` when a round opens and no event happens, in points:
    /// `support + Σ priority·trait − salience·distance + home`.
    ///
    /// The distance is Euclidean over the dimensions that member and candidate name; it is 0 when
    /// either names none. Rounded to 10^-9 points, so that 0.3 − 0.1 − 0.2 is indifference and not a tiny dislike.
    pub fn mean_utility(&self, m: MemberId, c: CandidateId) -> f64 {
        let member = &self.members[m.index()];
        let candidate = &self.candidates[c.index()];
        let judged = self.support[m.index() * self.candidates.len() + c.index()];
        let attributes: f64 = member.priority.iter().zip(&candidate.traits).map(|(weight, value)| weight * value).sum();
        let squares = member.ideal.square_of_distance(&candidate.position);
        let home = if candidate.home == Some(m) { member.home } else { 0.0 };
        let mean = judged + attributes - member.salience * libm::sqrt(squares) + home;
        libm::rint(mean * 1e9) / 1e9
    }

    /// Standard deviation, in points, of what is unknown about member `m`'s view of candidate `c`: what the member's
    /// entry says about the candidate, else what the candidate's says, else what the member's says about all.
    pub fn uncertainty(&self, m: MemberId, c: CandidateId) -> f64 {
        let member = &self.members[m.index()];
        let of_candidate = self.candidates[c.index()].uncertainty;
        member.uncertainty_about.get(&c).copied().or(of_candidate).unwrap_or(member.uncertainty)
    }

    /// Standard deviations, in points, of the shocks to `m`'s view of `c` that it shares with other members or that
    /// it has about other candidates as well: those of its groups, of the traits that the candidate has, of the
    /// candidate's own month, of its mood and of its priorities. Some may be 0.
    pub fn shared_sds(&self, m: MemberId, c: CandidateId) -> impl Iterator<Item = f64> {
        let candidate = &self.candidates[c.index()];
        let groups = self.groups.iter().filter(move |group| group.members.contains(m)).map(|group| group.sd);
        let traits = self.traits.iter().zip(&candidate.traits).map(|(moment, value)| moment.sd * value.abs());
        let member = &self.members[m.index()];
        let priorities = member.priority_sd.iter().zip(&candidate.traits).map(|(sd, value)| sd * value.abs());
        groups.chain(traits).chain([candidate.common_sd, member.member_sd]).chain(priorities)
    }
}
