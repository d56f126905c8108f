//go:build !race

// Not with the race detector, which runs beside everything else: the servers of this test have to answer while the canary waits.

package canary

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"gatewayd/apart"
	"gatewayd/contract"
)

// A canary that does not run for longer than it waits, for somebody has the processors, sees what came meanwhile: silence is what the kernel says, and not what a clock says.
func TestTryStalled(t *testing.T) {
	apart.Up(t, "lo")
	serve(t, "127.0.0.1:443", greet(t))
	serve(t, "127.0.0.2:80", func(client net.Conn) { io.WriteString(client, "HTTP/1.1 200"+page) })
	resolve(t, "127.0.0.2:53", 0, [4]byte{10, 0, 0, 129})
	lines := []string{
		"shut tcp 127.0.0.1 443", "shut tcp 127.0.0.1 444", "shut port 127.0.0.1 443", "shut tls 127.0.0.1 a.test",
		"shut http 127.0.0.2 a.test", "shut udp 127.0.0.2 53 a.test", "shut dns 127.0.0.2 a.test",
	}
	for _, after := range []int{0, 2, 4, 6, 8, 12, 20} {
		t.Run(fmt.Sprintf("after %d ms", after), func(t *testing.T) {
			t.Parallel()
			canary := exec.Command("/proc/self/exe")
			canary.Env = append(os.Environ(), "CANARY=yes")
			canary.Stdin = strings.NewReader(strings.Repeat(strings.Join(lines, "\n")+"\n", 4))
			var said strings.Builder
			canary.Stdout = &said
			if err := canary.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Duration(after) * time.Millisecond)
			syscall.Kill(canary.Process.Pid, syscall.SIGSTOP)
			time.Sleep(patience + patience/2)
			syscall.Kill(canary.Process.Pid, syscall.SIGCONT)
			canary.Wait()
			for line := range strings.Lines(said.String()) {
				if !strings.HasPrefix(line, contract.VerdictLeak+" ") {
					t.Fatal(line)
				}
			}
			if status := canary.ProcessState.ExitCode(); status != contract.StatusLeak {
				t.Errorf("status %d", status)
			}
		})
	}
}
