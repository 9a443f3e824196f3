//! The command line: arguments, files, progress, signals and exit codes. One file per command.

mod check;
mod compare;
mod completions;
mod console;
mod explore;
mod failure;
mod fit;
mod influence;
mod institutions;
mod interrupt;
mod job;
mod leverage;
mod machine;
mod man;
mod merge;
mod names;
mod new;
mod numbers;
mod page;
mod progress;
mod report;
mod round_log;
mod run;
mod saving;
mod scenario;
mod schema;
mod score;
mod simulate;
mod sweep;
mod terminal;
mod trace;
mod update;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;
#[cfg(unix)]
use std::sync::{Arc, atomic::AtomicBool};

use clap::error::{ContextKind, ContextValue};
use clap::{CommandFactory, Parser, Subcommand};

use crate::report::shell;
use crate::text;
use failure::{Exit, Failure};

/// Simulate how international bodies choose people: who reaches consensus, and who blocks whom.
///
/// A scenario file says who decides, by which rule, what the members are believed to want, and who is believed to hold
/// a veto. nemcon simulates many selections and reports how often each candidate is chosen, and by whom the others are
/// blocked.
#[derive(Debug, Parser)]
#[command(name = "nemcon", version, max_term_width = 100, arg_required_else_help = true, after_help = EXIT_CODES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "\
Example: nemcon run scenarios/nato-2023.toml

Results go to standard output, everything else to standard error.
Exit codes: 0 done; 2 usage; 65 the scenario, or a file of results, is wrong; 66 a file cannot be read; \
71 too large for this machine; 73 an output cannot be created; 74 writing \
failed; 130 interrupted.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Simulate under one assumption: who is chosen, and who blocks whom
    Run(run::Run),
    /// Simulate assumptions on the same draws: how each changes who is chosen, and where the rounds went
    Compare(compare::Compare),
    /// Take each member's veto away, or give it one, in turn: what that does to consensus and to each candidate
    Influence(influence::Influence),
    /// Vary settings over a grid or a sample: how often each outcome at each point, and which settings matter
    Sweep(sweep::Sweep),
    /// Where a point of persuasion buys most: what a little more support of each member for each candidate does
    Leverage(leverage::Leverage),
    /// Add up what several machines have simulated, and report it as if one had
    Merge(merge::Merge),
    /// Say everything that is wrong with a scenario or, if nothing is, what it says in words
    Check(check::Check),
    /// Turn the totals of a straw poll into each candidate's support and a common uncertainty
    Fit(fit::Fit),
    /// Condition on the polls held so far: how does it end from here, and who gave which answer
    Update(update::Update),
    /// What chance was given to what happened, beside naive forecasts; over several scenarios on average
    Score(score::Score),
    /// Write one page that can be sent: charts, tables, methods and the engine itself, alive in the reader's browser
    Report(report::Report),
    /// Look at a scenario in the browser: the page that `report` writes, in a temporary file
    Explore(explore::Explore),
    /// Tell the story of one round, ballot by ballot: who encouraged, objected, vetoed, yielded, withdrew
    Trace(trace::Trace),
    /// Write a commented scenario to start from
    New(new::New),
    /// List the institutions that a scenario can name, or say what one of them contains
    Institutions(institutions::Institutions),
    /// Print the JSON Schema of scenario files, with which editors complete and check them
    Schema(schema::Schema),
    /// Print a script with which a shell completes commands, options, files and names of assumptions
    Completions(completions::Completions),
    /// Write the manual pages, one for each command
    Man(man::ManPages),
}

/// Parses the `arguments`, of which the first is the program's name, runs the command and reports what goes wrong; what
/// to exit with.
///
/// Results go to standard output, everything else to standard error. Ctrl-C and the system's wish that the program ends
/// are caught from the first simulation on.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    ExitCode::from(exit_code(arguments))
}

/// As [`main`], for whoever ends the program in a way of their own.
pub fn exit_code(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    limits_are_errors();
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let arguments = match Arguments::try_parse_from(&arguments) {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error, &arguments) as u8,
    };
    let result = match arguments.command {
        Command::Run(run) => run.execute(),
        Command::Compare(compare) => compare.execute(),
        Command::Influence(influence) => influence.execute(),
        Command::Sweep(sweep) => sweep.execute(),
        Command::Leverage(leverage) => leverage.execute(),
        Command::Merge(merge) => merge.execute(),
        Command::Check(check) => check.execute(),
        Command::Fit(fit) => fit.execute(),
        Command::Update(update) => update.execute(),
        Command::Score(score) => score.execute(),
        Command::Report(report) => report.execute(),
        Command::Explore(explore) => explore.execute(),
        Command::Trace(trace) => trace.execute(),
        Command::New(new) => new.execute(),
        Command::Institutions(institutions) => institutions.execute(),
        Command::Schema(schema) => schema.execute(),
        Command::Completions(completions) => completions.execute(Arguments::command()),
        Command::Man(man) => man.execute(Arguments::command()),
    };
    match result {
        Ok(exit) => exit as u8,
        Err(failure) => said(&failure) as u8,
    }
}

/// Lets writing beyond a limit on the size of files fail, as on a full disk, in place of ending the program.
fn limits_are_errors() {
    // That it is caught is all that matters.
    #[cfg(unix)]
    let _ = signal_hook::flag::register(libc::SIGXFSZ, Arc::new(AtomicBool::new(false)));
}

/// Help and version are results; anything else is a mistake of usage, which mentions the `arguments`.
fn usage(error: &clap::Error, arguments: &[OsString]) -> Exit {
    let disturbs = |text: &str| text::printable(text) != text;
    if error.use_stderr() && arguments.iter().any(|argument| disturbs(&argument.to_string_lossy())) {
        console::say(&error.render().to_string());
        return Exit::Usage;
    }
    let printed = error.print();
    if error.use_stderr() {
        console::say(&scenario_as_command(error).unwrap_or_default());
        return Exit::Usage;
    }
    match console::written(printed) {
        Ok(()) => Exit::Done,
        Err(failure) => said(&failure),
    }
}

/// What to do if a scenario stands where a command belongs.
fn scenario_as_command(error: &clap::Error) -> Option<String> {
    let Some(ContextValue::String(given)) = error.get(ContextKind::InvalidSubcommand) else { return None };
    let path = Path::new(given);
    let is_scenario = path.extension().is_some_and(|extension| extension == "toml") || path.is_file();
    is_scenario.then(|| {
        let [run, check] = ["run", "check"].map(|command| shell::command_line(command, path, &[]));
        format!("\n  a scenario comes after a command: `{run}` simulates it, `{check}` says what it says\n")
    })
}

/// Says what went wrong on standard error.
fn said(failure: &Failure) -> Exit {
    console::say_as_it_is(&failure.text);
    failure.exit
}

/// Shorthand for what a command ends with.
type Outcome = Result<Exit, Failure>;
