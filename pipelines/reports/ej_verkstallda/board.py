"""The board's document in Word: the layouts that are seen in print, with elapsed times and both measures.

Per-unit sentences, table 1 (never executed) and table 2 (interrupted), the blocks of what is reported again
and what is new, the quarters side by side. The public version shows months instead of days.
"""

from collections import Counter
from decimal import Decimal
from pathlib import Path

from pipelines.reports.ej_verkstallda import chart, sentences
from pipelines.reports.ej_verkstallda.lists import BLOCKS, reported
from pipelines.reports.ej_verkstallda.round import OPEN, Round, Row, kind, months, waited
from pipelines.reports.format import number, sort_key
from pipelines.reports.wordfile import WordFile

WIDTH = 16.6
"""Of the text on an A4 page, in cm."""

PROTECTED = (
    "Beslut som rör personer med skyddade personuppgifter ingår i summorna i sammanfattningen och "
    "över tid. De "
    "redovisas inte per enhet, insats, väntetid eller rad."
)


def write(this: Round, target: Path, template: Path | None = None, *, public: bool = False) -> Path:
    """Write the document to ``target``. ``public``: months instead of days. Raises ValueError for a bad
    template.
    """
    title = f"Ej verkställda beslut, {sentences.quarter(this.kvartal)}"
    file = WordFile(title, this.lage_per, template)
    file.heading(title, 1 if file.has_template else 0)
    file.paragraph(
        f"{this.kommun}. Omgången omfattar {date_after(this)} till och med {this.cut}. Läge per "
        f"{this.lage_per}. {this.state}."
    )
    file.heading("Sammanfattning", 2)
    for sentence in (
        " ".join(sentences.summary(this, public=public)),
        sentences.legal_basis(this.cut),
        PROTECTED,
    ):
        file.paragraph(sentence)
    file.heading("Gynnande beslut som inte har verkställts", 2)
    for sentence in sentences.per_unit(this, "beslut"):
        file.paragraph(sentence)
    _open_table(file, this, "beslut", "Tabell 1. Ej verkställda gynnande beslut", public=public)
    file.heading("Avbrutna beslut som inte har verkställts på nytt", 2)
    for sentence in sentences.per_unit(this, "avbrott"):
        file.paragraph(sentence)
    _open_table(
        file, this, "avbrott", "Tabell 2. Avbrutna beslut som inte har verkställts på nytt", public=public
    )
    file.heading("Hur lång tid som har gått", 2)
    _elapsed(file, this, public=public)
    file.heading("Återrapportering och ny rapportering", 2)
    _blocks(file, this, public=public)
    file.heading("Förändring över tid", 2)
    _quarters(file, this)
    return file.save(target)


def date_after(this: Round) -> str:
    return f"tiden efter {this.meta['foregaende_brytdatum']}"


def _open_table(file: WordFile, this: Round, klocka: str, title: str, *, public: bool) -> None:
    rows = [r for r in reported(this) if r["klocka"] == klocka and r["status_vid_bryt"] == OPEN]
    rows.sort(key=lambda r: (sort_key(r["enhet_namn"]), r["start_datum"], r["beslut_id"]))
    if not rows:
        return
    one_unit = len(this.units) == 1
    columns = [
        *([] if one_unit else [("Enhet", 2.8)]),
        ("Typ av beslut", 3.2),
        ("Lagrum", 2.2),
        ("Beslut", 2.1),
        *([("Avbrott", 2.1)] if klocka == "avbrott" else []),
        ("Orsak", 0.0),
        ("Mån" if public else "Dagar", 1.4),
    ]
    rest = WIDTH - sum(width for _, width in columns)
    texts = []
    for r in rows:
        law = "–" if r["lagrum"] == "okand" else r["lagrum"]
        days = [sentences.day(r["beslutsdatum"], public=public)]
        if klocka == "avbrott":
            days.append(sentences.day(r["start_datum"], public=public))
        waiting = str(months(r["dagar"])) if public else number(r["dagar"])
        texts.append([*([] if one_unit else [r["enhet_namn"]]), kind(r), law, *days, _reason(r), waiting])
    file.table(
        [heading for heading, _ in columns],
        texts,
        title=title,
        widths=[width or rest for _, width in columns],
        right=[len(columns) - 1],
    )


def _reason(row: Row) -> str:
    """Why it is not executed, and how much is left when a part is."""
    reason = row["orsak_namn"] or "Skäl saknas"
    left, whole = row["omfattning_kvar"], row["omfattning"]
    if left is None or whole is None or not 0 < left < whole:
        return reason
    return f"{reason} ({_amount(left)} av {_amount(whole)} återstår)"


def _amount(value: Decimal) -> str:
    return number(value, 1).removesuffix(",0")


def _elapsed(file: WordFile, this: Round, *, public: bool) -> None:
    shown = [*this.shown_open("beslut"), *this.shown_open("avbrott")]
    bands = sorted(
        {(r["vantetidsband_ordning"], r["vantetidsband_namn"]) for r in shown if r["vantetidsband_namn"]}
    )
    rows = []
    for klocka, name in (("beslut", "Från beslutet"), ("avbrott", "Efter avbrott")):
        mine = this.shown_open(klocka)
        counts = Counter(r["vantetidsband_namn"] for r in mine)
        measured = waited(mine)
        texts = measured.texts(public=public) if measured else ("–",) * 3
        spread = [text.replace("månader", "mån").replace("månad", "mån") for text in texts]
        rows.append([name, number(len(mine)), *(number(counts[band]) for _, band in bands), *spread])
    shorter = [name.replace("månader", "mån") for _, name in bands]
    headings = ["", "Antal", *shorter, "Medel", "Median", "Längst"]
    rest = (WIDTH - 2.8) / (len(headings) - 1)
    file.table(
        headings,
        rows,
        title="Tabell 3. Väntetid på brytdagen",
        widths=[2.8, *[rest] * (len(headings) - 1)],
        right=range(1, len(headings)),
    )
    sexes = Counter(r["kon_namn"] or "okänt kön" for r in shown)
    if any(r["kon_namn"] for r in shown):
        parts = [f"{sentences.lower(name)} {number(n)}" for name, n in sorted(sexes.items())]
        file.paragraph(f"Fördelat på kön: {sentences.listed(parts)}.")
    elif sexes:
        file.paragraph("Kön framgår inte av underlaget.")


def _blocks(file: WordFile, this: Round, *, public: bool) -> None:
    rows = reported(this)
    counted = Counter((r["rapporttyp"], r["status_vid_bryt"]) for r in rows)
    for block, name in BLOCKS.items():
        if not counted[block]:
            continue
        file.paragraph(f"{name}: {sentences.decisions(counted[block])}.")
        mine = [r for r in rows if (r["rapporttyp"], r["status_vid_bryt"]) == block]
        # What is still open stands in the tables above, unless a correction has to be told.
        told = [r for r in mine if r["status_vid_bryt"] != OPEN or r["rattelse_skal_namn"]]
        file.bullets([sentences.row_sentence(r, public=public) for r in told])
    if not counted:
        file.paragraph("Inget beslut återrapporteras, och inget är nytt.")


def _quarters(file: WordFile, this: Round) -> None:
    if len(this.series) < 2:
        file.paragraph("Det finns ingen tidigare omgång att jämföra med.")
        return
    file.picture(chart.png(this.series), chart.alt(this.series))
    rows = [
        [
            r["kvartal"],
            *(
                number(n)
                for n in (r["antal_beslut"], r["antal_avbrott"], r["antal_beslut"] + r["antal_avbrott"])
            ),
            number(r["antal_utan_nej"]),
        ]
        for r in this.series
    ]
    headings = [
        "Omgång",
        "Från beslutet",
        "Efter avbrott",
        "Alla (IVO:s mått)",
        "Utan dem som har tackat nej",
    ]
    file.table(
        headings,
        rows,
        title="Tabell 4. Ej verkställda beslut på varje omgångs brytdag",
        widths=[2.6, 3.2, 3.2, 3.6, 4.0],
        right=range(1, 5),
    )
