"""Other people's evaluators run through the box: lm-evaluation-harness as a model of ours."""
