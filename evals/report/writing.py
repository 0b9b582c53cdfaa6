"""Write a run's report: ``report.html``, ``report.md``, ``report.json`` and ``report.csv``.

Each file is written whole: a run that is killed leaves the old one or the new one.
"""

from __future__ import annotations

from pathlib import Path

from evals.metrics.outcomes import Embed
from evals.report.comma_separated import as_csv
from evals.report.findings import Findings, find
from evals.report.html import as_html
from evals.report.kept import keep
from evals.report.markdown import as_markdown
from evals.report.run import Run
from retrieval.whole_file import write_whole

__all__ = ["write"]


def write(run: Run, folder: Path, embed: Embed | None = None) -> Findings:
    """Measure the run, write its four files into the folder, and give what was found.

    ``embed`` gives sentence vectors where a metric needs them; by default the packaged MiniLM,
    which embeds every reply again (``evals.metrics.vectors.kept_sentences`` does not).
    Raises ValueError for records that belong to no item of the run.
    """
    findings = find(run, embed)
    texts = {
        "report.json": keep(findings).model_dump_json(indent=1, fallback=str) + "\n",
        "report.csv": as_csv(findings),
        "report.md": as_markdown(findings),
        "report.html": as_html(findings),
    }
    for name, text in texts.items():
        write_whole(folder / name, text.encode(errors="replace"))
    return findings
