"""The attacker. Reads the lay of the land (one line of JSON) and then an attempt a line, {"token", "technique"}; runs many at once
and answers a line each: {"token", "got", "error"}. What an attempt reached is counted elsewhere, where it would arrive.

A technique is techniques/CLASS/ID.py beside this file. Its `attempt` is called with a token that it puts into all it says, and
returns what it got. It imports the tools beside this file, and of `land` where it is."""
import json
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import land

TECHNIQUES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "techniques")
answering = threading.Lock()


def load(technique):
    """The technique's `attempt`. @raises Lab when its program is wrong, which is no wall's merit"""
    known = {"__name__": technique}
    try:
        with open(os.path.join(TECHNIQUES, technique + ".py")) as file:
            exec(compile(file.read(), technique, "exec"), known)
        return known["attempt"]
    except Exception as error:
        raise land.Lab(f"{technique} cannot be loaded: {type(error).__name__}: {error}") from error


def run(token, technique):
    answer = {"token": token, "got": None, "error": None}
    try:
        got = load(technique)(token)
        answer["got"] = None if got is None or got is False else str(got)[:400]
    except BaseException as error:
        # A name that is not there is the program's fault as well.
        kind = "Lab" if isinstance(error, NameError) else type(error).__name__
        answer["error"] = f"{kind}: {error}"[:400]
    with answering:
        print(json.dumps(answer), flush=True)


def main():
    vars(land).update(json.loads(sys.stdin.readline()))
    print(json.dumps({"ready": True}), flush=True)
    with ThreadPoolExecutor(24) as pool:
        for line in sys.stdin:
            pool.submit(run, **json.loads(line))


main()
