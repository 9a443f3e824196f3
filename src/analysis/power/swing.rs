//! Probabilities of being a swing, and what the indices make of them.

use super::diagram::{Diagram, FIRST, LOST, WON};

/// Coins tossed in one sweep; more would keep the same places of the diagram in the cache, but cost memory.
const LANES: usize = 4;

/// A probability for each of the coins tossed at once.
type Lanes<const N: usize> = [f64; N];

/// Probabilities of yes and no, each with full precision however small.
#[derive(Debug, Clone, Copy)]
pub struct Coin {
    /// Probability of yes.
    pub yes: f64,
    /// Probability of no.
    pub no: f64,
}

impl Coin {
    const FAIR: Self = Self { yes: 0.5, no: 0.5 };
}

/// The probability that the member of each turn is a swing if all others toss a fair coin.
pub fn banzhaf(diagram: &Diagram) -> Vec<f64> {
    Sweep::new(diagram).swings([Coin::FAIR]).into_iter().map(|[swing]| swing).collect()
}

/// The probability that the member of each turn makes the difference in a random order of all members.
pub fn shapley_shubik(diagram: &Diagram) -> Vec<f64> {
    let members = diagram.layers.len();
    let mut power = vec![0.0; members];
    let mut sweep = Sweep::<LANES>::new(diagram);
    for points in gauss_legendre(members.div_ceil(2)).chunks(LANES) {
        let coins = std::array::from_fn(|lane| points.get(lane).map_or(Coin::FAIR, |point| point.0));
        for (sum, swing) in power.iter_mut().zip(sweep.swings(coins)) {
            *sum += points.iter().zip(swing).map(|((_, weight), swing)| weight * swing).sum::<f64>();
        }
    }
    // A dictator has all the power, and rounding no more than that.
    power.into_iter().map(|power: f64| power.min(1.0)).collect()
}

/// A diagram through which coins are sent, with the memory for it.
struct Sweep<'a, const N: usize> {
    diagram: &'a Diagram,
    /// For each layer and one past the last, the probability of ending as asked for from each of its places.
    chances: Vec<Vec<Lanes<N>>>,
}

impl<'a, const N: usize> Sweep<'a, N> {
    fn new(diagram: &'a Diagram) -> Self {
        let nodes = diagram.layers.iter().map(Vec::len).chain([0]);
        Self { diagram, chances: nodes.map(|nodes| vec![[0.0; N]; FIRST + nodes]).collect() }
    }

    /// For each turn, the probability that its member is a swing if all others toss one of `coins`.
    fn swings(&mut self, coins: [Coin; N]) -> Vec<Lanes<N>> {
        // A swing is a difference of two probabilities to win, or just as well to lose: the smaller pair, as
        // differences of numbers close to 1 would lose digits.
        let to_win = self.look_ahead(coins, [WON; N]);
        if to_win.iter().any(|&chance| chance > 0.5) {
            self.look_ahead(coins, to_win.map(|chance| if chance > 0.5 { LOST } else { WON }));
        }
        let mut reached = vec![[0.0; N]; self.chances[0].len()];
        reached[self.diagram.root] = [1.0; N];
        let mut next = Vec::new();
        let mut swings = Vec::with_capacity(self.diagram.layers.len());
        for (nodes, after) in self.diagram.layers.iter().zip(&self.chances[1..]) {
            next.clear();
            next.resize(after.len(), [0.0; N]);
            let mut swing = [0.0; N];
            for (here, &[no, yes]) in reached[FIRST..].iter().zip(nodes) {
                let (no, yes) = (no as usize, yes as usize);
                for lane in 0..N {
                    swing[lane] += here[lane] * (after[yes][lane] - after[no][lane]).abs();
                    next[no][lane] += here[lane] * coins[lane].no;
                    next[yes][lane] += here[lane] * coins[lane].yes;
                }
            }
            swings.push(swing);
            std::mem::swap(&mut reached, &mut next);
        }
        swings
    }

    /// Works out the probabilities of ending at `ends`, and returns them for the root.
    fn look_ahead(&mut self, coins: [Coin; N], ends: [usize; N]) -> Lanes<N> {
        for layer in &mut self.chances {
            layer[LOST] = ends.map(|end| if end == LOST { 1.0 } else { 0.0 });
            layer[WON] = ends.map(|end| if end == WON { 1.0 } else { 0.0 });
        }
        for (turn, nodes) in self.diagram.layers.iter().enumerate().rev() {
            let (before, after) = self.chances.split_at_mut(turn + 1);
            for (chance, &[no, yes]) in before[turn][FIRST..].iter_mut().zip(nodes) {
                let (no, yes) = (&after[0][no as usize], &after[0][yes as usize]);
                *chance = std::array::from_fn(|lane| coins[lane].no * no[lane] + coins[lane].yes * yes[lane]);
            }
        }
        self.chances[0][self.diagram.root]
    }
}

/// The points, as coins, and the weights with which a weighted sum of a polynomial of degree below
/// `2 · points` is its integral from 0 to 1.
///
/// The points are the zeros x of the Legendre polynomial P, moved from -1..1 to 0..1; the weights are
/// `1 / ((1 - x²) P'(x)²)` (Abramowitz and Stegun 1964, 25.4.29 and 25.4.30).
pub fn gauss_legendre(points: usize) -> Vec<(Coin, f64)> {
    let mut rule = vec![(Coin::FAIR, 0.0); points];
    for k in 0..points.div_ceil(2) {
        let middle = 2 * k + 1 == points;
        let mut x =
            if middle { 0.0 } else { libm::cos(std::f64::consts::PI * (k as f64 + 0.75) / (points as f64 + 0.5)) };
        // Newton from this start settles within five steps.
        for _ in 0..10 {
            let (p, slope) = legendre(points, x);
            x -= p / slope;
        }
        let (_, slope) = legendre(points, x);
        let (low, high) = ((1.0 - x) / 2.0, (1.0 + x) / 2.0);
        let weight = 1.0 / (4.0 * low * high * slope * slope);
        rule[k] = (Coin { yes: low, no: high }, weight);
        rule[points - 1 - k] = (Coin { yes: high, no: low }, weight);
    }
    rule
}

/// The Legendre polynomial of degree `n >= 1` and its derivative at `x` inside -1..1.
fn legendre(n: usize, x: f64) -> (f64, f64) {
    let (mut before, mut p) = (1.0, x);
    for k in 2..=n {
        let k = k as f64;
        (before, p) = (p, ((2.0 * k - 1.0) * x * p - (k - 1.0) * before) / k);
    }
    (p, n as f64 * (x * p - before) / (x * x - 1.0))
}
