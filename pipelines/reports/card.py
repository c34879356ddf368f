"""The definition card of an indicator as labelled lines, the same in workbook and portal."""

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
        ("Täljare", i.taljare_text),
        ("Nämnare", i.namnare_text),
        ("Räkneenhet", i.rakneenhet),
        ("Mått", statistic if statistic.casefold() == unit else f"{statistic} ({unit})"),
        ("Konvention", wording.convention(i.konvention)),
        ("Riktning", wording.DIRECTIONS.get(i.riktning or "ingen", i.riktning)),
        ("Lagrum", i.lagrum),
        ("Källa", i.kalla),
        ("Ägare", i.agare),
        ("Jämförbar med", i.jamforbar_med),
        ("Förbehåll", i.forbehall),
        ("Evidens", i.evidens),
        ("Version", _version(i)),
    ]
    return [(label, text) for label, text in found if text]


def _version(indicator: Indicator) -> str:
    text = f"{indicator.indikator_id}, version {indicator.definitionsversion}"
    if indicator.giltig_fran:
        text += f", gäller från {indicator.giltig_fran}"
    if indicator.giltig_till:
        # Validity is half-open: the day named is the first on which the version no longer holds.
        text += f" till {indicator.giltig_till} (dagen inte inräknad)"
    return text
