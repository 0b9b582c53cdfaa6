"""What this machine trains fastest with: devices, precision, attention; its speed and memory."""

from __future__ import annotations

import time

import torch
from accelerate import Accelerator

from evals.training.peak import forget_peak, peak_bytes


def quick_attention() -> str:
    """The attention that trains fastest here: on a CPU the fused one is slow on its way back."""
    return "sdpa" if torch.cuda.is_available() else "eager"


def quick_in_bfloat16() -> bool:
    """Whether this machine computes faster in bfloat16: a CPU without the instructions crawls."""
    if torch.cuda.is_available():
        return torch.cuda.is_bf16_supported()
    able = torch.cpu.get_capabilities()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))


def quick_accelerator() -> Accelerator:
    """The devices that a training runs on, in bfloat16 where that is quicker.

    Several processes without a GPU find each other only where the CPU is asked for.
    """
    return Accelerator(
        cpu=not torch.cuda.is_available(),
        mixed_precision="bf16" if quick_in_bfloat16() else "no",
    )


def forget_peak_memory(device: torch.device) -> None:
    """Let the peak of memory start again, where the system can; what is held now counts on."""
    forget_peak()
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)


def peak_memory(device: torch.device) -> int:
    """The most bytes that this process held: on a GPU its tensors, else its main memory."""
    if device.type == "cuda":
        return int(torch.cuda.max_memory_allocated(device))
    return peak_bytes()


def matrix_throughput(device: torch.device, width: int = 1024, repeats: int = 8) -> float:
    """Operations per second of a square matrix product, in the precision that training uses."""
    kind = torch.bfloat16 if quick_in_bfloat16() else torch.float32
    left = torch.randn(width, width, device=device, dtype=kind)
    best = 0.0
    for _ in range(repeats):
        began = time.perf_counter()
        # Reading a number waits for the device to finish.
        float((left @ left)[0, 0])
        best = max(best, 2 * width**3 / (time.perf_counter() - began))
    return best
