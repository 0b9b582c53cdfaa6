"""A local chat model that asks several models at every token: a product, a worker, a system.

    model = JointModel("full", ["without", "with"], contrasting(alpha=1.0))
    await model.chat(request)

Replies, streams and likelihoods are those of ``LocalModel``, of the combined distribution.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from transformers import AutoTokenizer

from boxed.models.local import LocalModel
from boxed.models.named import source_of
from boxed.models.weights import load_weights
from evals.methods.decoding.joint import Combine, Joint

__all__ = ["JointModel"]


class JointModel(LocalModel):
    """``LocalModel`` whose weights are those of several models, named as that names its own."""

    def __init__(
        self,
        name: str,
        others: Sequence[str],
        combine: Combine,
        label: str | None = None,
        device: str | None = None,
    ) -> None:
        """``name`` gives the tokenizer, and its logits come first in ``combine``.

        Raises ValueError where another model does not read the same tokens, and what
        ``LocalModel`` raises.
        """
        super().__init__(name, label, device)
        vocabulary = self._tokenizer.get_vocab()
        for other in others:
            theirs: Any = AutoTokenizer.from_pretrained(source_of(other)[0])
            if theirs.get_vocab() != vocabulary:
                raise ValueError(
                    f"'{other}' has another vocabulary than '{name}', and their logits cannot be "
                    "combined; take models with the same tokenizer"
                )
        loaded = [self._beside(other) for other in others]
        self._model = Joint([self._model, *loaded], combine).eval()

    def _beside(self, name: str) -> Any:
        return load_weights(name, self._model.dtype).to(self._device).eval()
