"""Rahdari: from a signed partnership to a plan that can be tested."""

__version__ = "0.1.0"
