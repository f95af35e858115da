"""Health, metrics, JSON and pages on one port: it shows what the service knows and decides nothing."""
