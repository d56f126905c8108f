import { content, mapping, matching } from "./combinators.ts";

// Forms that the files of several catalogues share.

export const Name = matching(/^[a-z][a-z0-9-]*$/, "a name: lower-case letters, digits and -");
export const EnvironmentName = matching(/^[A-Z][A-Z0-9_]*$/, "a variable's name, like API_KEY");
export const OneLine = matching(/^[^\n]*$/, "one line of text, like /opt/tool");
export const InEtc = matching(/^\/etc(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._-]+)+$/, "a path below /etc, like /etc/tool.json");
/** Variables that are baked into an image. */
export const Environment = mapping(EnvironmentName, OneLine, "variables to values", "{TOOL_HOME: /opt/tool}");
/** Files that are baked into an image. */
export const Settings = mapping(
  InEtc,
  content("what the file holds"),
  "paths to what the files hold",
  '{/etc/tool.json: "{}"}',
);
/** A path below a folder; it may hold a *. */
export const Below = matching(
  /^(?!\/)[A-Za-z0-9@._/*-]+$/,
  "a relative path of letters, digits and @._/*-, like lib/tool",
);
/** As dpkg defines it, without what apt would read as an option, a version or a removal. */
export const DebianPackage = matching(
  /^[a-z0-9][a-z0-9+.-]*[a-z0-9]$|^[a-z0-9][a-z0-9+.-]*[+]{2}$/,
  "a package of the distribution, like libpq-dev",
);
