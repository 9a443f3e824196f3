//! `nemcon completions`: what a shell needs to complete command lines.
//!
//! The scripts are clap's, so that paths are completed by the shell itself. Where an assumption is asked for, those for
//! Bash, Zsh and Fish ask the program for the names in the scenario that is already on the line.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{Args, Command};
use clap_complete::Shell;

use crate::scenario::Scenario;

use super::failure::Exit;
use super::{Outcome, console};

/// Options that take names of assumptions.
const OPTIONS: [&str; 3] = ["assumption", "assumptions", "baseline"];

/// Print a script with which a shell completes commands, options, files and names of assumptions.
///
/// Names of assumptions are those of the scenario that is on the line; Bash, Zsh and Fish complete them.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nemcon completions bash > ~/.local/share/bash-completion/completions/nemcon
  nemcon completions zsh > ~/.zfunc/_nemcon          # with ~/.zfunc in fpath
  nemcon completions fish > ~/.config/fish/completions/nemcon.fish")]
pub struct Completions {
    /// The shell
    #[arg(value_enum, required_unless_present = "names")]
    shell: Option<Shell>,

    /// Print the assumptions of the first scenario among these words, one a line: the scripts ask for them
    #[arg(long, hide = true, num_args = 0.., allow_hyphen_values = true, conflicts_with = "shell")]
    names: Option<Vec<OsString>>,
}

impl Completions {
    /// Prints the script for the `program`, or names.
    pub fn execute(&self, program: Command) -> Outcome {
        let text = match self.shell {
            Some(shell) => script(shell, program),
            None => assumptions(self.names.as_deref().unwrap_or_default()),
        };
        console::show(text.as_bytes())?;
        Ok(Exit::Done)
    }
}

/// The names of the assumptions of the first of the `words` that is a scenario, one a line.
fn assumptions(words: &[OsString]) -> String {
    let files = words.iter().map(|word| from_home(Path::new(word))).filter(|path| path.is_file());
    let scenario = files.filter_map(|path| Scenario::load(&path).ok()).next();
    scenario.iter().flat_map(|scenario| &scenario.assumptions).map(|model| format!("{}\n", model.assumption)).collect()
}

/// A path as a shell understands it.
fn from_home(path: &Path) -> PathBuf {
    match (path.strip_prefix("~"), std::env::home_dir()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path.to_owned(),
    }
}

/// The script for `shell`.
fn script(shell: Shell, mut program: Command) -> String {
    let mut bytes = Vec::new();
    let name = program.get_name().to_owned();
    clap_complete::generate(shell, &mut program, name, &mut bytes);
    let script = String::from_utf8_lossy(&bytes).into_owned();
    match shell {
        Shell::Bash => script + BASH,
        Shell::Zsh => zsh(&script),
        Shell::Fish => fish(&script),
        _ => script,
    }
}

/// Before clap's function: whether an assumption is asked for. Bash takes `=` for a word of its own.
const BASH: &str = r#"
_nemcon_or_assumption() {
    local current="${COMP_WORDS[COMP_CWORD]}" option="${COMP_WORDS[COMP_CWORD-1]}" before=""
    if [[ "${option}" == "=" ]]; then
        option="${COMP_WORDS[COMP_CWORD-2]}"
    elif [[ "${current}" == "=" ]]; then
        current=""
    fi
    case "${option}" in
        --assumption|--assumptions|--baseline)
            if [[ "${current}" == *,* ]]; then
                before="${current%,*},"
            fi
            local names
            names="$("${COMP_WORDS[0]}" completions --names "${COMP_WORDS[@]:1}" 2>/dev/null)"
            COMPREPLY=( $(compgen -P "${before}" -W "${names}" -- "${current##*,}") )
            return 0
            ;;
    esac
    _nemcon "$@"
    # Where a path is asked for clap's function lists the options: without them Bash lists files.
    if [[ "${current}" != -* ]]; then
        local i
        for i in "${!COMPREPLY[@]}"; do
            case "${COMPREPLY[i]}" in
                -*|\<*|\[*) unset "COMPREPLY[i]" ;;
            esac
        done
    fi
}

complete -F _nemcon_or_assumption -o bashdefault -o default nemcon
"#;

/// The names, after what stands before the last comma.
const ZSH: &str = r#"
(( $+functions[_nemcon_assumptions] )) ||
_nemcon_assumptions() {
    local -a names
    names=(${(f)"$(nemcon completions --names ${(Q)words} 2>/dev/null)"})
    compset -P '*,'
    compadd -a names
}

"#;

/// The names, each after what stands before the last comma.
const FISH: &str = r"
function __nemcon_assumptions
    set -l words (commandline -opc)
    set -l before (commandline -ct | string replace -r '^-[^=]*=' '' | string replace -r '[^,]*$' '')
    for name in ($words[1] completions --names $words[2..-1] 2>/dev/null)
        echo $before$name
    end
end

";

fn zsh(script: &str) -> String {
    let asks = |line: &str| OPTIONS.iter().any(|option| line.contains(&format!("--{option}=")));
    let lines = script.lines().map(|line| match line.rfind(":_default'") {
        Some(at) if asks(line) => format!("{}:_nemcon_assumptions'{}\n", &line[..at], &line[at + ":_default'".len()..]),
        _ => format!("{line}\n"),
    });
    // The first line says what the file completes.
    let mut lines = lines.collect::<Vec<_>>();
    lines.insert(lines.len().min(1), ZSH.to_owned());
    lines.concat()
}

fn fish(script: &str) -> String {
    let asks = |line: &str| OPTIONS.iter().any(|option| line.contains(&format!(" -l {option} ")));
    let lines = script.lines().map(|line| match line.strip_suffix(" -r") {
        Some(line) if asks(line) => format!("{line} -x -a '(__nemcon_assumptions)'\n"),
        _ => format!("{line}\n"),
    });
    [FISH.to_owned()].into_iter().chain(lines).collect()
}
