import { describeOwnAuthorities, ownAuthorities, trustPlaces } from "../capabilities/credentials/look/machine-trust.ts";
import { say } from "../host/say.ts";

// Prints the line that offers this machine's own authorities for `ca`, and nothing where it has none.
const line = describeOwnAuthorities(ownAuthorities(trustPlaces(process.env), new Date()));
if (line !== undefined) say(line);
