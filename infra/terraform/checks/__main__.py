"""`make check-terraform`: shape, validity and tests of the configuration, with the list of functions as it is.

Where Terraform or the provider cannot be had, that is a failure, unless ALLOW_MISSING=terraform says that it is known.
With `--can-be-had`, that alone is found out: exit status 0 where both can be had, 3 where not.
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from infra.terraform.checks.characters import lost_characters
from infra.terraform.checks.one_provider import provider_started_once
from infra.terraform.checks.terraform import TERRAFORM, Failed, Missing, Terraform, make_copy, without

_CANNOT_BE_HAD = 3


def main(words: Sequence[str] | None = None) -> int:
    """Run the check, with arguments from `words` or else the command line; the exit status."""
    parser = argparse.ArgumentParser(prog="check-terraform", description=__doc__)
    parser.add_argument("--can-be-had", action="store_true", help="only look whether Terraform and the provider are")
    only_look = parser.parse_args(words).can_be_had
    try:
        with tempfile.TemporaryDirectory() as folder:
            if only_look:
                look(Path(folder), os.environ)
                return 0
            check(Path(folder), os.environ)
    except Missing as missing:
        if only_look:
            print(missing)
            return _CANNOT_BE_HAD
        return without(str(missing), os.environ.get("ALLOW_MISSING", ""), "fmt, validate and test of infra/terraform")
    except Failed as failed:
        print(failed, file=sys.stderr)
        return 1
    print("Terraform: shape, validity and tests are right.")
    return 0


def look(folder: Path, environment: Mapping[str, str]) -> None:
    """See whether Terraform and the provider can be had, by trying.

    Raises:
        Missing: they cannot.
    """
    shutil.copyfile(TERRAFORM / "versions.tf", folder / "versions.tf")
    Terraform(folder, environment).get_provider("-backend=false")


def check(folder: Path, environment: Mapping[str, str]) -> None:
    """Check a copy in `folder`.

    Raises:
        Missing: there is no Terraform, or no provider.
        Failed: something is wrong with the configuration.
    """
    look(_new(folder / "look"), environment)
    texts = _new(folder / "characters")
    lost = lost_characters(texts, Terraform(texts, environment))
    if lost:
        raise Failed(f"Characters of .env do not reach Terraform: {lost[0]!r}")
    configuration = make_copy(folder / "infra")
    terraform = Terraform(configuration, environment)
    terraform.get_provider("-backend=false")
    terraform.say("fmt", "-check", "-recursive", "-diff")
    with provider_started_once(configuration, folder, environment) as attached:
        terraform.say("validate", variables=attached)
        terraform.say("test", variables=attached)


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder


if __name__ == "__main__":
    sys.exit(main())
