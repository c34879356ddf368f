"""Kolada, the municipalities' shared database of key figures (RKA): its shape, and figures in it.

``own`` takes the published figures, ``write`` puts figures into files of Kolada's shape, ``read`` takes them
out again, ``fetch`` saves what Kolada answers as such files, and ``compare`` sets own figures against
peers'. Only ``fetch`` needs a network; everything else reads files.
"""

from pipelines.kolada.client import Client, KoladaError, fetch
from pipelines.kolada.compare import Comparison, Figure, compare
from pipelines.kolada.definitions import Definition, definitions
from pipelines.kolada.own import Card, cards, municipalities, own
from pipelines.kolada.read import Kolada, read
from pipelines.kolada.write import write

__all__ = [
    "Card",
    "Client",
    "Comparison",
    "Definition",
    "Figure",
    "Kolada",
    "KoladaError",
    "cards",
    "compare",
    "definitions",
    "fetch",
    "municipalities",
    "own",
    "read",
    "write",
]
