"""The page of errors: what it holds, and that nothing of a page's text becomes markup."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from eval.report import browser
from eval.report.stored import Run


def data(html: str) -> dict[str, Any]:
    [embedded] = re.findall(r'<script type="application/json" id="data">(.*?)</script>', html, re.S)
    found: dict[str, Any] = json.loads(embedded)
    found["errors"] = [dict(zip(found["fields"], row)) for row in found["errors"]]
    return found


def test_the_page_lists_the_errors_of_all_suites_dearest_first(run: Path) -> None:
    found = data(browser.page(Run(run)))
    assert found["tool"] == "repair"
    assert found["signature"].startswith("repair:")
    assert found["suites"] == ["barn", "mill"]
    kinds = [
        (e["suite"], e["kind"], e["source"], e["wanted"], e["written"]) for e in found["errors"]
    ]
    assert kinds == (
        [("mill", "innocent", "old", "old", "former")] * 4
        + [("barn", "wording", "huge", "big", "large")] * 12
        + [("barn", "unsure", "stream", "river", "river")] * 12
    )
    assert {kind for _, kind, *_ in kinds} <= set(found["kinds"])


def test_text_cannot_leave_the_data(run: Path) -> None:
    html = browser.page(Run(run))
    assert "knew </script>" not in html
    assert html.count("</script>") == html.count("<script") == 2
    assert "</script><script>why</script>" in data(html)["errors"][0]["before"]


def test_the_page_asks_for_nothing_from_outside(run: Path) -> None:
    html = browser.page(Run(run))
    assert "default-src 'none'" in html  # so a browser would refuse it, too
    assert not re.search(r"""https?:|@import|\b(?:src|href)\s*=\s*["'](?!data:)""", html)


def test_written_beside_the_run(run: Path) -> None:
    assert browser.write(run) == run / "errors.html"
    assert (run / "errors.html").read_text() == browser.page(Run(run))


def test_a_tool_that_was_not_measured(run: Path) -> None:
    with pytest.raises(ValueError, match="holds nothing of symspell; measure it"):
        browser.page(Run(run), "symspell")
