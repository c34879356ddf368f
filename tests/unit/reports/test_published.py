from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import fixture
import pytest

from pipelines.reports.published import Published, shown


def test_missing_layer_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"indikatorer\.duckdb"):
        Published(tmp_path)


def test_municipalities_in_swedish_order(published: Path) -> None:
    with Published(published) as source:
        assert list(source.kommuner.values()) == ["Åsby", "Ängsholm"]


def test_current_definition_is_the_newest_in_force(published: Path) -> None:
    with Published(published) as source:
        current = {i.indikator_id: i.definitionsversion for i in source.indikatorer}
        assert current["UTR_BARN_I_TID"] == 2
        assert [i.definitionsversion for i in source.versions["UTR_BARN_I_TID"]] == [2, 1]


def test_numbers_of_a_protected_cell_never_leave_the_reader(tmp_path: Path) -> None:
    fixture.build(tmp_path)
    with duckdb.connect(str(tmp_path / "indikatorer.duckdb")) as connection:
        connection.execute("update indikatorvarde set taljare = 3 where status = 'rojandeskyddad'")
    with Published(tmp_path) as source:
        protected = [v for v in source.values(kommun="9901") if v.status == "rojandeskyddad"]
    assert protected
    assert {v.taljare for v in protected} == {None}


def test_two_values_for_one_cell_are_refused(published: Path) -> None:
    with Published(published) as source:
        values = source.values(kommun="9901", indikator_id="UTR_BARN_ANTAL")
    with pytest.raises(ValueError, match="two values for UTR_BARN_ANTAL 9901 ar/total/total/2021"):
        shown([*values, next(v for v in values if v.periodtyp == "ar")], None)


def test_newer_definition_of_the_same_period_is_shown(published: Path) -> None:
    with Published(published) as source:
        old = source.values(kommun="9901", indikator_id="UTR_BARN_ANTAL")[0]
    new = old._replace(definitionsversion=2, varde=Decimal(1))
    for values in ([old, new], [new, old]):
        assert list(shown(values, None).values()) == [new]


def test_period_is_complete_when_its_last_day_is_known(published: Path) -> None:
    with Published(published) as source:
        value = source.values(kommun="9901", indikator_id="UTR_BARN_ANTAL")[0]
    assert value._replace(period_slut=date(2025, 10, 31)).complete
    assert not value._replace(period_slut=date(2025, 11, 1)).complete


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("update kommun set kommun = '../x' where kommun = '9901'", "an id must be"),
        ("delete from familj where familj = 'placering'", "PLAC_KOSTNAD"),
    ],
)
def test_layer_that_would_lose_or_misplace_pages_is_refused(
    tmp_path: Path, change: str, message: str
) -> None:
    fixture.build(tmp_path)
    with duckdb.connect(str(tmp_path / "indikatorer.duckdb")) as connection:
        connection.execute(change)
    with pytest.raises(ValueError, match=message):
        Published(tmp_path)
