"""The Jinja2 environment behind every page: where templates live, what they may call, and a loud undefined.

A blank on a clinical page is always meant: "No known allergies" and "Allergies not recorded" are different words, so
printing a name that nobody supplied raises. Nothing here reads the database.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from django.templatetags.static import static
from django.urls import reverse
from jinja2 import BaseLoader, ChainableUndefined, ChoiceLoader, Environment, PackageLoader
from jinja2.utils import missing
from markupsafe import Markup

from throughcare.core import clock, shown

PACKAGE = Path(__file__).resolve().parents[1]


def template_dirs() -> list[Path]:
    """Every module's templates/ directory, for the DIRS of the Jinja2 backend."""
    return sorted(path for path in PACKAGE.glob("*/templates") if path.is_dir())


def environment(**options: Any) -> Environment:
    """The environment of Django's Jinja2 backend, with the NHS macros on its path ("nhsuk/components/…")."""
    options |= {"undefined": LoudUndefined, "trim_blocks": True, "lstrip_blocks": True, "autoescape": True}
    env = Environment(**options | {"loader": _with_nhs_macros(options.get("loader"))})
    env.globals.update(static=static, url=url, now=clock.now)
    # The NHS macros spell an absent parameter `undefined`, and print it: theirs stays quiet.
    env.globals["undefined"] = ChainableUndefined(name="undefined")
    env.globals["drawn"] = Drawn(env)
    env.filters.update(shown.FILTERS)
    return env


class Drawn:
    """Draws a question, a blank one only once: a long form is mostly blank questions that look the same for everybody.

    A question that holds an answer or a history is drawn anew each time, so that nobody's answers stay in memory.
    """

    def __init__(self, env: Environment) -> None:
        self.env = env
        self.blanks: dict[str, Markup] = {}

    def __call__(self, item: dict[str, Any]) -> Markup:
        if item.get("value") is not None or item.get("history") or item.get("error") or item.get("seen"):
            return self._draw(item)
        key = json.dumps(item, sort_keys=True, default=str)
        if key not in self.blanks:
            self.blanks[key] = self._draw(item)
        return self.blanks[key]

    def _draw(self, item: dict[str, Any]) -> Markup:
        return Markup(self.env.get_template("core/fields.jinja").module.field(item))  # type: ignore[attr-defined]


def url(name: str, *args: object, **kwargs: object) -> str:
    """The address of a view by its name, as in `url("patient", patient_id)`; raises NoReverseMatch."""
    return reverse(name, args=args, kwargs=kwargs)


class LoudUndefined(ChainableUndefined):
    """May be asked whether it is there; raises UndefinedError when printed, walked through or compared.

    Chains (`params.hint.text`) stay quiet until printed, because the NHS macros ask so. A missing attribute compares
    as unequal for the same reason; a missing name does not. An inline `if` without `else` is a blank that is meant.
    """

    __slots__ = ()

    def __str__(self) -> str:
        if self._undefined_name is not None or self._undefined_obj is not missing:
            self._raise()
        return ""

    def __iter__(self) -> Iterator[Any]:
        self._raise()

    def __len__(self) -> int:
        self._raise()

    def __eq__(self, other: object) -> bool:
        if self._undefined_obj is missing and self._undefined_name is not None:
            self._raise()
        return type(self) is type(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return id(type(self))

    def _raise(self) -> NoReturn:
        self._fail_with_undefined_error()


def _with_nhs_macros(loader: BaseLoader | None) -> ChoiceLoader:
    return ChoiceLoader([*([loader] if loader else []), PackageLoader("nhsuk_frontend_jinja")])
