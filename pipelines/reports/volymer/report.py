"""Volymer och nyckeltal of one municipality and period: tables in the printed layout, sentences, proof."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from pipelines.reports.listbook import Column
from pipelines.reports.volymer import chart, figures, sentences, texts
from pipelines.reports.volymer.document import Document, Line, Table
from pipelines.reports.volymer.figures import Figure, Row, Source
from pipelines.reports.volymer.layout import Comparison, Layout, layout

SURPLUS = "tkr, plus är överskott"
DATA = (
    Column("Serie", 10, "serie"),
    Column("Periodtyp", 10, "periodtyp"),
    Column("Period", 10, "period"),
    Column("Avsnitt", 30, "avsnitt"),
    Column("Rad", 44, "rad_volym"),
    Column("Vårddygn", 12, "vard_dygn"),
    Column("Årsplatser", 12, "arsplatser"),
    Column("Årsplaceringar", 14, "arsplaceringar"),
    Column("Nettokostnad, kr", 16, "nettokostnad_kr"),
    Column("Nettokostnad exkl statsbidrag, kr", 18, "nettokostnad_exkl_statsbidrag_kr"),
    Column("Kostnad per årsplacering, kr", 16, "kostnad_per_arsplacering_kr"),
    Column("Samma exkl statsbidrag, kr", 16, "kostnad_per_arsplacering_exkl_statsbidrag_kr"),
    Column("Kostnad per dygn, kr", 14, "dygnskostnad_kr"),
    Column("Varför kostnaden saknas", 24, "saknas_orsak"),
    Column("Indikator", 24, "indikator_id"),
    Column("Täljare", 14, "taljare"),
    Column("Nämnare", 14, "namnare"),
    Column("Värde", 14, "varde"),
    Column("Status", 16, "status"),
    Column("Läge per", 12, "lage_per"),
)


@dataclass(frozen=True)
class Report:
    """``source`` has the rows, ``form`` says which are printed and how."""

    source: Source
    form: Layout

    @classmethod
    def of(cls, source: Source, period: str) -> "Report":
        """Raises ValueError for a period that is no year or delår, KeyError for one that is not over."""
        form = layout(period)
        if not any(r["period"] == period for r in source.outcomes()):
            raise KeyError(f"{source.kommun} har ingen avslutad period {period} med volymer")
        return cls(source, form)

    @property
    def name(self) -> str:
        return f"volymer_{self.form.period}"

    @property
    def title(self) -> str:
        return f"Volymer och nyckeltal, {self.form.period_name}"

    @cached_property
    def groups(self) -> list[Row]:
        """The printed rows that have anything in some column, in order."""
        found: dict[str, Row] = {}
        for column in self.form.columns:
            for key, row in self.source.volume(column.serie, column.period).items():
                something = row["vard_dygn"] or row["nettokostnad_kr"] or row["saknas_orsak"]
                if row["avsnitt"] and (something or row["status"] != "ok"):
                    found.setdefault(key, row)
        return sorted(found.values(), key=lambda row: row["ordning"])

    @cached_property
    def indicators(self) -> list[Row]:
        """The printed rows that are no placements and have a value, or a protected one, in some column."""
        found: dict[str, Row] = {}
        for column in self.form.columns:
            for key, row in self.source.indicator(column.serie, column.period).items():
                if row["status"] != "saknas":
                    found.setdefault(key, row)
        return sorted(found.values(), key=lambda row: row["ordning"])

    @cached_property
    def volumes(self) -> Table:
        return self._table("volymer", "Volymer", self.form.unit[1], "rad_volym", figures.volume)

    @cached_property
    def costs(self) -> Table:
        table = self._table("nyckeltal", "Nyckeltal, resursmått", "tkr", "rad_kostnad", figures.unit_cost)
        notes = list(table.notes)
        for line in table.lines:
            for heading, figure in zip(table.headings[1:], line.figures, strict=True):
                if figure.words == figures.WITHOUT_VOLUME:
                    amount = "beloppet visas inte" if figure.kr is None else figures.money(figure.kr)
                    notes.append(f"Kostnad utan volym: {line.heading}, {heading}: {amount}.")
        return Table(table.id, table.title, table.unit, table.headings, table.sections, tuple(notes))

    @cached_property
    def deviations(self) -> list[Table]:
        """One explanation per comparison, those without rows left out."""
        found = [self._deviation(nr, c) for nr, c in enumerate(self.form.comparisons, 1)]
        return [table for table in found if table.sections]

    @property
    def document(self) -> Document:
        """Everything that is written, in whatever form."""
        return Document(
            name=self.name,
            title=self.title,
            kommun_namn=self.source.kommun_namn,
            lage_per=self.source.lage_per,
            footer=self.source.footer,
            template_mark="volymer",
            tables=[("Volymer", self.volumes), ("Nyckeltal", self.costs)],
            notes=[self.outside] if self.outside else [],
            pictures=chart.pictures([self.volumes, self.costs], self.deviations[:1]),
            text=self.text,
            explaining=self.deviations,
            explanations=self.explanations,
            columns=DATA,
            data=self._data(),
        )

    def _data(self) -> list[Row]:
        """The rows behind every cell."""
        shown = {row["volymgrupp"] for row in self.groups}
        rows = []
        for column in self.form.columns:
            found = self.source.volume(column.serie, column.period).values()
            rows += sorted((r for r in found if r["volymgrupp"] in shown), key=lambda r: r["ordning"])
            values = self.source.indicator(column.serie, column.period)
            rows += [
                values[r["rad_id"]] | {"rad_volym": r["rad"]}
                for r in self.indicators
                if r["rad_id"] in values
            ]
        return [{c.key: row.get(c.key) for c in DATA} for row in rows]

    @cached_property
    def text(self) -> list[tuple[str, list[str]]]:
        """A paragraph per row of which something is known, by section."""
        found = {
            name: [" ".join(sentences.row(self.facts(row), self.form)) for row in rows]
            for name, rows in self._sections(self.groups)
        }
        for row in self.indicators:
            if text := sentences.measure(self.measure(row), self.form):
                found.setdefault(row["avsnitt"], []).append(text)
        return list(found.items())

    def measure(self, row: Row) -> sentences.Measure:
        """What the sentence of a row that is no placement rests on: the cells of the tables."""
        cells = dict(zip((c.id for c in self.form.columns), self._cells(row), strict=True))
        return sentences.Measure(row["mening"], cells)

    def _cells(self, row: Row) -> tuple[Figure, ...]:
        columns = (self.source.indicator(c.serie, c.period) for c in self.form.columns)
        return tuple(figures.indicator(column.get(row["rad_id"])) for column in columns)

    def facts(self, row: Row) -> sentences.Facts:
        """What the sentences of a row rest on: the cells of the tables."""
        rows = {c.id: self.source.volume(c.serie, c.period).get(row["volymgrupp"]) for c in self.form.columns}
        return sentences.Facts(
            name=row["rad_volym"].split(",")[0],
            volume={key: figures.volume(found) for key, found in rows.items()},
            cost={key: figures.unit_cost(found) for key, found in rows.items()},
            deviations=[
                (c.sentence, figures.spoken(self._compared(c).get(row["volymgrupp"])))
                for c in self.form.comparisons
                if c.sentence
            ],
        )

    @property
    def explanations(self) -> list[tuple[str, str]]:
        """(what, in words): how to read the tables, and what the figures rest on."""
        form, source = self.form, self.source
        closed = any(r["ar_med_bokslut"] for r in source.volume("utfall", str(form.year)).values())
        period_13 = "Helår räknar bokslutsperioden 13; delår gör det inte."
        if form.periodtyp == "ar":
            period_13 += f" För {form.year} är {'den bokförd' if closed else 'inget bokfört i den'}."
        small = texts.FREE if source.troskel is None else texts.SUPPRESSED.format(troskel=source.troskel)
        as_of = f"{source.lage_per}: vad som var känt den dagen. Lager {source.vintage}."
        return [
            ("Läge per", as_of),
            *texts.READING[:2],
            ("Bokslut", period_13),
            *texts.READING[2:],
            ("Små tal", small),
        ]

    @property
    def outside(self) -> str | None:
        """What the rows leave out of the reported period's net cost; only in the board's own version."""
        rows = self.source.volume("utfall", self.form.period).values()
        left = [r for r in rows if r["avsnitt"] is None and r["nettokostnad_kr"] is not None]
        if not left:
            return None
        printed = sum((r["nettokostnad_kr"] or Decimal(0) for r in rows if r["avsnitt"]), Decimal(0))
        names = {"ofordelad": "ofördelad kostnad", "ensamkommande": "ensamkommande"}
        parts = [
            f"{names.get(r['volymgrupp'], 'övriga placeringar')} {figures.money(r['nettokostnad_kr'])}"
            for r in left
        ]
        total = printed + sum(r["nettokostnad_kr"] for r in left)
        return (
            f"Nettokostnaden i huvudboken är {figures.money(total)}, varav raderna {figures.money(printed)}, "
            f"{', '.join(parts)}."
        )

    def _table(self, table_id: str, title: str, unit: str, text: str, figure: sentences.Read) -> Table:
        columns = [self.source.volume(c.serie, c.period) for c in self.form.columns]
        sections = {
            name: [
                Line(row[text], tuple(figure(column.get(row["volymgrupp"])) for column in columns))
                for row in rows
            ]
            for name, rows in self._sections(self.groups)
        }
        others = [row for row in self.indicators if row["tabell"] == table_id]
        for row in others:
            line = Line(row["rad"], self._cells(row), own_unit=True)
            sections.setdefault(row["avsnitt"], []).append(line)
        return Table(
            table_id,
            title,
            unit,
            ("", *(c.heading for c in self.form.columns)),
            tuple((name, tuple(lines)) for name, lines in sections.items()),
            (texts.OTHER_UNITS,) if others else (),
        )

    def _compared(self, c: Comparison) -> dict[str, Row]:
        return self.source.deviation(c.serie, c.jamforelse, c.period)

    def _deviation(self, nr: int, comparison: Comparison) -> Table:
        compared = (r for r in self._compared(comparison).values() if r["avsnitt"])
        rows = sorted(compared, key=lambda r: r["ordning"])
        sections = tuple(
            (name, tuple(Line(row["rad_volym"].split(",")[0], tuple(_parts(row))) for row in mine))
            for name, mine in self._sections(rows)
        )
        parts = (part.capitalize() for part in figures.PARTS)
        headings = ("", "Jämförs med", "Kostnad", "Avvikelse", *parts, "Målgruppens volym", "Mix")
        return Table(f"avvikelse_{nr}", comparison.heading, SURPLUS, headings, sections, signed=3)

    @staticmethod
    def _sections(rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
        found: dict[str, list[Row]] = {}
        for row in rows:
            found.setdefault(row["avsnitt"], []).append(row)
        return list(found.items())


def _parts(row: Row) -> Iterator[Figure]:
    """Compared cost, own cost, deviation and its parts, in tkr."""
    hidden = row["status"] != "ok"
    for column in ("jamfor_nettokostnad_kr", "nettokostnad_kr"):
        value = row[column]
        if hidden:
            yield figures.HIDDEN
        elif value is None:
            yield figures.MISSING
        else:
            yield figures.of(value / figures.THOUSAND)
    split = figures.deviation(row)
    if split is None:
        yield from [figures.HIDDEN] * 6
        return
    for value in (
        split.total,
        *(split.parts.get(part) for part in figures.PARTS),
        split.target_group,
        split.mix,
    ):
        yield figures.HIDDEN if value is None else Figure(value, exact=value)
