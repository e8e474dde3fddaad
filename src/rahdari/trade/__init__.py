"""Trade between economies: what they sell each other, and how that answers to trade costs."""
