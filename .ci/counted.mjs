// Counts a run of jest from its report: how many passed, and how many did not (a skipped test, or a suite that cannot be loaded, too).
// What failed goes into a file, a line for each suite with its first failure, the suite that failed most first.
// Usage: node .ci/counted.mjs REPORT FAILURES
import { appendFileSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { stripVTControlCharacters } from "node:util";

const [, , file, failures] = process.argv;
const report = JSON.parse(readFileSync(file, "utf8"));

const suites = report.testResults
  .map(({ name, message, assertionResults }) => {
    const bad = assertionResults.filter(({ status }) => status !== "passed");
    const [first] = bad;
    const said = first === undefined ? message : `${first.fullName}: ${first.failureMessages[0] ?? first.status}`;
    const failed = bad.length > 0 || assertionResults.length === 0;
    return { name: relative("", name), bad: bad.length, all: assertionResults.length, failed, said };
  })
  .filter(({ failed }) => failed)
  .sort((one, other) => other.bad - one.bad);

for (const { name, bad, all, said } of suites) {
  const words = stripVTControlCharacters(said).replaceAll(/\s+/g, " ").slice(0, 160);
  appendFileSync(
    failures,
    all === 0 ? `FAIL  ${name} cannot be loaded: ${words}\n` : `FAIL  ${name}: ${bad} of ${all}, first: ${words}\n`,
  );
}

const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numRuntimeErrorTestSuites } = report;
console.log(numPassedTests, numFailedTests + numPendingTests + numTodoTests + numRuntimeErrorTestSuites);
