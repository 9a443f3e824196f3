"""Tables: the CSV files of the command line, with values that have types."""

from __future__ import annotations

# Typing takes longer to import than all of this package.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    import pandas
    import polars

    Value = str | int | float | bool | None

# Rows that a notebook shows; the rest is said to be there.
_SHOWN = 20


class Table:
    """A table of results: columns as in docs/outputs.md. Ids are text, whatever they look like, and what is missing is `None`."""

    __slots__ = ("_bytes", "_data", "_kinds", "name")

    name: str
    """The name of its file, without `.csv`."""

    def __init__(self, name: str, csv: bytes, kinds: str) -> None:
        self.name = name
        self._bytes = csv
        self._kinds = kinds
        self._data: dict[str, list[Any]] | None = None

    def to_csv(self) -> bytes:
        """The file as the command line writes it."""
        return self._bytes

    def to_dict(self) -> dict[str, list[Any]]:
        """By column its values, as lists of their own."""
        return {column: list(values) for column, values in self._columns().items()}

    @property
    def columns(self) -> list[str]:
        """The names of the columns, in their order."""
        return list(self._columns())

    def __len__(self) -> int:
        """How many rows there are."""
        return len(next(iter(self._columns().values()), []))

    def __iter__(self) -> Iterator[dict[str, Value]]:
        """Row by row, each by column."""
        data = self._columns()
        for row in zip(*data.values()):
            yield dict(zip(data, row))

    def __getitem__(self, column: str) -> list[Any]:
        """The values of a column."""
        return list(self._columns()[column])

    def to_pandas(self) -> pandas.DataFrame:
        """A data frame; needs pandas. Whole numbers of which some are missing are `Int64`, missing numbers `NaN`."""
        import pandas

        data = self._columns()
        series = {
            column: pandas.Series(values, dtype=self._pandas_type(kind, values))
            for (column, values), kind in zip(data.items(), self._kinds)
        }
        return pandas.DataFrame(series, columns=list(data))

    @staticmethod
    def _pandas_type(kind: str, values: list[Any]) -> str:
        if kind == "w":
            return "Int64" if None in values else ("uint64" if max(values, default=0) >= 2**63 else "int64")
        numbers = kind == "n" or (kind == "v" and all(isinstance(value, float) for value in values))
        return "float64" if numbers else "bool" if kind == "b" else "object"

    def to_polars(self) -> polars.DataFrame:
        """A data frame; needs polars."""
        import polars

        schema: dict[str, Any] = {}
        data = self._columns()
        for (column, values), kind in zip(data.items(), self._kinds):
            if kind == "w":
                large = any(value is not None and value >= 2**63 for value in values)
                schema[column] = polars.UInt64 if large else polars.Int64
            elif kind == "n" or (kind == "v" and all(isinstance(value, float) for value in values)):
                schema[column] = polars.Float64
            else:
                schema[column] = polars.Boolean if kind == "b" else polars.String
        return polars.DataFrame(data, schema=schema)

    def __repr__(self) -> str:
        return f"<nemcon.Table {self.name}: {len(self)} rows of {', '.join(self.columns)}>"

    def _repr_html_(self) -> str:
        from html import escape

        data = self._columns()
        right = {column for column, kind in zip(data, self._kinds) if kind in "wn"}

        def cell(tag: str, column: str, value: Value) -> str:
            text = "" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)
            style = ' style="text-align:right"' if column in right else ' style="text-align:left"'
            return f"<{tag}{style}>{escape(text)}</{tag}>"

        head = "".join(cell("th", column, column) for column in data)
        rows = []
        for number, row in enumerate(self):
            if number == _SHOWN:
                break
            rows.append("<tr>" + "".join(cell("td", column, value) for column, value in row.items()) + "</tr>")
        more = f"<p>{_SHOWN} of {len(self)} rows</p>" if len(self) > _SHOWN else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>{more}"

    def _columns(self) -> dict[str, list[Any]]:
        if self._data is None:
            self._data = _read(self._bytes, self._kinds)
        return self._data


def _read(text: bytes, kinds: str) -> dict[str, list[Any]]:
    """The columns of a CSV file, of which `kinds` says what they hold."""
    import csv
    import io

    rows = csv.reader(io.StringIO(text.decode(), newline=""))
    header = next(rows, [])
    cells = list(zip(*rows)) or [()] * len(header)
    return {column: _values(list(texts), kind) for column, texts, kind in zip(header, cells, kinds)}


def _values(texts: list[str], kind: str) -> list[Any]:
    if kind == "v":
        # Settings as they were written: numbers if all are.
        try:
            return [float(text) for text in texts]
        except ValueError:
            return list(texts)
    if kind == "t":
        return texts
    if kind == "b":
        return [text == "true" for text in texts]
    read: Callable[[str], Value] = int if kind == "w" else float if kind == "n" else str
    return [read(text) if text else None for text in texts]
