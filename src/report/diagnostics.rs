//! The page of the documentation that lists every kind of problem.

use crate::codes::{BASE, Code, Example, Severity};
use crate::text::printable;

/// Longest line of an example that is shown whole, in characters.
const MAX_LINE: usize = 110;
/// Most lines of an example that are shown.
const MAX_LINES: usize = 12;

/// `docs/diagnostics.md`: every code with its meaning and an example, in Markdown.
pub fn page() -> String {
    let mut page = format!(
        "# What can be wrong with a scenario\n\n\
         <!-- Written by `cargo run --example generate` from src/codes/table.rs. -->\n\n\
         Each problem has a code, which stands in brackets behind the word `error` or `warning`. Codes do not change from \
         version\nto version; messages may. An error keeps a scenario from being simulated. A warning says that something is \
         perhaps not\nmeant. A remark, which `nemcon check` shows under \"Perhaps not meant\", is about a part that is clear \
         but has no effect, or about\nsomething that is not said although most results depend on it. `nemcon check --format \
         json` lists all problems for\nprograms; with `--strict` warnings and remarks fail, too.\n\n\
         Each example has this problem and no other. Unless it is a whole scenario it stands between a line `title = \
         \"Example\"`\nand these:\n\n{}",
        block("toml", BASE)
    );
    for severity in Severity::ALL {
        let heading = match severity {
            Severity::Error => "Errors",
            Severity::Warning => "Warnings",
            Severity::Remark => "Remarks",
        };
        page += &format!("\n## {heading}\n");
        for code in Code::ALL.iter().filter(|code| code.severity() == severity) {
            page += &format!("\n### `{code}`\n\n{}\n\n{}", code.meaning(), shown(&code.example()));
        }
    }
    page
}

fn shown(example: &Example) -> String {
    match example {
        Example::Added(text) | Example::Whole(text) => block("toml", text),
        Example::Beside(text, files) => {
            let files = files.iter().map(|(name, bytes)| {
                format!("\nand in the file `{name}`\n\n{}", block("text", &String::from_utf8_lossy(bytes)))
            });
            block("toml", text) + &files.collect::<String>()
        }
        Example::Poll(text) => format!("In the poll that `nemcon fit` reads:\n\n{}", block("text", text)),
    }
}

/// A block of code; of what is very long only the beginning.
fn block(language: &str, text: &str) -> String {
    let mut lines: Vec<String> = text.lines().take(MAX_LINES).map(printable).collect();
    for line in lines.iter_mut().filter(|line| line.chars().count() > MAX_LINE) {
        *line = line.chars().take(MAX_LINE - 1).chain(['…']).collect();
    }
    if text.lines().nth(MAX_LINES).is_some() {
        lines.push("…".to_owned());
    }
    format!("```{language}\n{}\n```\n", lines.join("\n"))
}
