package main

import (
	"context"
	"strings"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func TestWhatIsLeftOutIsRefusedInASentence(t *testing.T) {
	h := newHost("")
	_, generate := h.GenerateProgram(context.Background(), &pulumirpc.GenerateProgramRequest{})
	_, debug := h.Run(context.Background(), &pulumirpc.RunRequest{AttachDebugger: true})
	for want, err := range map[string]error{"official Pulumi has it": generate, "--inspect-brk": debug} {
		if status.Code(err) != codes.Unimplemented || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want Unimplemented with %q", err, want)
		}
	}
}
