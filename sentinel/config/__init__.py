"""sentinel.yaml as types, and secrets by reference."""
