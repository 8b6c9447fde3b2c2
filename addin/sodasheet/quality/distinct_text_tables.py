"""Tables of the distinct strings of columns, made once and shared by all checks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from sodasheet.quality.profile import Profile, Relation
from sodasheet.staging.check.check import CheckResult
from sodasheet.staging.check.mapping_sql import Projected

#: Makes a FROM clause with the strings of some columns, which selects the rows.
RowsOf = Callable[[Sequence[Projected]], str]

#: Columns that are grouped together; more would give too many distinct rows.
_MOST = 5


@dataclass(frozen=True, slots=True)
class DistinctTexts:
    """Temporary tables of one comparison, by columns and rows.

    Each has its columns under their own names, with `n`, the number of its rows, and `first`, the
    number of the first of them. Columns that determine each other in the dataset share one table,
    because together they have hardly more distinct rows than each has alone. `sets` lists these
    groups, `few` names the other columns with few distinct strings.
    """

    checked: CheckResult
    sets: tuple[tuple[Projected, ...], ...] = ()
    few: frozenset[str] = frozenset()
    tables: dict[str, str] = field(default_factory=dict)

    @classmethod
    def planned(cls, checked: CheckResult, known: Profile | None) -> DistinctTexts:
        """Return tables, not yet created, for a source of a dataset with this profile."""
        if known is None:
            return cls(checked)
        by_field = {
            column.filled.column.field: column
            for column in checked.projected
            if column.filled.sources
        }
        relations = [
            relation
            for relation in known.relations
            if relation.kind == "decides" and {relation.first, relation.second} <= set(by_field)
        ]
        sets = tuple(tuple(by_field[name] for name in names) for names in _together(relations))
        few = (
            column.text_name
            for name, column in by_field.items()
            if name in known.columns and known.columns[name].category
        )
        return cls(checked, sets, frozenset(few))

    def has_few(self, column: Projected) -> bool:
        """True if the column probably has few distinct strings, or is already grouped."""
        return column.text_name in self.few or any(column in group for group in self.sets)

    def of(self, column: Projected, rows_of: RowsOf) -> str:
        """Return the name of a column's table, created from the rows of `rows_of`."""
        group = next((group for group in self.sets if column in group), None)
        if group is None:
            return self._grouped([column], rows_of)
        together = self._grouped(group, rows_of)
        return self._table(
            f"SELECT {column.text_name}, sum(n)::BIGINT AS n, min(first) AS first FROM {together} "
            "GROUP BY 1"
        )

    def combined(self, first: Projected, second: Projected, rows_of: RowsOf) -> str:
        """Return the name of a table that contains both columns."""
        fitting = (group for group in self.sets if first in group and second in group)
        return self._grouped(next(fitting, (first, second)), rows_of)

    def _grouped(self, columns: Sequence[Projected], rows_of: RowsOf) -> str:
        names = ", ".join(column.text_name for column in columns)
        return self._table(
            f"SELECT {names}, count(*) AS n, min(_row) AS first FROM {rows_of(columns)} "
            f"GROUP BY {names}"
        )

    def _table(self, query: str) -> str:
        if query not in self.tables:
            name = f"distinct_texts_{len(self.tables)}"
            self.checked.stage.connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")
            self.tables[query] = name
        return self.tables[query]


def _together(relations: Iterable[Relation]) -> list[list[str]]:
    """Return the largest sets of fields in which the first determines all others."""
    determined: dict[str, list[str]] = {}
    for relation in relations:
        determined.setdefault(relation.first, []).append(relation.second)
    sets = sorted(
        (_with_determined(first, determined) for first in determined), key=len, reverse=True
    )
    return [
        names
        for place, names in enumerate(sets)
        if not any(set(names) <= set(larger) for larger in sets[:place])
    ]


def _with_determined(first: str, determined: dict[str, list[str]]) -> list[str]:
    """Return the field and the fields that its value determines, directly before indirectly."""
    fields = [first]
    for name in fields:
        fields.extend(other for other in determined.get(name, ()) if other not in fields)
    return fields[:_MOST]
