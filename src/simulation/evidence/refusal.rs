//! Why polls cannot be conditioned on.

/// Why conditioning on polls would not be exact, or comes to nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is not known how many ballots a stage had.
    #[error(
        "how many ballots stage `{stage}` had is not known: it may end after any of them (`continues`), and poll `{poll}` \
         is of a later stage"
    )]
    LengthUnknown {
        /// The stage.
        stage: String,
        /// The first poll after it.
        poll: String,
    },
    /// A row leaves too many ways to answer.
    #[error("what poll `{poll}` says of `{candidate}` can come about in too many ways to be gone through")]
    TooManyWays {
        /// The poll.
        poll: String,
        /// Whom the row is about.
        candidate: String,
    },
    /// What follows from a ballot depends on how candidates compare, and their totals are not known.
    #[error("{ballot} does not say all encouragements and objections, but {why}")]
    TotalsUnknown {
        /// The ballot.
        ballot: String,
        /// What depends on them.
        why: &'static str,
    },
    /// The same, where members weigh differently.
    #[error("support in stage `{stage}` is weighted (`support_by`), so totals do not say it, but {why}")]
    Weighted {
        /// The stage.
        stage: String,
        /// What depends on it.
        why: &'static str,
    },
    /// A vote among those who were tied would have to be known.
    #[error("at {ballot} several were tied for elimination, and the vote among them (`ties`) is not known")]
    Tied {
        /// The ballot.
        ballot: String,
    },
    /// Several led, and lots decided to whose opponents side payments were offered.
    #[error("at {ballot} several led alike, and for whom side payments were made is not known")]
    Led {
        /// The ballot.
        ballot: String,
    },
    /// A choice ballot.
    #[error(
        "up to poll `{poll}` there are choice ballots (stage `{stage}`): each vote is about all candidates at once, and \
         conditioning candidate by candidate would not be exact"
    )]
    Choice {
        /// The poll.
        poll: String,
        /// The stage.
        stage: String,
    },
    /// No particle gives the poll any chance.
    #[error("the scenario gives poll `{poll}` no chance{}", about(.candidate))]
    Impossible {
        /// The poll.
        poll: String,
        /// At whose answers that shows, if at one candidate's.
        candidate: Option<String>,
    },
    /// The rule appoints someone at a ballot after which the selection went on.
    #[error("the rule appoints `{candidate}` at poll `{poll}`, but the selection went on")]
    Appoints {
        /// The poll.
        poll: String,
        /// Who would have been appointed.
        candidate: String,
    },
    /// Too few particles count after a poll.
    #[error("too few particles agree with poll `{poll}`: {effective} {of} are effective, and {least} are needed")]
    Degenerate {
        /// The poll.
        poll: String,
        /// How many count, or which share of them.
        effective: String,
        /// What of.
        of: &'static str,
        /// How many should.
        least: &'static str,
    },
}

fn about(candidate: &Option<String>) -> String {
    candidate
        .as_ref()
        .map(|candidate| format!(": its answers about `{candidate}` cannot come about"))
        .unwrap_or_default()
}

impl Refusal {
    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::LengthUnknown { .. } => {
                "give a poll for the last ballot of that stage; its totals may be left open (encourage = { at_least = 0 })"
            }
            Self::TooManyWays { .. } => "give exact totals, or fewer groups in `among`",
            Self::TotalsUnknown { .. } => {
                "give the totals, or leave out what depends on them: `momentum`, `accommodation`, `drop`"
            }
            Self::Weighted { .. } => {
                "count support by heads, or leave out what depends on it: `momentum`, `accommodation`, `drop`"
            }
            Self::Tied { .. } => "let lots decide (ties = \"lot\"), or condition on the polls before: --polls",
            Self::Led { .. } => "leave out `accommodation`, or condition on the polls before: --polls",
            Self::Choice { .. } => {
                "condition on the polls of stances before it (--polls); `fit` turns a first choice ballot into support"
            }
            Self::Impossible { .. } => {
                "look at what is certain in the scenario: memory = 1 without drift_sd, an uncertainty of 0, a date of entry"
            }
            Self::Appoints { .. } => "say `appoint_from` of the stage, or put the poll into an advisory stage",
            Self::Degenerate { .. } => {
                "simulate more of them (--particles); with memory close to 1 the first poll all but decides the next: lower \
                 it, or let minds drift together (drift_sd)"
            }
        }
    }
}
