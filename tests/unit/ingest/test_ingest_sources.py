"""The adapters: the published lists come in whole, and a wrong adapter file says where it is wrong."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from sender import MANDATORY, Sender, as_csv, rows, standard

from pipelines.contracts import codes, tables
from pipelines.ingest import AdapterError, Status, adapter, archive, check, contract, mapping, read
from pipelines.ingest.rules import Findings
from pipelines.settings import Settings

DATA = Path(__file__).parents[2] / "data"
Files = dict[str, str | bytes]
RATTAD, TRYCKT = "rattad", "tryckt"


def archived(settings: Settings, kommun: str, table: str = "ej_verkstallda_beslut") -> pl.DataFrame:
    (path,) = (settings.archive / table / f"kommun={kommun}").glob("*.parquet")
    return pl.read_parquet(path)


def test_botkyrka_corrected_dates(sender: Sender, botkyrka: Callable[[str], Files]) -> None:
    result = sender.send(botkyrka(RATTAD), "2021-09-09", "0127")
    assert result.status is Status.ACCEPTED
    found = archived(sender.settings, "0127")
    assert found.height == 75
    assert found["person_nyckel"].null_count() == 75
    for column in ("person_id_typ", "enhet", "lagrum", "malgrupp"):
        assert found[column].unique().to_list() == ["okand"]
    assert found["verkstalld"].count() == 15
    closed = found.filter(pl.col("avslutad").is_not_null() | pl.col("avslutad_datum_okant"))
    assert closed.height == 5
    assert closed.filter("avslutad_datum_okant")["beslut_id"].to_list() == ["10248"]
    assert set(found["insats"]) <= set(codes("insats"))
    assert set(found["orsak"].drop_nulls()) <= set(codes("ej_verkstalld_orsak"))


def test_botkyrka_printed_dates(sender: Sender, botkyrka: Callable[[str], Files]) -> None:
    result = sender.send(botkyrka(TRYCKT), "2021-09-09", "0127")
    count = result.tables["ej_verkstallda_beslut"]
    assert (result.status, count.rows_in, count.accepted, count.rejected) == (Status.PARTLY, 75, 72, 3)
    in_file = result.findings.filter(pl.col("rad").is_not_null())
    assert in_file.select("regel_id", "rad", "id", "varde").rows() == [
        ("DATUM_FRAMTID", 7, "10145", "2021-10-26"),
        ("DATUM_FRAMTID", 10, "10158", "2021-12-10"),
        ("DATUM_FRAMTID", 14, "10172", "2021-12-01"),
        ("DATUM_KVARTAL", 59, "10316", "2020-05-06"),
    ]


def test_harnosand(sender: Sender) -> None:
    files: Files = {p.name: p.read_bytes() for p in DATA.glob("ej_verkstallda_harnosand_*.csv")}
    result = sender.send(files, "2025-09-30", "2280")
    assert (result.status, result.tables["ej_verkstallda_beslut"].accepted) == (Status.ACCEPTED, 15)
    found = archived(sender.settings, "2280")
    interrupted = found.filter(pl.col("avbruten").is_not_null())
    assert interrupted.height == 4
    assert interrupted["verkstalld"].null_count() == 4
    assert "9 § p. 4 LSS" in found["lagrum"].to_list()
    assert "ej_verkstallda_harnosand_2025K3_tabell2:5" in found["beslut_id"].to_list()


def test_harnosand_costs(sender: Sender) -> None:
    """Every filled cell of the printed table but its sums and its projection, in kronor and positive."""
    name = "placeringskostnader_harnosand_2025.csv"
    result = sender.send({name: (DATA / name).read_bytes()}, "2025-11-18", "2280")
    assert (result.status, result.findings.height) == (Status.ACCEPTED, 0)
    found = archived(sender.settings, "2280", "ekonomi")
    assert found.height == 28
    assert found["period"].value_counts().sort("period").rows() == [
        ("2022-13", 6),
        ("2023-13", 6),
        ("2024-13", 8),
        ("2025-10", 8),
    ]
    sis = found.filter(motpart="816").sort("period")
    assert [int(kr) for kr in sis["belopp_kr"]] == [210_000, 1_411_000, 1_959_000, 2_267_000]
    assert set(sis["konto"]) == {"HVB"}
    assert set(found["motpart"].drop_nulls()) == {"170", "816", "821", "871"}
    assert set(found["verksamhet"]) == {"okand", "557100", "557110", "557120"}
    nothing = found.filter(motpart="821", period="2023-13")
    assert nothing["belopp_kr"].to_list() == [0]  # printed as 0, unlike an empty cell


def test_specific_adapter_wins_over_the_general_one() -> None:
    loaded = adapter.load(Settings().sources)
    ((chosen, _),) = adapter.match(loaded, "0127", "ej_verkstallda_x_rattad.csv")
    assert chosen.namn == "botkyrka_ej_verkstallda"
    ((chosen, _),) = adapter.match(loaded, "0127", "utredningar.csv")
    assert chosen.namn == "standard"
    assert adapter.match(loaded, "9901", "ej_verkstallda_x_rattad.csv") == []


def test_standard_covers_every_table_and_requires_those_always_delivered() -> None:
    (standard_adapter,) = [a for a in adapter.load(Settings().sources) if a.namn == "standard"]
    assert [f.tabell for f in standard_adapter.filer] == list(tables())
    assert standard_adapter.kraver == MANDATORY


HEAD = 'namn: prov\nbeskrivning: prov\nkommuner: ["9901"]\n'
FILE = HEAD + "filer: [{monster: '*.csv', tabell: utredningar, "
WRONG = {
    "okänd nyckel": (HEAD + "sort: x\n", "sort"),
    "kommun som tal": (HEAD.replace('"9901"', "0127"), "kommuner"),
    "okänd tabell": (HEAD + "kraver: [finns_ej]\n", "finns_ej"),
    "filens tabell": (HEAD + "filer: [{monster: a, tabell: finns_ej}]\n", "finns_ej"),
    "okänd kolumn": (FILE + "konstanter: {finns_ej: a}}]\n", "finns_ej"),
    "krav utan källa": (FILE + "kolumner: {utredning_id: a}}]\n", "inledd"),
    "datum kan inte saknas": (FILE + "saknas: [inledd]}]\n", "inledd"),
    "fel kod": (FILE + "kodmappning: {typ: {a: finns_ej}}}]\n", "finns_ej"),
    "inte en kod": (FILE + "kodmappning: {inledd: {a: b}}}]\n", "inledd"),
    "teckenkodning": (FILE + "kodning: utf-9}]\n", "utf-9"),
    "datumformat": (FILE + "datumformat: [ÅÅMMDD]}]\n", "ÅÅMMDD"),
    "styrning": (FILE + "styrning: [{kolumn: s, fall: {a: {finns_ej: d}}}]}]\n", "finns_ej"),
    "inte YAML": ("namn: [", "YAML"),
    "annat namn": (HEAD.replace("prov", "annat", 1), "namn"),
}


@pytest.mark.parametrize("fault", WRONG)
def test_wrong_adapter_says_where(fault: str, tmp_path: Path) -> None:
    text, word = WRONG[fault]
    (tmp_path / "prov.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(AdapterError, match=word) as error:
        adapter.load(tmp_path)
    assert "prov.yaml" in str(error.value)


def test_other_encoding_delimiter_dates_decimals_and_codes(sender: Sender) -> None:
    sources = sender.settings.home / "sources"
    sources.mkdir()
    (sources / "prov.yaml").write_text(
        HEAD
        + """
filer:
  - monster: "uttag*.txt"
    tabell: placeringar
    kodning: cp1252
    avgransare: ";"
    datumformat: [ÅÅÅÅMMDD, DD/MM/ÅÅÅÅ]
    decimaltecken: ","
    kolumner: {placering_id: Nr, personnummer: Pnr, placeringsform: Form, start: Från, dygnspris: Pris}
    konstanter: {regi: privat, lagrum: 11 kap. 1 § SoL}
    saknas: [enhet, malgrupp]
    kodmappning: {placeringsform: {Familjehem Å: familjehem}}
""",
        encoding="utf-8",
    )
    sender.settings.sources = sources
    text = "Nr;Pnr;Form;Från;Pris\n1;;familjehem å;20260105;1500,50\n2;;Familjehem Å;05/01/2026;0\n"
    text = text.replace(";;", f";{rows('placeringar')[0]['personnummer']};")
    result = sender.send({"uttag1.txt": text.encode("cp1252")})
    assert result.tables["placeringar"].accepted == 2
    found = archived(sender.settings, "9901", "placeringar")
    assert found.select(pl.col("start").cast(pl.String), pl.col("dygnspris").cast(pl.String)).rows() == [
        ("2026-01-05", "1500.50"),
        ("2026-01-05", "0.00"),
    ]
    assert found["placeringsform"].to_list() == ["familjehem"] * 2
    assert found["enhet"].to_list() == ["okand"] * 2


def test_routed_case_without_its_date_is_refused(sender: Sender) -> None:
    text = (DATA / "ej_verkstallda_botkyrka_2021K3.csv").read_text(encoding="utf-8")
    text = text.replace("verkstallt,2021-06-10", "verkstallt,")
    result = sender.send({"ej_verkstallda_x_rattad.csv": text}, "2021-09-09", "0127")
    assert result.rules == {"VARDE_SAKNAS": 1}


def test_byte_order_mark_and_windows_line_ends(sender: Sender) -> None:
    text = as_csv(rows("placeringar")).replace("\n", "\r\n")
    result = sender.send(standard(placeringar=b"\xef\xbb\xbf" + text.encode()))
    assert result.tables["placeringar"].accepted == 10


def test_manifest_names_the_adapters_used(sender: Sender) -> None:
    sender.send(standard())
    assert archive.load(sender.settings, "9901").leveranser[0].adaptrar == ["standard"]


# --- the invented examples, one per family of systems

EXAMPLES = Settings().sources / "exempel"
SAMPLES = DATA / "kallor"
FOUND = [
    ("procapita_exempel", "PCAKT01.TXT", 4, 0, [(5, "DATUM_FORMAT"), (6, "PERSONNUMMER")]),
    ("procapita_exempel", "PCUTR01.TXT", 3, 0, [(4, "VARDE_SAKNAS")]),
    ("lifecare_exempel", "Lifecare_aktualiseringar_2026-10.xlsx", 4, 0, [(9, "DATUM_FORMAT")]),
    ("lifecare_exempel", "Lifecare_utredningar_2026-10.xlsx", 2, 0, [(7, "VARDE_SAKNAS")]),
    ("treserva_exempel", "Inkomna_2026-10.csv", 3, 0, [(9, "DATUM_ORDNING")]),
    ("treserva_exempel", "Utredningar_2026-10.csv", 2, 0, []),
    ("treserva_exempel", "Beslut_2026-10.csv", 2, 0, [(6, "TAL_FORMAT"), (7, "STYRNING_OKAND")]),
    ("treserva_exempel", "Huvudbok_2026-10.csv", 3, 0, [(5, "TAL_FORMAT")]),
    ("viva_exempel", "viva_arenden_20261031.jsonl", 2, 0, [(3, "DATUM_FRAMTID")]),
    ("viva_exempel", "viva_utredningar_20261031.jsonl", 2, 0, [(3, "VARDE_SAKNAS")]),
    ("combine_exempel", "combine_aktualisering_202610.txt", 3, 1, [(6, "KOMMUN_RAD")]),
    ("combine_exempel", "combine_utredning_202610.parquet", 1, 1, [(3, "VARDE_SAKNAS")]),
]
"""Adapter, file, rows accepted, rows of other municipalities, and the line and rule of each row rejected."""


def example(name: str) -> adapter.Adapter:
    return next(a for a in adapter.load(EXAMPLES) if a.namn == name)


def read_example(name: str, file: str) -> tuple[pl.DataFrame, int, pl.DataFrame]:
    """Rows accepted, rows of other municipalities, and findings that reject: file → adapter → contract."""
    ((_, fil),) = adapter.match([example(name)], "9901", file)
    findings, accepted, elsewhere = Findings(), [], 0
    source = read.open_file(SAMPLES / name / file, fil)
    assert mapping.header_fits(source.header, None, fil, file, findings)
    for batch in source.batches():
        assert batch.broken.is_empty()
        mapped = mapping.apply(fil, batch.rows, file, findings, kommun="9901")
        typed = check.check(mapped, fil, date(2026, 10, 31), findings)
        sound = typed.filter(~pl.col(check.REFUSED))
        accepted.append(sound.filter(~contract.refuse(fil.table, sound, findings)))
        elsewhere += mapped.elsewhere
    return pl.concat(accepted), elsewhere, findings.frame().filter(allvar="fel")


@pytest.mark.parametrize(("name", "file", "accepted", "others", "rejected"), FOUND, ids=lambda v: str(v)[:24])
def test_example_reads_its_sample(
    name: str, file: str, accepted: int, others: int, rejected: list[tuple[int, str]]
) -> None:
    rows_accepted, elsewhere, found = read_example(name, file)
    assert (rows_accepted.height, elsewhere) == (accepted, others)
    assert found.select("rad", "regel_id").rows() == rejected


def test_every_sample_and_every_entry_of_the_examples_is_tested() -> None:
    assert sorted((p.parent.name, p.name) for p in SAMPLES.glob("*/*.*")) == sorted(
        (n, f) for n, f, *_ in FOUND
    )
    for found in adapter.load(EXAMPLES):
        used = {id(fil) for name, file, *_ in FOUND if name == found.namn for fil in found.matches(file)}
        assert used == {id(fil) for fil in found.filer}
        assert "Påhittat exempel" in found.beskrivning
        assert {"aktualiseringar", "utredningar"} <= {fil.tabell for fil in found.filer}


def test_examples_give_the_values_that_the_systems_meant() -> None:
    ledger, _, _ = read_example("treserva_exempel", "Huvudbok_2026-10.csv")
    assert ledger.select(pl.col("belopp_kr").cast(pl.String), "motpart", "ansvar", "kontotyp").rows() == [
        ("12500.00", "0081", "00042", "kostnad"),
        ("-1234567.50", None, "00042", "intakt"),
        ("0.00", "0081", "00042", "kostnad"),
    ]
    excel, _, _ = read_example("lifecare_exempel", "Lifecare_aktualiseringar_2026-10.xlsx")
    assert excel["inkommen"].to_list() == [date(2026, 3, day) for day in (2, 3, 4, 5)]
    assert excel["typ"].to_list() == ["anmalan", "ansokan", "anmalan", "okand"]
    fixed, _, _ = read_example("procapita_exempel", "PCAKT01.TXT")
    assert fixed.select("enhet", "typ", "beslutsdatum").rows()[2:] == [
        ("VUXEN", "ansokan", date(2026, 1, 16)),
        ("MOTTAGNING", "information", None),
    ]
    assert fixed["enhet"][0] == "BARN ÖST"
    lines, _, _ = read_example("viva_exempel", "viva_arenden_20261031.jsonl")
    assert lines.select("inkommen", "barn_hord").rows() == [
        (date(2026, 5, 4), True),
        (date(2026, 5, 5), None),
    ]
    quoted, _, _ = read_example("treserva_exempel", "Inkomna_2026-10.csv")
    assert quoted["enhet"].to_list() == ["Barn, norr", "Barn, norr", 'Grupp "Väst"']


@pytest.mark.parametrize("name", sorted({name for name, *_ in FOUND}))
def test_example_delivered_a_whole_night(name: str, sender: Sender) -> None:
    sender.settings.sources = EXAMPLES
    files: Files = {p.name: p.read_bytes() for p in (SAMPLES / name).iterdir()}
    result = sender.send(files, "2026-10-31")
    expected = {
        example(name).matches(file)[0].tabell: (accepted, len(rejected), others)
        for adapter_name, file, accepted, others, rejected in FOUND
        if adapter_name == name
    }
    assert {t: (c.accepted, c.rejected, c.elsewhere) for t, c in result.tables.items()} == expected


def test_examples_are_not_loaded_for_real_municipalities() -> None:
    assert not {a.namn for a in adapter.load(Settings().sources)} & {name for name, *_ in FOUND}
