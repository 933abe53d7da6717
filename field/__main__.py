"""`python -m field` is `field`."""

from field.cli import main

main()
