//! A report's main table as others set it: Markdown and LaTeX.

use super::number::NBSP;
use crate::text::printable;

/// A table that is not laid out yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid {
    /// Heads of the columns.
    pub header: Vec<String>,
    /// By column, whether it has numbers.
    pub right: Vec<bool>,
    /// The rows; lines within a cell are separated by `\n`.
    pub rows: Vec<Vec<String>>,
}

impl Grid {
    /// A table with these heads; `right` says which columns have numbers.
    pub fn new(header: &[&str], right: &[bool], rows: Vec<Vec<String>>) -> Self {
        Self { header: header.iter().map(|&head| head.to_owned()).collect(), right: right.to_vec(), rows }
    }

    /// The table in Markdown, as GitHub reads it.
    pub fn markdown(&self) -> String {
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let cells = |row: &[String]| row.iter().map(|cell| markdown(&in_one_line(cell))).collect();
        let rule = self.right.iter().map(|&right| if right { "---:" } else { "---" }.to_owned()).collect();
        let rows = self.rows.iter().map(|row| line(cells(row))).collect::<String>();
        line(cells(&self.header)) + &line(rule) + &rows
    }

    /// The table as a `tabular` of LaTeX, which needs no package.
    pub fn latex(&self) -> String {
        let line = |cells: &[String]| {
            let cells: Vec<String> = cells.iter().map(|cell| latex(&in_one_line(cell))).collect();
            format!("{} \\\\\n", cells.join(" & "))
        };
        let columns: String = self.right.iter().map(|&right| if right { 'r' } else { 'l' }).collect();
        let rows: String = self.rows.iter().map(|row| line(row)).collect();
        format!(
            "\\begin{{tabular}}{{{columns}}}\n\\hline\n{}\\hline\n{rows}\\hline\n\\end{{tabular}}\n",
            line(&self.header)
        )
    }
}

/// The lines of a cell as one, without what a terminal must not be shown.
fn in_one_line(cell: &str) -> String {
    let lines: Vec<&str> = cell.split('\n').map(|line| line.trim_matches([' ', NBSP])).collect();
    printable(&lines.join(" "))
}

/// Text with what Markdown would take for its own.
fn markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '|' | '*' | '_' | '`' | '[' | ']' | '~' | '#' => escaped.extend(['\\', c]),
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '&' => escaped += "&amp;",
            c => escaped.push(c),
        }
    }
    escaped
}

/// Text with what LaTeX would take for its own, and signs that its fonts have only in formulas.
fn latex(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => escaped += "\\textbackslash{}",
            '~' => escaped += "\\textasciitilde{}",
            '^' => escaped += "\\textasciicircum{}",
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => escaped.extend(['\\', c]),
            '<' => escaped += "$<$",
            '>' => escaped += "$>$",
            '−' => escaped += "$-$",
            '±' => escaped += "$\\pm$",
            '×' => escaped += "$\\times$",
            '▲' => escaped += "$\\uparrow$",
            '▼' => escaped += "$\\downarrow$",
            '–' => escaped += "--",
            '“' => escaped += "``",
            '”' => escaped += "''",
            '…' => escaped += "\\dots{}",
            NBSP => escaped.push('~'),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Grid {
        let rows = vec![
            vec!["Ben | Wallace_1".to_owned(), format!("20.0{NBSP}%{NBSP}▲\n+1.0{NBSP}±{NBSP}0.2{NBSP}{NBSP}")],
            vec!["A&B {C} ^~\\ $5 #6".to_owned(), format!("<0.01{NBSP}%")],
        ];
        Grid::new(&["outcome", "by one\nalone"], &[false, true], rows)
    }

    #[test]
    fn markdown_keeps_every_cell_in_one_line_and_apart() {
        let text = grid().markdown().replace(NBSP, " ");
        insta::assert_snapshot!(text, @r"
        | outcome | by one alone |
        | --- | ---: |
        | Ben \| Wallace\_1 | 20.0 % ▲ +1.0 ± 0.2 |
        | A&amp;B {C} ^\~\\ $5 \#6 | &lt;0.01 % |
        ");
    }

    #[test]
    fn latex_escapes_what_it_would_take_for_commands() {
        insta::assert_snapshot!(grid().latex(), @r"
        \begin{tabular}{lr}
        \hline
        outcome & by one alone \\
        \hline
        Ben | Wallace\_1 & 20.0~\%~$\uparrow$ +1.0~$\pm$~0.2 \\
        A\&B \{C\} \textasciicircum{}\textasciitilde{}\textbackslash{} \$5 \#6 & $<$0.01~\% \\
        \hline
        \end{tabular}
        ");
    }
}
