"""The metadata that statisticians read as comments and that the docs are built from: none may be missing."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines import contracts
from pipelines.settings import ROOT, Settings
from pipelines.warehouse import manifest

STAGING = {
    "aktualiseringar": "stg_aktualisering",
    "utredningar": "stg_utredning",
    "placeringar": "stg_placering",
    "ej_verkstallda_beslut": "stg_beslut",
    "handelser": "stg_handelse",
    "forlangningar": "stg_forlangning",
    "overvaganden": "stg_overvagande",
    "placering_perioder": "stg_placering_period",
    "ekonomi": "stg_ekonomi",
    "volymplan": "stg_volymplan",
    "insatser": "stg_insats",
    "ekonomiskt_bistand": "stg_ekonomiskt_bistand",
    "matt": "stg_matt",
    "indikatorplan": "stg_indikatorplan",
    "enheter": "stg_enhet",
    "befolkning": "stg_befolkning",
    "personbyten": "stg_personbyte",
}
IDENTIFYING = re.compile(
    r"personnummer|samordningsnummer|fodelsedatum|fornamn|efternamn|person_?namn|adress|telefon|e_?post"
    r"|handlaggare(?!_nyckel)|hem_id$"
)
STAR_OVER_TABLE = re.compile(r"select\s+(?:\*|\w+\.\*)[^()]*?\bfrom\s*\{\{", re.IGNORECASE)
Node = dict[str, Any]


class UniqueKeys(yaml.SafeLoader):
    """YAML in which a key that stands twice is an error: by itself the later one hides the first."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        if twice := sorted({key for key in keys if keys.count(key) > 1}):
            raise yaml.constructor.ConstructorError(None, None, f"twice: {twice}", node.start_mark)
        return super().construct_mapping(node, deep)


@pytest.mark.parametrize(
    "file", sorted([*ROOT.glob("models/**/*.yml"), *ROOT.glob("seeds/*.yml")]), ids=lambda path: path.stem
)
def test_nothing_is_described_twice(file: Path) -> None:
    yaml.load(file.read_text(encoding="utf-8"), UniqueKeys)


def test_what_is_described_twice_is_found() -> None:
    with pytest.raises(yaml.YAMLError, match="twice"):
        yaml.load("- name: a\n  description: b\n  description: c\n", UniqueKeys)


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> list[Node]:
    """Every node of the dbt project."""
    settings = Settings(home=tmp_path_factory.mktemp("manifest"))
    return list(json.loads(manifest(settings).read_text(encoding="utf-8"))["nodes"].values())


def models(nodes: list[Node], layer: str) -> list[Node]:
    """The models of a folder; the marts are those of the schema, wherever they lie."""
    tables = [n for n in nodes if n["resource_type"] == "model"]
    if layer == "marts":
        found = [n for n in tables if n["schema"] == "mart"]
    else:
        found = [n for n in tables if n["path"].startswith(f"{layer}/")]
    assert found
    return found


def model_files(layer: str) -> set[str]:
    return {p.stem for p in (ROOT / "models" / layer).glob("*.sql")}


def keyed(nodes: list[Node]) -> set[str]:
    """The nodes that a key test is attached to."""
    return {n["attached_node"] for n in nodes if (n.get("test_metadata") or {}).get("name") == "unik_nyckel"}


def undescribed(node: Node) -> list[str]:
    """The table, if it has no description, and every column that has none."""
    missing = [] if node["description"] else [node["name"]]
    return missing + [f"{node['name']}.{c['name']}" for c in node["columns"].values() if not c["description"]]


def test_every_model_is_described(nodes: list[Node]) -> None:
    found = [n for n in nodes if n["resource_type"] == "model"]
    assert {m["name"] for m in found} == {p.stem for p in (ROOT / "models").rglob("*.sql")}
    assert [gap for m in found for gap in undescribed(m)] == []


def test_every_seed_is_described_with_all_its_columns(nodes: list[Node]) -> None:
    seeds = {n["name"]: n for n in nodes if n["resource_type"] == "seed"}
    for path in (ROOT / "seeds").glob("*.csv"):
        header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
        assert list(seeds[path.stem]["columns"]) == header
    assert [gap for s in seeds.values() for gap in undescribed(s)] == []


def test_every_mart_has_a_key_test(nodes: list[Node]) -> None:
    tested = keyed(nodes)
    assert [m["name"] for m in models(nodes, "marts") if m["unique_id"] not in tested] == []


def test_every_mart_has_an_enforced_contract_with_types(nodes: list[Node]) -> None:
    """An enforced contract also means that the columns described are exactly those of the table."""
    marts = models(nodes, "marts")
    assert [m["name"] for m in marts if not m["config"]["contract"]["enforced"]] == []
    untyped = [f"{m['name']}.{c['name']}" for m in marts for c in m["columns"].values() if not c["data_type"]]
    assert untyped == []


def test_the_key_of_a_mart_is_never_null_by_contract(nodes: list[Node]) -> None:
    """A key column without a not-null constraint would let a row without a key wait for the test."""
    marts = {m["unique_id"]: m for m in models(nodes, "marts")}
    gaps = []
    for test in nodes:
        mart = marts.get(test.get("attached_node") or "")
        if mart and (test.get("test_metadata") or {}).get("name") == "unik_nyckel":
            for column in test["test_metadata"]["kwargs"]["kolumner"]:
                about = mart["columns"].get(column)  # None for an expression such as coalesce(rad, 0)
                if about and not any(c["type"] == "not_null" for c in about["constraints"]):
                    gaps.append(f"{mart['name']}.{column}")
    assert gaps == []


def test_no_mart_has_an_identifying_column(nodes: list[Node]) -> None:
    named = [(m["name"], c) for m in models(nodes, "marts") for c in m["columns"]]
    assert [(mart, c) for mart, c in named if IDENTIFYING.search(c)] == []


@pytest.mark.parametrize(("table", "model"), STAGING.items())
def test_staging_has_the_columns_of_the_contract(nodes: list[Node], table: str, model: str) -> None:
    described = next(m for m in models(nodes, "staging") if m["name"] == model)["columns"]
    own = set(described) - set(contracts.table(table).archive_schema)
    assert set(contracts.table(table).archive_schema) - set(described) == set()
    assert own == {"kommun", "row_key", "leveransdatum"}


def test_every_contract_has_a_staging_model() -> None:
    assert set(STAGING) == set(contracts.tables())
    own = {
        *("stg_person_version", "stg_frysning", "stg_frusen_rad"),
        *("stg_anteckning", "stg_signerat_varde"),
    }
    assert {*STAGING.values(), *own} == model_files("staging")


@pytest.mark.parametrize("layer", ["intermediate", "marts", "indikatorer", "indikatorer/marts"])
def test_no_model_takes_whatever_columns_another_has(layer: str) -> None:
    """`select *` may pass on a step of the same file, never another model: its new column would leak in."""
    files = (ROOT / "models" / layer).glob("*.sql")
    starred = {f.name for f in files if STAR_OVER_TABLE.search(f.read_text(encoding="utf-8"))}
    assert starred == set()
