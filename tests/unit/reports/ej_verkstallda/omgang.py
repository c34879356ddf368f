"""A round made by hand, as publish.write_round lays it out."""

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

CUT = date(2025, 9, 30)
Row = dict[str, Any]


def row(beslut_id: str, **changed: Any) -> Row:
    """One open decision, new in the round, 128 days old."""
    made: Row = {
        "kommun": "2280",
        "kvartal": "2025-K3",
        "beslut_id": beslut_id,
        "klocka": "beslut",
        "klocka_nr": 1,
        "insats": "kontaktperson",
        "insats_namn": "Kontaktperson",
        "lag": "LSS",
        "lagrum": "9 § p. 4 LSS",
        "enhet": "fs",
        "enhet_namn": "Funktionsstöd",
        "kon": "kvinna",
        "kon_namn": "Kvinna",
        "ar_skyddad": False,
        "ansvar": "egen",
        "ansvar_namn": "Kommunens eget beslut",
        "beslutsdatum": CUT - timedelta(days=128),
        "start_datum": CUT - timedelta(days=128),
        "dagar": 128,
        "vantetidsband": "3-6",
        "vantetidsband_namn": "3–6 månader",
        "vantetidsband_ordning": 1,
        "orsak": "matchning",
        "orsak_namn": "Matchning pågår",
        "antal_erbjudanden": 0,
        "senaste_erbjudande_datum": None,
        "antal_tackat_nej": 0,
        "senaste_tackat_nej_datum": None,
        "pagaende_insatser_namn": None,
        "omfattning": None,
        "omfattning_kvar": None,
        "rapporttyp": "ny",
        "status_vid_bryt": "ej_verkstalld",
        "ar_rapporteringspliktig": True,
        "slut_datum": None,
        "avslutsorsak": None,
        "forst_rapporterad_kvartal": "2025-K3",
        "rattelse": "ingen",
        "rattelse_skal_namn": None,
    }
    assert changed.keys() <= made.keys(), changed.keys() - made.keys()
    return made | changed


NO = {"orsak": "tackat_nej", "orsak_namn": "Har tackat nej till erbjudande", "antal_tackat_nej": 2}
HOME = {
    "insats": "sarskilt_boende",
    "insats_namn": "Särskilt boende",
    "lag": "SoL",
    "lagrum": "4 kap. 1 § SoL",
}
BISTAND = {"enhet": "bi", "enhet_namn": "Biståndsenheten"}
EXECUTED = {"rapporttyp": "aterrapport", "status_vid_bryt": "verkstalld", "slut_datum": date(2025, 8, 2)}
ROWS = [
    row("B1", **HOME, **BISTAND, **NO),
    row("B2", **HOME, **BISTAND, **NO, antal_erbjudanden=2),
    row("B3", kon="man", kon_namn="Man"),
    row("B4", insats="ledsagarservice", insats_namn="Ledsagarservice", lag="SoL", rapporttyp="aterrapport"),
    row("B5", omfattning=Decimal("8.0000"), omfattning_kvar=Decimal("3.0000"), orsak=None, orsak_namn=None),
    row("B6", klocka="avbrott", start_datum=date(2025, 6, 18), dagar=104),
    row("B7", **EXECUTED, dagar=130),
    row(
        "B8",
        **(EXECUTED | {"status_vid_bryt": "avslutad", "rapporttyp": "ny"}),
        avslutsorsak="Ansökan återtagen",
    ),
    row(
        "B9",
        **(EXECUTED | {"status_vid_bryt": "struken"}),
        rattelse="struken",
        dagar=20,
        rattelse_skal_namn="Verkställt eller avslutat inom tre månader, men registrerat för sent",
    ),
    row("B10", ar_rapporteringspliktig=False, status_vid_bryt="avslutad", slut_datum=date(2025, 8, 2)),
    row("HEMLIG", ar_skyddad=True),
]
META: Row = {
    "kommun": "2280",
    "kommun_namn": "Härnösand",
    "kvartal": "2025-K3",
    "foregaende_kvartal": "2025-K2",
    "foregaende_brytdatum": "2025-06-30",
    "brytdatum": CUT.isoformat(),
    "rapporteras_fran_datum": "2025-10-01",
    "rapporteras_senast_datum": "2025-10-31",
    "lage_per": "2025-10-11",
    "vintage": "2025-10-11T021500",
    "ar_fryst": False,
    "fryst_tid": None,
    "fryst_av": None,
    "enheter": {"bi": "Biståndsenheten", "fs": "Funktionsstöd", "bf": "Barn- och familjeenheten"},
    "insatser": ["Kontaktperson", "Ledsagarservice", "Särskilt boende", "HVB"],
}
SERIES = [
    {
        "kvartal": "2025-K2",
        "brytdatum": date(2025, 6, 30),
        "antal_beslut": 4,
        "antal_avbrott": 0,
        "antal_utan_nej": 3,
    },
    {"kvartal": "2025-K3", "brytdatum": CUT, "antal_beslut": 6, "antal_avbrott": 1, "antal_utan_nej": 5},
]
CHECKS = [
    {
        "kontroll_id": "GILTIGHETEN_SLUT",
        "namn": "Beslutets giltighetstid gick ut utan att det hade verkställts.",
        "atgard": "Avsluta beslutet eller fatta ett nytt.",
        "beslut_id": "B3",
        "datum": date(2025, 9, 1),
    }
]


def write(folder: Path, rows: list[Row] | None = None, **meta: Any) -> Path:
    """The folder of a round, protected persons counted and left out of the lines."""
    rows = ROWS if rows is None else rows
    folder.mkdir(parents=True, exist_ok=True)
    schema = pl.DataFrame(ROWS, infer_schema_length=None).schema
    frame = pl.DataFrame(rows, schema=schema)
    frame.filter(~pl.col("ar_skyddad")).write_parquet(folder / "rader.parquet")
    counted = frame.filter("ar_rapporteringspliktig").with_columns(
        ar_ater_oppen=pl.lit(False),
        ar_tackat_nej=(pl.col("antal_tackat_nej") > 0) | (pl.col("orsak").eq_missing(pl.lit("tackat_nej"))),
    )
    counted.drop("beslut_id", "ar_skyddad").write_parquet(folder / "antal.parquet")
    pl.DataFrame(SERIES).write_parquet(folder / "serie.parquet")
    pl.DataFrame(CHECKS).write_parquet(folder / "kontroll.parquet")
    told = META | {"antal_skyddade": counted.filter("ar_skyddad").height} | meta
    (folder / "omgang.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    return folder
