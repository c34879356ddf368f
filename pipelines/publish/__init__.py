"""Warehouse → published: the indicators after disclosure control, for everybody.

``build`` writes a private folder with ``indikatorer.duckdb``, ``csv/`` and ``parquet/``; reports are added to
it by their own stage; ``release`` turns ``published/current`` to it. Nothing individual is there.
``write_restricted`` lays out the rows of the documents that name single cases, for the owner of the data.
"""

from pipelines.publish.build import build, release, unreleased
from pipelines.publish.freezing import FreezeError, difference, freeze, registers, standing, withdraw
from pipelines.publish.nuso import write as write_nuso
from pipelines.publish.restricted import write as write_restricted
from pipelines.publish.restricted import write_round, write_volumes

__all__ = [
    "FreezeError",
    "build",
    "difference",
    "freeze",
    "registers",
    "release",
    "standing",
    "unreleased",
    "withdraw",
    "write_nuso",
    "write_restricted",
    "write_round",
    "write_volumes",
]
