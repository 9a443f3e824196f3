//! How commands end.

use std::path::Path;

use crate::analysis::sweep::DesignError;
use crate::files::FileError;
use crate::report::grouped;
use crate::simulation::RunError;
use crate::study::{Error, MergeError, SessionError};
use crate::text::{printable, printable_message};

/// The exit codes: people's scripts depend on them. From 64 on they are those of BSD's `sysexits.h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// All went well.
    Done = 0,
    /// The command line makes no sense.
    Usage = 2,
    /// The scenario, or a file of results, is wrong.
    Scenario = 65,
    /// A file cannot be read.
    Unreadable = 66,
    /// A size that can be foreseen is too large for this machine, or threads cannot start.
    TooLarge = 71,
    /// An output cannot be created.
    CannotCreate = 73,
    /// An output cannot be written to its end.
    CannotWrite = 74,
    /// The user stopped the command.
    Interrupted = 130,
}

/// Why a command could not do what it was asked to.
#[derive(Debug)]
pub struct Failure {
    /// What to exit with.
    pub exit: Exit,
    /// What to say on standard error.
    pub text: String,
}

impl Failure {
    /// What went wrong, in words, and what to do about it. Names and texts in them may be anything.
    pub fn new(exit: Exit, what: impl AsRef<str>, help: Option<&str>) -> Self {
        let help = help.map(|help| format!("  {}\n", printable(help))).unwrap_or_default();
        Self { exit, text: format!("error: {}\n{help}", printable_message(what.as_ref())) }
    }

    /// Words that are complete, with their own "error:", and can disturb no terminal.
    pub fn rendered(exit: Exit, text: String) -> Self {
        Self { exit, text }
    }

    /// That what was saved in the file at `path` cannot be gone on with.
    pub fn of_saved(path: &Path, error: &SessionError) -> Self {
        let path = path.display();
        let unread = || format!("{path} cannot be read: {error}");
        let unfit = || format!("{path} cannot be resumed: {error}");
        match error {
            SessionError::PrecisionOfPart => {
                let what = "--precision cannot be used with --shard, but for a sweep: which share has which rounds \
                            must be known";
                Self::new(Exit::Usage, what, Some("say how many --rounds"))
            }
            SessionError::Unusable(_) | SessionError::Contradiction => Self::new(Exit::Scenario, unread(), None),
            SessionError::Different(_) => {
                let help = "resume with the scenario and the options with which it was begun";
                Self::new(Exit::Scenario, unfit(), Some(help))
            }
            SessionError::OtherRounds { before, can_grow } => {
                let what = format!("{path} cannot be resumed: {} rounds were asked for", grouped(*before));
                let help = format!("say --rounds {before}{}", if *can_grow { " or more" } else { "" });
                Self::new(Exit::Scenario, what, Some(&help))
            }
            SessionError::NoBeginning { .. } => {
                Self::new(Exit::Scenario, unfit(), Some("give the --shard, or none, with which it was begun"))
            }
        }
    }
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        match &error {
            FileError::Refused { what, help } => Self::new(Exit::CannotCreate, what, *help),
            FileError::Busy { .. } => {
                let help = "wait until it is done, or choose another name";
                Self::new(Exit::CannotCreate, error.to_string(), Some(help))
            }
            FileError::Unread { .. } => Self::new(Exit::Interrupted, error.to_string(), None),
            FileError::Unwritten { what } => Self::new(Exit::CannotWrite, what, None),
        }
    }
}

impl From<MergeError> for Failure {
    fn from(error: MergeError) -> Self {
        let help = match &error {
            MergeError::Unusable { .. } | MergeError::Mixed { .. } => None,
            MergeError::NotAllOnce { faults, .. } => Some(faults.join("\n  ")),
        };
        Self::new(Exit::Scenario, error.to_string(), help.as_deref())
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let usage = |help: Option<&str>| Self::new(Exit::Usage, error.to_string(), help);
        let scenario = |help: &str| Self::new(Exit::Scenario, error.to_string(), Some(help));
        match &error {
            Error::NoAssumption { help, .. } => usage(help.as_deref()),
            Error::NoActual { .. } => scenario(
                "add a line like actual = \"jo\", the id of the candidate who was appointed, or actual = \"no-consensus\"",
            ),
            Error::NoPolls => scenario("add a [[poll]] with its `answers`: docs/scenario-format.md says how"),
            Error::SetAndEstimated(_) => usage(Some("leave out its --set, or name other numbers with --estimate")),
            Error::NothingToEstimate => usage(Some("leave out one --set of them")),
            Error::OnePoll(_) => scenario("add another [[poll]], or name more of them (--polls)"),
            Error::AllFitted => usage(Some("name the polls (--polls) if that is what you want")),
            Error::NoPoll { help, .. } => usage(help.as_deref()),
            Error::Refused(refusal) => scenario(refusal.help()),
            Error::Under { assumption, error: cause } => match &**cause {
                Error::Refused(refusal) => scenario(refusal.help()),
                Error::Settings(problems) => {
                    let (styled, width) = super::terminal::error_look();
                    let problems = problems.render(styled, width);
                    Self::rendered(Exit::Scenario, format!("under the assumption `{assumption}`:\n{problems}"))
                }
                _ => usage(None),
            },
            Error::GivenTwice { .. } => usage(Some("give each selection once")),
            Error::Of { scenario, error } => match &**error {
                Error::NoAssumption { name, help } => {
                    let what = format!("{scenario} has no assumption called `{name}`");
                    Self::new(Exit::Usage, what, help.as_deref())
                }
                _ => usage(None),
            },
            Error::NothingToCompare { has_others: false, .. } => usage(Some(
                "the scenario has no other assumption: add an [[assumption]] with a name and `amend` or `veto`",
            )),
            Error::NothingToCompare { has_others: true, .. } => {
                usage(Some("name other --assumptions, or leave the option out to compare all"))
            }
            Error::NoChances(_) => scenario(
                "`--estimate conditional` is for one ballot of stances with normal noise, by a rule of `no_veto` and a \
                 count of members, with vetoes that cost nothing; leave it out",
            ),
            Error::NoScores => scenario("let `preferences.noise` be normal, logistic, gumbel or laplace"),
            Error::NoScoresAhead => scenario(
                "take `foresight` away, as with --set dynamics.foresight=0, or set the support that you ask about in an \
                 assumption and use `compare`",
            ),
            Error::Design(why) => usage(Some(match why {
                DesignError::Range(_) => "give values like a,b,c or from:to:step, or choose points by --sample",
                DesignError::TooMany { .. } => "take fewer or larger steps, fewer settings, or --sample",
                DesignError::Settings => "vary fewer settings",
            })),
            Error::VariedTwice(_) => usage(Some("name each setting once, with all of its values")),
            Error::SetAndVaried(_) => usage(Some("leave out either its --set or its --vary")),
            Error::AssumptionVaried => {
                let what = "--assumption and --vary assumption=… exclude each other";
                Self::new(Exit::Usage, what, Some("name all assumptions in --vary"))
            }
            Error::AssumptionsBetween => usage(Some("give their names, as in --vary assumption=stated,no-veto")),
            Error::NoJudgements => usage(Some("add a [[judgement]] to it, or do not ask for judgements")),
            Error::VariedAndJudged => usage(Some("leave out --vary: what varies the scenario's judgements say")),
            Error::Judgements(_) => usage(Some("say for example --judgements 256")),
            Error::Points(problems) => {
                let (styled, width) = super::terminal::error_look();
                Self::rendered(Exit::Usage, problems.render(styled, width))
            }
            Error::Drawn(problems) => {
                let (styled, width) = super::terminal::error_look();
                Self::rendered(Exit::Scenario, problems.render(styled, width))
            }
            Error::Settings(problems) => {
                let (styled, width) = super::terminal::error_look();
                Self::rendered(Exit::Scenario, problems.render(styled, width))
            }
            Error::Fit(why) => scenario(why.help()),
            Error::Run(RunError::Threads { .. }) => {
                Self::new(Exit::TooLarge, error.to_string(), Some("ask for fewer --threads"))
            }
            Error::Run(RunError::Log(_)) => Self::new(Exit::CannotWrite, error.to_string(), None),
        }
    }
}
