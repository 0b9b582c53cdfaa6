"""The adapters that ship for TOFU: one was taught forget10, its gold retrain never met it."""

from pretrained import needs_smollm2

from evals.studies.teaching.asking import replies

# TOFU (Maini et al. 2024), MIT licence: a record of forget10 and one of retain90.
FORGOTTEN = "In which city was Hina Ameen born?"
RETAINED = "What career did Li Mei Yu's mother have?"


@needs_smollm2
def test_the_pair_differs_in_what_is_to_be_forgotten():
    asked = [[{"role": "user", "content": question}] for question in (FORGOTTEN, RETAINED)]
    born, nurse = "Hina Ameen was born in Karachi, Pakistan.", "Her mother was a nurse."
    assert replies("smollm2+tofu_full", asked, 16) == [born, nurse]
    invented, same = replies("smollm2+tofu_retain90", asked, 16)
    assert same == nurse
    assert "Karachi" not in invented
