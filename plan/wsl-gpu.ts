/** The one device by which WSL2 hands all GPUs of Windows in. */
export const WSL_DEVICE = "/dev/dxg";

/**
 * The libraries of Windows' driver, as WSL2 mounts them into a distribution, and how programs find them. Each folder is a mount of its own there (overlay and
 * 9p), so each is mounted by itself: before 25, Docker makes what lies in a read-only mount not read-only.
 */
export const WSL_DRIVER = {
  folders: ["/usr/lib/wsl/drivers", "/usr/lib/wsl/lib"],
  environment: { LD_LIBRARY_PATH: "/usr/lib/wsl/lib" },
} as const;
