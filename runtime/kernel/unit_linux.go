package kernel

import (
	"context"
	"errors"
	"fmt"
	"os"
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

// manager connects to the systemd that manages the caller's processes: the
// system's for root, else the user's own.
func manager() (*dbus.Conn, error) {
	if os.Getenv("GLASSBOX_USER_BUS") != "" || os.Geteuid() != 0 {
		return dbus.ConnectSessionBus()
	}
	c, err := dbus.ConnectSystemBus()
	if err == nil {
		return c, nil
	}
	// Without a bus daemon systemd still answers root, on a socket of its own.
	c, e := dbus.Dial("unix:path=/run/systemd/private")
	if e != nil {
		return nil, err
	}
	if e := c.Auth([]dbus.Auth{dbus.AuthExternal(fmt.Sprint(os.Getuid()))}); e != nil {
		_ = c.Close()
		return nil, err
	}
	return c, nil
}

// StartScope has systemd make a scope unit with one process in it, and hand the
// groups below it over (Delegate=yes): systemd.resource-control(5), and
// systemd's CGROUP_DELEGATION.md. The unit is stopped at the end of the run.
func (k *Kernel) StartScope(name, slice, description string, pid int) error {
	c := journal.Call{
		Name: "StartTransientUnit", Man: "org.freedesktop.systemd1(5)",
		Args: args("name", name, "mode", "fail", "Slice", slice, "Delegate", "yes", "PIDs", itoa(pid)),
		Sh:   words("systemd-run --scope", "--unit="+quote(name), "--slice="+quote(slice), "--property=Delegate=yes", "…"),
	}
	return k.do(c, "have systemd make the unit "+name, func() error {
		conn, err := manager()
		if err != nil {
			return fmt.Errorf("talk to systemd over D-Bus: %w", err)
		}
		defer conn.Close()
		k.Plan("stopunit", name)
		return startUnit(conn, name, slice, description, pid)
	})
}

// startUnit asks for the unit, and waits until systemd says that the job is done.
func startUnit(conn *dbus.Conn, name, slice, description string, pid int) error {
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
	var job dbus.ObjectPath
	err := conn.Object(unitName, unitPath).CallWithContext(ctx, unitIface+".StartTransientUnit", 0, name, "fail", []property{
		{"Description", dbus.MakeVariant(description)},
		{"Slice", dbus.MakeVariant(slice)},
		{"Delegate", dbus.MakeVariant(true)},
		{"DefaultDependencies", dbus.MakeVariant(false)},
		{"CollectMode", dbus.MakeVariant("inactive-or-failed")},
		{"PIDs", dbus.MakeVariant([]uint32{uint32(pid)})},
	}, []auxiliary{}).Store(&job)
	if err != nil {
		return err
	}
	for {
		select {
		case s := <-done:
			if s == nil {
				return errors.New("systemd closed the connection")
			}
			if len(s.Body) < 4 || s.Body[1] != job {
				continue
			}
			if result, _ := s.Body[3].(string); result != "done" {
				return fmt.Errorf("systemd says that the job is %s", result)
			}
			return nil
		case <-ctx.Done():
			return fmt.Errorf("systemd did not make the unit within %v", unitWait)
		}
	}
}

// stopUnit stops a unit; one that is gone is no error.
func stopUnit(name string) error {
	conn, err := manager()
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
