"""The library face: a client object in a program, guarded in the same process."""
