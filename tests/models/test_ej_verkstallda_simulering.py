"""Twelve quarters with late registrations, each delivered, built and frozen; and thirty decisions hidden in
one extract.
"""

from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest
from ev_simulering import QUARTERS, Books, Hidden, Row, World, clocks, cut, delivered, links_to

from pipelines import ingest, publish, sample, warehouse
from pipelines.settings import Settings

MARTS = [
    f"ej_verkstallda_{name}"
    for name in ("omgang", "flode", "liggare", "skillnad", "tackning", "lucka", "synlighet", "kontroll")
]
TESTS = {
    "ej_verkstallda_lager_och_flode",
    "ej_verkstallda_datum_i_ordning",
    "ej_verkstallda_alla_forklarade",
    "ej_verkstallda_liggare_rapporterad",
    "ej_verkstallda_fryst_orord",
    "unik_nyckel_ej_verkstallda_kvartal_kommun__beslut_id__klocka__klocka_nr__kvartal",
    "unik_nyckel_ej_verkstallda_skillnad_kommun__kvartal__beslut_id__klocka__klocka_nr__uppgift",
}
KOMMUN = "9901"
MART = "ej_verkstallda_kvartal"

pytestmark = pytest.mark.xdist_group("ev_simulering")


def night(settings: Settings) -> None:
    """Build what the ledger needs, with every data test on it."""
    built = warehouse.build(settings, only=[*MARTS, "dim_kommun"])
    assert {name.split(".")[2] for name in built.seconds} >= TESTS


def ask(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(settings.warehouse / "current" / "socialstat.duckdb", read_only=True) as db:
        return db.execute(query).fetchall()


def flows(settings: Settings, kvartal: str) -> Counter[Any]:
    """The round in the warehouse as the oracle counts it."""
    with duckdb.connect(settings.warehouse / "current" / "socialstat.duckdb", read_only=True) as db:
        rows = db.execute(
            "select * exclude (kommun, kvartal) from mart.ej_verkstallda_flode where kvartal = ?",
            [kvartal],
        ).pl()
    return Counter(
        {
            (row["enhet"], row["insats"], column.removeprefix("antal_")): number
            for row in rows.to_dicts()
            for column, number in row.items()
            if column.startswith("antal_") and number
        }
    )


class Run:
    """The twelve quarters, played once."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(home=folder / "data")
        self.settings.make_folders()
        made = folder / "sampelstad" / "landing"
        (history,) = sample.write(made, scale=0.15, nights=0)
        self.world = World(history, folder / "sampelstad" / "sample" / "planterade_fel.csv")
        self.expected: dict[str, Counter[Any]] = {}
        self.found: dict[str, Counter[Any]] = {}
        books = None
        for kvartal in QUARTERS:
            rows = self.deliver(kvartal)
            night(self.settings)
            last = cut(self.before(kvartal))
            known = clocks(rows)
            books = books or Books(known, last)
            self.expected[kvartal] = books.turn(known, {r["beslut_id"] for r in rows}, last, cut(kvartal))
            self.found[kvartal] = flows(self.settings, kvartal)
            publish.freeze(self.settings, MART, KOMMUN, kvartal, by="Simuleringen")

    @staticmethod
    def before(kvartal: str) -> str:
        year, number = int(kvartal[:4]), int(kvartal[-1])
        return f"{year}-K{number - 1}" if number > 1 else f"{year - 1}-K4"

    def deliver(self, kvartal: str) -> list[Row]:
        day = delivered(kvartal)
        rows = self.world.snapshot(day)
        deliver(self.world, self.settings, kvartal, rows, self.world.others(day, rows))
        return rows


def deliver(
    world: World, settings: Settings, kvartal: str, rows: list[Row], others: dict[str, list[Row]]
) -> None:
    folder = settings.landing / KOMMUN / delivered(kvartal).isoformat()
    world.write(folder, {"ej_verkstallda_beslut": rows, **others})
    (result,) = ingest.ingest_all(settings)
    counts = result.tables["ej_verkstallda_beslut"]
    assert (counts.rows_in, counts.rejected) == (len(rows), 0), result.rules


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return Run(tmp_path_factory.mktemp("simulering"))


def test_every_round_is_what_the_books_say(run: Run) -> None:
    for kvartal in QUARTERS:
        assert run.found[kvartal] == run.expected[kvartal], kvartal


def test_the_simulation_has_something_of_everything(run: Run) -> None:
    """Otherwise the test above says nothing of it."""
    posts: Counter[str] = Counter()
    for counted in run.expected.values():
        for (*_, post), number in counted.items():
            posts[post] += number
    assert len(posts) == 11
    assert min(posts.values()) >= 3, posts


def test_what_was_sent_stands_as_it_was_sent(run: Run) -> None:
    """Eleven rounds of later knowledge have changed none of the twelve, and each differs from what is known
    now.
    """
    for kvartal in QUARTERS:
        assert flows(run.settings, kvartal) == run.found[kvartal]
    differ = ask(run.settings, "select distinct kvartal from mart.ej_verkstallda_skillnad")
    assert {kvartal for (kvartal,) in differ} >= set(QUARTERS[:-2])


def test_a_late_registration_comes_as_new_with_its_reason(run: Run) -> None:
    reasons = dict(
        ask(
            run.settings,
            """
            select rattelse_skal, count(*) from mart.ej_verkstallda_kvartal
            where kvartal >= '2023-K4' and rattelse_skal is not null group by all
            """,
        )
    )
    assert {"sent_registrerad", "andrat_slut", "i_tid", "ater_oppen", "saknas"} <= reasons.keys()
    late = ask(
        run.settings,
        """
        select count(*) from mart.ej_verkstallda_kvartal as rad
        inner join mart.ej_verkstallda_omgang as forra
            on forra.kommun = rad.kommun and forra.brytdatum = rad.foregaende_brytdatum
        inner join mart.ej_verkstallda_liggare as liggare using (beslut_id, klocka, klocka_nr)
        where rad.rattelse_skal = 'sent_registrerad'
            and (rad.rapporttyp <> 'ny' or liggare.forst_kand_datum <= forra.fryst_lage_per_datum)
        """,
    )
    assert late == [(0,)]


def test_the_ledger_tells_each_round_that_a_decision_was_in(run: Run) -> None:
    wrong = ask(
        run.settings,
        """
        select count(*) from mart.ej_verkstallda_liggare
        where antal_rapporter <> coalesce(len(string_split(rapporterad_i_kvartal, '|')), 0)
            or forst_rapporterad_kvartal <> string_split(rapporterad_i_kvartal, '|')[1]
        """,
    )
    longest = ask(run.settings, "select max(antal_rapporter) from mart.ej_verkstallda_liggare")
    assert wrong == [(0,)]
    assert longest[0][0] >= 4


def test_of_thirty_hidden_decisions_each_that_a_link_reveals_is_found(
    run: Run, tmp_path_factory: pytest.TempPathFactory
) -> None:
    settings = Settings(home=tmp_path_factory.mktemp("gomda") / "data")
    settings.make_folders()
    world, (before, now) = run.world, QUARTERS[-2:]
    known = world.snapshot(delivered(before))
    deliver(world, settings, before, known, world.others(delivered(before), known))
    rows = world.snapshot(delivered(now))
    others = world.others(delivered(now), rows)
    hidden = Hidden()
    left = hidden.hide(rows, others, known, Random(7))
    assert len(hidden.how) == 30
    deliver(world, settings, now, left, others)
    night(settings)

    # An investigation tells of its decision, or of those of its persons.
    of_case: dict[str, set[str]] = {}
    for life in world.lives:
        of_case.setdefault(life.row["utredning_id"] or "", set()).add(life.row["beslut_id"])
    wrong = world.pending(delivered(now)) | hidden.how.keys()
    found = set()
    for subjekt, beslut in ask(settings, "select subjekt_id, beslut_id from mart.ej_verkstallda_lucka"):
        told = {beslut} if beslut else of_case[subjekt]
        # Whatever it points at is hidden, or is wrong in the case system or not yet written there.
        assert told & wrong, (subjekt, beslut)
        found |= told
    assert found & hidden.how.keys() == hidden.seen

    (answer,) = ask(
        settings,
        "select antal_beslut, antal_utan_lank, antal_saknade, antal_motsagda, uppskattat_osynliga "
        "from mart.ej_verkstallda_synlighet",
    )
    links = dict(links_to(left, others))
    favourable = {beslut for beslut, _ in clocks(left)}
    without = sum(not links[beslut] for beslut in favourable)
    assert answer[:2] == (len(favourable), without)
    missing, contradicted, unseen = answer[2:]
    assert missing + contradicted >= len(hidden.seen)
    assert unseen == round(missing * without / (len(favourable) - without))
