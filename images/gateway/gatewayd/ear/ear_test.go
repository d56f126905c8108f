package ear

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

func TestHear(t *testing.T) {
	asked, ask := io.Pipe()
	said, say := io.Pipe()
	port := freePort(t)
	ended := make(chan error, 1)
	go func() {
		ended <- Hear(port, "word", time.Minute, asked, say)
		say.Close()
	}()
	if line := read(said); line != "listening\n" {
		t.Fatalf("it says %q", line)
	}
	sender, err := net.Dial("udp4", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		t.Fatal(err)
	}
	defer sender.Close()
	for _, text := range []string{"word self", "other 1.2.3.4", "word 1.2.3.4 ", "word 10.0.0.1", "word 10.0.0.1", "word ff02::1"} {
		if _, err := sender.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	ask.Close()
	rest, err := io.ReadAll(said)
	if string(rest) != "heard 10.0.0.1\nheard ff02::1\n" || err != nil || <-ended != nil {
		t.Errorf("%q, %v", rest, err)
	}
}

func TestHearEndsByItself(t *testing.T) {
	asked, ask := io.Pipe()
	defer ask.Close()
	if err := Hear(freePort(t), "word", 10*time.Millisecond, asked, io.Discard); err != nil {
		t.Error(err)
	}
}

// Who cannot listen says so: silence would be a wall.
func TestHearCannot(t *testing.T) {
	taken, err := net.ListenPacket("udp4", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	var said, complaints strings.Builder
	port := fmt.Sprint(taken.LocalAddr().(*net.UDPAddr).Port)
	if status := Run([]string{port, "word", "10"}, strings.NewReader(""), &said, &complaints); status != 2 || said.Len() > 0 || !strings.HasPrefix(complaints.String(), "hear: could not listen: ") {
		t.Errorf("%d %q %q", status, said.String(), complaints.String())
	}
	for _, words := range [][]string{nil, {port}, {port, "", "1"}, {"0", "word", "1"}, {"65536", "word", "1"}, {port, "word", "-1"}, {port, "word", "1", "more"}} {
		if status := Run(words, strings.NewReader(""), io.Discard, io.Discard); status != 2 {
			t.Errorf("%q: %d", words, status)
		}
	}
}

// A listener whose kernel had no room for a datagram says that it does not know what would have arrived, and one that has not read all of them is not at the end.
func TestUnread(t *testing.T) {
	socket, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	if waiting, err := unread([]net.PacketConn{socket}); waiting || err != nil {
		t.Error(waiting, err)
	}
	sender, err := net.Dial("udp4", socket.LocalAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer sender.Close()
	send := func(times int) {
		for range times {
			if _, err := sender.Write(make([]byte, 512)); err != nil {
				t.Fatal(err)
			}
		}
	}
	send(1)
	if waiting, err := unread([]net.PacketConn{socket}); !waiting || err != nil {
		t.Error(waiting, err)
	}
	socket.ReadFrom(make([]byte, 512))
	if waiting, err := unread([]net.PacketConn{socket}); waiting || err != nil {
		t.Error(waiting, err)
	}
	send(10000)
	if _, err := unread([]net.PacketConn{socket}); err == nil {
		t.Error("nothing is lost")
	}
}

// Somebody floods it, so that what a canary sends has no room.
func TestHearFlooded(t *testing.T) {
	asked, ask := io.Pipe()
	said, say := io.Pipe()
	port := freePort(t)
	ended := make(chan error, 1)
	go func() {
		ended <- Hear(port, "word", time.Minute, asked, say)
		say.Close()
	}()
	if line := read(said); line != "listening\n" {
		t.Fatalf("it says %q", line)
	}
	stop := make(chan struct{})
	for range 4 {
		go func() {
			sender, err := net.Dial("udp4", fmt.Sprintf("127.0.0.1:%d", port))
			if err != nil {
				return
			}
			defer sender.Close()
			for {
				select {
				case <-stop:
					return
				default:
					sender.Write(make([]byte, 512))
				}
			}
		}()
	}
	time.Sleep(200 * time.Millisecond)
	ask.Close()
	defer close(stop)
	if _, err := io.ReadAll(said); err != nil || <-ended == nil {
		t.Error("it says that it heard all", err)
	}
}

func FuzzAddressed(f *testing.F) {
	f.Add([]byte("word 10.0.0.1"))
	f.Add([]byte("word self\n"))
	f.Add([]byte("word ff02::1\nheard 1.1.1.1"))
	f.Fuzz(func(t *testing.T, text []byte) {
		address, ok := addressed(text, "word")
		if ok && strings.ContainsAny(address, " \n") || ok && !strings.HasPrefix(string(text), "word "+address) {
			t.Errorf("%q of %q", address, text)
		}
	})
}

func read(from io.Reader) string {
	line := make([]byte, 64)
	length, _ := from.Read(line)
	return string(line[:length])
}

func freePort(t *testing.T) uint16 {
	t.Helper()
	socket, err := net.ListenPacket("udp4", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	return uint16(socket.LocalAddr().(*net.UDPAddr).Port)
}
