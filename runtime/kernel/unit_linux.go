package kernel

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"

	"glassbox/runtime/journal"
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

// StartScope has systemd make a scope unit with processes in it, and hand the
// groups below it over (Delegate=yes): systemd.resource-control(5), and
// systemd's CGROUP_DELEGATION.md. The system's unit is stopped at the end of the
// run; a user's holds the engine too, and ends with its last process.
func (k *Kernel) StartScope(s Scope) error {
	pids := make([]string, len(s.Pids))
	for i, p := range s.Pids {
		pids[i] = itoa(p)
	}
	c := journal.Call{
		Name: "StartTransientUnit", Man: "org.freedesktop.systemd1(5)",
		Args: args("name", s.Name, "mode", "fail", "Slice", s.Slice, "Delegate", "yes", "PIDs", strings.Join(pids, " ")),
		Sh: words(map[bool]string{false: "systemd-run --scope", true: "systemd-run --user --scope"}[s.User >= 0],
			"--unit="+quote(s.Name), "--slice="+quote(s.Slice), "--property=Delegate=yes", "…"),
	}
	return k.do(c, "have systemd make the unit "+s.Name, func() error {
		conn, err := manager(s.User)
		if err != nil {
			return fmt.Errorf("talk to systemd over D-Bus: %w", err)
		}
		defer conn.Close()
		if s.User < 0 {
			k.Plan("stopunit", s.Name)
		}
		return startUnit(conn, s)
	})
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
