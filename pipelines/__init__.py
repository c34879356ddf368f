"""Socialstat: from the case system's nightly extracts to numbers that carry their own proof."""
