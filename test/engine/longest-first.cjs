const { default: Sequencer } = require("@jest/test-sequencer");

/**
 * Which suites begin first. Without times of an earlier run jest goes by the size of files, and one that is short to read and takes minutes would run alone at the end, on one of two cores.
 * The order is that of a run of 2026-11-30; a name that is no longer right costs time alone.
 */
const LONG = [
  // The two of Podman take the images that the first have made.
  ...["agents", "lifetime", "podman", "sabotage", "rootless", "failed-up", "container", "grants", "fault/processes"],
  ...["gitops", "remote", "registry", "fault/policy", "upgrade", "up-all", "fault/kill", "attack/attack", "package"],
];

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const at = LONG.findIndex((name) => path.endsWith(`/test/engine/${name}.test.ts`));
      return at < 0 ? LONG.length : at;
    };
    return [...super.sort(tests)].sort((one, other) => rank(one) - rank(other));
  }
};
