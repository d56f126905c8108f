// pulumi-language-nodejs is the language host the Pulumi CLI starts for
// `runtime: nodejs`. It answers the LanguageRuntime protocol and runs the
// program (or a policy pack) in Node through the entry scripts that ship in
// the project's own @pulumi/pulumi package.
//
// It is written from the protocol definition in the Pulumi SDK
// (sdk/v3/proto/go) and covers what deploying needs. Left out, and answered
// with "Unimplemented": code generation (GenerateProgram/Project/Package),
// Pack, Link, Template, and --attach-debugger.
package main

import "agent-sandbox.invalid/toolchain/internal/plugin"

// version is set at link time to the SDK version this host was built against.
var version = "0.0.0-dev"

func main() {
	plugin.Main("pulumi-language-nodejs", func(engine string) (plugin.Server, error) {
		return newHost(engine), nil
	})
}
