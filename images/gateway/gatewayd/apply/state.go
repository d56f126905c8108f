package apply

// State is how far a policy that was handed over has come.
type State int

// In their order; a policy that is refused at one of them leaves the policy before as it was. What is left by a crash on the way from one to the next:
const (
	// Incoming: all of it was read. A crash leaves nothing.
	Incoming State = iota
	// Staged: it has a folder with its files. A crash leaves that folder, which the next apply that succeeds removes.
	Staged
	// Checked: the programs that will read the files know what to do with them. A crash leaves the folder.
	Checked
	// Applying: it is written beside the saved one, and the mark says that an apply is at work. A crash from here on leaves the mark: the watchdog puts the saved policy in force.
	Applying
	// Live: it is in force, every daemon answers by it, and connections that it does not let through are cut.
	Live
	// Saved: a restart begins with it. A crash leaves the mark, and what the watchdog puts in force is this one.
	Saved
)

func (s State) String() string {
	return [...]string{"incoming", "staged", "checked", "applying", "live", "saved"}[s]
}
