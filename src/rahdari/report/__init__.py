"""Answers in the words and forms of people and programs: terminal, JSON, pages, charts and maps."""
