package apply

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"gatewayd/policy"
)

// putLive makes a staged policy the live one: the files in one rename, the packet rules in one transaction. Daemons go on with the files that they read before, until start. The
// folder of the policy before stays.
func (g Gateway) putLive(staged policy.Staged) error {
	note, has := g.hasRules(staged)
	if has {
		if err := os.WriteFile(filepath.Join(staged.Folder, "rules.kernel"), note, 0o644); err != nil {
			return err
		}
	}
	next := g.Live() + ".next"
	if err := os.Remove(next); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := os.Symlink(staged.Folder, next); err != nil {
		return err
	}
	if err := os.Rename(next, g.Live()); err != nil {
		return err
	}
	if has {
		return nil
	}
	if err := g.LoadRules(); err != nil {
		return err
	}
	_, err := g.run("", "ip", "route", "replace", "local", staged.Bundle.Declared.Vips, "dev", g.inner())
	return err
}

// start has every daemon read the policy in force, and waits until they answer by it. A daemon whose files are the same is left alone. How a proxy that runs comes to the policy is
// handed over.
func (g Gateway) start(proxy func() error) error {
	live, err := g.Read()
	if err != nil {
		return err
	}
	if err := g.turnDialler(live); err != nil {
		return err
	}
	up, err := g.services.IsUp("proxy")
	if err != nil {
		return err
	}
	if up {
		if err = g.reread(); err == nil {
			err = proxy()
		}
	} else {
		err = each([]string{"resolver", "dns", "proxy"}, g.services.Up)
	}
	if err != nil {
		return err
	}
	if err := g.noteRead(); err != nil {
		return err
	}
	return g.daemons.Wait(live)
}

func (g Gateway) turnDialler(live policy.Live) error {
	if live.UpstreamProxy {
		return g.services.Up("dial")
	}
	return g.services.Down("dial")
}

// reread has resolvers that run read what is new. The note of what one has read goes before it is told: when it fails half-way, the way back tells it as well.
func (g Gateway) reread() error {
	if !g.hasRead("resolver.conf") {
		if err := g.forgetRead("resolver.conf"); err != nil {
			return err
		}
		if err := g.services.Restart("resolver"); err != nil {
			return err
		}
	}
	// dnsmasq reads hosts again on a hangup, and answers meanwhile; it reads the rest only when it starts.
	if g.hasRead("dnsmasq.conf") {
		return g.services.HangUp("dns")
	}
	if err := g.forgetRead("dnsmasq.conf"); err != nil {
		return err
	}
	return g.services.Restart("dns")
}

// turnProxy has the proxy that runs answer by a policy that is handed over. Where names are all that it has more, the worker is given them.
func (g Gateway) turnProxy() error {
	if g.hasRead("haproxy.cfg") && g.daemons.Grow() {
		return nil
	}
	return g.reloadProxy()
}

// reloadProxy has the proxy start a worker that reads everything anew, whatever the one before has in its memory.
func (g Gateway) reloadProxy() error {
	if err := g.forgetRead("haproxy.cfg"); err != nil {
		return err
	}
	return g.daemons.Reload()
}

// read is where is noted which file a daemon has read, so that it reads only a new one again.
var read = map[string]string{"dnsmasq.conf": "read.dns", "resolver.conf": "read.resolver", "haproxy.cfg": "read.proxy"}

func (g Gateway) hasRead(name string) bool {
	return sameFiles(filepath.Join(g.Live(), name), filepath.Join(g.Place.Run, read[name]))
}

func (g Gateway) forgetRead(name string) error {
	err := os.Remove(filepath.Join(g.Place.Run, read[name]))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

func (g Gateway) noteRead() error {
	for name, note := range read {
		text, err := os.ReadFile(filepath.Join(g.Live(), name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(g.Place.Run, note), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// shut shuts the gateway: no policy is live, no daemon listens, no packet passes. It goes on when a part of it fails, and says what did.
func (g Gateway) shut() error {
	_, err := g.run("", "nft", "-f", Baseline)
	if gone := os.Remove(g.Live()); gone != nil && !errors.Is(gone, os.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	for _, service := range []string{"proxy", "dns", "resolver", "dial"} {
		err = errors.Join(err, g.services.Down(service))
	}
	return errors.Join(err, g.removeBut(""))
}

// removeOlder removes the folders of policies that are not live.
func (g Gateway) removeOlder() error {
	live, err := os.Readlink(g.Live())
	if err != nil {
		return err
	}
	return g.removeBut(live)
}

func (g Gateway) removeBut(live string) error {
	all, err := filepath.Glob(filepath.Join(g.Place.Run, "policy.*"))
	if err != nil {
		return err
	}
	for _, folder := range all {
		if folder != live {
			err = errors.Join(err, os.RemoveAll(folder))
		}
	}
	return err
}

func (g Gateway) inner() string {
	inner, _, err := g.Sides()
	if err != nil {
		return ""
	}
	return inner
}

func each(names []string, do func(string) error) error {
	for _, name := range names {
		if err := do(name); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}
