"""Kostnadsutveckling placeringar: what the ledger says of each row, year by year, and a straight projection.

Only for the board: how many persons are behind a row of the ledger is not known, so nothing can be said to
rest on enough of them.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from pipelines.reports.listbook import Column
from pipelines.reports.volymer import chart, figures
from pipelines.reports.volymer.document import Document, Line, Table
from pipelines.reports.volymer.figures import Row, Source
from pipelines.reports.wording import MONTHS

YEARS_BEFORE = 3
DATA = (
    Column("Tabell", 26, "tabell_namn"),
    Column("Rad", 34, "namn"),
    Column("År", 8, "ar"),
    Column("T.o.m. månad", 10, "t_o_m_manad"),
    Column("Kostnad, kr", 16, "utfall_kr"),
    Column("Intäkter och bidrag, kr", 16, "intakt_kr"),
    Column("Netto, kr", 16, "netto_kr"),
    Column("Samma månader året före, kr", 18, "utfall_samma_manader_foregaende_ar_kr"),
    Column("Uppräknat helår, kr", 16, "helar_rak_kr"),
    Column("Varför ändringen saknas", 30, "saknas_orsak"),
    Column("Seriebrott", 60, "seriebrott"),
    Column("Läge per", 12, "lage_per"),
)


@dataclass(frozen=True)
class Development:
    """The tables of ``year``, the newest of the ledger or an earlier one."""

    source: Source
    year: int

    @classmethod
    def of(cls, source: Source, year: int | None = None) -> "Development":
        """Raises KeyError when the ledger has no such year from January on."""
        years = {r["ar"] for r in source.development if r["t_o_m_manad"] is not None}
        if not years or (year or max(years)) not in years:
            raise KeyError(f"{source.kommun} har ingen kostnadsutveckling{f' för {year}' if year else ''}")
        return cls(source, year or max(years))

    @cached_property
    def rows(self) -> list[Row]:
        """The rows with a cost in some shown year, as they are in the newest of them. A table of one row
        needs no sum.
        """
        found: dict[tuple[str, str], Row] = {}
        with_cost = set()
        for row in sorted(self.shown, key=lambda r: r["ar"]):
            key = (row["tabell"], row["rad"])
            found[key] = row
            if row["utfall_kr"]:
                with_cost.add(key)
        parts = [tabell for tabell, rad in with_cost if not found[tabell, rad]["ar_summa"]]
        rows = [found[key] for key in with_cost if not found[key]["ar_summa"] or parts.count(key[0]) > 1]
        return sorted(rows, key=lambda r: (r["tabell_ordning"], r["tabell"], r["ordning"], r["rad"]))

    @cached_property
    def shown(self) -> list[Row]:
        """What the columns show."""
        return [r for r in self.source.development if self.year - YEARS_BEFORE <= r["ar"] <= self.year]

    @property
    def month(self) -> int:
        return max(r["t_o_m_manad"] or 0 for r in self.shown if r["ar"] == self.year)

    @property
    def so_far(self) -> str:
        """``2025`` when the year is whole, else ``januari–oktober 2025``."""
        if self.month == 12:
            return str(self.year)
        first = "" if self.month == 1 else f"{MONTHS[0]}–"
        return f"{first}{MONTHS[self.month - 1]} {self.year}"

    @cached_property
    def table(self) -> Table:
        """In tkr: the years before, the year so far and projected, the same months last year, the change."""
        years = range(self.year - YEARS_BEFORE, self.year)
        whole = self.month == 12
        short = f"Jan–{MONTHS[self.month - 1][:3]}" if self.month > 1 else "Jan"
        headings = [
            "",
            *(f"Utfall {year}" for year in years),
            *([f"Utfall {self.year}"] if whole else [f"{short} {self.year}", f"Uppräknat helår {self.year}"]),
        ]
        charted = len(headings) - 1
        headings += [*([] if whole else [f"{short} {self.year - 1}"]), f"Ändring mot {self.year - 1}"]
        at = {(r["tabell"], r["rad"], r["ar"]): r for r in self.shown}

        def line(row: Row) -> Line:
            key = (row["tabell"], row["rad"])
            now = at.get((*key, self.year), {})
            cells = [figures.tkr(at.get((*key, year), {}).get("utfall_kr")) for year in years]
            columns = ["utfall_kr"]
            if not whole:
                columns += ["helar_rak_kr", "utfall_samma_manader_foregaende_ar_kr"]
            cells += [figures.tkr(now.get(column)) for column in columns]
            cells.append(figures.percent(now.get("andring_andel")))
            return Line(row["namn"], tuple(cells), row["ar_summa"])

        return Table(
            "kostnadsutveckling",
            "Kostnadsutveckling placeringar",
            "tkr",
            tuple(headings),
            tuple((name, tuple(line(row) for row in rows)) for name, rows in self._sections()),
            tuple(dict.fromkeys(f"{r['namn']}: {r['seriebrott']}" for r in self.shown if r["seriebrott"])),
            signed=len(headings) - 1,
            charted=charted,
            stacked=True,
        )

    @cached_property
    def prices(self) -> Table | None:
        """Prices a day in kr, in the newest month of the year that is over and in the year so far. None
        without placements that have a price.
        """
        months = [
            p["period"] for p in self.source.prices if p["periodtyp"] == "manad" and p["ar_fullstandig"]
        ]
        newest = max((m for m in months if m.startswith(str(self.year))), default=None)
        names = {newest: newest and f"{MONTHS[int(newest[5:]) - 1].capitalize()} {self.year}"}
        names[str(self.year)] = (
            str(self.year) if newest and newest.endswith("12") else f"{self.year} hittills"
        )
        sections = []
        for period, name in names.items():
            mine = sorted(
                (p for p in self.source.prices if p["period"] == period), key=lambda p: p["ordning"]
            )
            lines = [
                Line(
                    p["rad_namn"],
                    (
                        *(
                            figures.of(p[c])
                            for c in ("lagst_kr", "median_kr", "medel_kr", "hogst_kr", "betalda_dygn")
                        ),
                        figures.of(Decimal(p["antal_placeringar"])),
                    ),
                )
                for p in mine
            ]
            if name and lines:
                sections.append((name, tuple(lines)))
        headings = ("", "Lägst", "Median", "Medel, vägt med dygn", "Högst", "Betalda dygn", "Placeringar")
        if not sections:
            return None
        return Table("dygnspris", "Dygnspriser", "kr per dygn", headings, tuple(sections), charted=0)

    @property
    def text(self) -> list[tuple[str, list[str]]]:
        """A sentence for the whole of each table."""
        now = [(name, rows[0]) for name, rows in self._sections() if rows[0]["ar"] == self.year]
        return [(name, [sentence(row, self)]) for name, row in now if row["utfall_kr"] is not None]

    @property
    def document(self) -> Document:
        """Everything that is written, in whatever form."""
        return Document(
            name=f"kostnadsutveckling_{self.year}",
            title=f"Kostnadsutveckling placeringar, {self.so_far}",
            kommun_namn=self.source.kommun_namn,
            lage_per=self.source.lage_per,
            footer=self.source.footer,
            template_mark="kostnadsutveckling",
            tables=[
                ("Kostnadsutveckling", self.table),
                *([("Dygnspriser", self.prices)] if self.prices else []),
            ],
            notes=[],
            pictures=chart.pictures([self.table]),
            text=self.text,
            explaining=[],
            explanations=self.explanations,
            columns=DATA,
            data=self.shown,
        )

    @property
    def explanations(self) -> list[tuple[str, str]]:
        """(what, in words): what the figures rest on."""
        known = all(row["ar_helt"] for row in self.shown if row["ar"] == self.year)
        closed = "är med" if known else "är inte med"
        return [
            (
                "Läge per",
                f"{self.source.lage_per}: vad som var bokfört den dagen. Lager {self.source.vintage}.",
            ),
            ("Kostnad", "Bruttokostnad i huvudboken; intäkter och statsbidrag står på bladet Data."),
            (
                "Uppräknat helår",
                "Utfallet hittills gånger tolv, delat med antalet månader. Det är ingen prognos: volym och "
                "pris antas bli som hittills. Summan är radernas summa.",
            ),
            ("Ändring", f"Helåret {self.year} jämfört med utfallet hela {self.year - 1}."),
            (
                "Dygnspris",
                "Avtalat pris per dygn för placeringar med ett pris; ett månadsarvode är gånger 12, delat "
                "med 365. Medelvärdet är vägt med betalda dygn, medianen är placeringarnas.",
            ),
            ("Bokslut", f"Bokslutsperioden 13 hör till helår; den för {self.year} {closed}."),
            ("Avrundning", "Var rad är avrundad för sig, så en tryckt summa kan skilja sig med någon enhet."),
            ("Tecken", f"{figures.MISSING.text} betyder att uppgiften saknas; 0 att inget är bokfört."),
        ]

    def _sections(self) -> list[tuple[str, list[Row]]]:
        found: dict[str, list[Row]] = {}
        for row in self.rows:
            found.setdefault(row["tabell_namn"], []).append(row)
        return list(found.items())


def sentence(row: Row, of: Development) -> str:
    """What a table comes to, so far and in the whole year, against the year before."""
    change, before = row["andring_andel"], row["utfall_foregaende_ar_kr"]
    text = f"Kostnaden är {figures.money(row['utfall_kr'])} {of.so_far}"
    if of.month < 12:
        text += f", uppräknat till helår {figures.money(row['helar_rak_kr'])}"
    if change is None or before is None:
        return f"{text}."
    shown = figures.percent(abs(change))
    if not shown.printed:
        return f"{text}, i stort sett som {of.year - 1} ({figures.money(before)})."
    more = "mer" if change > 0 else "mindre"
    return f"{text}: {shown.text} {more} än {of.year - 1} ({figures.money(before)})."
