"""The peak of memory is the work's own: not what came before it, nor what started the process."""

import subprocess
import sys

import pytest

from evals.training.peak import forget_peak, peak_bytes

CHILD = "from evals.training.peak import peak_bytes; print(peak_bytes())"


def test_the_peak_starts_again_where_the_system_allows():
    held = bytearray(200 << 20)
    high = peak_bytes()
    del held
    if not forget_peak():
        pytest.skip("this system does not let a process forget its peak")
    assert peak_bytes() < high - (100 << 20)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the peak is getrusage's")
def test_a_process_does_not_count_the_one_that_started_it():
    held = bytearray(200 << 20)
    done = subprocess.run([sys.executable, "-c", CHILD], capture_output=True, text=True, check=True)
    assert 0 < int(done.stdout) < len(held)
    assert peak_bytes() > len(held)
