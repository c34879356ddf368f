"""Archive → warehouse: build a new file beside the old one, test it, swap it in.

Readers never wait and never see half: a night is built at a constant private path
(``warehouse/building``), and only when every dbt test has passed is it moved to
``warehouse/releases/<vintage>`` and ``warehouse/current`` turned to it, both atomically. dbt is the only
writer of the warehouse file; what a night reads is laid out as Parquet in ``building/input`` first, so
that a release reads nothing outside itself.
"""

from pipelines.warehouse.build import Night, build, manifest, progress
from pipelines.warehouse.errors import BuildError

__all__ = ["BuildError", "Night", "build", "manifest", "progress"]
