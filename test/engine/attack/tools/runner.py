"""The attacker. Reads the lay of the land (one line of JSON) and then a technique a line, {"token", "code"}; runs many at once
and answers a line each: {"token", "got", "error"}. What a technique reached is counted elsewhere, where it would arrive.

`code` is Python: an expression, or lines that set `got`. It sees the tools beside this file, the lay of the land in capitals,
and three names of its own: TOKEN, GOOD (an allowed name that only this technique uses) and BAD (one that nobody allowed)."""
import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import confinement
import flood
import frames
import hello
import names
import sockets
import web

TOOLS = (sockets, frames, hello, names, web, flood, confinement)
answering = threading.Lock()


def run(land, token, code):
    known = {key: value for tool in TOOLS for key, value in vars(tool).items() if not key.startswith("_")}
    known.update(land, TOKEN=token, GOOD=f"{token}.wild.test", BAD=f"{token}.evil.test")
    answer = {"token": token, "got": None, "error": None}
    try:
        try:
            program = compile(code, token, "eval")
        except SyntaxError:
            exec(compile(code, token, "exec"), known)
            got = known.get("got")
        else:
            got = eval(program, known)
        answer["got"] = None if got is None or got is False else str(got)[:400]
    except BaseException as error:
        answer["error"] = f"{type(error).__name__}: {error}"[:400]
    with answering:
        print(json.dumps(answer), flush=True)


def main():
    land = json.loads(sys.stdin.readline())
    for tool in TOOLS:
        vars(tool).update(land)
    print(json.dumps({"ready": True}), flush=True)
    with ThreadPoolExecutor(24) as pool:
        for line in sys.stdin:
            pool.submit(run, land, **json.loads(line))


main()
