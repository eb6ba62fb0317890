"""What the demo consists of: its people, its work, and how its schedule is drawn up."""
