//! Keys of polls that were held.

use super::Absent::{False, Nothing, Number as Is, Says, Wrong};
use super::Kind::{Choice, Date, Name, Table, Text, Total, Truth, Whole};
use super::{ANY_LENGTH, BALLOTS, Key, MAX_MEMBERS, MAX_PROSE, Section, key};
use crate::model::Answer;

/// `[[poll]]`.
pub static POLL: Section = Section::new(
    "poll",
    "a poll",
    &[
        key("name", Name, Wrong, "unique among polls"),
        key("stage", Name, Says("the first stage"), "the stage at one of whose ballots it was held"),
        key("ballot", BALLOTS, Is(1.0), "which ballot of this stage"),
        key("answers", Table(&ANSWERS), Nothing, "what was seen, candidate by candidate"),
        key("table", Text(ANY_LENGTH), Nothing, "a CSV file that says the same, inside the scenario's folder"),
        key("date", Date, Nothing, "the day on which it was held"),
        key(
            "fitted",
            Truth,
            False,
            "whether `support` was fitted to it: `update` then leaves it out unless asked for it",
        ),
        key("source", Text(MAX_PROSE), Nothing, "where the figures come from"),
    ],
);

/// `answers` of a poll.
pub static ANSWERS: Section = Section::new("answers", "`answers`", &[]).others(
    "candidate",
    Table(&ROW),
    "what was seen of the answers about this candidate",
);

const ENCOURAGE: Key = key("encourage", Total(&TOTAL), Nothing, "members in favour, at a ballot of stances");
const OBJECT: Key = key("object", Total(&TOTAL), Nothing, "members against, at a ballot of stances");
const NO_OPINION: Key = key("no_opinion", Total(&TOTAL), Nothing, "members who were neither, at a ballot of stances");
const VOTES: Key = key("votes", Total(&TOTAL), Nothing, "votes, at a choice ballot");

/// The answers about one candidate.
pub static ROW: Section = Section::new(
    "row",
    "a row of a poll",
    &[
        ENCOURAGE,
        OBJECT,
        NO_OPINION,
        VOTES,
        key("known", Table(&KNOWN), Nothing, "members whose answer is known"),
        key("among", Table(&AMONG), Nothing, "how often each answer was given in a group"),
    ],
);

/// A number of members that is known in part.
pub static TOTAL: Section = Section::new(
    "total",
    "a total",
    &[
        key("at_least", Whole(0, MAX_MEMBERS as u64), Is(0.0), "no fewer"),
        key("at_most", Whole(0, MAX_MEMBERS as u64), Nothing, "no more"),
    ],
);

/// `known` of a row.
pub static KNOWN: Section =
    Section::new("known", "`known`", &[]).others("member", Choice(Answer::WORDS), "the answer of this member");

/// `among` of a row.
pub static AMONG: Section = Section::new("among", "`among`", &[]).others(
    "member or group",
    Table(&PART),
    "how many of those of them who take part gave each answer",
);

/// A group in `among`.
pub static PART: Section = Section::new("part", "an entry of `among`", &[ENCOURAGE, OBJECT, NO_OPINION, VOTES]);
