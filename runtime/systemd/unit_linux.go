package systemd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"

	"glassbox/runtime/journal"
	"glassbox/runtime/kernel"
)

// Where systemd answers, and what it is called there: org.freedesktop.systemd1(5).
const (
	unitName  = "org.freedesktop.systemd1"
	unitPath  = dbus.ObjectPath("/org/freedesktop/systemd1")
	unitIface = "org.freedesktop.systemd1.Manager"
	unitWait  = 10 * time.Second
)

// Scope is a unit for processes that systemd did not start itself: systemd.scope(5).
type Scope struct {
	Name, Slice, Description string
	Pids                     []int
	User                     int // the user whose own manager is asked, as the host numbers users; -1 asks the system's
}

// manager connects to a systemd: the system's, or the own one of a user. The
// user is named by its number outside of our user namespace, which the bus sees.
func manager(user int) (*dbus.Conn, error) {
	if user >= 0 {
		return sessionBus(user)
	}
	c, err := dbus.ConnectSystemBus()
	if err == nil {
		return c, nil
	}
	// Without a bus daemon systemd still answers root, on a socket of its own.
	c, e := dial("unix:path=/run/systemd/private", os.Getuid())
	if e != nil {
		return nil, err
	}
	return c, nil
}

// sessionBus connects to the bus of a user's session.
func sessionBus(user int) (*dbus.Conn, error) {
	address := os.Getenv("DBUS_SESSION_BUS_ADDRESS")
	if address == "" {
		dir := os.Getenv("XDG_RUNTIME_DIR")
		if dir == "" {
			dir = fmt.Sprintf("/run/user/%d", user)
		}
		address = "unix:path=" + dir + "/bus"
	}
	c, err := dial(address, user)
	if err != nil {
		return nil, err
	}
	if err := c.Hello(); err != nil {
		_ = c.Close()
		return nil, err
	}
	return c, nil
}

func dial(address string, user int) (*dbus.Conn, error) {
	c, err := dbus.Dial(address)
	if err != nil {
		return nil, err
	}
	if err := c.Auth([]dbus.Auth{dbus.AuthExternal(fmt.Sprint(user))}); err != nil {
		_ = c.Close()
		return nil, err
	}
	return c, nil
}

// Managed tells whether systemd answers on that bus (Scope.User); the error says why not.
func Managed(user int) error {
	conn, err := manager(user)
	if err != nil {
		return fmt.Errorf("talk to systemd over D-Bus: %w", err)
	}
	defer conn.Close()
	_, err = conn.Object(unitName, unitPath).GetProperty(unitIface + ".Version")
	return err
}

// Start has systemd make a scope unit with processes in it, and hand the
// groups below it over (Delegate=yes): systemd.resource-control(5), and
// systemd's CGROUP_DELEGATION.md. The system's unit is stopped at the end of the
// run; a user's holds the engine too, and ends with its last process.
func Start(k *kernel.Kernel, s Scope) error {
	pids := strings.Trim(fmt.Sprint(s.Pids), "[]")
	run := "systemd-run"
	if s.User >= 0 {
		run += " --user"
	}
	c := journal.Call{
		Name: "StartTransientUnit", Man: "org.freedesktop.systemd1(5)",
		Args: []journal.Arg{{Name: "name", Value: s.Name}, {Name: "mode", Value: "fail"}, {Name: "Slice", Value: s.Slice}, {Name: "Delegate", Value: "yes"}, {Name: "PIDs", Value: pids}},
		Sh:   run + " --scope --unit=" + kernel.Quote(s.Name) + " --slice=" + kernel.Quote(s.Slice) + " --property=Delegate=yes …",
	}
	_, err := k.Do(c, "have systemd make the unit "+s.Name, func() (int64, error) {
		conn, err := manager(s.User)
		if err != nil {
			return 0, fmt.Errorf("talk to systemd over D-Bus: %w", err)
		}
		defer conn.Close()
		if s.User < 0 {
			k.Plan(stop, s.Name)
		}
		return 0, startUnit(conn, s)
	})
	return err
}

// startUnit asks for the unit, and waits until systemd says that the job is done.
func startUnit(conn *dbus.Conn, s Scope) error {
	type property struct {
		Name  string
		Value dbus.Variant
	}
	type auxiliary struct {
		Name       string
		Properties []property
	}
	done := make(chan *dbus.Signal, 16)
	conn.Signal(done)
	if err := conn.AddMatchSignal(dbus.WithMatchInterface(unitIface), dbus.WithMatchMember("JobRemoved")); err != nil {
		// On its private socket systemd sends all signals unasked.
		var e dbus.Error
		if !errors.As(err, &e) {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), unitWait)
	defer cancel()
	pids := make([]uint32, len(s.Pids))
	for i, p := range s.Pids {
		pids[i] = uint32(p)
	}
	var job dbus.ObjectPath
	err := conn.Object(unitName, unitPath).CallWithContext(ctx, unitIface+".StartTransientUnit", 0, s.Name, "fail", []property{
		{"Description", dbus.MakeVariant(s.Description)},
		{"Slice", dbus.MakeVariant(s.Slice)},
		{"Delegate", dbus.MakeVariant(true)},
		{"DefaultDependencies", dbus.MakeVariant(false)},
		{"CollectMode", dbus.MakeVariant("inactive-or-failed")},
		{"PIDs", dbus.MakeVariant(pids)},
	}, []auxiliary{}).Store(&job)
	if err != nil {
		return err
	}
	for {
		select {
		case m := <-done:
			if m == nil {
				return errors.New("systemd closed the connection")
			}
			if len(m.Body) < 4 || m.Body[1] != job {
				continue
			}
			if result, _ := m.Body[3].(string); result != "done" {
				return fmt.Errorf("systemd says that the job is %s", result)
			}
			return nil
		case <-ctx.Done():
			return fmt.Errorf("systemd did not make the unit within %v", unitWait)
		}
	}
}

// Try has systemd make a scope for a process, and stop it again: that ends the process.
func Try(s Scope) error {
	conn, err := manager(s.User)
	if err != nil {
		return err
	}
	defer conn.Close()
	return startUnit(conn, s)
}

// stop is the operation of an undo record.
const stop = "stopunit"

func init() { kernel.Inverse(stop, stopUnit) }

// stopUnit stops a unit of the system's; one that is gone is no error.
func stopUnit(name string) error {
	conn, err := manager(-1)
	if err != nil {
		return fmt.Errorf("talk to systemd over D-Bus: %w", err)
	}
	defer conn.Close()
	var job dbus.ObjectPath
	err = conn.Object(unitName, unitPath).Call(unitIface+".StopUnit", 0, name, "replace").Store(&job)
	var e dbus.Error
	if errors.As(err, &e) && (e.Name == unitName+".NoSuchUnit" || e.Name == unitName+".UnitNotLoaded") {
		return nil
	}
	return err
}

// Running tells whether systemd is this machine's PID 1: sd_booted(3).
func Running() bool {
	st, err := os.Lstat("/run/systemd/system")
	return err == nil && st.IsDir()
}
