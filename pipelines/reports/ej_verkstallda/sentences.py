"""The sentences of the documents: made of the same rows as the tables, so that text and table cannot
disagree.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from pipelines.reports.ej_verkstallda.round import Round, Row, kind, waited
from pipelines.reports.format import number, sort_key
from pipelines.reports.wording import MONTHS

NUMBERS = ("noll", "ett", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv")
ORDINALS = {"1": "första", "2": "andra", "3": "tredje", "4": "fjärde"}
NEW_SOL = date(2025, 7, 1)
ABOUT = {1: "som avser", 2: "båda om"}


def count(n: int, none: str = NUMBERS[0]) -> str:
    """Up to twelve in words, then in digits: four is "fyra", and 14 is "14"."""
    if n == 0:
        return none
    return NUMBERS[n] if n < len(NUMBERS) else number(n)


def decisions(n: int) -> str:
    return f"{count(n)} beslut"


def quarter(kvartal: str) -> str:
    """``2021-K3`` is "tredje kvartalet 2021"."""
    return f"{ORDINALS[kvartal[-1]]} kvartalet {kvartal[:4]}"


def day(value: date | None, *, public: bool = False) -> str:
    """The date, or only its month in what everybody may read."""
    if value is None:
        return "–"
    return f"{MONTHS[value.month - 1]} {value.year}" if public else value.isoformat()


def listed(parts: Sequence[str]) -> str:
    """``a, b och c``."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} och {parts[-1]}"


def lower(name: str) -> str:
    """The name inside a sentence: kontaktperson, but HVB and SiS-institution."""
    return name if name[1:2].isupper() or name[2:3].isupper() else name[0].lower() + name[1:]


def upper(text: str) -> str:
    return text[0].upper() + text[1:]


def legal_basis(cut: date) -> str:
    """What the board has to do, with the sections in force on the last day of the round."""
    sol = "34 kap. 1–4 §§ socialtjänstlagen (2025:400)"
    if cut < NEW_SOL:
        sol = "16 kap. 6 f–6 i §§ socialtjänstlagen (2001:453)"
    return (
        f"Enligt {sol} och 28 f–28 i §§ LSS ska nämnden en gång per kvartal rapportera varje gynnande "
        "beslut som inte "
        "har verkställts inom tre månader från beslutet, eller inte på nytt inom tre månader från "
        "ett avbrott, till "
        "Inspektionen för vård och omsorg (IVO) och kommunens revisorer. Fullmäktige får statistik: "
        "hur många, vilka "
        "insatser och hur lång tid som har gått. Tre månader är när dröjsmålet ska rapporteras, inte "
        "en tillåten tid. "
        "Den som tackar nej till ett erbjudande räknas fortfarande."
    )


def summary(this: Round, *, public: bool = False) -> list[str]:
    """The whole round in a few sentences: both measures by their names, and how long it has taken."""
    still, measured = this.open(), waited(this.open())
    found = [
        f"På brytdagen {this.cut} var {decisions(len(still))} inte {plural(len(still), 'verkställt')} "
        "efter mer än "
        f"tre månader (IVO:s mått), varav {count(len(this.open('avbrott')), 'inget')} efter avbrott."
    ]
    if len(this.series) > 1:
        change = len(still) - (this.series[-2]["antal_beslut"] + this.series[-2]["antal_avbrott"])
        more = f"{count(abs(change))} {'fler' if change > 0 else 'färre'} än"
        found.append(f"Det är {more if change else 'lika många som'} vid utgången av förra omgången.")
    if still:
        net = sum(not r["ar_tackat_nej"] for r in still)
        found.append(
            f"Utan de beslut där den enskilde har tackat nej till ett erbjudande är antalet {count(net)}."
        )
        abroad = sum(r["ansvar"] == "for_annan" for r in still)
        if abroad:
            found.append(
                f"{upper(count(abroad))} av dem verkställs för en annan kommun, som rapporterar samma beslut."
            )
    if measured:
        mean, middle, longest = measured.texts(public=public)
        found.append(f"Väntetiden är i medel {mean}, i median {middle} och som längst {longest}.")
    new = sum(r["rapporttyp"] == "ny" and not r["ar_ater_oppen"] for r in this.counted)
    found.append(f"Under omgången rapporteras {decisions(new)} för första gången.")
    ended = Counter(r["status_vid_bryt"] for r in this.counted if r["rapporttyp"] != "rattelse")
    done, closed = ended["verkstalld"], ended["avslutad"]
    if done or closed:
        found.append(
            f"{upper(decisions(done))} har verkställts och {count(closed)} har avslutats utan att "
            "verkställas."
        )
    else:
        found.append("Inget beslut har verkställts eller avslutats för sent under omgången.")
    return found


def per_unit(this: Round, klocka: str) -> list[str]:
    """A sentence per unit with something to report, and one for those with nothing."""
    by_unit: dict[str, list[Row]] = {}
    for row in this.shown_open(klocka):
        by_unit.setdefault(row["enhet_namn"], []).append(row)
    found = [_unit(unit, by_unit[unit], klocka) for unit in sorted(by_unit, key=sort_key)]
    nothing = [unit for unit in this.units if unit not in by_unit]
    if not by_unit:
        return ["Ingen enhet har något att rapportera."]
    return found + ([f"{listed(nothing)} har inget att rapportera."] if nothing else [])


def _unit(unit: str, rows: list[Row], klocka: str) -> str:
    kinds = _counted(kind(r) for r in rows)
    reasons = _counted(r["orsak_namn"] or "Skäl saknas" for r in rows)
    again = "" if klocka == "beslut" else " efter avbrott"
    text = f"{unit} rapporterar {decisions(len(rows))}{again}"
    if len(kinds) == 1:
        text += f", {ABOUT.get(len(rows), 'alla om')} {lower(kinds[0][0])}."
    else:
        text += f": {listed([f'{count(n)} om {lower(name)}' for name, n in kinds])}."
    if not any(r["orsak_namn"] for r in rows):
        return f"{text} Skälen framgår inte av underlaget."
    if len(reasons) == 1:
        return f"{text} Skäl: {lower(reasons[0][0])}."
    return f"{text} Skäl: {listed([f'{lower(name)} ({n})' for name, n in reasons])}."


def _counted(names: Iterable[str]) -> list[tuple[str, int]]:
    return sorted(Counter(names).items(), key=lambda item: (-item[1], sort_key(item[0])))


def plural(n: int, word: str) -> str:
    """``verkställt`` of one decision, ``verkställda`` of several."""
    return word if n == 1 else word.removesuffix("t") + "da"


def row_sentence(row: Row, *, public: bool = False) -> str:
    """One decision in a sentence, for the blocks of what has ended."""

    def on(value: date) -> str:
        return f"i {day(value, public=True)}" if public else day(value)

    again = row["klocka"] == "avbrott"
    what = f"Beslut om {lower(kind(row))}, fattat {on(row['beslutsdatum'])}"
    if again:
        what += f" och avbrutet {on(row['start_datum'])}"
    match row["status_vid_bryt"]:
        case "verkstalld":
            end = f"verkställdes {'på nytt ' if again else ''}{on(row['slut_datum'])}"
        case "avslutad":
            end = f"avslutades utan att verkställas{' på nytt' if again else ''}"
            end += f" {on(row['slut_datum'])}" if row["slut_datum"] else "; dagen är inte känd"
        case "struken":
            end = "stryks ur rapporten"
        case _:
            end = "är inte verkställt" + (f" ({lower(row['orsak_namn'])})" if row["orsak_namn"] else "")
    waiting = f" Väntetid {number(row['dagar'])} dagar." if row["dagar"] is not None and not public else ""
    correction = f" Rättelse: {lower(row['rattelse_skal_namn'])}." if row["rattelse_skal_namn"] else ""
    return f"{what}, {end}.{waiting}{correction}"
