"""The report as one HTML file that holds everything it shows: no server, no network, prints on A4."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipelines.reports.volymer import chart
from pipelines.reports.volymer.document import Document

TEMPLATES = Path(__file__).parents[1] / "templates"


def write(document: Document, target: Path) -> Path:
    """Write the page in one step, for its owner only."""
    pages = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # The pictures are drawn here of escaped texts, so they may stand as they are.
    pictures = [(Markup(chart.svg(spec)), words) for spec, words in document.pictures]
    text = pages.get_template("volymer.html").render(document=document, pictures=pictures)
    draft = target.with_suffix(".part")
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="utf-8")
    return draft.replace(target)
