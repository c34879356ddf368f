"""Expressions over cells of a printed table: whole numbers, ``row.column``, ``+ - * /`` and parentheses.

Interval arithmetic takes a cell that stands twice for two numbers and then answers too widely: a share
a / (a + b) would reach values that no a and b have. So a cell that stands more than once is held at either
end of its interval, in every combination, and the widest result counts. That is exact where the expression
is a ratio of straight lines in each such cell, because it then rises or falls all the way. An expression
where it is not (a cell times itself) is refused.
"""

import ast
import operator
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from pipelines.reports.format import number
from pipelines.reports.printed.interval import Interval

ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
SIGNS = str.maketrans({"*": "×", "-": "−"})
MOST_REPEATED = 10
"""Cells that may stand more than once in one expression: their ends are tried in every combination."""


@dataclass(frozen=True)
class Expression:
    """A parsed expression. ``cells`` are its cells as ``row.column``, each once, in the order they stand."""

    tree: ast.expr
    cells: tuple[str, ...]
    repeated: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> "Expression":
        """Raises ValueError for anything but the arithmetic above, and for a cell times itself."""
        try:
            tree = ast.parse(text, mode="eval").body
        except SyntaxError:
            raise ValueError(f"{text!r} går inte att läsa som ett uttryck") from None
        counted = Counter(_cells(tree))
        repeated = tuple(cell for cell, times in counted.items() if times > 1)
        if len(repeated) > MOST_REPEATED:
            raise ValueError(f"{text!r}: fler än {MOST_REPEATED} celler står mer än en gång")
        for cell in repeated:
            if max(_degrees(tree, cell)) > 1:
                raise ValueError(f"{text!r}: {cell} multipliceras med sig själv")
        return cls(tree, tuple(counted), repeated)

    def range(self, cells: Mapping[str, Interval]) -> Interval:
        """The least and the greatest value that the cells' intervals allow, exactly.

        Raises ZeroDivisionError when a denominator may be zero.
        """
        _evaluate(self.tree, cells)  # all at once is too wide, but finds every zero in a denominator
        ends = [
            [(cell, Interval.point(end)) for end in {cells[cell].low, cells[cell].high}]
            for cell in self.repeated
        ]
        return Interval.around(_evaluate(self.tree, {**cells, **dict(held)}) for held in product(*ends))

    def value(self, cells: Mapping[str, Fraction]) -> Fraction:
        """The value of the cells as they are. Raises ZeroDivisionError."""
        return _evaluate(self.tree, {cell: Interval.point(v) for cell, v in cells.items()}).low

    def shown(self, printed: Mapping[str, str]) -> str:
        """The expression with every cell as it is printed: "17 × 715 − 39 × 719"."""
        return ast.unparse(_Shown(printed).visit(ast.parse(ast.unparse(self.tree), mode="eval"))).translate(
            SIGNS
        )


class _Shown(ast.NodeTransformer):
    """Puts the printed text in the place of cells and numbers, as names, which unparse writes as they are."""

    def __init__(self, printed: Mapping[str, str]) -> None:
        self.printed = printed

    def visit_Attribute(self, node: ast.Attribute) -> ast.Name:
        text = self.printed[ast.unparse(node)]
        return ast.Name(id=f"({text})" if text[0] in "-−" else text)

    def visit_Constant(self, node: ast.Constant) -> ast.Name:
        assert isinstance(node.value, int)
        return ast.Name(id=number(node.value))


def _cells(node: ast.expr) -> list[str]:
    """Every cell, as often as it stands. Raises ValueError for what is no arithmetic."""
    match node:
        case ast.BinOp(left=left, op=op, right=right) if type(op) in ARITHMETIC:
            return _cells(left) + _cells(right)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _cells(operand)
        case ast.Attribute(value=ast.Name()):
            return [ast.unparse(node)]
        case ast.Constant(value=int(value)) if not isinstance(value, bool):
            return []
    raise ValueError(f"{ast.unparse(node)!r} är varken ett heltal, en cell eller + - * /")


def _evaluate(node: ast.expr, cells: Mapping[str, Interval]) -> Interval:
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            result: Interval = ARITHMETIC[type(op)](_evaluate(left, cells), _evaluate(right, cells))
            return result
        case ast.UnaryOp(operand=operand):
            return -_evaluate(operand, cells)
        case ast.Attribute():
            return cells[ast.unparse(node)]
        case ast.Constant(value=int(value)):
            return Interval.point(value)
    raise AssertionError(ast.dump(node))  # parse lets nothing else through


def _degrees(node: ast.expr, cell: str) -> tuple[int, int]:
    """The highest power of ``cell`` in numerator and denominator, were all written as one fraction."""
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            (a, b), (c, d) = _degrees(left, cell), _degrees(right, cell)
            match op:
                case ast.Mult():
                    return a + c, b + d
                case ast.Div():
                    return a + d, b + c
            return max(a + d, c + b), b + d
        case ast.UnaryOp(operand=operand):
            return _degrees(operand, cell)
        case ast.Attribute():
            return int(ast.unparse(node) == cell), 0
    return 0, 0
