/**
 * Limits of each process where what it may use is counted for the machine or by user: all clients' agents and the person have one uid, so
 * this is what is left to others. None is above what engines have themselves: without CAP_SYS_RESOURCE (rootless, nested) they may not
 * raise one, and the container does not start (measured: nofile 65536 where the engine had 20000). Processes are counted by
 * container (`limits.pids`).
 */
export const ULIMITS = {
  // Not 0: with a pipe in core_pattern (apport, systemd-coredump) a crash in here runs that program of the host's, as root, and 0 does not
  // stop it. One byte does, for pipes and for files (measured on 6.18; core(5)). The seccomp profile lets nobody set it back.
  core: 1,
  // A queue is also made as a file in /dev/mqueue, by no call that a filter could refuse: nine of them were all that a user has (819,200 bytes),
  // and other clients' agents and the person had none left (measured). One byte holds none, as above: 0 may be read as "not set".
  msgqueue: 1,
  // Queued signals and timers. The kernel's own limit, which the person's programs have, is many times this.
  sigpending: 2048,
};
