"""Pushes of tablets of earlier versions as they went over the line; never made anew."""
