"""What analysts wrote, as types: rules and ladders, their grammar, and every mistake with its place."""
