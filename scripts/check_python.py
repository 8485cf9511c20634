"""Say clearly what is missing before an installation fails somewhere in its middle. Runs on any Python 3."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - whoever runs this may well have an older one
    sys.exit(
        "consentgate needs Python 3.11 or newer, this is {}.{}. Try: make PYTHON=python3.12".format(
            *sys.version_info[:2]
        )
    )
try:
    import ensurepip
except ImportError:
    sys.exit("This Python can't make environments. On Debian and Ubuntu: apt-get install python3-venv")
assert ensurepip  # noqa: S101 - imported only to see that it is there
