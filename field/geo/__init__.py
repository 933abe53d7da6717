"""Where: districts, distance, presence and routes."""
