"""`python -m koubei` is the same as `koubei`."""

from koubei.app.cli import main

main()
