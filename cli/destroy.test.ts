import { behindPulumi } from "./destroy.ts";

test("of a destroy a person reads what became of each thing, and not what Pulumi recommends, which would remove the stack's file", () => {
  const proof = [
    "What there was of acme, and what became of it:",
    "  gone    3 containers: a, b, c",
    "stacks/Pulumi.acme.yaml stays",
  ];
  const pulumis = [
    "Resources:",
    "    - 32 deleted",
    "",
    "Duration: 3s",
    "",
    "If you want to remove the stack completely, run `pulumi stack rm acme`.",
  ];
  expect(behindPulumi([...pulumis, ...proof].join("\n"))).toEqual(proof);
});

test("what was still there and was removed by label is told, too", () => {
  const said = [
    "On this engine there is still of acme, made by this checkout:",
    "  volume acme-home",
    "acme: 0 left",
    "What there was of acme, and what became of it:",
    "  gone    1 volume",
  ];
  expect(behindPulumi(["Duration: 3s", ...said].join("\n"))).toEqual(said);
});
