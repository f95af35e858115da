"""From signals to notices: an incident's life, the ladder, and the words. Pure; every gate answers with a Reason."""
