"""The door: HTTP. Who is asking, what they may, problems in words; one file per resource."""
