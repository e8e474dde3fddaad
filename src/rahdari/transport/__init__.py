"""Routes, stops, availability and costs of freight: knows no trade."""
