"""`python -m client.cli`: the same as the `jincai` command."""

import sys

from client.cli import main

if __name__ == "__main__":
    sys.exit(main())
