//! Sets of members and of candidates as bits.

use serde::{Deserialize, Serialize};

use super::{CandidateId, MAX_CANDIDATES, MAX_MEMBERS, MemberId};

const WORDS: usize = MAX_MEMBERS / 64;

/// A set of members. As data it is their positions, joined by `+`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct MemberSet([u64; WORDS]);

impl MemberSet {
    /// The set without members.
    pub const EMPTY: Self = Self([0; WORDS]);

    /// The first `n` members; `n` at most [`MAX_MEMBERS`].
    pub fn all(n: usize) -> Self {
        (0..n.min(MAX_MEMBERS)).map(|i| MemberId(i as u16)).collect()
    }

    /// Adds `m`.
    pub fn insert(&mut self, m: MemberId) {
        self.0[m.index() / 64] |= 1 << (m.index() % 64);
    }

    /// Adds `m` if `condition` holds; without a branch, since it is often a coin toss.
    #[inline]
    pub fn insert_if(&mut self, m: MemberId, condition: bool) {
        self.0[m.index() / 64] |= u64::from(condition) << (m.index() % 64);
    }

    /// Adds members of one word of 64: those of which the bit is set.
    pub(crate) fn insert_bits(&mut self, word: usize, bits: u64) {
        self.0[word] |= bits;
    }

    /// Takes `m` out.
    pub fn remove(&mut self, m: MemberId) {
        self.0[m.index() / 64] &= !(1 << (m.index() % 64));
    }

    /// Whether `m` is in the set.
    pub fn contains(&self, m: MemberId) -> bool {
        self.0[m.index() / 64] >> (m.index() % 64) & 1 == 1
    }

    /// How many members are in the set.
    pub fn len(&self) -> u32 {
        self.0.iter().map(|w| w.count_ones()).sum()
    }

    /// Whether no member is in the set.
    pub fn is_empty(&self) -> bool {
        *self == Self::EMPTY
    }

    /// Members of either set.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let mut words = self.0;
        for (word, more) in words.iter_mut().zip(other.0) {
            *word |= more;
        }
        Self(words)
    }

    /// Members of both sets.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let mut words = self.0;
        for (word, same) in words.iter_mut().zip(other.0) {
            *word &= same;
        }
        Self(words)
    }

    /// Members of this set that are not in `other`.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        let mut words = self.0;
        for (word, fewer) in words.iter_mut().zip(other.0) {
            *word &= !fewer;
        }
        Self(words)
    }

    /// The members, in order of their positions.
    pub fn iter(&self) -> impl Iterator<Item = MemberId> + use<> {
        self.0.into_iter().enumerate().flat_map(|(w, word)| bits(word).map(move |b| MemberId((64 * w + b) as u16)))
    }
}

impl From<MemberSet> for String {
    fn from(set: MemberSet) -> Self {
        set.iter().map(|m| m.index().to_string()).collect::<Vec<_>>().join("+")
    }
}

impl TryFrom<String> for MemberSet {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let position = |part: &str| part.parse().ok().filter(|&m| usize::from(m) < MAX_MEMBERS).map(MemberId);
        let members = text.split('+').filter(|part| !part.is_empty()).map(position).collect::<Option<Self>>();
        members.ok_or_else(|| format!("expected positions of members joined by `+`, not `{text}`"))
    }
}

impl FromIterator<MemberId> for MemberSet {
    fn from_iter<I: IntoIterator<Item = MemberId>>(members: I) -> Self {
        let mut set = Self::EMPTY;
        for m in members {
            set.insert(m);
        }
        set
    }
}

/// A set of candidates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct CandidateSet(u64);

impl CandidateSet {
    /// The set without candidates.
    pub const EMPTY: Self = Self(0);

    /// The first `n` candidates; `n` at most [`MAX_CANDIDATES`].
    pub fn all(n: usize) -> Self {
        if n >= MAX_CANDIDATES { Self(u64::MAX) } else { Self((1 << n) - 1) }
    }

    /// Adds `c`.
    pub fn insert(&mut self, c: CandidateId) {
        self.0 |= 1 << c.index();
    }

    /// Adds `c` if `condition` holds; without a branch.
    #[inline]
    pub fn insert_if(&mut self, c: CandidateId, condition: bool) {
        self.0 |= u64::from(condition) << c.index();
    }

    /// Takes `c` out.
    pub fn remove(&mut self, c: CandidateId) {
        self.0 &= !(1 << c.index());
    }

    /// Whether `c` is in the set.
    pub fn contains(self, c: CandidateId) -> bool {
        self.0 >> c.index() & 1 == 1
    }

    /// How many candidates are in the set.
    pub fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// Whether no candidate is in the set.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Candidates of either set.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Candidates of both sets.
    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Candidates of this set that are not in `other`.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The candidates, in order of their positions.
    pub fn iter(self) -> impl Iterator<Item = CandidateId> {
        bits(self.0).map(|b| CandidateId(b as u16))
    }
}

impl FromIterator<CandidateId> for CandidateSet {
    fn from_iter<I: IntoIterator<Item = CandidateId>>(candidates: I) -> Self {
        let mut set = Self::EMPTY;
        for c in candidates {
            set.insert(c);
        }
        set
    }
}

/// Positions of the set bits of `word`, lowest first.
fn bits(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        if word == 0 {
            return None;
        }
        let bit = word.trailing_zeros() as usize;
        word &= word - 1;
        Some(bit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_set_keeps_members_across_words() {
        let ids = [0, 63, 64, 200, 255].map(MemberId);
        let mut set: MemberSet = ids.into_iter().collect();
        assert_eq!(set.iter().collect::<Vec<_>>(), ids);
        assert_eq!(set.len(), 5);
        set.remove(MemberId(64));
        assert!(!set.contains(MemberId(64)) && set.contains(MemberId(255)));
        assert_eq!(MemberSet::all(256).len(), 256);
        assert!(MemberSet::all(0).is_empty());
    }

    #[test]
    fn a_candidate_set_holds_all_sixty_four() {
        assert_eq!(CandidateSet::all(64).len(), 64);
        let set: CandidateSet = [CandidateId(3), CandidateId(63)].into_iter().collect();
        assert_eq!(CandidateSet::all(64).without(set).len(), 62);
        assert_eq!(set.iter().map(|c| c.0).collect::<Vec<_>>(), [3, 63]);
    }
}
