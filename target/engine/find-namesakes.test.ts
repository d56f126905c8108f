import { describeNamesake, findNamesakes } from "./find-namesakes.ts";

const volumes = [{ name: "acme-home", purpose: "home", labels: {} }];
const networks = [{ Name: "acme-inner" }, { Name: "acme-outer" }, { Name: "globex-inner" }];

test("what has a planned name and not the client's label is somebody else's", () => {
  expect(
    findNamesakes({ client: "acme", volumes }, ["acme-home", "acme-cache"], { networks, labelled: ["acme-outer"] }),
  ).toEqual([
    { kind: "network", name: "acme-inner" },
    { kind: "volume", name: "acme-home" },
  ]);
  expect(
    findNamesakes({ client: "acme", volumes }, ["acme-home"], {
      networks,
      labelled: ["acme-inner", "acme-outer", "acme-home"],
    }),
  ).toEqual([]);
  expect(findNamesakes({ client: "acme", volumes }, [], { networks: [], labelled: [] })).toEqual([]);
});

test("the sentence about one says what it is and what to do", () => {
  expect(describeNamesake({ kind: "volume", name: "acme-home" }, "acme", { cli: "docker" })).toMatch(
    /^there is a volume acme-home already.*docker volume rm acme-home/,
  );
});
