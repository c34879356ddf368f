"""Adapter files: what fits together, what is said of a fault, and the schema that editors read."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from pipelines.contracts import tables
from pipelines.ingest import adapter
from pipelines.ingest.adapter import AdapterError, Fil
from pipelines.settings import ROOT, Settings

SOURCES = Settings().sources
SHIPPED = sorted(SOURCES.rglob("*.yaml"))
SCHEMA = SOURCES.parent / "adapter.schema.json"

HEAD = """namn: prov
beskrivning: prov
kommuner: ["9901"]
"""
FILE = HEAD + "filer:\n  - {monster: '*', tabell: utredningar, "
COLUMNS = "kolumner: {utredning_id: a, personnummer: a, typ: a, lagrum: a, enhet: a, malgrupp: a, inledd: a}"


def load(text: str, folder: Path) -> adapter.Adapter:
    (folder / "prov.yaml").write_text(text, encoding="utf-8")
    (loaded,) = adapter.load(folder)
    return loaded


WRONG = {
    "positioner i csv": ("positioner: {a: [1, 2]}}", "positioner hör inte ihop med formatet csv"),
    "blad i csv": ("blad: Utdrag}", "blad hör inte ihop med formatet csv"),
    "avgränsare i xlsx": ("format: xlsx, avgransare: ';'}", "avgransare hör inte ihop med formatet xlsx"),
    "kodning i parquet": ("format: parquet, kodning: cp1252}", "kodning hör inte ihop"),
    "rubrikrad i jsonl": ("format: jsonl, rubrikrad: 2}", "rubrikrad hör inte ihop"),
    "fast bredd utan positioner": ("format: fast_bredd}", "fast_bredd kräver positioner"),
    "rubrikrad och rubriker": ("rubrikrad: 2, rubriker: [a], " + COLUMNS + "}", "inte båda"),
    "rubriker två gånger": ("rubriker: [a, a], " + COLUMNS + "}", "samma namn två gånger"),
    "rubriker räcker inte": ("rubriker: [b], " + COLUMNS + "}", "a finns inte bland rubriker"),
    "positioner räcker inte": (
        "format: fast_bredd, positioner: {b: [1, 2]}, " + COLUMNS + "}",
        "a finns inte bland positioner",
    ),
    "position noll": ("format: fast_bredd, positioner: {b: [0, 2]}}", "b, post 1: ska vara minst 1"),
    "position utan längd": ("format: fast_bredd, positioner: {b: [1]}}", "[första position, längd]"),
    "okänt format": ("format: xls}", "'fast_bredd', 'xlsx'"),
    "teckenkodning i lista": ("kodning: [utf-8, utf-9]}", "utf-9 är okänd"),
    "ingen teckenkodning": ("kodning: []}", "minst en teckenkodning"),
    "tvåsiffrigt år": ("datumformat: [ÅÅMMDD]}", "ÅÅMMDD ska ha ÅÅÅÅ, MM och DD"),
    "datum med tidszon": ("datumformat: ['ÅÅÅÅ-MM-DDTtt:mm:ssZ']}", "ÅÅÅÅ-MM-DDTtt:mm:ssZ ska"),
    "datum två gånger": ("datumformat: [ÅÅÅÅ-MM-MM]}", "ÅÅÅÅ-MM-MM ska"),
    "tusental som decimaltecken": ("tusental: ['.']}", ". kan inte skilja tusental"),
    "tusental med två tecken": ("tusental: ['  ']}", "tusental, post 1: ska vara ett tecken"),
    "uttryck som inte går": ("hoppa_over: ['(']}", "inget giltigt reguljärt uttryck"),
    "tomt i okänd kolumn": ("tomt: {finns_ej: [x]}}", "utredningar har ingen kolumn finns_ej"),
    "tomt med tal": ("tomt: {inledd: [99991231]}}", "inledd, post 1: ska vara text; sätt citattecken"),
    "nollfyll ett datum": ("nollfyll: {inledd: 8}}", "inledd kan inte nollfyllas"),
    "faktor på ett datum": ("faktor: {inledd: 1000}}", "inledd kan inte ha någon faktor"),
    "bred utan källkolumner": ("bred: {varde: typ, kolumner: {}}}", "minst en källkolumn"),
    "bred som säger olika saker": (
        "bred: {varde: typ, kolumner: {x: {enhet: a}, y: {malgrupp: barn}}}}",
        "bred: alla källkolumner ska säga något om samma kolumner",
    ),
    "bred som tar cellen två gånger": (
        "bred: {varde: typ, kolumner: {x: {typ: a}}}}",
        "typ tar cellerna och kan inte också",
    ),
    "bred i okänd kolumn": (
        "bred: {varde: typ, kolumner: {x: {finns_ej: a}}}}",
        "utredningar har ingen kolumn finns_ej",
    ),
    "bred och kolumner": (
        "bred: {varde: typ, kolumner: {x: {enhet: a}}}, " + COLUMNS + "}",
        "enhet, typ fylls både av bred och på ett annat sätt",
    ),
    "felstavad nyckel i bred": ("bred: {vrde: typ, kolumner: {x: {}}}}", "okänd nyckel; menas varde?"),
    "standardkod som inte finns": ("kodmappning: {typ: {'*': finns_ej}}}", "finns_ej finns inte i listan"),
    "flagga som inte är ja eller nej": (
        "kodmappning: {skyddad: {J: sant}}}",
        "sant finns inte i listan ja och",
    ),
    "felstavad nyckel": ("avgransre: ';'}", "avgransre: okänd nyckel; menas avgransare?"),
}


@pytest.mark.parametrize("factor", ["0", "12", "-1001", "10000000"])
def test_a_factor_only_moves_the_decimal_sign(factor: str, tmp_path: Path) -> None:
    text = HEAD + "filer:\n  - {monster: '*', tabell: ekonomi, faktor: {belopp_kr: " + factor + "}}"
    with pytest.raises(AdapterError, match=f"{factor} ska vara en tiopotens"):
        load(text, tmp_path)


@pytest.mark.parametrize("fault", WRONG)
def test_keys_that_do_not_fit_together_are_told_with_file_line_and_place(fault: str, tmp_path: Path) -> None:
    text, says = WRONG[fault]
    with pytest.raises(AdapterError, match=re.escape(says)) as error:
        load(FILE + text, tmp_path)
    assert re.match(r"prov\.yaml rad 5: filer, post 1", str(error.value))


def test_all_faults_are_told_at_once_each_on_its_line(tmp_path: Path) -> None:
    text = HEAD.replace('"9901"', '0127, "99"') + "filer:\n  - monster: a\n    tabell: utredningr\n  - 5\n"
    with pytest.raises(AdapterError) as error:
        load(text, tmp_path)
    lines = str(error.value).splitlines()
    assert [re.sub(r";? ?välj.*", "", line) for line in lines] == [
        "prov.yaml rad 3: kommuner, post 1: ska vara text; sätt citattecken runt värdet",
        "prov.yaml rad 3: kommuner, post 2: ska vara en kommunkod med fyra siffror",
        "prov.yaml rad 6: filer, post 1, tabell: tabellen utredningr finns inte",
        "prov.yaml rad 7: filer, post 2: ska vara nycklar med värden",
    ]


def test_municipality_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(AdapterError, match="0000 finns inte"):
        load(HEAD.replace("9901", "0000"), tmp_path)


def test_where_the_header_is() -> None:
    def line(**keys: Any) -> int | None:
        return Fil(monster="*", tabell="utredningar", **keys).header_line

    places = {"a": [1, 2]} | {name: [1, 2] for name in tables()["utredningar"].column}
    assert line() == 1
    assert line(rubrikrad=4) == 4
    assert line(rubriker=list(places)) is None
    assert line(format="fast_bredd", positioner=places) is None
    assert line(format="fast_bredd", positioner=places, rubrikrad=1) == 1
    assert line(format="xlsx") == 1
    assert line(format="parquet") is None


def test_scope_of_a_file_wins_over_the_adapters(tmp_path: Path) -> None:
    loaded = load(
        HEAD + "omfattning: delta\nfiler:\n  - {monster: a, tabell: matt}\n"
        "  - {monster: b, tabell: enheter, omfattning: fullstandig}\n",
        tmp_path,
    )
    assert [loaded.scope(fil) for fil in loaded.filer] == ["delta", "fullstandig"]


# --- the schema


def test_committed_schema_is_what_the_models_give() -> None:
    """Write it again with ``adapter.write_schema()``."""
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == adapter.schema()


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.stem)
def test_shipped_adapters_follow_the_schema_that_they_name(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    (named,) = re.findall(r"^# yaml-language-server: \$schema=(\S+)$", text.splitlines()[0])
    assert (path.parent / named).resolve() == SCHEMA
    as_json = json.loads(json.dumps(yaml.safe_load(text), default=str))
    jsonschema.validate(as_json, adapter.schema(), format_checker=jsonschema.FormatChecker())


@pytest.mark.parametrize(
    ("entry", "valid"),
    [
        ({"kolumner": {"inkommen": "Ankom"}}, True),
        ({"kolumner": {"inledd": "Start"}}, False),
        ({"kodmappning": {"typ": {"Oro": "anmalan"}}}, True),
        ({"kodmappning": {"typ": {"Oro": "oro"}}}, False),
        ({"kodmappning": {"barn_hord": {"J": "ja"}}}, True),
        ({"tabell": "utredningar", "kodmappning": {"lagrum": {"SoL 14:2": "14 kap. 2 § SoL"}}}, True),
        ({"kodmappning": {"inkommen": {"igår": "2026-01-01"}}}, False),
        ({"tabell": "ekonomi", "faktor": {"belopp_kr": -1000}}, True),
        ({"tabell": "ekonomi", "faktor": {"konto": -1000}}, False),
        ({"saknas": ["enhet"]}, True),
        ({"saknas": ["inkommen"]}, False),
        ({"tomt": {"*": ["NULL"]}}, True),
        ({"format": "xls"}, False),
        ({"tabell": "finns_ej"}, False),
    ],
)
def test_schema_knows_columns_and_codes_of_each_table(entry: dict[str, Any], valid: bool) -> None:
    fil = {"monster": "*", "tabell": "aktualiseringar"} | entry
    document = {"namn": "prov", "beskrivning": "prov", "kommuner": ["9901"], "filer": [fil]}
    assert jsonschema.Draft7Validator(adapter.schema()).is_valid(document) is valid


def test_every_key_is_described_in_swedish_and_in_the_docs() -> None:
    schema = adapter.schema()
    documented = set(re.findall(r"`(\w+)`", (ROOT / "docs" / "adapters.md").read_text(encoding="utf-8")))
    for model in (schema, *schema["$defs"].values()):
        for key, says in model["properties"].items():
            assert says.get("description", "").endswith("."), key
            assert key in documented | {"fall", "kvartal", "kolumn"}, key
