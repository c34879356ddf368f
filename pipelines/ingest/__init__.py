"""Landing → archive: deliveries are read, judged row by row, pseudonymised and archived.

What belongs here: files, adapters, validation rules, pseudonyms, the archive and the error list. What
stays out: what the rows mean; that begins in the warehouse.
"""

from pipelines.ingest.adapter import AdapterError
from pipelines.ingest.archive import ArchiveError
from pipelines.ingest.delivery import Delivery, DeliveryResult, Status, TableCount
from pipelines.ingest.disk import DiskError
from pipelines.ingest.draft import draft
from pipelines.ingest.intake import IntakeError, held, ingest, ingest_all, pending, release, withdraw
from pipelines.ingest.look import LookError
from pipelines.ingest.overview import deliveries, rule_hits, sources
from pipelines.ingest.pseudonym import KeyFileError
from pipelines.ingest.rehearsal import rehearse, summary_of
from pipelines.ingest.rotation import rotate

__all__ = [
    "AdapterError",
    "ArchiveError",
    "Delivery",
    "DeliveryResult",
    "DiskError",
    "IntakeError",
    "KeyFileError",
    "LookError",
    "Status",
    "TableCount",
    "deliveries",
    "draft",
    "held",
    "ingest",
    "ingest_all",
    "pending",
    "rehearse",
    "release",
    "rotate",
    "rule_hits",
    "sources",
    "summary_of",
    "withdraw",
]
