"""The engine against the oracle: all rules, all conventions, on at least 200 000 random subjects.

``tests/unit/oracle/frist_klockor.py`` was written from the statutes, before the SQL and without sight of it
or of the seeds. Both are given the same subjects, events and extensions, 2010 to 2030, with a taste for the
awkward.
"""

from collections import Counter
from datetime import date
from random import Random

import pytest
from frist_fall import read
from frist_klockor import klockor
from frist_regelbok import REGLER
from frist_rigg import Clock, Rigg
from frist_slump import fall

from pipelines.settings import SEEDS, Settings

SEEDS_OF_CHANCE = (1, 2, 3, 4)
CASES_EACH = 50_000
HELGDAGAR = {date.fromisoformat(row["datum"]) for row in read(SEEDS / "helgdagar.csv")}


@pytest.mark.parametrize("seed", SEEDS_OF_CHANCE)
def test_engine_and_oracle_agree(natt: Settings, seed: int) -> None:
    subjects, events, extensions = [], [], []
    oracle: dict[tuple[str, str, int, str], Clock] = {}
    for number, (s, happened, extended) in enumerate(fall(Random(seed), CASES_EACH, HELGDAGAR)):
        key = f"s{number}"
        who = (number, s.kommun, s.subjekt_typ, key, key, s.malgrupp, s.typ, s.beslut)
        law = (s.lagrum_id, s.lagrumsgrupp, s.ar_overvagande, s.gynnande)
        subjects.append((*who, *law, s.fodelsedatum, s.satt_frist, sorted(s.handelser), s.lage_per))
        events += [(s.kommun, s.subjekt_typ, key, code, day) for code, day in happened]
        extensions += [(s.kommun, s.subjekt_typ, key, decided, until) for decided, until in extended]
        for k in klockor(s, happened, extended, HELGDAGAR):
            said = (k.start, k.frist, k.forlangd_till, k.stopp, k.upphord, k.utfall, k.version)
            oracle[key, k.regel_id, k.tillfalle, k.konvention] = said
    rigg = Rigg(natt.home / "dbt" / "compiled" / "socialstat" / "models")
    rigg.load(subjects, events, extensions)
    rigg.run()
    engine = rigg.clocks()
    differ = sorted(k for k in oracle.keys() | engine.keys() if oracle.get(k) != engine.get(k))
    assert not differ, (
        f"{len(differ)} of {len(oracle)} differ, by rule {Counter(k[1] for k in differ)}; "
        f"(oracle, engine): {[(k, oracle.get(k), engine.get(k)) for k in differ[:4]]}"
    )
    assert len(engine) > 2 * CASES_EACH
    assert {k[1] for k in engine} == {regel.id for regel in REGLER}, "every rule is exercised"


def test_the_same_rules_in_the_seed_and_in_the_oracle() -> None:
    in_the_seed = {row["regel_id"] for row in read(SEEDS / "fristregler.csv")}
    assert in_the_seed == {regel.id for regel in REGLER}
    assert len(SEEDS_OF_CHANCE) * CASES_EACH >= 200_000
