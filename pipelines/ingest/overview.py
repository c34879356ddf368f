"""What the archive and the landing hold, as plain values for those who ask."""

from typing import Any

import polars as pl

from pipelines.ingest import adapter, archive, delivery
from pipelines.ingest.hits import hit_rates
from pipelines.ingest.intake import held
from pipelines.settings import Settings

PLACE: dict[str, Any] = {"kommun": pl.String, "leveransdatum": pl.Date, "sekvens": pl.Int64}


def deliveries(settings: Settings) -> list[dict[str, Any]]:
    """Every delivery with its status and what has been done with it; the held ones last."""
    rows: list[dict[str, Any]] = []
    for kommun in archive.municipalities_in(settings):
        manifest = archive.load(settings, kommun)
        for entry in manifest.leveranser:
            done = [e.slag for e in manifest.handelser if (e.leveransdatum, e.sekvens) == entry.place]
            rows.append(
                {
                    "kommun": kommun,
                    "leverans": delivery.label(*entry.place),
                    "status": entry.status,
                    "handelser": done,
                }
            )
    for waiting in held(settings):
        rows.append(
            {"kommun": waiting.kommun, "leverans": waiting.folder.name, "status": "vilande", "handelser": []}
        )
    return rows


def sources(settings: Settings) -> list[dict[str, Any]]:
    """The adapters: name, municipalities, tables. Raises AdapterError."""
    return [
        {
            "namn": a.namn,
            "kommuner": ["alla"] if a.kommuner == "*" else list(a.kommuner),
            "tabeller": sorted({fil.tabell for fil in a.filer}),
        }
        for a in adapter.load(settings.sources)
    ]


def rule_hits(settings: Settings) -> pl.DataFrame:
    """Each rule with its hits, in the newest delivery of each municipality and in all: see
    :func:`pipelines.ingest.hits.hit_rates`. Refused deliveries count, withdrawn ones do not."""
    findings = [pl.DataFrame(schema={**PLACE, "regel_id": pl.String})]
    rows: list[tuple[Any, ...]] = []
    for kommun in archive.municipalities_in(settings):
        for entry in archive.load(settings, kommun).leveranser:
            where = (kommun, *entry.place)
            rows += [(*where, name, t.rader_in, t.nya, t.borttagna) for name, t in entry.tabeller.items()]
            if entry.fynd:
                ids = pl.read_parquet(settings.archive / entry.fynd.fil, columns=["regel_id"])
                stamp = (pl.lit(v, t).alias(k) for (k, t), v in zip(PLACE.items(), where, strict=True))
                findings.append(ids.select(*stamp, "regel_id"))
    counted = {"tabell": pl.String, "rader_in": pl.Int64, "nya": pl.Int64, "borttagna": pl.Int64}
    return hit_rates(pl.concat(findings), pl.DataFrame(rows, schema={**PLACE, **counted}, orient="row"))
