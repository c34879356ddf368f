"""What can stop a night."""


class BuildError(Exception):
    """The night did not become a release; the last good one is still current."""
