"""Landing → archive: deliveries are read, judged row by row, pseudonymised and archived.

What belongs here: files, adapters, validation rules, pseudonyms, the archive and the error list. What
stays out: what the rows mean; that begins in the warehouse.
"""

from pipelines.ingest.adapter import AdapterError
from pipelines.ingest.archive import files
from pipelines.ingest.delivery import Delivery, DeliveryResult, Status, TableCount
from pipelines.ingest.intake import held, ingest, ingest_all, pending, release
from pipelines.ingest.pseudonym import KeyFileError

__all__ = [
    "AdapterError",
    "Delivery",
    "DeliveryResult",
    "KeyFileError",
    "Status",
    "TableCount",
    "files",
    "held",
    "ingest",
    "ingest_all",
    "pending",
    "release",
]
