"""What an agent tries of what is masked in its workspace: `.env` and `conf/deep/key` show nothing there, `.git/hooks` and `locked` can only be read.
`/workspace/twin` has the same without a mask."""
import os
import shutil

from land import Lab

SECRET = "of-acme-masked"


def beside(act):
    """What an act gets of the masked places. @raises Lab where it gets nothing of the same without masks, which would be no wall's merit"""
    here = f"/workspace/twin-{os.urandom(4).hex()}"
    shutil.copytree("/workspace/twin", here)
    try:
        got = act(here)
    except OSError as error:
        raise Lab(f"it fails without a mask, too: {error}") from error
    finally:
        shutil.rmtree(here, ignore_errors=True)
    if not got:
        raise Lab("it gets nothing without a mask, either")
    return act("/workspace")


def secret(path):
    with open(path) as file:
        return SECRET in file.read() and f"read {path}"


def hook(folder):
    """A hook of one's own, which is left: its name is no hook's."""
    with open(os.path.join(folder, "of-dev"), "w"):
        return f"made {folder}/of-dev"
