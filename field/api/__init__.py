"""The door: HTTP, one file per resource."""
