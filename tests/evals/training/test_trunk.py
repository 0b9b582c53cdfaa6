"""The kept layers: the same states as computing them anew, and a model that is whole afterwards."""

from __future__ import annotations

import torch
from transformers import AutoModelForCausalLM

from boxed.models.embedded import EMBEDDED
from evals.training.trunk import Trunk
