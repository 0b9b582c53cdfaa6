"""Reports of a run: HTML to read, Markdown to quote, CSV and JSON for programs, differences."""

from evals.report.run import Run
from evals.report.writing import write

__all__ = ["Run", "write"]
