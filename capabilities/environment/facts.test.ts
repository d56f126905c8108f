import { compare, isWider } from "../../plan/review/compare.ts";
import { ALL } from "../delivered.ts";
import { environmentFacts, environmentTopics } from "./facts.ts";

const facts = (name: string, text?: string, reader: string = ALL) =>
  text === undefined
    ? []
    : environmentFacts([{ role: "variable", reader, name, source: { text }, key: `environment.${name}` }]);
const classes = (name: string, before?: string, after?: string, reader?: string) =>
  compare(facts(name, before, reader), facts(name, after, reader), environmentTopics).map((change) => change.class);

test.each([
  ["editors and pagers", "VISUAL EDITOR MANPAGER FCEDIT HGEDITOR VIMINIT EXINIT"],
  ["builds", "RUSTFLAGS GNUMAKEFLAGS MAKEFILES CC CXX AR CFLAGS LDFLAGS CMAKE_C_COMPILER_LAUNCHER PYTEST_ADDOPTS"],
  ["what leads elsewhere", "KUBECONFIG PGHOST PGSERVICEFILE PGOPTIONS AWS_PROFILE SVN_SSH CVS_RSH RSYNC_RSH LYNX_CFG"],
  ["what is loaded", "GTK_MODULES OCL_ICD_VENDORS VK_ICD_FILENAMES ANSIBLE_LIBRARY"],
  ["agents' own", "ANTHROPIC_CUSTOM_HEADERS CLAUDE_CODE_USE_BEDROCK"],
  ["a project's own", "DATABASE_URL NODE_ENV APP_MODE CI DEBUG lang term"],
])("a change of %s asks for an approval: coming, going and becoming another", (_what, names) => {
  for (const name of names.split(" "))
    for (const reader of [ALL, "claude"]) {
      expect([name, classes(name, undefined, "a", reader)]).toEqual([name, ["unordered"]]);
      expect([name, classes(name, "a", "b", reader)]).toEqual([name, ["unordered"]]);
      expect([name, classes(name, "a", undefined, reader)]).toEqual([name, ["unordered"]]);
    }
});

test("a wall of a program that goes asks for one, too", () => {
  const changes = compare(facts("PGSSLMODE", "verify-full"), [], environmentTopics);
  expect([changes.some(isWider), changes.map(({ why }) => why)]).toEqual([true, ["it may steer programs"]]);
});

test.each([
  ["TZ", "Europe/Berlin", "CET-1CEST,M3.5.0/2"],
  ["LANG", "C.UTF-8", "de_DE.UTF-8@euro"],
  ["LC_ALL", "C", "en_US.UTF-8"],
  ["LANGUAGE", "de:en", "en"],
  ["TERM", "xterm-256color", "dumb"],
  ["NO_COLOR", "", "1"],
  ["COLUMNS", "80", "120"],
])("%s decides words and times alone, so a change of it asks for nothing", (name, one, other) => {
  expect(classes(name, undefined, one)).toEqual(["neutral"]);
  expect(classes(name, one, other)).toEqual(["neutral"]);
  expect(classes(name, other, undefined)).toEqual(["neutral"]);
});

test("a value of these that is the place of a file is none", () => {
  for (const [name, value] of [
    ["LC_ALL", "/workspace/locale"],
    ["LANGUAGE", "../../workspace"],
    ["TZ", ":/workspace/zone"],
    ["TZ", "../../workspace/zone"],
    ["COLUMNS", "a[$(id)]"],
  ] as const)
    expect([name, classes(name, undefined, value)]).toEqual([name, ["unordered"]]);
});

test("a harmless value that becomes another that is none asks for one", () => {
  expect(classes("LC_ALL", "C", "/workspace/locale")).toEqual(["unordered"]);
});
