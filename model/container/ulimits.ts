/**
 * What a process of a sandbox may use of what the kernel counts for the whole machine or by user: all clients' agents and the person have
 * one uid, so this is what is left to others. Processes themselves are counted by container (`limits.pids`).
 */
export const ULIMITS = {
  // Not 0: with a pipe in core_pattern (apport, systemd-coredump) a crash in here would run that program of the host's, as root, and 0 does not
  // stop it. One byte does, for pipes and for files (core(5)).
  core: 1,
  // Runtimes raise themselves to all they may have, and some programs close all they could have one by one: a million takes seconds.
  nofile: 65_536,
  // Queued signals and timers are counted by user; the kernel's own limit for the person's programs is many times this.
  sigpending: 8192,
};
