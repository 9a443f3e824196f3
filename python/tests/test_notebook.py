"""The notebook in the documentation runs as it is."""

from __future__ import annotations

from typing import Any

import pytest

from conftest import ROOT


def test_the_notebook_runs_and_shows_charts() -> None:
    nbclient = pytest.importorskip("nbclient")
    nbformat = pytest.importorskip("nbformat")
    for needed in ("ipykernel", "matplotlib", "pandas"):
        pytest.importorskip(needed)
    notebook: Any = nbformat.read(ROOT / "docs" / "notebooks" / "nato-2023.ipynb", as_version=4)
    nbformat.validate(notebook)
    kept = [shown(cell) for cell in notebook.cells if cell.cell_type == "code"]
    nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(ROOT / "docs" / "notebooks")}}).execute()
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    again = [shown(cell) for cell in cells]
    assert sum("<svg" in text and 'class="nemcon"' in text for text in again) == 2
    # The outputs that are kept are those of this version.
    assert again == kept


def shown(cell: Any) -> str:
    """What a cell shows as HTML, or else as text; pictures and folders are others each time."""
    parts = []
    for output in cell.outputs:
        data = output.get("data", {"text/plain": output.get("text", "")})
        if "image/png" not in data:
            parts.append(data.get("text/html") or data["text/plain"])
    return "".join(parts)
