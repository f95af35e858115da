"""The one bounded way out: every HTTP call of sources and channels goes through `fetch.Fetcher`."""
