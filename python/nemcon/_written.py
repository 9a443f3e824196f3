"""Values as a scenario writes them."""

from __future__ import annotations

# Typing takes longer to import than all of this package.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Setting = str | float | bool | Sequence["Setting"]
    Values = str | Iterable[Setting]


def settings(set: Mapping[str, Setting]) -> list[str]:
    """Each as `PATH=VALUE`."""
    return [f"{_path(path, 'set')}={_written(value)}" for path, value in set.items()]


def varied(vary: Mapping[str, Values]) -> list[str]:
    """Each as `PATH=VALUES`."""
    return [f"{_path(path, 'vary')}={_listed(values)}" for path, values in vary.items()]


def _listed(values: Values) -> str:
    return values if isinstance(values, str) else ",".join(_written(value) for value in values)


def _path(path: str, option: str) -> str:
    if "=" in path:
        raise ValueError(f"{option}: `{path}` is no setting path")
    return path


def _written(value: Setting, within: bool = False) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _quoted(value) if within else value
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_written(item, within=True) for item in value) + "]"
    # NumPy's numbers write themselves as such after this.
    number = int(value) if hasattr(value, "__index__") else float(value)  # type: ignore[arg-type]
    text = repr(number)
    if "e" in text:
        from decimal import Decimal

        text = format(Decimal(text), "f")
    return text


def _quoted(text: str) -> str:
    from json import dumps

    return dumps(text, ensure_ascii=False)
