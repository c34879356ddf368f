"""The case system of Sampelstad: its tables, and the last day it knows anything about."""

from collections.abc import Iterator
from datetime import date

from pipelines.contracts import tables as contracts
from pipelines.sample.people import Person
from pipelines.sample.world import HISTORY, Row, Tables, identities


class Register:
    """Rows by table. What is drawn to happen after ``horizon`` has not happened yet: use :meth:`known`."""

    def __init__(self) -> None:
        self.tables: Tables = {name: [] for name in contracts()}
        self.horizon = HISTORY
        self._event_ids: Iterator[str] = identities("H")

    def add(self, table: str, row: Row) -> Row:
        self.tables[table].append(row)
        return row

    def known(self, day: date | None) -> date | None:
        return day if day and day <= self.horizon else None

    def event(
        self,
        subject: tuple[str, str],
        person: Person,
        what: str,
        day: date,
        *,
        unit: str = "",
        law: str = "",
    ) -> None:
        """Something that no other table carries (``handelser``), when it has happened.

        ``subject`` is what it happened to: (subjekt_typ, subjekt_id).
        """
        if day <= self.horizon:
            self.add(
                "handelser",
                {
                    "handelse_id": next(self._event_ids),
                    "subjekt_typ": subject[0],
                    "subjekt_id": subject[1],
                    "personnummer": person.number,
                    "handelse": what,
                    "datum": day,
                    "lagrum": law,
                    "enhet": unit,
                },
            )
