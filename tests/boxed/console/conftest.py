"""What the console's tests begin with: a prompt folder, and a box over it."""

from pathlib import Path

import pytest
from consoles import box_over, prompt_folder

from boxed.box import Box


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    return prompt_folder(tmp_path)


@pytest.fixture
def box(prompts: Path) -> Box:
    return box_over(prompts)
