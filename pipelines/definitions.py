"""Dagster: assets, asset checks, jobs, schedule and sensor; nothing else.

Each asset calls a plain function of its stage. A night is a few fat assets in one process, because
starting processes costs more than the SQL: deliveries, archive, the whole dbt project as one multi-asset,
publication, reports. What must stay out: file formats, SQL, rules.
"""

import json
import logging
from collections.abc import Iterator, Mapping
from datetime import date
from graphlib import TopologicalSorter
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings
from dagster_dbt.asset_utils import build_dbt_specs, default_group_from_dbt_resource_props

from pipelines import ingest, publish, reports, warehouse
from pipelines.settings import get_settings

ARCHIVE_KEY = dg.AssetKey("arkiv")
GROUPS = {
    "staging": "lager_staging",
    "intermediate": "lager_motorer",
    "marts": "lager_marts",
    "indikatorer": "lager_indikatorer",
    "seed": "seeds",
}


class Translator(DagsterDbtTranslator):
    """dbt's names as Dagster shows them: schema/table, grouped by layer, all sources being the archive."""

    def __init__(self) -> None:
        super().__init__(DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True))

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] == "source":
            return ARCHIVE_KEY
        return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        if dbt_resource_props["resource_type"] == "seed":
            return GROUPS["seed"]
        layer = dbt_resource_props["fqn"][1] if len(dbt_resource_props["fqn"]) > 1 else ""
        return GROUPS.get(layer) or default_group_from_dbt_resource_props(dbt_resource_props)


LOG = logging.getLogger("socialstat")
"""What the stages tell while they work. Not Dagster's own log, which stores every line as an event."""

TRANSLATOR = Translator()
MANIFEST: dict[str, Any] = json.loads(warehouse.manifest(get_settings()).read_text(encoding="utf-8"))
DBT_SPECS, DBT_CHECKS = build_dbt_specs(
    translator=TRANSLATOR,
    manifest=MANIFEST,
    select="fqn:*",
    exclude="",
    selector="",
    io_manager_key=None,
    project=None,
)
# Dagster wants the assets of a multi-asset in dependency order.
DBT_ORDER = [
    key
    for key in TopologicalSorter(
        {spec.key: [dep.asset_key for dep in spec.deps] for spec in DBT_SPECS}
    ).static_order()
    if key != ARCHIVE_KEY
]
NODE_ID = {
    TRANSLATOR.get_asset_key(node): unique_id
    for unique_id, node in MANIFEST["nodes"].items()
    if node["resource_type"] in ("model", "seed")
}
MART_KEYS = [spec.key for spec in DBT_SPECS if spec.key.path[0] == "mart"]


@dg.asset(group_name="intag", description="Leveranser som väntar i landing: mappar med filen KLAR.")
def leveranser(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    waiting = ingest.pending(get_settings())
    names = [f"{d.kommun} {d.leveransdatum}" for d in waiting]
    return dg.MaterializeResult(metadata={"antal": len(names), "leveranser": dg.MetadataValue.json(names)})


@dg.asset(
    key=ARCHIVE_KEY,
    deps=[leveranser],
    group_name="intag",
    description="Accepterade ändringar, pseudonymiserade; avvisade rader ligger i fellistan.",
    check_specs=[
        dg.AssetCheckSpec("kontrakt", asset=ARCHIVE_KEY, description="Alla leveranser följer kontrakten."),
        dg.AssetCheckSpec(
            "radbevarande", asset=ARCHIVE_KEY, description="Rader in = accepterade + avvisade.", blocking=True
        ),
    ],
)
def arkiv(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    results = ingest.ingest_all(get_settings(), progress=LOG.info)
    counts = [t for r in results for t in r.tables.values()]
    rows_in = sum(t.rows_in for t in counts)
    accepted = sum(t.accepted for t in counts)
    rejected = sum(t.rejected for t in counts)
    findings: dict[str, int] = {}
    for r in results:
        for rule, n in r.rules.items():
            findings[rule] = findings.get(rule, 0) + n
    refused = [f"{r.kommun} {r.leveransdatum}" for r in results if r.status in ("avvisad", "vilande")]
    return dg.MaterializeResult(
        metadata={"rader_in": rows_in, "accepterade": accepted, "avvisade": rejected},
        check_results=[
            dg.AssetCheckResult(
                check_name="kontrakt",
                passed=not refused and not rejected,
                severity=dg.AssetCheckSeverity.ERROR if refused else dg.AssetCheckSeverity.WARN,
                metadata={
                    "avvisade_leveranser": dg.MetadataValue.json(refused),
                    "fynd_per_regel": dg.MetadataValue.json(findings),
                },
            ),
            dg.AssetCheckResult(
                check_name="radbevarande",
                passed=rows_in == accepted + rejected,
                metadata={"rader_in": rows_in, "accepterade": accepted, "avvisade": rejected},
            ),
        ],
    )


class NightConfig(dg.Config):
    """``lage_per`` (ISO date): build what was known that day; default is everything that is known."""

    lage_per: str | None = None


@dg.multi_asset(name="lager", specs=DBT_SPECS, check_specs=DBT_CHECKS, can_subset=False)
def lager(
    context: dg.AssetExecutionContext, config: NightConfig
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    settings = get_settings()
    lage_per = date.fromisoformat(config.lage_per) if config.lage_per else None
    night = warehouse.build(settings, lage_per, on_event=warehouse.progress(LOG.info))
    state: dict[str, Any] = {"vintage": night.release.name, "ny": night.is_new}
    for key in DBT_ORDER:
        seconds = night.seconds.get(NODE_ID[key])
        yield dg.MaterializeResult(asset_key=key, metadata=state | ({"sekunder": seconds} if seconds else {}))
    for check in DBT_CHECKS:
        # A night whose tests failed never gets here: the last good release is still current.
        yield dg.AssetCheckResult(
            asset_key=check.asset_key, check_name=check.name, passed=True, metadata=state
        )


@dg.asset(
    deps=MART_KEYS,
    group_name="publicerat",
    description="Indikatorerna efter röjandekontroll, i en mapp som ännu ingen läser: DuckDB, CSV, Parquet.",
)
def publicering(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    settings = get_settings()
    restricted = publish.write_restricted(settings)
    return dg.MaterializeResult(
        metadata={"ny": publish.build(settings) is not None, "underlag": len(restricted)}
    )


@dg.asset(
    deps=[publicering],
    group_name="publicerat",
    description="Arbetsböcker och portal; när de är skrivna blir publiceringen den gällande.",
)
def rapporter(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    settings = get_settings()
    reports.write_restricted(settings.restricted, progress=LOG.info)
    folder = publish.unreleased(settings)
    if folder is None:
        return dg.MaterializeResult(metadata={"ny": False})
    written = reports.write_all(folder, progress=LOG.info)
    release = publish.release(settings, folder)
    return dg.MaterializeResult(
        metadata={"ny": True, "mapp": dg.MetadataValue.path(str(release)), "rapporter": len(written)}
    )


inlasning = dg.define_asset_job(
    "inlasning",
    selection=dg.AssetSelection.assets(leveranser, arkiv),
    description="Läser in väntande leveranser.",
)
natt = dg.define_asset_job(
    "natt",
    selection=dg.AssetSelection.all(),
    executor_def=dg.in_process_executor,
    config={"loggers": {"standard": {}}},
    description="Natten: läser in, bygger och testar lagret, publicerar.",
)

nattschema = dg.ScheduleDefinition(
    job=natt,
    cron_schedule="0 2 * * *",
    execution_timezone="Europe/Stockholm",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Varje natt klockan två.",
)


@dg.sensor(
    job=inlasning, minimum_interval_seconds=60, description="Läser in när en leverans har fått sin KLAR."
)
def klar(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    waiting = [f"{d.kommun}/{d.leveransdatum}" for d in ingest.pending(get_settings())]
    if not waiting:
        return dg.SkipReason("Ingen ny leverans.")
    return dg.RunRequest(run_key=",".join(waiting))


def _socialstat_logger(context: dg.InitLoggerContext) -> logging.Logger:
    return LOG


standard = dg.LoggerDefinition(
    _socialstat_logger, description="Python's own logger `socialstat`: the command line shows it as progress."
)


defs = dg.Definitions(
    loggers={"standard": standard},
    assets=[leveranser, arkiv, lager, publicering, rapporter],
    jobs=[inlasning, natt],
    schedules=[nattschema],
    sensors=[klar],
    executor=dg.in_process_executor,
)
