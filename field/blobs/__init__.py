"""The bytes of photos: how they come in piece by piece, and where they are kept."""
