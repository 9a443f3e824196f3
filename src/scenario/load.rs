//! A scenario, read from its files to models.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::assumptions::{self, Assumption};
use super::bulk;
use super::change::Change;
use super::decode;
use super::diagnostic::{Collector, ENOUGH_ERRORS};
use super::document::{self, Entry, Node, Table};
use super::error::{LoadError, invalid};
use super::institutions::merge::Preset;
use super::judgements::{self, Finder, Judging, Names, Target, Written};
use super::place::Place;
use super::problems::Problems;
use super::resolve::groups::Groups;
use super::resolve::{self, Record};
use super::settings::Setting;
use super::source::{self, Bytes, Input, Sources};
use super::tables::{self, Tables};
use crate::model::{Ending, Judgement, Model, Poll};

/// A scenario that has been read whole and found in order.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Its title.
    pub title: String,
    /// What it is about; may be empty.
    pub summary: String,
    /// Where its figures and judgements come from.
    pub sources: Vec<String>,
    /// Seed of all random numbers.
    pub seed: u64,
    /// Rounds to simulate, unless something else is asked for.
    pub rounds: u64,
    /// One model per assumption; the first is the scenario's own, called [`STATED`](super::STATED). It is the only one if
    /// the scenario was read by [`from_checked_text`](Self::from_checked_text).
    pub assumptions: Vec<Model>,
    /// The files that were read: the scenario first, then its institution's and its tables.
    pub inputs: Vec<Input>,
    /// What is perhaps not meant; no errors.
    pub warnings: Problems,
    /// Polls that were held, in order. Nothing that is simulated depends on them.
    pub polls: Vec<Poll>,
    /// How the selection ended, if it has and the scenario says so.
    pub actual: Option<Ending>,
    /// When it ended, as YYYY-MM-DD.
    pub decided: Option<String>,
    /// What [`with_changes`](Self::with_changes) changed; nothing as it is read.
    pub changes: Vec<Change>,
    /// How far off its numbers may be, in the order of the file.
    pub judgements: Vec<Judgement>,
    pub(super) stated: Node,
    pub(super) written: Vec<Assumption>,
    judged: Vec<Written>,
    texts: Arc<Sources>,
}

impl Scenario {
    /// Reads the scenario in the file `path`, with its tables.
    ///
    /// # Errors
    /// That a file cannot be read, or everything that is wrong with what it says.
    pub fn load(path: &Path) -> Result<Self, LoadError> {
        match source::read(path, false) {
            Ok(Bytes::Whole(bytes)) => Self::from_bytes(path, &bytes, Some(Tables::Beside(path))),
            Ok(Bytes::TooMany) => Err(too_large(path)),
            Err(reason) => Err(LoadError::Unreadable { path: path.to_owned(), reason, problems: None }),
        }
    }

    /// Reads a scenario from `text`, which problems mention as `name`; `tables` says where its tables are.
    ///
    /// # Errors
    /// As [`load`](Self::load); without `tables`, that there cannot be any.
    pub fn from_text(name: &str, text: &str, tables: Option<Tables<'_>>) -> Result<Self, LoadError> {
        Self::from_bytes(Path::new(name), text.as_bytes(), tables)
    }

    /// Reads a scenario that was read and found in order before, which takes a fraction of the time: of its
    /// assumptions only the stated one is made a model, and judgements are not tried. The models of the others are those
    /// of [`with_settings`](Self::with_settings).
    ///
    /// # Errors
    /// As [`from_text`](Self::from_text), but for what is wrong with judgements and other assumptions alone.
    pub fn from_checked_text(name: &str, text: &str, tables: Option<Tables<'_>>) -> Result<Self, LoadError> {
        Self::read(Path::new(name), text.as_bytes(), tables, true)
    }

    /// Reads a scenario from the `bytes` of the file `path`.
    ///
    /// # Errors
    /// As [`from_text`](Self::from_text).
    pub fn from_bytes(path: &Path, bytes: &[u8], tables: Option<Tables<'_>>) -> Result<Self, LoadError> {
        Self::read(path, bytes, tables, false)
    }

    /// Reads a scenario; of one that `is_checked` no more than its stated assumption.
    fn read(path: &Path, bytes: &[u8], tables: Option<Tables<'_>>, is_checked: bool) -> Result<Self, LoadError> {
        let mut sources = Sources::default();
        if bytes.len() as u64 > source::MAX_FILE_BYTES {
            return Err(too_large(path));
        }
        let file = match decode::add_text(&mut sources, path.display().to_string(), bytes) {
            Ok(file) => file,
            Err(problem) => return Err(invalid((*problem).into(), sources)),
        };
        let problems = Collector::default();
        let Some(mut tree) = document::parse(file, sources.text(file), &problems) else {
            return Err(invalid(problems, sources));
        };
        let preset = Preset::of(&tree, &mut sources, &problems);
        let candidates = preset.as_ref().map_or(&[][..], Preset::candidates);
        let read = tables::merge(&mut tree, candidates, tables, &mut sources, &problems);
        let header = resolve::header(&tree, &problems);
        if let Some(unreadable) = read.unreadable {
            let problems = Some(Box::new(Problems::new(problems, Arc::new(sources))));
            return Err(LoadError::Unreadable { path: unreadable.path, reason: unreadable.reason, problems });
        }
        let mut inputs = vec![Input::new(path.to_owned(), bytes)];
        let whole = preset.and_then(|preset| {
            inputs.extend(preset.input.clone());
            preset.merge_into(&mut tree, &problems)
        });
        if !read.whole || whole.is_none() {
            return Err(invalid(problems, sources));
        }
        add_default_stage(&mut tree);
        let written = assumptions::take(&mut tree, &problems);
        let judged = judgements::take(&mut tree, &problems);
        if bulk::is_too_much_for(&tree, written.len(), &problems) {
            return Err(invalid(problems, sources));
        }
        let mut record = Record::default();
        let asked = if is_checked { &written[..1] } else { &written[..] };
        let Some(models) = models(&tree, asked, &[], Some(&mut record), &problems) else {
            return Err(invalid(problems, sources));
        };
        let texts = Arc::new(sources);
        if !judged.is_empty() && !is_checked {
            let all: Vec<_> = written.iter().collect();
            let judging = Judging::new(&tree, &judged, &all, Vec::new(), Arc::clone(&texts), &problems);
            if let Some(judging) = judging.filter(|_| problems.errors() == 0) {
                judging.try_ends(&problems);
                if problems.errors() == 0 {
                    judging.remark(&problems);
                }
            }
            if problems.errors() > 0 {
                return Err(LoadError::Invalid(Box::new(Problems::new(problems, texts))));
            }
        }
        inputs.extend(read.inputs);
        Ok(Self {
            title: header.title,
            summary: header.summary,
            sources: header.sources,
            seed: header.seed,
            rounds: header.rounds,
            assumptions: models,
            inputs,
            warnings: Problems::new(problems, Arc::clone(&texts)),
            polls: record.polls,
            actual: record.actual,
            decided: record.decided,
            changes: Vec::new(),
            judgements: judged.iter().map(|written| written.judgement.clone()).collect(),
            stated: tree,
            written,
            judged,
            texts,
        })
    }

    /// The title and, if there are, the [`changes`](Self::changes).
    pub fn changed_title(&self) -> String {
        let changes: Vec<_> = self.changes.iter().map(|change| format!("{} = {}", change.path, change.value)).collect();
        if changes.is_empty() { self.title.clone() } else { format!("{}, with {}", self.title, changes.join(", ")) }
    }

    /// What the scenario's own file says, without byte order mark.
    pub fn text(&self) -> &str {
        self.texts.text(0)
    }

    /// What its tables say, each with the path under which [`Tables::Memory`] has it.
    pub fn tables(&self) -> BTreeMap<&str, &str> {
        let tables = self.inputs.iter().filter_map(|input| {
            Some((input.written.as_deref()?, self.texts.text_of(&input.path.display().to_string())?))
        });
        tables.collect()
    }

    /// The name and the summary of every assumption, the stated one first.
    pub fn summaries(&self) -> impl Iterator<Item = (&str, &str)> {
        self.written.iter().map(|written| (written.name.as_str(), written.summary.as_str()))
    }

    /// The model of the assumption called `name`.
    pub fn assumption(&self, name: &str) -> Option<&Model> {
        self.assumptions.iter().find(|model| model.assumption == name)
    }

    /// The files that were read, without the table of support if there is one: what must outlast a new table of
    /// support.
    pub fn inputs_but_support(&self) -> &[Input] {
        let has_support = self.stated.get("tables").is_some_and(|tables| tables.get("support").is_some());
        match self.inputs.split_last() {
            // It is read last.
            Some((_, others)) if has_support => others,
            _ => &self.inputs,
        }
    }

    /// The model of `assumption` with some values set, each a setting path and a value as it would be
    /// written in a scenario; a bare word such as `two-thirds` is text.
    ///
    /// They come after the scenario's [`changes`](Self::changes). Nothing if there is no such assumption.
    ///
    /// ```
    /// use nemcon::scenario::{STATED, Scenario};
    ///
    /// let text = "title = \"One\"\nmember = [{ id = \"A\" }]\ncandidate = [{ id = \"x\" }]";
    /// let scenario = Scenario::from_text("one.toml", text, None)?;
    /// let model = scenario.with_settings(STATED, &[("member.A.uncertainty", "0.5")]).ok_or("no such assumption")??;
    /// assert_eq!(model.members[0].uncertainty, 0.5);
    /// let wrong = scenario.with_settings(STATED, &[("member.A.uncertainly", "0.5")]).ok_or("no such assumption")?;
    /// assert!(wrong.is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Everything that is wrong with the paths, the values and what they lead to.
    pub fn with_settings(&self, assumption: &str, settings: &[(&str, &str)]) -> Option<Result<Model, Box<Problems>>> {
        let assumption = self.written.iter().find(|it| it.name == assumption)?;
        let settings: Vec<_> = pairs(&self.changes).chain(settings.iter().copied()).collect();
        let (sources, values) = self.placed("the settings", &settings);
        let problems = Collector::default();
        let tree = assumption.tree(&self.stated, &placed_settings(&values), &problems);
        let model = tree.and_then(|tree| resolve::model(&tree, assumption, &problems));
        let model = model.filter(|_| problems.errors() == 0);
        Some(model.ok_or_else(|| Box::new(Problems::new(problems, Arc::new(sources)))))
    }

    /// The polls under an assumption, as its `set` and the scenario's [`changes`](Self::changes) leave stages and members.
    /// Nothing if there is no such assumption.
    ///
    /// # Errors
    /// That polls cannot have come out so there.
    pub fn polls_under(&self, assumption: &str) -> Option<Result<Vec<Poll>, Box<Problems>>> {
        let assumption = self.written.iter().find(|it| it.name == assumption)?;
        let (sources, changes) = self.placed("the settings", &pairs(&self.changes).collect::<Vec<_>>());
        let problems = Collector::default();
        let tree = assumption.tree(&self.stated, &placed_settings(&changes), &problems);
        let read = tree.and_then(|tree| resolve::model_and_record(&tree, assumption, &problems));
        let record = read.map(|(_, record)| record).filter(|_| problems.errors() == 0);
        Some(record.map(|it| it.polls).ok_or_else(|| Box::new(Problems::new(problems, Arc::new(sources)))))
    }

    /// The scenario with values changed under every assumption, after the assumption's own `set`; problems mention the
    /// changes as `name`, one a line.
    ///
    /// # Errors
    /// Everything that is wrong with the paths, the values and what they lead to.
    pub fn with_changes(self, name: &str, changes: Vec<Change>) -> Result<Self, Box<Problems>> {
        let (sources, values) = self.placed(name, &pairs(&changes).collect::<Vec<_>>());
        let problems = Collector::default();
        let asked = &self.written[..self.assumptions.len()];
        match models(&self.stated, asked, &placed_settings(&values), None, &problems) {
            Some(assumptions) => Ok(Self { assumptions, changes, ..self }),
            None => Err(Box::new(Problems::new(problems, Arc::new(sources)))),
        }
    }

    /// The judgements, ready to be drawn under the assumptions of these names; of names that there are not, nothing.
    ///
    /// # Errors
    /// What is wrong with the changes made since the scenario was read.
    pub fn judging(&self, assumptions: &[&str]) -> Result<Judging<'_>, Box<Problems>> {
        let called = |name: &&str| self.written.iter().find(|it| it.name == **name);
        let chosen: Vec<_> = assumptions.iter().filter_map(called).collect();
        let (sources, changes) = self.placed("the settings", &pairs(&self.changes).collect::<Vec<_>>());
        let (sources, problems) = (Arc::new(sources), Collector::default());
        Judging::new(&self.stated, &self.judged, &chosen, changes, Arc::clone(&sources), &problems)
            .ok_or_else(|| Box::new(Problems::new(problems, sources)))
    }

    /// The numbers at the setting paths that `patterns` name under an assumption, as its `set` and the scenario's
    /// [`changes`](Self::changes) leave them, pattern by pattern. A part of a pattern may be `*`, every name; in
    /// `support` that is every member and candidate, written there or not. Nothing if there is no such assumption.
    ///
    /// ```
    /// use nemcon::scenario::{STATED, Scenario};
    ///
    /// let text = "title = \"One\"\nmember = [{ id = \"A\" }]\ncandidate = [{ id = \"x\" }]\nsupport.A.x = 0.5";
    /// let scenario = Scenario::from_text("one.toml", text, None)?;
    /// let numbers = scenario.numbers(STATED, &["support.*.*", "dynamics.memory"]).ok_or("no such assumption")?;
    /// assert_eq!((numbers[0].path.as_str(), numbers[0].number), ("support.A.x", Some(0.5)));
    /// assert_eq!((numbers[1].number, numbers[1].limits.max), (Some(1.0), 1.0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn numbers(&self, assumption: &str, patterns: &[&str]) -> Option<Vec<Target>> {
        let assumption = self.written.iter().find(|it| it.name == assumption)?;
        let (_, changes) = self.placed("the settings", &pairs(&self.changes).collect::<Vec<_>>());
        let tree = assumption.tree(&self.stated, &placed_settings(&changes), &Collector::default())?;
        let tree = tree.as_table()?;
        let finder = Finder { tree, everyone: Some(&Names::of(tree)) };
        Some(patterns.iter().flat_map(|pattern| finder.find(pattern)).collect())
    }

    /// The settings, each a line of a text called `name`, and the texts of the scenario with this one.
    fn placed<'p>(&self, name: &str, settings: &[(&'p str, &str)]) -> (Sources, Vec<(&'p str, Place, Node)>) {
        let mut sources = Sources::clone(&self.texts);
        let lines: Vec<String> = settings.iter().map(|(path, value)| format!("{path} = {value}")).collect();
        let file = sources.add(name.to_owned(), lines.join("\n"));
        let mut values = Vec::with_capacity(lines.len());
        let mut start = 0;
        for ((path, value), line) in settings.iter().zip(&lines) {
            let at = start + line.len() - value.len();
            let text = || Node::text(Place::new(file, at..at + value.len()), *value);
            let node = document::parse_value(file, at, value).unwrap_or_else(text);
            values.push((*path, Place::new(file, start..start + path.len()), node));
            start += line.len() + 1;
        }
        (sources, values)
    }
}

fn too_large(path: &Path) -> LoadError {
    let name = path.display().to_string();
    let problem = decode::too_large(&name).into();
    let mut sources = Sources::default();
    sources.add(name, String::new());
    invalid(problem, sources)
}

/// Paths and values of the changes.
fn pairs(changes: &[Change]) -> impl Iterator<Item = (&str, &str)> {
    changes.iter().map(|change| (change.path.as_str(), change.value.as_str()))
}

fn placed_settings<'t>(values: &'t [(&'t str, Place, Node)]) -> Vec<Setting<'t>> {
    values.iter().map(|(path, place, value)| Setting { path, place: *place, value }).collect()
}

/// The model of every assumption with `more` settings, and what the stated one knows of how it went as the `record`, if
/// that is asked for; nothing if there are errors.
fn models(
    stated: &Node,
    written: &[Assumption],
    more: &[Setting<'_>],
    mut record: Option<&mut Record>,
    problems: &Collector,
) -> Option<Vec<Model>> {
    if bulk::is_too_much_for(stated, written.len(), problems) {
        return None;
    }
    let mut models = Vec::with_capacity(written.len());
    let mut groups = Groups::default();
    for assumption in written.iter().take_while(|_| problems.errors() < ENOUGH_ERRORS) {
        // What is too far from a scenario to go on is so under every assumption.
        let Some(changed) = assumption.tree(stated, more, problems) else { break };
        let model = match record.take() {
            None => resolve::model(&changed, assumption, problems),
            Some(record) => resolve::model_and_record(&changed, assumption, problems).map(|(model, read)| {
                *record = read;
                model
            }),
        };
        let Some(mut model) = model else { break };
        share(&mut model, models.first());
        let ids = |model: &Model| model.members.iter().map(|member| member.id.clone()).collect::<Vec<_>>();
        if models.first().is_some_and(|stated| ids(stated) != ids(&model)) {
            assumption.report_other_members(problems);
        }
        models.push(model);
        groups.add(&changed);
    }
    if problems.errors() > 0 || models.len() != written.len() {
        return None;
    }
    groups.warn(problems);
    Some(models)
}

/// Lets equal points in policy space of `model` be one: those of neighbours, as in blocs, and of the `stated` model.
fn share(model: &mut Model, stated: Option<&Model>) {
    let of_stated = |m: usize| Some(&stated?.members.get(m)?.ideal);
    for m in 0..model.members.len() {
        let (before, from) = model.members.split_at_mut(m);
        let Some(member) = from.first_mut() else { return };
        let mut known = [of_stated(m), before.last().map(|neighbour| &neighbour.ideal)].into_iter().flatten();
        if let Some(same) = known.find(|known| **known == member.ideal).cloned() {
            member.ideal = same;
        }
    }
    let candidates = model.candidates.iter_mut().zip(stated.into_iter().flat_map(|stated| &stated.candidates));
    for (candidate, stated) in candidates.filter(|(one, other)| one.position == other.position) {
        candidate.position = stated.position.clone();
    }
}

/// Without any stage there is one ballot by consensus; in the tree, so that it can be set like any other.
fn add_default_stage(tree: &mut Node) {
    let place = tree.place;
    let Some(root) = tree.as_table_mut() else { return };
    if root.get("stage").is_some_and(|entry| entry.node.as_array().is_none_or(|stages| !stages.is_empty())) {
        return;
    }
    let entry = |value: &str| Entry { key: place, node: Node::text(place, value) };
    let stage = Table::from([("name".to_owned(), entry("ballot")), ("appoint".to_owned(), entry("consensus"))]);
    let list = vec![Node { place, value: stage.into() }].into();
    root.insert("stage".to_owned(), Entry { key: place, node: Node { place, value: list } });
}
