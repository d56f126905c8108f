package policy

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

func TestTakeTurn(t *testing.T) {
	place := Place{Run: t.TempDir()}
	first, err := place.TakeTurn(time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := place.TakeTurn(0); !errors.Is(err, ErrBusy) {
		t.Errorf("a second one has it as well: %v", err)
	}
	if held := place.HeldFor(); held < 0 || held > 3600 {
		t.Errorf("held for %d s", held)
	}
	// Whoever was handed the file has the turn, also when the one who took it has ended.
	other := exec.Command("cat")
	other.ExtraFiles = []*os.File{first}
	hold, err := other.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	first.Close()
	if _, err := place.TakeTurn(0); !errors.Is(err, ErrBusy) {
		t.Errorf("a program that was handed it has not: %v", err)
	}
	hold.Close()
	if err := other.Wait(); err != nil {
		t.Fatal(err)
	}
	again, err := place.TakeTurn(0)
	if err != nil {
		t.Fatal(err)
	}
	again.Close()
}

// Whoever tries the gateway takes the turn by flock(1), which is the same lock (test/engine/fault/lab.ts).
func TestTurnOfAnother(t *testing.T) {
	place := Place{Run: t.TempDir()}
	apply := exec.Command("bash", "-c", `exec 9>>"$0" && flock --wait 1 9 && echo has && cat`, filepath.Join(place.Run, "turn"))
	hold, err := apply.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	said, err := apply.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := apply.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := said.Read(make([]byte, 4)); err != nil {
		t.Fatal(err)
	}
	if _, err := place.TakeTurn(0); !errors.Is(err, ErrBusy) {
		t.Error(err)
	}
	hold.Close()
	turn, err := place.TakeTurn(10 * time.Second)
	if err != nil {
		t.Fatal(err)
	}
	turn.Close()
	_ = apply.Wait()
}
