"""What every test may use, and the rule that in CI nothing is skipped."""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest


@pytest.fixture
def anyio_backend() -> str:
    """Async tests run on asyncio, which is what ASGI servers run on."""
    return "asyncio"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With CI=true a skipped test is a failed one: a machine that lacks a browser proves nothing."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {report.longrepr}"
    return report
