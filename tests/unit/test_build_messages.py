"""What a failed night tells: enough to mend it, and no row."""

import pytest

from pipelines.warehouse.build import _without_values


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (
            "Error in m\n  Conversion Error: Could not convert string 'Anna 1980' to DATE",
            "Conversion Error",
        ),
        (
            'Runtime Error in model m\n  Constraint Error: Duplicate key "person: abc" violates',
            "Constraint Error",
        ),
        (
            "Constraint Error: NOT NULL constraint failed: fct_x.enhet",
            "NOT NULL constraint failed: fct_x.enhet",
        ),
        (
            'Runtime Error\n  Binder Error: Referenced column "x" not found',
            'Runtime Error Binder Error: Referenced column "x" not found',
        ),
        (None, "error"),
    ],
)
def test_an_error_in_the_data_is_told_without_the_data(message: str | None, told: str) -> None:
    assert _without_values(message) == told
