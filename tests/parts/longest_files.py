"""The test files that take longest go first: no worker is left alone with one at the end."""

LONGEST = (
    "evals/nano/test_train.py",
    "retrieval/erasing/test_erasure.py",
    "retrieval/chroma/test_store.py",
    "evals/methods/weights/test_unlearn.py",
    "evals/running/test_running.py",
    "retrieval/chroma/test_purge.py",
    "evals/commands/test_compare_command.py",
    "evals/systems/test_systems.py",
    "evals/studies/harness/test_lm_eval_model.py",
    "evals/studies/lasting/test_lasting.py",
    "boxed/test_serving_embedded.py",
    "evals/systems/test_unlearned.py",
    "evals/bench/test_bench_unlearn.py",
)
