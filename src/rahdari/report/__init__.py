"""What people read: the report page, the brief for a terminal, and answers as plain values."""
