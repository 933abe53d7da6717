"""What inspectors do: establishments, visits, reports, wage lines, photos, and how visits are planned."""
