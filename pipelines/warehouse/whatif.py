"""What if more placements were made, or the price of a form changed: the cost this year and of a whole one.

Reads a finished warehouse. How long placements last, what new ones cost and how many begin are those of the
marts, as known at the newest closed month; what is returned names no placement. Amounts are contract prices,
before fees and grants.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Literal

import duckdb

YEAR = 365
"""Days of a placement-year."""

ORE = Decimal("0.01")


class UnknownMunicipality(LookupError):  # noqa: N818
    """The warehouse has no forecast for it; the message is Swedish."""


class UnknownForm(LookupError):  # noqa: N818
    """No placement form has the code; the message is Swedish."""


class NoPrice(LookupError):  # noqa: N818
    """No priced placement of the form; the message is Swedish."""


@dataclass(frozen=True)
class Curve:
    """The share of placements that lasts longer than so many nights, step by step (``mart.placering_langd``).

    ``sums`` is the sum of the shares over the ages before each step. ``group`` and ``ends`` say whose history
    it is.
    """

    ages: Sequence[int]
    shares: Sequence[Decimal]
    sums: Sequence[Decimal]
    group: str
    ends: int

    def share(self, age: int) -> Decimal:
        """The share that lasts longer than ``age`` nights."""
        return self.shares[bisect_right(self.ages, age) - 1]

    def nights(self, age: int) -> Decimal:
        """Expected nights of a new placement before it is ``age`` nights old."""
        step = bisect_right(self.ages, age) - 1
        return self.sums[step] + self.shares[step] * (age - self.ages[step])

    def nights_left(self, age: int, first: int, after: int) -> Decimal:
        """Expected nights of a placement that has lasted longer than ``age`` nights, of those ahead of it.

        From number ``first`` to before number ``after``; the next night is 0. One that is older than all
        history stays.
        """
        alive = self.share(age)
        if not alive:
            return Decimal(after - first)
        return (self.nights(age + 1 + after) - self.nights(age + 1 + first)) / alive


@dataclass(frozen=True)
class Open:
    """An open placement: nights so far, and its price where it has one."""

    nights: int
    price: Decimal | None


@dataclass(frozen=True)
class Form:
    """What the warehouse knows of a form at ``known``, its newest closed month.

    ``price`` is the mean price a day of those that began in the last twelve months: ``price_of`` of them, or
    0 when none did, and then of the open ones. ``started_per_day`` is how many began a day.
    """

    code: str
    name: str
    known: date
    curve: Curve
    price: Decimal
    price_of: int
    started_per_day: Decimal
    open: Sequence[Open]


@dataclass(frozen=True)
class Effect:
    """One line: kronor to the last of December and over 365 days, and the nights that they come from."""

    kind: Literal["fler", "pris"]
    form: Form
    amount: Decimal
    nights_this_year: Decimal
    nights_whole_year: Decimal
    this_year_kr: Decimal
    whole_year_kr: Decimal


def kronor(amount: Decimal) -> Decimal:
    return amount.quantize(ORE, ROUND_HALF_UP)


def nights_of_year(start: date) -> int:
    """Nights from ``start`` to the last of December."""
    return (date(start.year, 12, 31) - start).days + 1


def more(form: Form, amount: Decimal, start: date) -> Effect:
    """``amount`` placements more that begin on ``start`` and last as long as others of the form."""
    this_year, whole_year = (amount * form.curve.nights(nights) for nights in (nights_of_year(start), YEAR))
    return Effect(
        "fler",
        form,
        amount,
        this_year,
        whole_year,
        kronor(this_year * form.price),
        kronor(whole_year * form.price),
    )


def dearer(form: Form, share: Decimal, start: date) -> Effect:
    """Every price of the form a ``share`` higher from ``start``.

    Of those open now, as long as they are expected to stay, and of those that begin after ``form.known`` at
    the pace of the last twelve months.
    """
    first = (start - form.known).days - 1
    nights, amounts = [], []
    for length in (nights_of_year(start), YEAR):
        after = first + length
        left = [(form.curve.nights_left(p.nights, first, after), p.price or form.price) for p in form.open]
        # On the night j those are here that began at most j nights before it and are left.
        new = form.started_per_day * sum((form.curve.nights(j + 1) for j in range(first, after)), Decimal(0))
        nights.append(sum((n for n, _ in left), new))
        amounts.append(kronor(share * sum((n * price for n, price in left), new * form.price)))
    return Effect("pris", form, share, *nights, *amounts)


def effects(
    database: Path,
    kommun: str,
    fler: Mapping[str, Decimal],
    pris: Mapping[str, Decimal],
    start: date | None = None,
) -> tuple[date, tuple[Effect, ...]]:
    """The day from which it holds, and one effect per form: ``fler`` placements more, ``pris`` as a share.

    Without ``start`` it is the first of the month after läge per. Raises UnknownMunicipality, UnknownForm,
    NoPrice, and ValueError when ``start`` is not after what is known.
    """
    with duckdb.connect(database, read_only=True) as db:
        found = db.execute(
            """
            select any_value(langd.prognos_datum), any_value(kommun.lage_per)
            from mart.placering_langd as langd
            inner join mart.dim_kommun as kommun on kommun.kommun = langd.kommun
            where langd.kommun = ?
            having count(*) > 0
            """,
            [kommun],
        ).fetchone()
        if not found:
            raise UnknownMunicipality(f"Kommun {kommun} har inga placeringar och stängda månader i lagret.")
        known, lage_per = found
        start = start or date(lage_per.year + lage_per.month // 12, lage_per.month % 12 + 1, 1)
        if start <= known:
            raise ValueError(f"Effekten måste börja efter det som är känt: {known}.")
        forms = {code: read_form(db, kommun, code, known) for code in {**fler, **pris}}
    return start, (
        *(more(forms[code], amount, start) for code, amount in fler.items()),
        *(dearer(forms[code], share, start) for code, share in pris.items()),
    )


def read_form(db: duckdb.DuckDBPyConnection, kommun: str, code: str, known: date) -> Form:
    """One form from the marts. Raises UnknownForm or NoPrice."""
    codes = dict(db.execute("select kod, namn from seed.koder where kodlista = 'placeringsform'").fetchall())
    if code not in codes:
        raise UnknownForm(f"Det finns ingen placeringsform {code}. Det finns: {', '.join(sorted(codes))}")
    stays = db.execute(
        """
        with plac as (
            select
                plac.start_datum, coalesce(plac.slut_datum > $known, true) as ar_oppen,
                plac.start_datum > last_day(cast($known - interval 12 month as date)) as ar_ny,
                sum(dygn.beraknad_kostnad_kr) as kr, sum(dygn.prissatta_dygn) as dygn,
                -- The form and the price of the month that is known last.
                arg_max(dygn.placeringsform, (dygn.manad, dygn.betalda_dygn)) as placeringsform,
                arg_max(
                    cast(dygn.beraknad_kostnad_kr / nullif(dygn.prissatta_dygn, 0) as decimal(18, 2)),
                    (dygn.manad, dygn.betalda_dygn)
                ) as pris
            from mart.fct_placering as plac
            inner join mart.fct_placering_manad as dygn
                on dygn.kommun = plac.kommun and dygn.placering_id = plac.placering_id
            where plac.kommun = $kommun and not plac.ar_medplacerad and plac.start_datum <= $known
                and dygn.manad <= strftime(cast($known as date), '%Y-%m')
            group by plac.placering_id, plac.start_datum, plac.slut_datum
        )
        select
            $known - start_datum, ar_oppen, ar_ny, kr, dygn, pris,
            $known - last_day(cast($known - interval 12 month as date))
        from plac where placeringsform = $form and (ar_oppen or ar_ny)
        """,
        {"kommun": kommun, "form": code, "known": known},
    ).fetchall()
    new = [row for row in stays if row[2]]
    priced = [row for row in new if row[3] is not None] or [row for row in stays if row[3] is not None]
    if not priced:
        raise NoPrice(f"Ingen placering i {codes[code]} har ett pris att räkna med.")
    return Form(
        code=code,
        name=codes[code],
        known=known,
        curve=read_curve(db, kommun, code),
        price=kronor(
            sum((row[3] for row in priced), Decimal(0)) / sum((row[4] for row in priced), Decimal(0))
        ),
        price_of=len([row for row in new if row[3] is not None]),
        started_per_day=Decimal(len(new)) / stays[0][6],
        open=[Open(row[0], row[5]) for row in stays if row[1]],
    )


def read_curve(db: duckdb.DuckDBPyConnection, kommun: str, code: str) -> Curve:
    """The form's own history when it has enough ends (prognosantaganden.csv), else the municipality's."""
    rows = db.execute(
        """
        select niva, grupp, dygn, kvar_andel, dygn_summa, antal_avslut
        from mart.placering_langd
        where kommun = $kommun and (
            niva = 'kommun'
            or niva = 'placeringsform' and grupp = $form
                and antal_avslut >= (select varde from seed.prognosantaganden where antagande = 'min_avslut')
        )
        order by niva = 'kommun', dygn
        """,
        {"kommun": kommun, "form": code},
    ).fetchall()
    of = [row for row in rows if row[0] == rows[0][0]]
    _, _, ages, shares, sums, ends = zip(*of, strict=True)
    return Curve(ages, shares, sums, of[0][0], ends[0])
