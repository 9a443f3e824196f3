//! Keys of what happens in a round: events, stages, rules, dynamics, vetoes; of assumptions and judgements.

use super::Absent::{Nothing, Number as Is, Says, Word, Wrong, WrongAlone};
use super::Kind::{
    Any, Choice, Either as EitherOf, Fraction, Name, Names, Number, Several, Table, Tables, Text, Texts, Whole,
};
use super::{ANY, BALLOTS, Either, HOW_MANY, MAX_PROSE, MAX_TITLE, NON_NEGATIVE, Portion, Section, UNIT, key};
use crate::model::{Base, Choose, Drawn, Ties};

/// `[[event]]`.
pub static EVENT: Section = Section::new(
    "event",
    "an event",
    &[
        key("name", Name, Wrong, "unique among events"),
        key("probability", Number(UNIT), WrongAlone, "how likely it is to happen in a round"),
        key("effects", Tables(&EFFECT), WrongAlone, "what it does then"),
    ],
);

/// One of the `effects` of an event.
pub static EFFECT: Section = Section::new(
    "effect",
    "an effect",
    &[
        key("points", Number(ANY), Nothing, "points added to views of `members` about `candidates`"),
        key("members", Names, Says("all"), "with `points`: ids of members or groups"),
        key("candidates", Names, Says("all"), "with `points`: ids of candidates"),
        key("leaves", Name, Nothing, "a candidate who then does not stand"),
        key("joins", Name, Nothing, "a candidate who then stands, whatever their availability and reserve"),
        key("veto", Table(&VETO), Nothing, "veto powers that hold in such rounds"),
    ],
)
.one_of(&["points", "leaves", "joins", "veto"]);

/// `[[stage]]`.
pub static STAGE: Section = Section::new(
    "stage",
    "a stage",
    &[
        key("name", Name, Says("\"stage-1\", …"), "unique among stages"),
        key("members", Names, Says("everyone"), "ids of members or groups who take part; only they count"),
        key("ballot", Choice(&["stances", "choice"]), Word("stances"), "whether members take stances or cast votes"),
        key("votes", HOW_MANY, Is(1.0), "in a choice ballot: for how many candidates each member votes"),
        key("repeat", BALLOTS, Is(1.0), "how many ballots at most; 200 in all stages together"),
        key(
            "continues",
            Number(UNIT),
            Is(1.0),
            "probability, after each inconclusive ballot but the last, that the stage goes on",
        ),
        key("appoint", EitherOf(&RULE), Nothing, "the rule that appoints; without it the ballots are advisory"),
        key(
            "appoint_from",
            BALLOTS,
            Is(1.0),
            "the ballot of the stage from which the rule appoints; those before it are soundings",
        ),
        key(
            "support_by",
            Name,
            HEADS,
            "the measure of support: for `choose`, `drop`, who leads, who withdraws, momentum",
        ),
        key("choose", Choice(Choose::WORDS), Word("support"), "which of several who pass"),
        key("drop", EitherOf(&DROPPING), Word("none"), "whom an inconclusive ballot eliminates"),
        key("from_ballot", BALLOTS, Is(1.0), "the ballot of the stage with which dropping starts"),
        key(
            "ties",
            Choice(Ties::WORDS),
            Word("lot"),
            "how those tied for elimination are told apart: by lot, or by one more vote among them",
        ),
        key("field", Names, Says("all not in reserve"), "the candidates considered"),
        key("goodwill", Number(ANY), Is(0.0), "points added to every view in this stage"),
    ],
);

/// What `drop` says.
pub static DROPPING: Either = Either { name: "dropping", words: &["none", "lowest", "vetoed"], table: &DROP };

/// `drop` as a table.
pub static DROP: Section = Section::new(
    "drop",
    "`drop`",
    &[
        key("keep", Whole(1, u32::MAX as u64), Nothing, "all but the so many with most support"),
        key("below", Fraction(Portion::Share), Nothing, "those with a smaller support share"),
    ],
)
.one_of(&["keep", "below"]);

/// A rule of appointment.
pub static RULE: Either = Either {
    name: "rule",
    words: &["consensus", "unanimity", "majority", "two-thirds", "unsc", "eu-qmv", "consensus-minus-one", "no_veto"],
    table: &CONDITION,
};

/// A rule as a table: a condition.
pub static CONDITION: Section = Section::new(
    "condition",
    "a condition",
    &[
        key("share", Table(&SHARE), Nothing, "enough of the whole is in favour"),
        key("count", Table(&COUNT), Nothing, "enough are in favour"),
        key("objections", Table(&OBJECTIONS), Nothing, "few enough object"),
        key("all", Several(&RULE), Nothing, "every one of these holds"),
        key("any", Several(&RULE), Nothing, "one of these holds"),
    ],
)
.one_of(&["share", "count", "objections", "all", "any"]);

/// What is counted, as words about a key that is not there.
const HEADS: super::Absent = Word("members");

/// The condition `share`.
pub static SHARE: Section = Section::new(
    "share",
    "a share condition",
    &[
        key("of", Name, HEADS, "the measure to count by; `members` counts heads"),
        key("at_least", Fraction(Portion::ShareAboveZero), Nothing, "the share that is enough"),
        key("more_than", Fraction(Portion::Share), Nothing, "the share that is not enough yet; more is"),
        key("base", Choice(Base::WORDS), Word("all"), "share of all members, or of those who do not abstain"),
    ],
)
.one_of(&["at_least", "more_than"]);

/// The condition `count`.
pub static COUNT: Section = Section::new(
    "count",
    "a count condition",
    &[
        key("of", Name, HEADS, "the measure to count by; `members` counts heads"),
        key("at_least", Fraction(Portion::Any), Nothing, "the number that is enough"),
        key("more_than", Fraction(Portion::Any), Nothing, "the number that is not enough yet; more is"),
    ],
)
.one_of(&["at_least", "more_than"]);

/// The condition `objections`.
pub static OBJECTIONS: Section = Section::new(
    "objections",
    "an objections condition",
    &[
        key("of", Name, HEADS, "the measure to count by; `members` counts heads"),
        key("at_most", Fraction(Portion::Any), Wrong, "the number that is few enough"),
    ],
);

/// `[dynamics]`.
pub static DYNAMICS: Section = Section::new(
    "dynamics",
    "[dynamics]",
    &[
        key("momentum", Number(ANY), Is(0.0), "points gained per unit of support share above the mean"),
        key("memory", Number(UNIT), Is(1.0), "how much of the noise stays from ballot to ballot"),
        key("concession", Number(ANY), Is(0.0), "default of the members' `concession`"),
        key("foresight", Number(UNIT), Is(0.0), "default of the members' `foresight`"),
        key(
            "drift_sd",
            Number(NON_NEGATIVE),
            Is(0.0),
            "how everyone's view of a candidate moves from ballot to ballot: standard deviation, points",
        ),
        key(
            "doubt_sd",
            Number(NON_NEGATIVE),
            Is(0.0),
            "how little ballot 1 may say of what comes: standard deviation of one move after it, points",
        ),
        key("accommodation", Table(&ACCOMMODATION), Nothing, "side payments to the last who block"),
    ],
);

/// `accommodation` of `[dynamics]`.
pub static ACCOMMODATION: Section = Section::new(
    "accommodation",
    "`accommodation`",
    &[
        key("holdouts", HOW_MANY, WrongAlone, "at most so many members who veto the leader may yield"),
        key("probability", Number(UNIT), WrongAlone, "that each of them does"),
        key("limit", Number(NON_NEGATIVE), Nothing, "points below `object_at` beyond which a side payment is no help"),
    ],
);

/// `[veto]`, and `veto` and `amend` elsewhere.
pub static VETO: Section = Section::new(
    "veto",
    "[veto]",
    &[key("default", EitherOf(&VETOES), Word("none"), "everyone not named")],
)
.others("member or group", EitherOf(&VETOES), "a member's own entry beats its group's, which beats the default");

/// A veto.
pub static VETOES: Either = Either { name: "vetoes", words: &["none", "absolute"], table: &POWER };

/// A veto as a table.
pub static POWER: Section = Section::new(
    "power",
    "a veto",
    &[
        key(
            "probability",
            Number(UNIT),
            Is(1.0),
            "how likely it is in a round that the member would use it against a candidate",
        ),
        key(
            "drawn",
            Choice(Drawn::WORDS),
            Word("candidate"),
            "of what the probability is: that a candidate is a red line, or that the member blocks at all",
        ),
        key(
            "cost",
            Number(NON_NEGATIVE),
            Is(0.0),
            "points below `object_at` that it takes if all others encourage the candidate; fewer, less",
        ),
        key(
            "alone",
            Number(NON_NEGATIVE),
            Is(0.0),
            "points below `object_at` that it takes beside, if no other member objects",
        ),
        key("against", Names, Says("all"), "the candidates whom it can be used against"),
    ],
);

/// `[[assumption]]`.
pub static ASSUMPTION: Section = Section::new(
    "assumption",
    "an assumption",
    &[
        key("name", Name, Wrong, "unique among assumptions; `stated` is the scenario's own"),
        key("summary", Text(MAX_PROSE), Nothing, "for reports"),
        key("veto", Table(&VETO), Says("the stated one"), "replaces the whole `[veto]` table"),
        key("amend", Table(&VETO), Nothing, "entries of the stated table that differ; not together with `veto`"),
        key("set", Table(&SETTINGS), Nothing, "other values of the file that differ, by setting path"),
    ],
);

/// `set` of an assumption.
pub static SETTINGS: Section =
    Section::new("settings", "`set`", &[]).others("setting path", Any, "the value in place of the stated one");

/// `[[judgement]]`.
pub static JUDGEMENT: Section = Section::new(
    "judgement",
    "a judgement",
    &[
        key("name", Name, Wrong, "unique among judgements"),
        key("set", Texts(MAX_TITLE), Nothing, "setting paths whose values are drawn themselves"),
        key(
            "shift",
            Texts(MAX_TITLE),
            Nothing,
            "setting paths, of which parts may be `*`: one number that is drawn is added to all of these values",
        ),
        key("scale", Texts(MAX_TITLE), Nothing, "the same, but what is drawn multiplies all of them"),
        key("low", Number(ANY), Nothing, "with `high`: an interval on which its author would bet 9 to 1"),
        key("high", Number(ANY), Nothing, "its upper end"),
        key(
            "shape",
            Choice(&["normal", "uniform"]),
            Word("normal"),
            "`normal`: `low` and `high` have 5 % below them and above; `uniform`: all from `low` to `high`",
        ),
        key("one_of", Any, Nothing, "with `set`, in place of `low` and `high`: a list of values, equally likely"),
        key("note", Text(MAX_PROSE), Nothing, "what it rests on"),
    ],
)
.one_of(&["set", "shift", "scale"]);
