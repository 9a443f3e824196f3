//! The list of all codes.

use std::fmt;

use super::{Example, Severity};

/// Makes the enum and its methods of one list: a sentence, the variant, its name, how bad it is, and an example.
macro_rules! codes {
    ($($(#[doc = $meaning:literal])+ $code:ident $name:literal $severity:ident $example:expr;)+) => {
        /// A kind of problem.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {
            $($(#[doc = $meaning])+ $code,)+
        }

        impl Code {
            /// Every code: errors, then warnings, then remarks, each in the order of their names.
            pub const ALL: &'static [Self] = &[$(Self::$code),+];

            /// Its stable name, such as `unknown-key`.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$code => $name,)+
                }
            }

            /// How bad problems of this kind are.
            pub fn severity(self) -> Severity {
                match self {
                    $(Self::$code => Severity::$severity,)+
                }
            }

            /// What it means, in a sentence or two.
            pub fn meaning(self) -> &'static str {
                match self {
                    $(Self::$code => concat!($($meaning),+).trim_ascii_start(),)+
                }
            }

            /// An input that has a problem of this kind and no other.
            pub fn example(self) -> Example {
                match self {
                    $(Self::$code => $example,)+
                }
            }
        }
    };
}

codes! {
    /// A member belongs to two groups whose vetoes differ, and has no entry of its own in `[veto]` that decides.
    AmbiguousVeto "ambiguous-veto" Error Example::added(
        "[veto]\nwest = \"absolute\"\neast = { probability = 0.5 }\n[[member]]\nid = \"GER\"\ngroups = [\"west\", \"east\"]");
    /// A day is none of the calendar, or not written as YYYY-MM-DD.
    BadDate "bad-date" Error Example::added("decided = \"6 October 2016\"");
    /// The `drop` of a stage is a table that says neither `keep` nor `below`, or both.
    BadDrop "bad-drop" Error Example::added("[[stage]]\nrepeat = 2\ndrop = { keep = 1, below = 0.5 }");
    /// An effect of an event does not do exactly one thing: one of `points`, `leaves`, `joins` and `veto`.
    BadEffect "bad-effect" Error Example::added(
        "[[event]]\nname = \"scandal\"\nprobability = 0.1\neffects = [{ leaves = \"rutte\", joins = \"kallas\" }]");
    /// A threshold is not a fraction or decimal that can be read exactly.
    BadFraction "bad-fraction" Error Example::added("[[stage]]\nappoint = { share = { at_least = \"two thirds\" } }");
    /// A judgement says not what it does or what is drawn, or names nothing that can be drawn so.
    BadJudgement "bad-judgement" Error Example::added(
        "[[judgement]]\nname = \"doubt\"\nset = [\"preferences.noise\"]\nlow = 0\nhigh = 1");
    /// A member's weight by a measure is negative, too large, or has too many decimals.
    BadMeasure "bad-measure" Error Example::added("[[member]]\nid = \"GER\"\nmeasures = { population = -84 }");
    /// An id or another name by which the file refers to something is empty, longer than 64 characters, or contains
    /// anything but `A-Z`, `a-z`, `0-9`, `-` and `_`.
    BadName "bad-name" Error Example::added("[[member]]\nid = \"New Zealand\"");
    /// A rule is not a known name and not a table of exactly one condition.
    BadRule "bad-rule" Error Example::added(
        "[[stage]]\nappoint = { no_veto = true, share = { at_least = 0.5 } }");
    /// A setting path names no single value of the scenario that may be set.
    BadSetting "bad-setting" Error Example::added("[[assumption]]\nname = \"other-seed\"\nset = { seed = 3 }");
    /// A number in a table is written with a comma.
    DecimalComma "decimal-comma" Error Example::members("id,home\nFRA,\"1,5\"\n");
    /// Two columns of a table have the same name.
    DuplicateColumn "duplicate-column" Error Example::members("id,home,home\nFRA,1,2\n");
    /// Two entries have the same id or name, or a group or bloc is called like a member.
    DuplicateId "duplicate-id" Error Example::added("[[member]]\nid = \"USA\"");
    /// Two stages, blocs, events, polls or assumptions have the same name.
    DuplicateName "duplicate-name" Error Example::added("[[assumption]]\nname = \"calm\"\n[[assumption]]\nname = \"calm\"");
    /// A list that must name someone or something is empty.
    EmptyList "empty-list" Error Example::added("[veto]\nUSA = { against = [] }");
    /// A table has no rows.
    EmptyTable "empty-table" Error Example::members("id,home\n");
    /// A rule counts by a measure that some members lack.
    IncompleteMeasure "incomplete-measure" Error Example::added(
        "[[stage]]\nappoint = { share = { of = \"quota\", at_least = 0.5 } }\n[[member]]\nid = \"GER\"\n\
         measures = { quota = 5 }");
    /// A member would object to candidates whom it would also encourage: `object_at` is above `accept_at`.
    LevelsCrossed "levels-crossed" Error Example::added("[preferences]\nobject_at = 1");
    /// A list names someone twice.
    ListedTwice "listed-twice" Error Example::added("[veto]\nUSA = { against = [\"rutte\", \"rutte\"] }");
    /// A poll lacks a column that it must have.
    MissingColumn "missing-column" Error Example::poll("candidate,encourage,discourage\nrutte,1,1\n");
    /// A candidate's position and a member's ideal do not name the same dimensions, so there is no distance between
    /// them.
    MissingDimension "missing-dimension" Error Example::added(
        "[[member]]\nid = \"GER\"\nideal = { left = 1 }\n[[candidate]]\nid = \"merz\"\nposition = { right = 1 }");
    /// A key, or a cell of a table, that must be there is not.
    MissingKey "missing-key" Error Example::added("[[member]]\nname = \"Germany\"");
    /// Lists, tables or rules are nested deeper than any scenario needs.
    NestedTooDeeply "nested-too-deeply" Error Example::Added(nested_rule());
    /// `electors` is said, but the institution is not one of unnamed electors, or there is none.
    NoElectors "no-electors" Error Example::added("electors = 120");
    /// A scenario that is text, and not a file in a folder, names tables in files.
    NoFolder "no-folder" Error Example::added("[tables]\nmembers = \"members.csv\"");
    /// A number is infinite or not a number.
    NotFinite "not-finite" Error Example::added("[preferences]\nuncertainty = inf");
    /// A file is not plain text: a workbook, an archive, UTF-16 or another binary format.
    NotText "not-text" Error Example::members(b"PK\x03\x04 (a workbook)");
    /// A file is text, but not in the encoding UTF-8.
    NotUtf8 "not-utf8" Error Example::members(b"id,name\nFRA,R\xe9publique\n");
    /// The scenario has no members or no candidates.
    NothingToSimulate "nothing-to-simulate" Error Example::whole("title = \"Nobody stands\"\n[[member]]\nid = \"FRA\"");
    /// A number is larger than a billion.
    NumberTooLarge "number-too-large" Error Example::added("[preferences]\nhome = 1e300");
    /// An assumption changes who the members are, so that it could not be compared member by member.
    OtherMembers "other-members" Error Example::added(
        "[[bloc]]\nid = \"islands\"\nsize = 3\n[[assumption]]\nname = \"more\"\nset = { \"bloc.islands.size\" = 4 }");
    /// A number is smaller or larger than its key allows.
    OutOfRange "out-of-range" Error Example::added("[[candidate]]\nid = \"merz\"\navailability = 1.2");
    /// A table lies outside the scenario's folder, or is a link that leads out of it.
    PathOutside "path-outside" Error Example::Beside("[tables]\nmembers = \"../members.csv\"".to_owned(), Vec::new());
    /// A poll counts votes at a ballot of stances, or stances at a choice ballot.
    PollBallot "poll-ballot" Error Example::added(
        "[[poll]]\nname = \"first\"\nanswers = { rutte = { votes = 1 } }");
    /// Polls are not in the order of their ballots or days, or two are of the same ballot.
    PollOrder "poll-order" Error Example::added(
        "[[poll]]\nname = \"first\"\nanswers = { rutte = { encourage = 1 } }\n[[poll]]\nname = \"second\"\n\
         answers = { rutte = { encourage = 2 } }");
    /// A poll has answers about a candidate who cannot be in the race at its ballot, or of members who take no part in it.
    PollOutsider "poll-outsider" Error Example::added(
        "[[stage]]\nfield = [\"kallas\"]\nappoint = \"consensus\"\n\
         [[poll]]\nname = \"first\"\nanswers = { rutte = { encourage = 1 } }");
    /// The answers of a poll cannot all have been given: they do not add up to the members who take part, or what is said of
    /// a group or of single members does not agree with them.
    PollTotal "poll-total" Error Example::poll("candidate,encourage,discourage,no_opinion\nrutte,2,1,1\n");
    /// Everyone encourages or everyone discourages a candidate, which no finite support makes expected.
    PollUnanimous "poll-unanimous" Error Example::poll("candidate,encourage,discourage,no_opinion\nrutte,2,0,0\n");
    /// A row of a table has more or fewer cells than the header.
    RaggedRow "ragged-row" Error Example::members("id,name,home\nFRA,France\n");
    /// A name has a meaning of its own and cannot be given to anyone.
    ReservedName "reserved-name" Error Example::added("[[member]]\nid = \"default\"");
    /// The same thing is said in two places, and neither goes before the other.
    SaidTwice "said-twice" Error Example::Beside(
        "[[member]]\nid = \"GER\"\nhome = 1\n[tables]\nmembers = \"members.csv\"".to_owned(),
        vec![("members.csv", b"id,home\nGER,2\n".to_vec())]);
    /// The file is not valid TOML.
    Syntax "syntax" Error Example::added("seed = 1\nseed = 2");
    /// A file is larger than 16 MiB (here by repeating its only line).
    TooLarge "too-large" Error Example::members("id,name\n".repeat(1 << 22));
    /// A text is longer than its key allows, or blocs say more than their members could repeat.
    TooLong "too-long" Error Example::Added(format!("summary = \"{}\"", "again and ".repeat(401)));
    /// There are more members, candidates, stages, ballots, rows or other entries than are possible.
    TooMany "too-many" Error Example::added("[[stage]]\nrepeat = 150\n[[stage]]\nrepeat = 51");
    /// A poll names more objectors than members who discourage.
    TooManyObjections "too-many-objections" Error Example::poll(
        "candidate,encourage,discourage,no_opinion,objections\nrutte,1,0,1,FRA\n");
    /// A quotation mark in a table is never closed.
    UnclosedQuote "unclosed-quote" Error Example::members("id,name\nFRA,\"France\n");
    /// A word is not one of those that its key can have.
    UnknownChoice "unknown-choice" Error Example::added("[preferences]\nnoise = \"gaussian\"");
    /// A table has a column that the format does not know.
    UnknownColumn "unknown-column" Error Example::members("id,homeland\nFRA,1\n");
    /// The format knows no such key here.
    UnknownKey "unknown-key" Error Example::added("[preferences]\nuncertanty = 2");
    /// A name refers to no member, group, candidate, trait, measure, rule, stage, event, poll or outcome.
    UnknownName "unknown-name" Error Example::added("[veto]\nUSB = \"absolute\"");
    /// There is no institution of this name.
    UnknownPreset "unknown-preset" Error Example::added("institution = \"united-nations\"");
    /// A column of a table has no name.
    UnnamedColumn "unnamed-column" Error Example::members("id,\nFRA,1\n");
    /// A file that `[tables]` names is missing or cannot be read.
    UnreadableTable "unreadable-table" Error Example::Beside("[tables]\nmembers = \"nowhere.csv\"".to_owned(), Vec::new());
    /// An assumption has both `veto`, which replaces the stated vetoes, and `amend`, which changes some.
    VetoAndAmend "veto-and-amend" Error Example::added(
        "[[assumption]]\nname = \"free\"\nveto = { USA = \"none\" }\namend = { FRA = \"none\" }");
    /// A table separates its columns by something other than commas.
    WrongSeparator "wrong-separator" Error Example::members("id;home\nFRA;1\n");
    /// A value is of another kind than its key needs: text in place of a number, say.
    WrongType "wrong-type" Error Example::added("seed = \"7\"");

    /// A member has an id that the institution does not know, so that the body becomes larger. `new = true` says that
    /// this is meant.
    AddedMember "added-member" Warning Example::added(
        "institution = \"wto\"\n[[member]]\nid = \"GBRR\"");
    /// A standard deviation is given for a group that no member is in.
    EmptyGroup "empty-group" Warning Example::added("[preferences]\ngroup_sd = { west = 1 }");
    /// Only one member is in a group, and nothing refers to the group, so that its name may be a slip.
    GroupOfOne "group-of-one" Warning Example::added("[[member]]\nid = \"GER\"\ngroups = [\"wset\"]");
    /// A candidate's home is nobody's id, but means a member: in other capitals, or as another code or the name of the
    /// same country.
    HomeNearlyAMember "home-nearly-a-member" Warning Example::added("[[candidate]]\nid = \"blinken\"\nhome = \"usa\"");
    /// A candidate's home is nobody's id, nor the code or name of any country, so that it may be a slip.
    HomeUnknown "home-unknown" Warning Example::added("[[candidate]]\nid = \"blinken\"\nhome = \"UZA\"");
    /// What is set comes after the last ballot, belongs to another kind of ballot, or multiplies nothing but zeros, so that it
    /// changes nothing.
    NoEffect "no-effect" Warning Example::added("[[stage]]\nappoint = \"consensus\"\nvotes = 2");
    /// A number of the file lies outside the interval that a judgement gives for it: the scenario as written is not what
    /// its author bets on.
    OutsideJudgement "outside-judgement" Warning Example::added(
        "[[judgement]]\nname = \"doubt\"\nset = [\"preferences.uncertainty\"]\nlow = 2\nhigh = 3");

    /// Holdouts may be accommodated, but a stage of stances has no rule that vetoes could keep from holding, so that
    /// nobody yields at its ballots. With `appoint` and `appoint_from` soundings are part of the stage that decides.
    AccommodationAtAdvisoryBallots "accommodation-at-advisory-ballots" Remark Example::added(
        "[dynamics]\naccommodation = { holdouts = 1, probability = 0.5 }\n[veto]\nFRA = \"absolute\"\n\
         [[stage]]\nname = \"poll\"\n[[stage]]\nname = \"vote\"\nrepeat = 2\nappoint = \"consensus\"");
    /// Holdouts may be accommodated, but nobody has a veto under any assumption, so there are no holdouts.
    AccommodationWithoutVeto "accommodation-without-veto" Remark Example::whole(
        "title = \"Example\"\n[dynamics]\naccommodation = { holdouts = 1, probability = 0.5 }\nmemory = 0.9\n[[stage]]\n\
         repeat = 2\nappoint = \"majority\"\n[[member]]\nid = \"FRA\"\nmember_sd = 0.5\n[[member]]\nid = \"USA\"\n[[candidate]]\nid = \"rutte\"");
    /// The rule of a stage holds whatever members say: whoever leads is appointed.
    AlwaysHolds "always-holds" Remark Example::added("[[stage]]\nappoint = { any = [\"no_veto\", { count = { at_least = 0 } }] }");
    /// Every further ballot of a stage can only repeat the one before: minds do not change, nobody concedes or yields, and
    /// nobody is dropped, withdraws or enters.
    BallotsRepeat "ballots-repeat" Remark Example::added("[[stage]]\nrepeat = 3\nappoint = \"consensus\"");
    /// A judgement is so many points, or standard deviations, that no doubt is left. Points are standard deviations of what
    /// is not known; percentages and ratings are on another scale.
    BeyondScale "beyond-scale" Remark Example::added("[support]\nFRA = { rutte = 60 }");
    /// A rule compares a number of members with less than one, where a share was probably meant.
    CountBelowOne "count-below-one" Remark Example::added("[[stage]]\nappoint = { all = [\"no_veto\", { count = { at_least = 0.5 } }] }");
    /// All judgements are whole numbers from one up, as in a questionnaire, whose middle is not 0.
    FromOneUp "from-one-up" Remark Example::added(
        "[support]\nFRA = { rutte = 6, kallas = 4 }\nUSA = { rutte = 1, kallas = 4 }");
    /// A member is firmly against a candidate, but nobody need heed it: it has no veto, and only vetoes count.
    IdleDislike "idle-dislike" Remark Example::added("[support]\nFRA = { rutte = -3 }");
    /// An event changes nothing: it never happens, or what it does is so without it.
    IdleEvent "idle-event" Remark Example::added(
        "[[event]]\nname = \"rumour\"\nprobability = 0.5\neffects = [{ points = 0 }]");
    /// A key can change nothing, whatever it says: it acts between ballots and there is only one, changes stances where only
    /// votes decide, sets a bar for votes that nobody casts, or repeats a stage that never goes on.
    IdleKey "idle-key" Remark Example::added("[dynamics]\nforesight = 0.5");
    /// A member has a veto, but cannot object to anyone against whom it may be used, not even by the largest shocks.
    IdleVeto "idle-veto" Remark Example::added(
        "[support]\nUSA = { rutte = 7, kallas = 7 }\n[veto]\nUSA = { probability = 0.5 }");
    /// The rule of a stage cannot hold, not even with everyone in favour.
    ImpossibleRule "impossible-rule" Remark Example::added(
        "[[stage]]\nname = \"first\"\nappoint = { count = { at_least = 3 } }\n[[stage]]\nname = \"second\"\n\
         appoint = \"consensus\"");
    /// `memory` is set, but there is no second ballot at which anything could be remembered.
    MemoryAtOneBallot "memory-at-one-ballot" Remark Example::added("[dynamics]\nmemory = 0.5");
    /// Programs that read the files take an id for something else: `NA` for a missing value, `NO` for false, `007` for 7.
    MisreadId "misread-id" Remark Example::added("[[member]]\nid = \"NA\"");
    /// `momentum` is set, but there is no second ballot to carry it to.
    MomentumAtOneBallot "momentum-at-one-ballot" Remark Example::added("[dynamics]\nmomentum = 0.5");
    /// A candidate can never be appointed: never stands, is considered by no stage that can appoint, or enters too
    /// late.
    NeverAppointed "never-appointed" Remark Example::added("[[candidate]]\nid = \"merz\"\navailability = 0");
    /// A member without a veto can never object to anyone, not even by the largest shocks.
    NeverObjects "never-objects" Remark Example::added("[[member]]\nid = \"GER\"\nuncertainty = 0");
    /// What is not known of one view says nothing of any other: there is no `common_sd`, `group_sd`, `trait_sd`,
    /// `member_sd`, `priority_sd`, `drift_sd` or `doubt_sd` and no event under any assumption. Doubts then cancel out, and
    /// results look more certain than they are: see [institutions](institutions.md#shared-doubt).
    NoSharedDoubt "no-shared-doubt" Remark Example::whole(
        "title = \"Example\"\nmember = [{ id = \"FRA\" }, { id = \"USA\" }]\ncandidate = [{ id = \"kallas\" }]\n\
         [preferences]\nuncertainty = 0.8\n[[stage]]\nappoint = \"majority\"\n");
    /// A rule asks for no veto, but nobody has one under any assumption, so that it asks for nothing.
    NobodyCanVeto "nobody-can-veto" Remark Example::whole(
        "title = \"Example\"\n[[stage]]\nappoint = \"consensus\"\n[[member]]\nid = \"FRA\"\nmember_sd = 0.5\n[[member]]\nid = \"USA\"\n\
         [[candidate]]\nid = \"rutte\"");
    /// An assumption says the same as an earlier one, perhaps by a change that changes nothing.
    SameAssumption "same-assumption" Remark Example::added(
        "[[assumption]]\nname = \"calm\"\nset = { \"preferences.uncertainty\" = 1 }");
    /// Members have vetoes, but no rule asks for them, and they drop or discourage no one.
    VetoWithoutEffect "veto-without-effect" Remark Example::added(
        "[veto]\nFRA = \"absolute\"\n[[stage]]\nappoint = \"majority\"");
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A rule of 70 conditions, each the only one of the one before: by headings, and then in the last of them by brackets.
fn nested_rule() -> String {
    let headings: String = (1..=40).map(|depth| format!("[[stage.appoint{}]]\n", ".all".repeat(depth))).collect();
    format!("[[stage]]\n{headings}all = {}[\"no_veto\"]{}", "[{ all = ".repeat(30), " }]".repeat(30))
}
