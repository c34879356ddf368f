"""A quarter from the command line, as its user does it: documents, freezing, what has changed, a "
"text that is checked."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from docx import Document

from pipelines import ingest, warehouse
from pipelines.settings import Settings

pytestmark = pytest.mark.xdist_group("natt")
Run = Callable[..., Result]


def test_the_documents_of_a_round(run: Run, home: Settings) -> None:
    done = run("report", "ej_verkstallda", "--kommun", "2280", "--json")
    assert done.exit_code == 0, done.output
    files = [Path(file) for file in json.loads(done.output)["filer"]]
    folder = home.restricted / "2280/ej_verkstallda/2025-K3"
    assert {f.name for f in files if f.parent == folder} == {
        *("ivo.xlsx", "ivo.csv", "revisorer.xlsx", "namnd.docx", "namnd_offentlig.docx")
    }
    assert {f.name for f in files if f.parent != folder} == {
        *("ej_verkstallda_fullmaktige_2025-K3.docx", "ej_verkstallda_fullmaktige_2025-K3.xlsx")
    }
    texts = [p.text for p in Document(str(folder / "namnd.docx")).paragraphs]
    assert "Barn- och familjeenheten har inget att rapportera." in texts
    assert any(
        text.startswith("Biståndsenheten rapporterar fyra beslut, alla om särskilt boende SoL.")
        for text in texts
    )


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["report", "arsredovisning", "--kommun", "9901"], 2, "Det finns ingen rapport arsredovisning"),
        (["report", "ej_verkstallda", "--kommun", "9901", "--period", "2031-K1"], 1, "ingen avslutad omgång"),
        (["report", "ej_verkstallda", "--kommun", "0180"], 1, "ingen avslutad omgång"),
        (["report", "ej_verkstallda", "--kommun", "9901", "--mall", "finns_inte.docx"], 2, "Word-dokument"),
        (
            ["report", "ej_verkstallda", "--kommun", "9901", "--kontrollera", "a.pdf"],
            2,
            "kan läsa .docx och .txt",
        ),
        (["freeze", "--kommun", "9901", "--period", "2026-K3"], 1, "Ange vem som fryser"),
        (["freeze", "dim_lagrum", "--kommun", "9901", "--period", "2026", "--av", "A"], 1, "inga perioder"),
        (["diff", "--kommun", "9901", "--period", "2020-K1"], 1, "är inte fryst"),
    ],
)
def test_what_cannot_be_done_is_said(run: Run, args: list[str], code: int, said: str) -> None:
    done = run(*args)
    assert (done.exit_code, said in done.output) == (code, True), done.output


def test_a_text_that_contradicts_the_rows(run: Run, tmp_path: Path) -> None:
    """The printed report of Härnösand said so of table 2, in other words."""
    text = tmp_path / "text.txt"
    text.write_text(
        "Avbrutna beslut som inte har verkställts på nytt\n"
        "Funktionsstöd rapporterar fyra beslut: två om kontaktperson LSS och två om ledsagarservice SoL.\n",
        encoding="utf-8",
    )
    done = run("report", "ej_verkstallda", "--kommun", "2280", "--kontrollera", str(text), "--json")
    assert done.exit_code == 1
    assert set(json.loads(done.output)) == {
        "Funktionsstöd (efter avbrott): texten säger 2 beslut om Kontaktperson LSS, raderna säger 4.",
        "Funktionsstöd (efter avbrott): texten säger 2 beslut om Ledsagarservice SoL, raderna säger 0.",
    }


def test_a_round_is_frozen_and_what_is_known_later_is_a_difference(run: Run, home: Settings) -> None:
    """Botkyrka's printed list is frozen; then the same list comes with one decision executed before "
    "the cut."""
    frozen = run("freeze", "--kommun", "0127", "--period", "2021-K3", "--av", "Nämndsekreteraren", "--json")
    assert frozen.exit_code == 0, frozen.output
    assert [(f["period"], f["antal_rader"]) for f in json.loads(frozen.output)] == [("2021-K3", 75)]
    folder = home.restricted / "0127/ej_verkstallda/2021-K3"
    assert (folder / "SKICKAD").exists()
    document = " ".join(p.text for p in Document(str(folder / "namnd.docx")).paragraphs)
    assert "av Nämndsekreteraren." in document

    later = home.landing / "0127" / "2021-09-20"
    later.mkdir(parents=True)
    source = Path(__file__).parents[1] / "data/ej_verkstallda_botkyrka_2021K3.csv"
    lines = source.read_text(encoding="utf-8").splitlines()
    changed = [
        line.replace("ej_verkstallt,,saknar_plats", "verkstallt,2021-08-20,")
        if line.startswith("10278,")
        else line
        for line in lines
    ]
    assert changed != lines
    (later / "ej_verkstallda_2021K3_rattad.csv").write_text("\n".join(changed) + "\n", encoding="utf-8")
    (later / "KLAR").touch()
    ingest.ingest_all(home)
    warehouse.build(home)
    told = run("diff", "--kommun", "0127", "--period", "2021-K3", "--json")
    assert told.exit_code == 0, told.output
    assert {
        (d["beslut_id"], d["uppgift"], d["som_sant"], d["som_nu_kant"]) for d in json.loads(told.output)
    } == {
        ("10278", "status_vid_bryt", "ej_verkstalld", "verkstalld"),
        ("10278", "slut_datum", None, "2021-08-20"),
    }
    still = run(
        "sql", "--csv", "select antal_oppna, ar_fryst from mart.ej_verkstallda_omgang where kommun = '0127'"
    )
    assert still.output.splitlines()[1] == "55,true"

    (register,) = json.loads(run("freeze", "--json").output)
    assert [f["fryst_av"] for f in register["frysningar"]] == ["Nämndsekreteraren"]
    again = run("freeze", "--kommun", "0127", "--period", "2021-K3", "--av", "B")
    assert (again.exit_code, "redan fryst" in again.output) == (1, True)
    back = run(
        "freeze",
        "--kommun",
        "0127",
        "--period",
        "2021-K3",
        "--aterta",
        "--av",
        "B",
        "--skal",
        "skickades inte",
    )
    assert back.exit_code == 0, back.output
    assert not (folder / "SKICKAD").exists()
