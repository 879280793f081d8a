package kernel

import (
	"errors"
	"path/filepath"
	"strings"

	"github.com/google/nftables"
	"github.com/google/nftables/userdata"
	"golang.org/x/sys/unix"
)

// Table is the name of our one table in the host's firewall, of family ip.
const Table = "glassbox"

// published is where the rules for one container's ports are.
func published(id string) string { return "to-" + id }

// deleteChains is the inverse of Firewall: what is the run's own goes, and the
// table if no other run has a lease. target is the run's lease.
func deleteChains(lease string) error {
	if elsewhere(lease) {
		return nil
	}
	err := locked(lease, func() error {
		used, err := leave(lease)
		if err != nil {
			return err
		}
		return nft(func(c *nftables.Conn) error {
			if !used {
				c.DelTable(ours())
				return c.Flush()
			}
			return deleteOwn(c, filepath.Base(lease))
		})
	})
	if Lacks(err) || errors.Is(err, unix.EINVAL) { // no nftables here, so nothing of ours in it
		return nil
	}
	return gone(err)
}

func deleteOwn(c *nftables.Conn, id string) error {
	own := &nftables.Chain{Name: published(id), Table: ours()}
	for _, name := range []string{prerouting.name, output.name} {
		ch := &nftables.Chain{Name: name, Table: ours()}
		rules, err := c.GetRules(ours(), ch)
		if err != nil {
			continue // no such chain: nobody has published a port
		}
		for _, r := range rules {
			if remark(r) == id {
				r.Table, r.Chain = ours(), ch
				if err := c.DelRule(r); err != nil {
					return err
				}
			}
		}
	}
	chains, err := c.ListChainsOfTableFamily(nftables.TableFamilyIPv4)
	if err != nil {
		return err
	}
	for _, ch := range chains {
		if ch.Table.Name == Table && ch.Name == own.Name {
			c.DelChain(own)
		}
	}
	return c.Flush()
}

func ours() *nftables.Table { return &nftables.Table{Name: Table, Family: nftables.TableFamilyIPv4} }

// nft opens a connection to the nftables of the calling thread's network namespace.
func nft(f func(*nftables.Conn) error) error {
	c, err := nftables.New(nftables.AsLasting())
	if err != nil {
		return err
	}
	return errors.Join(f(c), c.CloseLasting())
}

// remarks are the comments of a chain's rules.
func remarks(c *nftables.Conn, name string) ([]string, error) {
	rules, err := c.GetRules(ours(), &nftables.Chain{Name: name, Table: ours()})
	if err != nil {
		return nil, err
	}
	var list []string
	for _, r := range rules {
		list = append(list, remark(r))
	}
	return list, nil
}

func remark(r *nftables.Rule) string {
	s, _ := userdata.GetString(r.UserData, userdata.TypeComment)
	return strings.TrimRight(s, "\x00")
}
