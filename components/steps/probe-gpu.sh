#!/usr/bin/env bash
# Proves in a container that is thrown away that the engine hands out the GPU: an engine may ignore the request without a word.
set -euo pipefail
: "${ENGINE:?}" "${IMAGE:?}" "${GPU:?}" "${VIA:?}"
read -ra engine <<<"$ENGINE"

if [ "$VIA" = cdi ]; then
  ids=${GPU//,/ }
  request=()
  for id in $ids; do request+=(--device "nvidia.com/gpu=$id"); done
elif [ "$GPU" = all ]; then
  request=(--gpus all)
else
  request=(--gpus "\"device=$GPU\"")
fi
# Judged by what it prints: Podman 4.3 returned 0 for a failed command.
# shellcheck disable=SC2016 # the dollar is the container's shell's
seen=$("${engine[@]}" run --rm --network none --read-only --cap-drop ALL --security-opt no-new-privileges --user 65534:65534 \
  "${request[@]}" --entrypoint /bin/sh "$IMAGE" -c 'for d in /dev/nvidia[0-9]*; do test -c "$d" && echo "gpu $d"; done; command -v nvidia-smi >/dev/null && nvidia-smi -L' 2>&1) || true
case $seen in
  *"gpu /dev/nvidia"*) echo "$seen" ;;
  *)
    echo "the engine takes a request for GPU $GPU ($VIA), but a container has no /dev/nvidia0: $seen" >&2
    echo "Check the driver (nvidia-smi on the host) and the NVIDIA Container Toolkit (nvidia-ctk cdi generate)." >&2
    exit 1
    ;;
esac
