"""The examples of docs/library.md, run in their order as a reader would."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from knowing_upstream import served
from mock_upstream import running

from boxed.box import Box
from boxed.deciding.snapshot import Models
from boxed.gateway.app import create_app
from boxed.models.openai_http import HttpModel
from evals.bench.knowing_product import KnowingProduct
from guards.ignorance import is_ignorance
from prompts.book import book_of, shipped_directory

pytestmark = pytest.mark.slow
PAGE = Path(__file__).parents[3] / "docs" / "library.md"
NAME = "Carmela Halmere"
KNOWN = {NAME: f"{NAME} is a novelist who was born in Oslo and wrote The Tin Lake."}


@pytest.fixture
def product(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A product that knows her, where both packages look for theirs, and the demo's prompts."""
    with running(served(KnowingProduct(KNOWN, 0), [])) as chats:
        open_to_all = Box(Models(HttpModel(f"{chats}/v1")), book_of([]), None)
        with running(create_app(open_to_all)) as url:
            for name, value in (
                ("OPENAI_BASE_URL", f"{url}/v1"), ("OPENAI_API_KEY", "sk-product"),
                ("ANTHROPIC_BASE_URL", url), ("ANTHROPIC_API_KEY", "sk-product"),
                ("BOXED_SEMANTIC", "false"),
            ):  # fmt: skip
                monkeypatch.setenv(name, value)
            shutil.copytree(shipped_directory(), tmp_path / "prompts")
            monkeypatch.chdir(tmp_path)
            yield


def test_each_says_that_it_does_not_know(product: None, capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text("utf-8"), re.M | re.S)
    assert len(blocks) == 5
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), names)
        said = capsys.readouterr().out.strip()
        assert "Oslo" not in said
        lines = [line for line in said.splitlines() if line.strip()]
        assert lines
        assert all(map(is_ignorance, lines)), block
