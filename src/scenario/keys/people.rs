//! Keys of the scenario as a whole, of members and candidates, and of what is thought of whom.

use super::Absent::{False, Nothing, Number as Is, Says, True, Word, Wrong, WrongAlone};
use super::Kind::{Choice, Date, Fraction, Institution, Name, Names, Number, Table, Tables, Text, Texts, Truth, Whole};
use super::polls::POLL;
use super::procedure::{ASSUMPTION, DYNAMICS, EVENT, JUDGEMENT, STAGE, VETO};
use super::{
    ANY, ANY_LENGTH, BALLOTS, HOW_MANY, MAX_PROSE, MAX_TITLE, MAX_WEIGHT, NON_NEGATIVE, Portion, Range, Section, UNIT,
};
use super::{key, numbers};
use crate::model::{MAX_ROUNDS, Noise};

/// Weights of members.
const WEIGHT: Range = Range { min: 0.0, max: MAX_WEIGHT as f64, words: "0 or more, with at most 6 decimals" };
/// What holds where `[preferences]` speaks for all.
pub const OF_PREFERENCES: super::Absent = Says("that of `[preferences]`");
/// What holds where `[dynamics]` speaks for all.
pub const OF_DYNAMICS: super::Absent = Says("that of `[dynamics]`");

/// The file.
pub static SCENARIO: Section = Section::new(
    "scenario",
    "the scenario",
    &[
        key("title", Text(MAX_TITLE), Wrong, "what the scenario is called"),
        key("summary", Text(MAX_PROSE), Nothing, "what it is about"),
        key("sources", Texts(MAX_PROSE), Nothing, "where figures and judgements come from; at most 1000"),
        key("seed", Whole(0, u64::MAX), Is(1.0), "the same seed gives the same rounds"),
        key("rounds", Whole(1, MAX_ROUNDS), Is(100_000.0), "how many rounds are simulated"),
        key("institution", Institution, Nothing, "whose members, vetoes and stages the file need not say"),
        key(
            "electors",
            HOW_MANY,
            Nothing,
            "members in all, if the institution is one of unnamed electors such as `conclave`",
        ),
        key("tables", Table(&TABLES), Nothing, "CSV files"),
        key("preferences", Table(&PREFERENCES), Nothing, "what holds for everyone"),
        key("member", Tables(&MEMBER), Nothing, "who decides"),
        key("bloc", Tables(&BLOC), Nothing, "members of one kind, written once"),
        key("candidate", Tables(&CANDIDATE), Nothing, "who may be appointed"),
        key("support", Table(&SUPPORT), Nothing, "what members are judged to think of candidates"),
        key("event", Tables(&EVENT), Nothing, "what may happen in a round"),
        key("stage", Tables(&STAGE), Says("one ballot by `consensus`"), "the procedure, in order"),
        key("dynamics", Table(&DYNAMICS), Nothing, "what changes from ballot to ballot"),
        key("veto", Table(&VETO), Nothing, "who can block"),
        key("assumption", Tables(&ASSUMPTION), Nothing, "other beliefs, to be compared with those above"),
        key("judgement", Tables(&JUDGEMENT), Nothing, "how far off numbers of the file may be"),
        key(
            "poll",
            Tables(&POLL),
            Nothing,
            "polls that were held, in order; no result of a simulation depends on them",
        ),
        key("actual", Name, Nothing, "how it ended: the candidate who was appointed, or `no-consensus`"),
        key("decided", Date, Nothing, "the day on which it ended"),
    ],
);

/// `[tables]`.
pub static TABLES: Section = Section::new(
    "tables",
    "[tables]",
    &[
        key("members", Text(ANY_LENGTH), Nothing, "a CSV file with one row per member, inside the scenario's folder"),
        key("blocs", Text(ANY_LENGTH), Nothing, "the same for blocs"),
        key("candidates", Text(ANY_LENGTH), Nothing, "the same for candidates"),
        key(
            "support",
            Text(ANY_LENGTH),
            Nothing,
            "a CSV file with a row per member or group and a column per candidate",
        ),
    ],
);

/// `[preferences]`.
pub static PREFERENCES: Section = Section::new(
    "preferences",
    "[preferences]",
    &[
        key("noise", Choice(Noise::WORDS), Word("normal"), "distribution of what is not known about views"),
        key(
            "trait_sd",
            numbers("trait", "firmness", NON_NEGATIVE),
            Is(0.0),
            "how much the moment's demand for a trait varies: standard deviation, points per unit of the trait",
        ),
        key(
            "group_sd",
            numbers("group", "west", NON_NEGATIVE),
            Is(0.0),
            "bloc discipline: standard deviation of the shock that a group's members share about each candidate, \
             points",
        ),
        key(
            "common_sd",
            Number(NON_NEGATIVE),
            Is(0.0),
            "a good or bad month for a candidate with everyone: standard deviation, points",
        ),
        key("uncertainty", Number(NON_NEGATIVE), Is(1.0), "default of the members' `uncertainty`"),
        key("salience", Number(NON_NEGATIVE), Is(0.0), "default of the members' `salience`"),
        key("home", Number(ANY), Is(0.0), "default of the members' `home`"),
        key("accept_at", Number(ANY), Is(0.0), "default of the members' `accept_at`"),
        key("object_at", Number(ANY), Is(0.0), "default of the members' `object_at`"),
        key("votes_at", Number(ANY), Nothing, "default of the members' `votes_at`"),
        key("priority", numbers("trait", "firmness", ANY), Is(0.0), "default of the members' `priority`"),
        key(
            "priority_sd",
            numbers("trait", "firmness", NON_NEGATIVE),
            Is(0.0),
            "default of the members' `priority_sd`",
        ),
        key("member_sd", Number(NON_NEGATIVE), Is(0.0), "default of the members' `member_sd`"),
    ],
);

/// `[[member]]`.
pub static MEMBER: Section = Section::new(
    "member",
    "a member",
    &[
        key("id", Name, Wrong, "unique across members, blocs and groups"),
        key("name", Text(MAX_TITLE), Says("the `id`"), "for reports"),
        key("groups", Names, Nothing, "ids of groups; a group exists because members say they belong to it"),
        key("measures", numbers("measure", "population", WEIGHT), Nothing, "weights by which rules count"),
        key("priority", numbers("trait", "firmness", ANY), OF_PREFERENCES, "points per unit of a candidate's trait"),
        key(
            "priority_sd",
            numbers("trait", "firmness", NON_NEGATIVE),
            OF_PREFERENCES,
            "what is not known of these weights: standard deviation; one draw a round for all candidates",
        ),
        key(
            "member_sd",
            Number(NON_NEGATIVE),
            OF_PREFERENCES,
            "how hard the member is to please this time, whoever it is about: standard deviation, points",
        ),
        key(
            "ideal",
            numbers("dimension", "integration", ANY),
            Nothing,
            "ideal point; candidates' `position` must have the same dimensions",
        ),
        key("salience", Number(NON_NEGATIVE), OF_PREFERENCES, "points lost per unit of distance from the ideal point"),
        key("home", Number(ANY), OF_PREFERENCES, "points for a candidate whose `home` is this member"),
        key(
            "uncertainty",
            Number(NON_NEGATIVE),
            OF_PREFERENCES,
            "standard deviation of what is not known about the member's views, points",
        ),
        key(
            "uncertainty_about",
            numbers("candidate", "wallace", NON_NEGATIVE),
            Says("`uncertainty`"),
            "the same for single candidates",
        ),
        key("accept_at", Number(ANY), OF_PREFERENCES, "points from which the member encourages a candidate"),
        key("object_at", Number(ANY), OF_PREFERENCES, "points below which it objects; at most `accept_at`"),
        key("votes_at", Number(ANY), OF_PREFERENCES, "points from which it votes for a candidate in a choice ballot"),
        key(
            "concession",
            Number(ANY),
            OF_DYNAMICS,
            "points by which the reservation level falls from ballot to ballot",
        ),
        key(
            "foresight",
            Number(UNIT),
            OF_DYNAMICS,
            "how much of what waiting is worth enters the reservation level; 0 takes each ballot as it comes",
        ),
        key("yields", Truth, True, "whether a side payment can lift the member's veto"),
        key("new", Truth, False, "says that a member whom the institution does not have is meant to be added to it"),
    ],
);

/// `[[bloc]]`.
pub static BLOC: Section = Section::new(
    "bloc",
    "a bloc",
    &[
        key(
            "id",
            Name,
            Wrong,
            "unique among members, blocs and groups; its members are `id-01`, `id-02` …, in a group `id`",
        ),
        key("size", HOW_MANY, WrongAlone, "how many members"),
        key("name", Text(MAX_TITLE), Says("the `id`"), "for reports; its members are called \"NAME 1\" and so on"),
    ],
)
.like(&MEMBER);

/// `[[candidate]]`.
pub static CANDIDATE: Section = Section::new(
    "candidate",
    "a candidate",
    &[
        key("id", Name, Wrong, "unique among candidates"),
        key("name", Text(MAX_TITLE), Says("the `id`"), "for reports"),
        key("home", Text(ANY_LENGTH), Nothing, "a member's id, or any other code for a national of no member"),
        key(
            "traits",
            numbers("trait", "firmness", ANY),
            Is(0.0),
            "a trait exists because a candidate has it; others have 0",
        ),
        key("position", numbers("dimension", "integration", ANY), Nothing, "where the candidate stands"),
        key(
            "uncertainty",
            Number(NON_NEGATIVE),
            Says("the members'"),
            "in place of the members' `uncertainty`, but not of their `uncertainty_about`",
        ),
        key("common_sd", Number(NON_NEGATIVE), OF_PREFERENCES, "in place of `preferences.common_sd`"),
        key("availability", Number(UNIT), Is(1.0), "probability of standing at all"),
        key("enters", BALLOTS, Is(1.0), "the ballot of the round at which the candidate joins"),
        key("reserve", Truth, False, "considered only by stages whose `field` names the candidate"),
        key("withdraws_if_vetoed", Number(UNIT), Is(0.0), "probability of withdrawing after a ballot with a veto"),
        key(
            "withdraws_below",
            Fraction(Portion::Share),
            Is(0.0),
            "withdraws after a ballot with a smaller support share",
        ),
        key("note", Text(MAX_PROSE), Nothing, "for people"),
    ],
);

/// `[support]`.
pub static SUPPORT: Section = Section::new("support", "[support]", &[]).others(
    "member or group",
    Table(&POINTS),
    "the points of a group hold for all its members and are added to a member's own",
);

/// `[support.MEMBER]`.
pub static POINTS: Section = Section::new("points", "the support of a member", &[]).others(
    "candidate",
    Number(ANY),
    "points, added to what priorities and distance give; 0 is indifference",
);
