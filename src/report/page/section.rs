//! The parts of a page, in reading order.

/// A part of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// Who is chosen.
    Chosen,
    /// What the other assumptions change.
    Assumptions,
    /// Where the baseline's rounds went.
    Flow,
    /// Who blocks whom.
    Blocks,
    /// What each veto does, beside formal power.
    Influence,
    /// Where a point of persuasion buys most.
    Leverage,
    /// When rounds end.
    Ends,
    /// How candidates fare ballot by ballot.
    Ballots,
    /// Which judgement matters.
    Judgements,
    /// Single rounds, told.
    Rounds,
    /// What all this rests on.
    Basis,
    /// How it was found, what that leaves out, how to cite and to repeat it.
    Methods,
}

impl Section {
    /// All, in reading order.
    pub const ALL: [Self; 12] = [
        Self::Chosen,
        Self::Assumptions,
        Self::Flow,
        Self::Blocks,
        Self::Influence,
        Self::Leverage,
        Self::Ends,
        Self::Ballots,
        Self::Judgements,
        Self::Rounds,
        Self::Basis,
        Self::Methods,
    ];

    /// By what it is asked for, and its anchor in the page.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chosen => "chosen",
            Self::Assumptions => "assumptions",
            Self::Flow => "flow",
            Self::Blocks => "blocks",
            Self::Influence => "influence",
            Self::Leverage => "leverage",
            Self::Ends => "ends",
            Self::Ballots => "ballots",
            Self::Judgements => "judgements",
            Self::Rounds => "rounds",
            Self::Basis => "basis",
            Self::Methods => "methods",
        }
    }

    /// Its heading.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Chosen => "Who is chosen",
            Self::Assumptions => "What other assumptions change",
            Self::Flow => "Where the rounds go",
            Self::Blocks => "Who blocks whom",
            Self::Influence => "What each veto does",
            Self::Leverage => "Where a point of persuasion buys most",
            Self::Ends => "When rounds end",
            Self::Ballots => "As the ballots go",
            Self::Judgements => "Which judgement matters",
            Self::Rounds => "Rounds as they went",
            Self::Basis => "What this rests on",
            Self::Methods => "Methods",
        }
    }

    /// Whether it belongs to the appendix, which begins a page of its own in print.
    pub fn is_appendix(self) -> bool {
        self >= Self::Rounds
    }
}
