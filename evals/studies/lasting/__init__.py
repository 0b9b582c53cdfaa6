"""Does forgetting last: training on, quantising, a stream of requests, repeated runs."""
