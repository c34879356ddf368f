"""Warehouse → published: the indicators after disclosure control, for everybody.

``build`` writes a private folder with ``indikatorer.duckdb``, ``csv/`` and ``parquet/``; reports are added to
it by their own stage; ``release`` turns ``published/current`` to it. Nothing individual leaves here.
"""

from pipelines.publish.build import build, release, unreleased

__all__ = ["build", "release", "unreleased"]
