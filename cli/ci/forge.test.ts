import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { forge } from "./forge.ts";

interface Asked {
  what: string;
  body?: Record<string, string>;
}

const folder = mkdtempSync(join(tmpdir(), "forge-"));
const event = join(folder, "event.json");
writeFileSync(event, JSON.stringify({ pull_request: { number: 7 } }));
let server: Server;
let asked: Asked[] = [];
/** What the forge says to a path that begins so; 404 to any other. */
let answers: Record<string, unknown> = {};
let api = "";

beforeAll(async () => {
  server = createServer((request, response) => {
    let text = "";
    request.on("data", (part) => {
      text += part;
    });
    request.on("end", () => {
      const what = `${request.method} ${request.url}`;
      asked.push({ what, ...(text && { body: JSON.parse(text) }) });
      const found = Object.entries(answers).find(([path]) => what.startsWith(path));
      response.writeHead(found ? 200 : 404, { "content-type": "application/json" });
      response.end(JSON.stringify(found?.[1] ?? {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  asked = [];
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const RUNNER = { id: 41_898_282 };
const github = () =>
  forge({
    ...{ GITHUB_ACTIONS: "true", GITHUB_TOKEN: "t", GITHUB_API_URL: api, GITHUB_REPOSITORY: "acme/sandboxes" },
    GITHUB_EVENT_PATH: event,
  });
const gitlab = () =>
  forge({ GITLAB_CI: "true", GITLAB_TOKEN: "t", CI_API_V4_URL: api, CI_PROJECT_ID: "5", CI_MERGE_REQUEST_IID: "7" });
const written = () => asked.filter(({ what }) => !what.startsWith("GET"));
const ofReview = "<!-- agentbox ci review -->\nof before";
const ofNight = "<!-- agentbox ci nightly -->\nof before";

describe("a review's comment", () => {
  test("is written once and changed in its place after that, on GitHub", async () => {
    answers = { "GET /repos/acme/sandboxes/issues/7/comments": [], "POST /": {}, "PATCH /": {} };
    await github().comment("first");
    answers["GET /repos/acme/sandboxes/issues/7/comments"] = [{ id: 3, user: RUNNER, body: ofReview }];
    await github().comment("second");
    expect(written()).toEqual([
      {
        what: "POST /repos/acme/sandboxes/issues/7/comments",
        body: { body: "<!-- agentbox ci review -->\nfirst" },
      },
      {
        what: "PATCH /repos/acme/sandboxes/issues/comments/3",
        body: { body: "<!-- agentbox ci review -->\nsecond" },
      },
    ]);
  });

  test("is never one that somebody else wrote: its author could change it later", async () => {
    const forged = { id: 3, user: { id: 1 }, body: ofReview };
    answers = { "GET /repos/acme/sandboxes/issues/7/comments": [forged], "POST /": {} };
    await github().comment("ours");
    expect(written().map(({ what }) => what)).toEqual(["POST /repos/acme/sandboxes/issues/7/comments"]);
    const theirs = { id: 3, author: { id: 1 }, body: ofReview };
    answers = { "GET /projects/5/merge_requests/7/notes": [theirs], "GET /user": { id: 9 }, "POST /": {} };
    await gitlab().comment("ours");
    expect(written().at(-1)?.what).toBe("POST /projects/5/merge_requests/7/notes");
  });

  test("is changed in its place on GitLab, however many others there are", async () => {
    const others = Array.from({ length: 100 }, (_, id) => ({ id, author: { id: 1 }, body: "x" }));
    answers = {
      ...{ "GET /projects/5/merge_requests/7/notes?per_page=100&page=1": others, "GET /user": { id: 9 }, "PUT /": {} },
      "GET /projects/5/merge_requests/7/notes?per_page=100&page=2": [{ id: 200, author: { id: 9 }, body: ofReview }],
    };
    await gitlab().comment("second");
    expect(written().map(({ what }) => what)).toEqual(["PUT /projects/5/merge_requests/7/notes/200"]);
  });

  test("that is longer than the forge takes says where the rest is", async () => {
    answers = { "GET /repos/acme/sandboxes/issues/7/comments": [], "POST /": {} };
    await github().comment("x".repeat(70_000));
    const body = written()[0]?.body?.body ?? "";
    expect(body).toHaveLength(65_536);
    expect(body).toMatch(/in the log of the job\.\*\*$/);
  });
});

describe("the nightly issue", () => {
  test("is opened when something is found, and changed while it is open", async () => {
    answers = { "GET /repos/acme/sandboxes/issues": [], "POST /": {}, "PATCH /": {} };
    await github().issue("2 found something", "what");
    answers["GET /repos/acme/sandboxes/issues"] = [{ id: 30, number: 4, user: RUNNER, body: ofNight }];
    await github().issue("1 found something", "what");
    expect(written().map(({ what }) => what)).toEqual([
      "POST /repos/acme/sandboxes/issues",
      "PATCH /repos/acme/sandboxes/issues/4",
    ]);
  });

  test("is closed when all is well, and none is opened to say so", async () => {
    answers = { "GET /projects/5/issues": [], "GET /user": { id: 9 }, "PUT /": {} };
    await gitlab().issue("as declared", undefined);
    expect(written()).toEqual([]);
    answers["GET /projects/5/issues"] = [{ id: 30, iid: 4, author: { id: 9 }, description: ofNight }];
    await gitlab().issue("as declared", undefined);
    expect(written()).toEqual([{ what: "PUT /projects/5/issues/4", body: { state_event: "close" } }]);
  });
});

test("what cannot be told is one sentence: no forge, no token, a refusal", async () => {
  expect(() => forge({})).toThrow(/--post is for a runner of GitHub Actions or GitLab CI/);
  expect(() => forge({ GITLAB_CI: "true" })).toThrow(/GITLAB_TOKEN is not set/);
  answers = {};
  await expect(github().comment("x")).rejects.toThrow(
    /the forge refused GET \/repos\/acme\/sandboxes\/issues\/7\/comments: 404 Not Found; may the token do that\?/,
  );
});
