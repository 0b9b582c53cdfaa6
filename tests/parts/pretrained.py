"""The pretrained model of ``boxed models get smollm2``, for the few tests that ask it."""

import pytest

from boxed.models.packaged import PACKAGED

SMOLLM2 = PACKAGED["smollm2"]
needs_smollm2 = pytest.mark.skipif(
    not SMOLLM2.gguf.is_file(), reason="its weights are not here: boxed models get smollm2"
)
