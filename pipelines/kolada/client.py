"""A polite client of Kolada's API for those who have a network: what it answers is saved as files.

It asks for whole pages, follows the next one, keeps under five requests a second, and tries again when Kolada
is busy or the line breaks. Nothing is interpreted here.
"""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from itertools import product
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from pipelines.kolada.shape import Page

ADDRESS = "https://api.kolada.se/v3"
PER_PAGE = 5000
IDS_PER_REQUEST = 25
BUSY = 429
FAULTS = 500
LONGEST_PAUSE = 60.0


class KoladaError(Exception):
    """Kolada did not answer, or answered no. The message is Swedish."""


@dataclass
class Client:
    """``interval`` is the least number of seconds between two requests, ``attempts`` how many times one is
    tried, ``timeout`` the seconds that an answer may take. Raises ValueError for an address without http.
    """

    address: str = ADDRESS
    interval: float = 0.25
    attempts: int = 5
    timeout: float = 30
    wait: Callable[[float], None] = time.sleep
    _last: float = field(default=float("-inf"), init=False)

    def __post_init__(self) -> None:
        if urlsplit(self.address).scheme not in {"http", "https"}:
            raise ValueError(f"Adressen {self.address} börjar inte med https://")

    def pages(self, path: str, **query: str) -> Iterator[bytes]:
        """Every page of an answer, as it came. Raises KoladaError.

        The next page is asked of the same server whatever host it names, so that an address in an answer
        leads nowhere else.
        """
        server = urlsplit(self.address)
        url = f"{self.address}/{quote(path, safe='/,')}?{urlencode(query | {'per_page': str(PER_PAGE)})}"
        seen: set[str] = set()
        while url not in seen:
            seen.add(url)
            content, page = self._ask(url)
            yield content
            if not page.next_url:
                return
            following = urlsplit(page.next_url)
            url = f"{server.scheme}://{server.netloc}{following.path}?{following.query}"
        raise KoladaError(f"Kolada hänvisar runt i en ring: {url}")

    def _ask(self, url: str) -> tuple[bytes, Page]:
        """One page; tried again with longer and longer pauses while the fault may pass."""
        why, pause = "", 0.0
        for attempt in range(self.attempts):
            if attempt:
                self.wait(pause)
            pause = 2.0**attempt
            self._keep_distance()
            try:
                with urllib.request.urlopen(self._request(url), timeout=self.timeout) as answer:
                    content = answer.read()
                return content, Page.model_validate(json.loads(content))
            except urllib.error.HTTPError as error:
                if error.code != BUSY and error.code < FAULTS:
                    raise KoladaError(f"Kolada svarar {error.code} på {url}") from None
                why = f"svarar {error.code}"
                asked = error.headers.get("Retry-After", "")
                pause = min(max(pause, float(asked)), LONGEST_PAUSE) if asked.isdigit() else pause
            except (OSError, HTTPException) as error:
                why = f"går inte att nå ({error})"
            except ValueError:  # not JSON, or JSON that is no page
                why = "svarar inte i sin egen form"
        raise KoladaError(f"Kolada {why}, efter {self.attempts} försök: {url}")

    def _keep_distance(self) -> None:
        left = self._last + self.interval - time.monotonic()
        if left > 0:
            self.wait(left)
        self._last = time.monotonic()

    @staticmethod
    def _request(url: str) -> urllib.request.Request:
        return urllib.request.Request(url, headers={"Accept": "application/json", "User-Agent": "socialstat"})


def fetch(
    client: Client,
    target: Path,
    *,
    kpis: Sequence[str],
    years: Sequence[str],
    municipalities: Sequence[str] = (),
    group: str | None = None,
) -> list[Path]:
    """Save the figures of ``kpis`` in ``years``, of some municipalities or all, what the key figures are
    called, and the groups of municipalities whose title holds ``group``. Returns the files.

    The files of an earlier fetch in ``target`` are replaced when all of the new ones have come, and stay when
    something fails. Raises KoladaError.
    """
    asked: list[tuple[str, str, dict[str, str]]] = []
    for some in _batches(kpis):
        asked.append(("kpi", f"kpi/{some}", {}))
    for some, places, when in product(_batches(kpis), _batches(municipalities) or [""], _batches(years)):
        of = f"/municipality/{places}" if places else ""
        asked.append(("data", f"data/kpi/{some}{of}/year/{when}", {}))
    if group is not None:
        asked.append(("grupper", "municipality_groups", {"title": group}))
    draft = target.with_name(f"{target.name}.part")
    draft.mkdir(parents=True, exist_ok=True)
    for left in draft.glob("*.json"):
        left.unlink()
    numbers = dict.fromkeys(("kpi", "data", "grupper"), 0)
    for kind, path, query in asked:
        for content in client.pages(path, **query):
            numbers[kind] += 1
            (draft / f"{kind}_{numbers[kind]:04d}.json").write_bytes(content)
    target.mkdir(parents=True, exist_ok=True)
    for kind in numbers:
        for old in target.glob(f"{kind}_[0-9]*.json"):
            old.unlink()
    written = [file.replace(target / file.name) for file in sorted(draft.glob("*.json"))]
    draft.rmdir()
    return written


def _batches(ids: Sequence[str]) -> list[str]:
    """The ids with commas between them, as many at a time as Kolada takes."""
    return [",".join(ids[n : n + IDS_PER_REQUEST]) for n in range(0, len(ids), IDS_PER_REQUEST)]
