import { matching } from "../../stack-file/combinators.ts";

/** An image that cannot change under its name: `registry.example/acme/sandbox@sha256:…`. A tag before the digest says nothing. */
export const ImageRef = matching(
  /^[a-z0-9]+([._-]+[a-z0-9]+)*(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*@sha256:[0-9a-f]{64}$/,
  "an image by digest; write it like registry.example/acme/sandbox@sha256:… (a tag may be moved to another image; `docker image inspect --format '{{index .RepoDigests 0}}' IMAGE` says the digest)",
);
