"""A text that somebody has edited is set against the rows; what is generated always agrees."""

from pathlib import Path

import omgang
import pytest
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.reports import ej_verkstallda
from pipelines.reports.ej_verkstallda import Claim, Round, check, sentences
from pipelines.reports.ej_verkstallda.claims import claims, contradictions, is_count_named_share

UNITS = {"bi": "Biståndsenheten", "fs": "Funktionsstöd", "ev": "Ekonomi- och vuxenenheten"}
KINDS = [
    ("kontaktperson", "Kontaktperson", "LSS"),
    ("kontaktperson", "Kontaktperson", "SoL"),
    ("hvb", "HVB", None),
]
SOME = st.lists(
    st.tuples(st.sampled_from(sorted(UNITS)), st.sampled_from(KINDS), st.sampled_from(["beslut", "avbrott"])),
    max_size=40,
)


def made(folder: Path, drawn: list[tuple[str, tuple[str, str, str | None], str]]) -> Round:
    rows = [
        omgang.row(
            f"B{n}",
            enhet=unit,
            enhet_namn=UNITS[unit],
            klocka=klocka,
            insats=kind[0],
            insats_namn=kind[1],
            lag=kind[2],
        )
        for n, (unit, kind, klocka) in enumerate(drawn)
    ]
    return Round.read(omgang.write(folder, rows, enheter=UNITS))


def text(this: Round) -> list[str]:
    return [
        "Gynnande beslut som inte har verkställts",
        *sentences.per_unit(this, "beslut"),
        "Avbrutna beslut som inte har verkställts på nytt",
        *sentences.per_unit(this, "avbrott"),
    ]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SOME, st.data())
def test_what_is_generated_agrees_and_any_changed_number_does_not(
    tmp_path: Path, drawn: list[tuple[str, tuple[str, str, str | None], str]], data: st.DataObject
) -> None:
    this = made(tmp_path / "omgang", drawn)
    lines = text(this)
    stated = claims(lines, this)
    assert contradictions(stated, this) == []
    told = {(c.enhet, c.klocka) for c in stated if c.antal}
    assert told == {(UNITS[unit], klocka) for unit, _, klocka in drawn}
    if drawn:
        places = [(n, word) for n, line in enumerate(lines) for word in (" rapporterar ",) if word in line]
        n, _ = data.draw(st.sampled_from(places))
        head, tail = lines[n].split(" rapporterar ")
        rest = tail.split(" ", 1)[1]
        edited = [*lines]
        edited[n] = f"{head} rapporterar 41 {rest}"
        assert contradictions(claims(edited, this), this) != []


def test_the_document_itself_agrees(folder: Path) -> None:
    ej_verkstallda.write(folder)
    this = Round.read(folder)
    assert check(folder / "namnd.docx", this) == []
    assert check(folder / "namnd_offentlig.docx", this) == []


def test_an_edited_document_is_found_out(folder: Path, tmp_path: Path) -> None:
    ej_verkstallda.write(folder)
    document = Document(str(folder / "namnd.docx"))
    for paragraph in document.paragraphs:
        if "två om kontaktperson LSS" in paragraph.text:
            paragraph.text = paragraph.text.replace("två om kontaktperson", "fem om kontaktperson")
    document.save(str(tmp_path / "andrad.docx"))
    found = check(tmp_path / "andrad.docx", Round.read(folder))
    assert [f.text for f in found] == [
        "Funktionsstöd (från beslutet): texten säger 5 beslut om Kontaktperson LSS, raderna säger 2."
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("var sju beslut inte", "var 12 beslut inte", "Texten säger 12 (öppna beslut), raderna säger 7."),
        (
            "varav ett efter avbrott",
            "varav tre efter avbrott",
            "Texten säger 3 (öppna efter avbrott), raderna säger 1.",
        ),
        (
            "nu verkställt: ett beslut",
            "nu verkställt: nio beslut",
            "Texten säger 9 (Återrapporterat, nu verkställt)",
        ),
        (
            "Biståndsenheten rapporterar två beslut, båda om särskilt boende SoL.",
            "",
            "Biståndsenheten (från beslutet): raderna har 2 beslut, som texten inte nämner.",
        ),
        (
            "Biståndsenheten rapporterar två beslut, båda om särskilt boende SoL.",
            "Biståndsenheten har inget att rapportera.",
            "Biståndsenheten (från beslutet): texten säger 0 beslut, raderna säger 2.",
        ),
    ],
)
def test_each_number_of_the_document_is_compared(
    folder: Path, tmp_path: Path, old: str, new: str, said: str
) -> None:
    ej_verkstallda.write(folder)
    document = Document(str(folder / "namnd.docx"))
    for paragraph in document.paragraphs:
        paragraph.text = paragraph.text.replace(old, new)
    document.save(str(tmp_path / "andrad.docx"))
    assert any(f.text.startswith(said) for f in check(tmp_path / "andrad.docx", Round.read(folder)))


def test_a_row_that_is_gone_from_a_table_is_found(folder: Path, tmp_path: Path) -> None:
    ej_verkstallda.write(folder)
    document = Document(str(folder / "namnd.docx"))
    row = document.tables[0].rows[1]._tr
    row.getparent().remove(row)
    document.save(str(tmp_path / "andrad.docx"))
    found = [f.text for f in check(tmp_path / "andrad.docx", Round.read(folder))]
    assert found == ["Tabellen (från beslutet) har 1 rader om Särskilt boende SoL, raderna säger 2."]


def test_a_text_without_numbers_is_not_said_to_agree(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "hej.txt").write_text("Hej", encoding="utf-8")
    (found,) = check(tmp_path / "hej.txt", Round.read(folder))
    assert found.text == "Hittar inga antal per enhet att jämföra med raderna."


def test_somebody_elses_words_are_read_too(folder: Path, tmp_path: Path) -> None:
    written = tmp_path / "text.txt"
    written.write_text(
        "Funktionsstöd har 2 beslut gällande kontaktperson LSS och ett beslut om ledsagarservice.\n"
        "Biståndsenheten rapporterar två beslut. Samtliga avser särskilt boende SoL.\n",
        encoding="utf-8",
    )
    assert check(written, Round.read(folder)) == []


def test_the_printed_contradiction_of_harnosand(tmp_path: Path) -> None:
    """The text says two contact persons and two companions; the table has four contact persons."""
    rows = [omgang.row(f"B{n}", klocka="avbrott") for n in range(4)]
    this = Round.read(omgang.write(tmp_path / "omgang", rows))
    stated = [
        Claim("Funktionsstöd", "avbrott", None, 4),
        Claim("Funktionsstöd", "avbrott", "Kontaktperson LSS", 2),
        Claim("Funktionsstöd", "avbrott", "Ledsagarservice SoL", 2),
    ]
    assert [f.text for f in contradictions(stated, this)] == [
        "Funktionsstöd (efter avbrott): texten säger 2 beslut om Kontaktperson LSS, raderna säger 4.",
        "Funktionsstöd (efter avbrott): texten säger 2 beslut om Ledsagarservice SoL, raderna säger 0.",
    ]


def test_a_kind_that_the_text_leaves_out_is_found(this: Round) -> None:
    stated = [
        Claim("Funktionsstöd", "beslut", "Kontaktperson LSS", 2),
        Claim("Biståndsenheten", "beslut", None, 2),
    ]
    assert [f.text for f in contradictions(stated, this)] == [
        "Funktionsstöd (från beslutet): raderna har 1 beslut om Ledsagarservice SoL, som texten inte nämner."
    ]


@pytest.mark.parametrize(
    ("line", "is_fault"),
    [
        ("Andelen verkställda beslut i tid | 9 | 26 | 0", True),
        ("Andelen verkställda beslut i tid | 83 %", False),
        ("Andelen är 0,83 i år", False),
        ("Antal ej verkställda beslut | 26", False),
        ("Andelen ökar", False),
    ],
)
def test_a_count_that_is_named_share(line: str, is_fault: bool) -> None:
    assert is_count_named_share(line) == is_fault


def test_what_somebody_has_written_is_not_repeated(folder: Path, tmp_path: Path) -> None:
    """An edited text may name somebody: the answer says where, not what."""
    text = tmp_path / "text.txt"
    text.write_text(
        "Funktionsstöd rapporterar tre beslut.\nAndelen för Kalle Anka är 12.\n", encoding="utf-8"
    )
    told = [f.text for f in check(text, Round.read(folder))]
    assert "Stycke 2 säger andel men visar ett antal." in told
    assert not any("Kalle" in said for said in told)


def test_only_documents_that_can_be_read(tmp_path: Path, this: Round) -> None:
    with pytest.raises(ValueError, match=r"kan läsa \.docx och \.txt"):
        check(tmp_path / "rapport.pdf", this)
