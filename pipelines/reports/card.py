"""The definition card of an indicator as labelled lines, the same in workbook, portal and terminal."""

from pipelines.reports import wording
from pipelines.reports.format import UNITS
from pipelines.reports.published import Indicator


def lines(indicator: Indicator) -> list[tuple[str, str]]:
    """(label, text) of everything the card says; what it does not say is left out."""
    i = indicator
    unit = UNITS.get(i.mattenhet, i.mattenhet)
    statistic = wording.STATISTICS.get(i.statistik, i.statistik)
    found = [
        ("Fråga", i.fraga),
        ("Motiv", i.motiv),
        ("Täljare", i.taljare_text),
        ("Nämnare", i.namnare_text),
        ("Räkneenhet", i.rakneenhet),
        ("Mått", statistic if statistic.casefold() == unit else f"{statistic} ({unit})"),
        ("Mättillfälle", occasion(i)),
        ("Konvention", wording.convention(i.konvention)),
        ("Riktning", wording.DIRECTIONS.get(i.riktning or "ingen", i.riktning)),
        ("Lagrum", i.lagrum),
        ("Datakälla", f"{wording.COLLECTED[i.insamling]}: {i.kalla}"),
        ("Redovisning", i.redovisning),
        ("Ägare", i.agare),
        ("Jämförbar med", i.jamforbar_med),
        ("Förbehåll", i.forbehall),
        ("Evidens", i.evidens),
        ("Ersätter", i.ersatter and i.ersatter.replace("|", ", ")),
        ("Version", _version(i)),
    ]
    return [(label, text) for label, text in found if text]


def occasion(indicator: Indicator) -> str:
    """When it is measured: the periods, what of them, and how long after them it is known."""
    i = indicator
    periods = [wording.PERIOD_TYPES[p].lower() for p in wording.PERIOD_TYPES if p in i.periodtyper.split("|")]
    what = {"bestand": "sista dagen i perioden: ", "aktuell": "någon dag i perioden: "}.get(i.tidsbas, "")
    text = what + " och ".join(filter(None, [", ".join(periods[:-1]), periods[-1]]))
    if i.mattillfalle:
        text = f"{i.mattillfalle.rstrip('.')} ({text})"
    if i.mognad_manader:
        text += f"; känt {i.mognad_manader} månader efter periodens slut"
    return text[0].upper() + text[1:]


def _version(indicator: Indicator) -> str:
    text = f"{indicator.indikator_id}, version {indicator.definitionsversion}"
    if indicator.giltig_fran:
        text += f", gäller från {indicator.giltig_fran}"
    if indicator.giltig_till:
        # Validity is half-open: the day named is the first on which the version no longer holds.
        text += f" till {indicator.giltig_till} (dagen inte inräknad)"
    return text
