"""What Dagster shows and starts: the graph a new engineer sees, the job, the schedule, the sensor."""

import importlib
from types import ModuleType

import dagster as dg
import pytest

from pipelines.settings import Settings, get_settings

pytestmark = pytest.mark.xdist_group("natt")


@pytest.fixture
def definitions(natt: Settings, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The code location as Dagster loads it, on the home of the shared night."""
    monkeypatch.setenv("SOCIALSTAT_HOME", str(natt.home))
    monkeypatch.delenv("SOCIALSTAT_BUILD_IN")
    get_settings.cache_clear()
    return importlib.import_module("pipelines.definitions")


def test_graph_runs_one_way_through_its_groups(definitions: ModuleType) -> None:
    graph = definitions.defs.resolve_asset_graph()
    groups = {key: graph.get(key).group_name for key in graph.get_all_asset_keys()}
    order = [
        "intag",
        "seeds",
        "lager_staging",
        "lager_motorer",
        "lager_marts",
        "lager_indikatorer",
        "publicerat",
    ]
    assert set(groups.values()) == set(order)
    steps = {
        (groups[parent], groups[key])
        for key in groups
        for parent in graph.get(key).parent_keys
        if parent in groups
    }
    back = {(a, b) for a, b in steps if order.index(a) > order.index(b)}
    assert back == set()
    assert ("intag", "lager_staging") in steps
    assert ("lager_indikatorer", "publicerat") in steps


def test_every_asset_is_described_and_in_the_night(definitions: ModuleType) -> None:
    graph = definitions.defs.resolve_asset_graph()
    assert [key for key in graph.get_all_asset_keys() if not graph.get(key).description] == []
    job = definitions.defs.resolve_job_def("natt")
    assert set(job.asset_layer.executable_asset_keys) == set(graph.get_all_asset_keys())
    checks = {check.name for check in graph.asset_check_keys}
    assert {"kontrakt", "radbevarande"} < checks
    assert len(checks) > 50


def test_the_night_has_a_time_and_deliveries_a_sensor(definitions: ModuleType, settings: Settings) -> None:
    schedule = definitions.nattschema
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 2 * * *", "Europe/Stockholm")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(definitions, "get_settings", lambda: settings)
        with dg.build_sensor_context() as context:
            assert isinstance(definitions.klar(context), dg.SkipReason)
            folder = settings.landing / "9901" / "2026-11-04"
            folder.mkdir(parents=True)
            assert isinstance(definitions.klar(context), dg.SkipReason)
            (folder / "KLAR").touch()
            request = definitions.klar(context)
    assert isinstance(request, dg.RunRequest)
    assert request.run_key == "9901/2026-11-04"
