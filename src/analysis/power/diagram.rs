//! A game as a decision diagram: one layer of nodes per member, one node per situation that the members
//! to come can tell apart.

use super::game::Game;

/// Most nodes of a diagram; with 8 bytes each and 32 for the chances of four coins, 200 MB.
pub const MAX_NODES: usize = 5_000_000;
/// Most numbers in the states of one layer, before equal ones are merged; 32 MB.
const MAX_CELLS: usize = 1 << 21;
/// Most numbers in the states of all layers, which are not kept: a bound on the time.
const MAX_WORK: usize = 1 << 25;

/// The place of a lost coalition in every layer.
pub const LOST: usize = 0;
/// The place of a winning coalition in every layer.
pub const WON: usize = 1;
/// The place of a layer's first node; nodes are those situations in which both is still possible.
pub const FIRST: usize = 2;

/// Where a no and a yes lead in the next layer.
type Edges = [u32; 2];

/// A quasi-reduced ordered decision diagram.
pub struct Diagram {
    /// The place in the first layer of the situation before anyone has decided.
    pub root: usize,
    /// For every turn, its nodes.
    pub layers: Vec<Vec<Edges>>,
}

/// States of one layer, one after the other.
struct States {
    leaves: usize,
    cells: Vec<u128>,
}

impl States {
    fn row(&self, i: usize) -> &[u128] {
        &self.cells[i * self.leaves..][..self.leaves]
    }

    fn len(&self) -> usize {
        self.cells.len() / self.leaves.max(1)
    }
}

impl Diagram {
    /// The diagram of `game`, or nothing if it has too many nodes.
    pub fn new(game: &Game) -> Option<Self> {
        let mut layers = Vec::with_capacity(game.members());
        let (mut root, mut states) = match game.start() {
            Ok(state) => (FIRST, States { leaves: game.leaves(), cells: state }),
            Err(won) => (if won { WON } else { LOST }, States { leaves: game.leaves(), cells: Vec::new() }),
        };
        let (mut nodes, mut work) = (0, 0);
        for turn in 0..game.members() {
            nodes += states.len();
            work += states.cells.len();
            if nodes > MAX_NODES || work > MAX_WORK {
                return None;
            }
            let (edges, next) = expand(game, turn, &states)?;
            layers.push(edges);
            states = next;
        }
        // What looked open may turn out to be decided.
        let places = reduce(&mut layers);
        root = places.get(root).map_or(root, |&place| place as usize);
        Some(Self { root, layers })
    }
}

/// The nodes of `turn`, which has these `states`, and the states of the next turn.
fn expand(game: &Game, turn: usize, states: &States) -> Option<(Vec<Edges>, States)> {
    let mut edges = vec![[0; 2]; states.len()];
    let mut children = States { leaves: states.leaves, cells: Vec::new() };
    // First everyone's no, then everyone's yes: two runs that are nearly sorted already.
    for (side, yes) in [false, true].into_iter().enumerate() {
        for (i, edge) in edges.iter_mut().enumerate() {
            let start = children.cells.len();
            if start + states.leaves > MAX_CELLS {
                return None;
            }
            children.cells.extend_from_slice(states.row(i));
            edge[side] = match game.advance(turn, yes, &mut children.cells[start..]) {
                Some(won) => {
                    children.cells.truncate(start);
                    if won { WON as u32 } else { LOST as u32 }
                }
                None => (FIRST + start / states.leaves) as u32,
            };
        }
    }
    let (next, places) = merge(&children);
    for place in edges.iter_mut().flatten().filter(|place| **place >= FIRST as u32) {
        *place = places[*place as usize - FIRST];
    }
    Some((edges, next))
}

/// The distinct states, ascending, and the place of each of the old ones among them.
fn merge(states: &States) -> (States, Vec<u32>) {
    let mut order: Vec<u32> = (0..states.len() as u32).collect();
    order.sort_by(|&a, &b| states.row(a as usize).cmp(states.row(b as usize)));
    let mut distinct = States { leaves: states.leaves, cells: Vec::new() };
    let mut places = vec![0; states.len()];
    for i in order {
        let row = states.row(i as usize);
        if distinct.cells.is_empty() || distinct.row(distinct.len() - 1) != row {
            distinct.cells.extend_from_slice(row);
        }
        places[i as usize] = (FIRST + distinct.len() - 1) as u32;
    }
    (distinct, places)
}

/// Merges nodes from which the same coalitions of the members to come win, so that a member who does not
/// matter in a situation leads to the same place by yes and no. Returns the new places of the first layer.
fn reduce(layers: &mut [Vec<Edges>]) -> Vec<u32> {
    let mut places = vec![LOST as u32, WON as u32];
    for nodes in layers.iter_mut().rev() {
        for place in nodes.iter_mut().flatten() {
            *place = places[*place as usize];
        }
        let mut order: Vec<u32> = (0..nodes.len() as u32).collect();
        order.sort_by_key(|&i| nodes[i as usize]);
        let mut distinct: Vec<Edges> = Vec::new();
        places = vec![LOST as u32; FIRST + nodes.len()];
        places[WON] = WON as u32;
        for i in order {
            let edges = nodes[i as usize];
            // Both ways decided alike: this node is decided itself.
            let decided = edges[0] == edges[1] && edges[0] < FIRST as u32;
            if !decided && distinct.last() != Some(&edges) {
                distinct.push(edges);
            }
            places[FIRST + i as usize] = if decided { edges[0] } else { (FIRST + distinct.len() - 1) as u32 };
        }
        *nodes = distinct;
    }
    places
}
