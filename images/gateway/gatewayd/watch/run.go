package watch

import (
	"path/filepath"

	"gatewayd/apply"
	"gatewayd/command"
	"gatewayd/supervisor"
)

// run runs a program, which has the look's turn as well.
func (r *round) run(input, program string, words ...string) (string, error) {
	return command.Runner{Turn: r.turn}.Run(input, program, words...)
}

func (r *round) services() supervisor.Services {
	return supervisor.Services{Folder: filepath.Join(r.place.Run, "service"), Runner: command.Runner{Turn: r.turn}}
}

// gateway is what the look changes, in its turn.
func (r *round) gateway() apply.Gateway { return apply.At(r.place, r.turn) }
