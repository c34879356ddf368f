"""The shape of Kolada's API, version 3: the one that is written and the one that is read.

A response is a page of rows. A row of figures is a key figure (KPI), a municipality and a period, with one
value per gender. Version 2 differs in the name of the next page and, in its description, in the letter for
women; both are understood. No rule here is stricter than what a figure needs to be used without a guess.
"""

import re
from typing import Annotated, Any, Literal, Self

import polars as pl
from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    model_validator,
)

GENDERS = {"total": "T", "kvinna": "K", "man": "M"}
"""Kolada's letter of our group."""

SCHEMA: dict[str, Any] = {
    "kpi": pl.String,
    "kommun": pl.String,
    "period": pl.String,
    "kon": pl.String,
    "varde": pl.Float64,
    "antal": pl.Int64,
    "status": pl.String,
}
"""One row per figure. ``varde`` is what JSON's number is; null is a figure that is not given, and ``status``
says why where the sender does. ``antal`` is how many municipalities a group's mean is of."""

KEY = ("kpi", "kommun", "period", "kon")
PERIOD = re.compile(r"\d{4}(-(\d{2}|K[1-4]|T[1-3]|D[1-3]|H[12]|\d{2}-R12))?")
"""Kolada's is a year; our own exports have the other periods of the warehouse too."""


def _text_period(given: Any) -> Any:
    """A period is a number in version 3 and was a text in version 2."""
    return str(given) if isinstance(given, int) and not isinstance(given, bool) else given


def _known_period(period: str) -> str:
    if not PERIOD.fullmatch(period):
        raise ValueError(f"perioden {period} är inget år")
    return period


def _municipality(given: Any) -> Any:
    """Four figures as text: a number, or fewer figures, has been through a program that drops zeros."""
    if isinstance(given, str) and re.fullmatch(r"\d{4}|G\d+", given):
        return given
    if isinstance(given, str | int):
        what = f"kommunkoden {given!r} är inte text med fyra siffror; en nolla kan ha fallit bort"
        raise ValueError(what)  # noqa: TRY004 (a validator's fault is a ValueError)
    return given


class _Shape(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


class Value(_Shape):
    """One figure. ``count`` is above 1 for a group, whose value is the unweighted mean of its members."""

    gender: Annotated[
        Literal["T", "K", "M"], BeforeValidator(lambda given: "K" if given == "F" else given)
    ] = Field(description="T all, K women, M men; F in the description of version 2")
    count: int | None = Field(None, ge=0)
    status: Annotated[str, BeforeValidator(lambda given: "" if given is None else given)] = ""
    value: Annotated[float | None, Field(allow_inf_nan=False)]
    deleted: bool = Field(False, validation_alias=AliasChoices("isdeleted", "is_deleted"), exclude=True)


class Row(_Shape):
    """The figures of one key figure, municipality and period."""

    kpi: Annotated[str, Field(pattern=r"^\w+$")]
    municipality: Annotated[str, BeforeValidator(_municipality)]
    period: Annotated[
        str,
        BeforeValidator(_text_period),
        AfterValidator(_known_period),
        PlainSerializer(lambda period: int(period) if period.isdigit() else period),
    ]
    values: list[Value] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        genders = [value.gender for value in self.values]
        if twice := {gender for gender in genders if genders.count(gender) > 1}:
            raise ValueError(f"könet {', '.join(sorted(twice))} står två gånger")
        if any(value.deleted for value in self.values):
            raise ValueError("siffran är struken i Kolada")
        return self


class Member(_Shape):
    """A municipality in a group."""

    id: Annotated[str, BeforeValidator(_municipality)] = Field(
        validation_alias=AliasChoices("member_id", "id")
    )
    title: str = Field("", validation_alias=AliasChoices("member_title", "title"))


class Group(_Shape):
    """A group of municipalities, such as those that are like one another in some way."""

    id: str
    title: str
    members: list[Member]


class Named(_Shape):
    """What a key figure or a municipality is called."""

    id: str
    title: str


class Page(_Shape):
    """One response: rows of any kind, and the address of the next page when there is one."""

    values: list[Any]
    count: int | None = None
    next_url: str | None = Field(None, validation_alias=AliasChoices("next_url", "next_page"))
    previous_url: str | None = Field(None, validation_alias=AliasChoices("previous_url", "previous_page"))


def page(values: list[Any]) -> Page:
    """A whole answer in one page."""
    return Page(values=values, count=len(values))


def reasons(error: ValidationError) -> str:
    """What is wrong with a row, in Swedish and in the words of its sender's fields."""
    found = []
    for fault in error.errors(include_url=False):
        field = ".".join(str(part + 1) if isinstance(part, int) else part for part in fault["loc"])
        if fault["type"] == "value_error":
            found.append(str(fault["ctx"]["error"]))
        elif fault["type"] == "missing":
            found.append(f"{field} saknas")
        else:
            found.append(f"{field} har fel form: {str(fault['input'])[:40]}")
    return "; ".join(dict.fromkeys(found))
