// pulumi-resource-command provides the resource command:local:Command of the
// npm package @pulumi/command. It is written from that package's published
// documentation on the provider protocol of the Pulumi SDK, and covers local
// commands only: command:remote:*, the function command:local:run, and the
// inputs archivePaths and assetPaths are refused with a message that says so.
package main

import "agent-sandbox.invalid/toolchain/internal/plugin"

// version is set at link time; it must equal the npm package's version.
var version = "0.0.0-dev"

func main() {
	plugin.Main("pulumi-resource-command", func(engine string) (plugin.Server, error) {
		return newProvider(engine)
	})
}
