"""One gateway over several processes of one machine: forked, watched, and known to each other."""
