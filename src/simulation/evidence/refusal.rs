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
    /// Votes leave too many ways to have been cast.
    #[error(
        "the votes of poll `{poll}` (stage `{stage}`) can have been cast in too many ways to be gone through: voters differ, \
         or not all votes are known"
    )]
    TooManyVotes {
        /// The poll.
        poll: String,
        /// The stage.
        stage: String,
    },
    /// A choice ballot of a kind that is not conditioned on.
    #[error("up to poll `{poll}` there are choice ballots (stage `{stage}`), and {why}")]
    Choice {
        /// The poll.
        poll: String,
        /// The stage.
        stage: String,
        /// Why the chance of votes is not known.
        why: &'static str,
    },
    /// No particle gives the poll any chance.
    #[error("the scenario gives poll `{poll}` no chance{}", about(.candidate))]
    Impossible {
        /// The poll.
        poll: String,
        /// At whose answers that shows, if at one candidate's.
        candidate: Option<String>,
    },
    /// The poll leaves more members without opinion than can be without one.
    #[error(
        "poll `{poll}` leaves at least {neutral} without an opinion about `{candidate}`, but only {most} of the members can be \
         without one"
    )]
    NoRoom {
        /// The poll.
        poll: String,
        /// About whom.
        candidate: String,
        /// How many have no opinion at least.
        neutral: u32,
        /// Members whose levels leave room for it.
        most: u32,
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
            Self::TooManyVotes { .. } => {
                "give all votes; voters who are alike (same support, groups and uncertainty) are gone through at once, but \
                 only at their first ballot or with memory = 0"
            }
            Self::Choice { .. } => {
                "say noise = \"gumbel\" where members have one vote each and are uncertain about everyone, or condition on \
                 the polls of stances before it (--polls)"
            }
            Self::Impossible { .. } => {
                "look at what is certain in the scenario: memory = 1 without drift_sd, an uncertainty of 0, a date of entry"
            }
            Self::NoRoom { .. } => {
                "accept_at = object_at leaves no room between them: set accept_at above object_at (preferences.accept_at)"
            }
            Self::Appoints { .. } => "say `appoint_from` of the stage, or put the poll into an advisory stage",
            Self::Degenerate { .. } => {
                "simulate more of them (--particles); with memory close to 1 the first poll all but decides the next: lower \
                 it, or let minds drift together (drift_sd)"
            }
        }
    }
}
