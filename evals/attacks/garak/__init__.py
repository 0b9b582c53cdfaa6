"""garak, in an environment of its own, against a live gateway: its disguises, our objective."""
