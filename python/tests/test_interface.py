"""The interface: scenarios, questions, results, tables."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import nemcon
import pytest


def test_a_scenario_says_what_it_is(nato: nemcon.Scenario) -> None:
    assert nato.title.startswith("NATO")
    assert nato.path == "scenarios/nato-2023.toml"
    assert nato.candidates["wallace"] == "Ben Wallace"
    assert "USA" in nato.members
    assert list(nato.assumptions)[0] == "stated"
    assert nato.text.startswith(Path("scenarios/nato-2023.toml").read_text()[:100])
    assert (nato.rounds, nato.seed, nato.changes) == (100_000, nato.seed, [])
    assert repr(nato).startswith("<nemcon.Scenario 'NATO")


def test_results_have_the_tables_of_the_files(small: nemcon.Scenario) -> None:
    r = small.run(rounds=4096, seed=3)
    assert (r.rounds, r.rounds_asked, r.partial) == (4096, 4096, False)
    assert list(r.tables) == ["outcomes", "candidates", "vetoes", "blocking_sets", "ballots", "polls"]
    outcomes = r.outcomes
    assert outcomes.columns[:3] == ["assumption", "outcome", "candidate_name"]
    assert outcomes["outcome"] == ["jo", "007", "no-consensus"]
    assert sum(outcomes["count"]) == 4096
    assert len(outcomes) == 3
    rows = list(outcomes)
    assert rows[0]["candidate_name"] == "Jo"
    assert rows[2]["candidate_name"] == ""
    for row in rows:
        assert isinstance(row["count"], int)
        assert isinstance(row["probability"], float)
        assert row["probability"] == pytest.approx(row["count"] / 4096)
    assert set(r.vetoes["member"]) >= {"A", "B", "NA"}
    assert (r.waiting, r.ranges, r.conditional) == (None, None, None)
    assert small.run(rounds=4096, seed=3, ballots=False).polls is None
    with pytest.raises(AttributeError):
        r.nothing  # type: ignore[attr-defined]


def test_text_json_and_html_are_those_of_the_library(small: nemcon.Scenario) -> None:
    r = small.run(rounds=1000)
    assert str(r).splitlines()[0] == "Three members, two candidates"
    data = r.to_dict()
    assert data["program"] == "nemcon"
    assert data["outcomes"][0]["count"] == r.outcomes["count"][0]
    assert json.loads(r.to_json()) == data
    assert r.repeat == f"nemcon run - --rounds 1000 --seed {small.seed}"
    assert r.to_markdown().startswith("|")
    assert r.to_latex().startswith("\\begin{tabular}")
    html = r._repr_html_()
    assert "<svg" in html and "Who is chosen" in html and "Who blocks whom" in html
    assert "<script" not in html
    assert "<table" in r.outcomes._repr_html_()


def test_frames_keep_ids_as_text(small: nemcon.Scenario) -> None:
    pytest.importorskip("pandas")
    frame = small.run(rounds=1000).vetoes.to_pandas()
    assert set(frame["member"]) >= {"NA"}
    assert str(frame["faced"].dtype) == "int64"
    assert str(frame["veto_rate"].dtype) == "float64"
    # Bounds of groups are empty, names of no one text.
    assert list(frame["candidate"].unique()) == ["jo", "007"]
    frame = small.run(rounds=1000).blocking_sets.to_pandas()
    assert list(frame["members"])[0] == "NA"


def test_polars_has_the_same(small: nemcon.Scenario) -> None:
    polars = pytest.importorskip("polars")
    table = small.run(rounds=1000).outcomes
    frame = table.to_polars()
    assert frame.schema["outcome"] == polars.String
    assert frame.schema["count"] == polars.Int64
    assert frame.to_dict(as_series=False) == table.to_dict()


def test_conditional_estimates(small: nemcon.Scenario) -> None:
    r = small.run(rounds=1000, estimate="conditional")
    assert r.conditional is not None
    assert r.conditional["quantity"][-1] == "no-consensus"
    assert r.polls is None


def test_comparisons(small: nemcon.Scenario) -> None:
    r = small.compare(rounds=1000)
    assert set(r.comparison["assumption"]) == {"without-NA"}
    assert set(r.outcomes["assumption"]) == {"stated", "without-NA"}
    assert len(r.flows) > 0 and len(r.acceptable) > 0
    turned = small.compare(["stated"], baseline="without-NA", rounds=1000)
    assert set(turned.comparison["baseline"]) == {"without-NA"}
    assert "--baseline without-NA" in turned.repeat


def test_influence_and_leverage(small: nemcon.Scenario) -> None:
    assert set(small.influence(rounds=1000).influence["member"]) == {"A", "B", "NA"}
    leverage = small.leverage(rounds=1000, top=1)
    assert set(leverage.leverage["candidate"]) == {"jo", "007"}
    assert "--top 1" in leverage.repeat


def test_sweeps_take_lists_and_text(small: nemcon.Scenario) -> None:
    r = small.sweep({"preferences.uncertainty": [0.5, 1], "assumption": ["stated", "without-NA"]}, rounds=500)
    assert r.sweep["preferences.uncertainty"][:12:3] == [0.5, 0.5, 1.0, 1.0]
    assert r.sweep["assumption"][0] == "stated"
    assert r.sensitivity is None
    steps = small.sweep(vary={"preferences.uncertainty": "0.5:1:0.25"}, rounds=500)
    assert sorted(set(steps.sweep["preferences.uncertainty"])) == [0.5, 0.75, 1.0]
    sample = small.sweep({"preferences.uncertainty": "0.5..1"}, sample="sobol:4", rounds=500)
    assert sample.sensitivity is not None
    assert set(sample.sensitivity["setting"]) == {"preferences.uncertainty"}


def test_values_are_set(small: nemcon.Scenario) -> None:
    changed = small.with_(set={"preferences.uncertainty": 0.25, "support.A.jo": -2})
    assert changed.changes == ["preferences.uncertainty=0.25", "support.A.jo=-2"]
    assert small.changes == []
    again = changed.with_(set={"veto.A": "absolute"})
    assert again.changes == [*changed.changes, "veto.A=absolute"]
    assert again.run(rounds=100).to_dict()["options"]["set"] == again.changes
    tiny = small.with_(set={"preferences.uncertainty": 1e-7})
    assert tiny.changes == ["preferences.uncertainty=0.0000001"]
    assert pickle.loads(pickle.dumps(again)).changes == again.changes


def test_checks(small: nemcon.Scenario) -> None:
    problems = small.check()
    assert {problem.severity for problem in problems} <= {"warning", "remark"}
    assert any(problem.line is not None for problem in problems)
    codes = {problem.code for problem in problems}
    assert "misread-id" in codes, problems


def test_rounds_are_told(nato: nemcon.Scenario) -> None:
    trace = nato.trace(3)
    assert trace.round == 3
    assert "Outcome" in str(trace)
    assert trace.to_dict()["command"] == "trace"
    ended = nato.trace(outcome="no-consensus", nth=2, assumption="every-ally", rounds=1000)
    assert ended.to_dict()["repeat"].startswith("nemcon trace scenarios/nato-2023.toml --round")
    assert "<pre>" in ended._repr_html_()


def test_institutions() -> None:
    table = nemcon.institutions()
    assert "conclave" in table["institution"]
    assert all(members is None or members > 0 for members in table["members"])
    assert "member" in nemcon.institution("unsc")
    with pytest.raises(KeyError):
        nemcon.institution("nothing")


def test_polls() -> None:
    s = nemcon.load("scenarios/un-1996.toml")
    r = s.update(polls=["second-term", "poll-2"], judgements=0, rounds=200, particles=100, replicates=2)
    assert len(r.updated) == 18
    assert len(r.answers) > 0 and len(r.predictions) > 0 and len(r.updated_judgements) == 0
    assert r.rounds == 2


def test_scores() -> None:
    scenarios = [nemcon.load(f"scenarios/{name}.toml") for name in ("un-1996", "un-2016")]
    r = nemcon.score(scenarios, rounds=200, judgements=0)
    assert len(r.scores) == 2
    assert len(r.mean_scores) > 0
    assert len(scenarios[0].score(rounds=200, judgements=0).scores) == 1


def test_fits() -> None:
    s = nemcon.load("scenarios/un-2016.toml")
    fit = nemcon.fit(s, "scenarios/data/un-2016-poll-1.csv")
    assert fit.support.columns[0] == "member"
    assert len(fit.support) == 15
    assert all(isinstance(value, float) for value in fit.support[fit.support.columns[1]])
    assert fit.to_dict()["command"] == "fit"
    with pytest.raises(ValueError, match="^particles, seed: only without poll$"):
        nemcon.fit(s, "scenarios/data/un-2016-poll-1.csv", particles=100, seed=1)  # type: ignore[call-overload]


def test_fits_of_several_polls() -> None:
    s = nemcon.load("scenarios/un-2016.toml")
    fit = nemcon.fit(s, polls=["poll-1", "poll-2"], estimate=["drift_sd"], particles=50, replicates=2)
    assert fit.estimates["parameter"] == ["drift_sd"]
    assert fit.settings == {"dynamics.drift_sd": fit.estimates["estimate"][0]}
    assert s.with_(set=fit.settings).changes
    assert "drift_sd" in repr(fit)
    with pytest.raises(ValueError, match="^estimate: expected memory, drift_sd, common_sd$"):
        nemcon.fit(s, estimate="doubt_sd")
    with pytest.raises(ValueError, match="^replicates: "):
        nemcon.fit(s, replicates=1)
    with pytest.raises(ValueError, match="^polls: .* only `poll-1`"):
        nemcon.fit(s, polls="poll-1")


def test_folders_are_saved_whole_and_not_overwritten(small: nemcon.Scenario, tmp_path: Path) -> None:
    r = small.run(rounds=100)
    folder = tmp_path / "a" / "b"
    r.save(folder)
    assert {path.name for path in folder.iterdir()} == {f"{name}.csv" for name in r.tables} | {"run.json"}
    assert (folder / "outcomes.csv").read_bytes() == r.outcomes.to_csv()
    record = json.loads((folder / "run.json").read_text())
    assert (record["command"], record["partial"], len(record["files"])) == ("run", False, 6)
    with pytest.raises(FileExistsError, match="force=True"):
        r.save(folder)
    small.run(rounds=100, ballots=False).save(str(folder), force=True)
    assert not (folder / "polls.csv").exists()


def test_reports_are_written(small: nemcon.Scenario, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    small.report(page, rounds=1000, static=True, title="Mine")
    assert "<title>Mine</title>" in page.read_text()
    with pytest.raises(FileExistsError):
        small.report(page, rounds=1000)
    small.report(page, rounds=1000, sections=["chosen"], force=True)
    assert 'id="engine"' in page.read_text()
