package observe

import (
	"errors"
	"fmt"
	"strings"

	"github.com/google/nftables"
	"golang.org/x/sys/unix"
)

// ourTable is the one table that glassbox makes, in whatever family.
const ourTable = "glassbox"

// rules adds the tables of ours, as `nft list table` writes them.
func (r *reader) rules() {
	const fact, source = "net.nft", "netlink NFT_MSG_GETTABLE, NFT_MSG_GETCHAIN, NFT_MSG_GETRULE"
	text, err := tables()
	switch {
	case errors.Is(err, unix.EPERM), errors.Is(err, unix.EOPNOTSUPP), errors.Is(err, unix.EPROTONOSUPPORT), errors.Is(err, unix.EINVAL):
		// Without CAP_NET_ADMIN, or without nftables in the kernel, there is none of ours.
	case err != nil:
		r.fail(fact, source, err)
	case text != "":
		r.text(fact, source, text)
	}
}

func tables() (string, error) {
	conn, err := nftables.New(nftables.AsLasting())
	if err != nil {
		return "", err
	}
	defer conn.CloseLasting() //nolint:errcheck // it was only read
	list, err := conn.ListTables()
	if err != nil {
		return "", err
	}
	var out strings.Builder
	for _, t := range list {
		if t.Name != ourTable {
			continue
		}
		if err := table(&out, conn, t); err != nil {
			return "", err
		}
	}
	return out.String(), nil
}

// families are the words of nft(8) for the families of tables.
var families = map[nftables.TableFamily]string{
	nftables.TableFamilyINet: "inet", nftables.TableFamilyIPv4: "ip", nftables.TableFamilyIPv6: "ip6",
	nftables.TableFamilyARP: "arp", nftables.TableFamilyBridge: "bridge", nftables.TableFamilyNetdev: "netdev",
}

func table(out *strings.Builder, conn *nftables.Conn, t *nftables.Table) error {
	chains, err := conn.ListChainsOfTableFamily(t.Family)
	if err != nil {
		return fmt.Errorf("list the chains of table %s: %w", t.Name, err)
	}
	fmt.Fprintf(out, "table %s %s {\n", families[t.Family], t.Name)
	sets, err := sets(out, conn, t)
	if err != nil {
		return err
	}
	first := true
	for _, c := range chains {
		if c.Table.Name != t.Name {
			continue
		}
		if !first {
			out.WriteByte('\n')
		}
		first = false
		rules, err := conn.GetRules(t, c)
		if err != nil {
			return fmt.Errorf("list the rules of chain %s: %w", c.Name, err)
		}
		fmt.Fprintf(out, "\tchain %s {\n", c.Name)
		if c.Hooknum != nil && c.Priority != nil {
			fmt.Fprintf(out, "\t\ttype %s hook %s priority %s; policy %s;\n", c.Type, hook(c, t.Family), priority(c), policy(c))
		}
		for _, rule := range rules {
			fmt.Fprintf(out, "\t\t%s\n", sentenceOf(rule, t.Family, sets))
		}
		out.WriteString("\t}\n")
	}
	out.WriteString("}\n")
	return nil
}

func hook(c *nftables.Chain, f nftables.TableFamily) string {
	names := []string{"prerouting", "input", "forward", "output", "postrouting", "ingress"}
	if f == nftables.TableFamilyNetdev {
		names = []string{"ingress", "egress"}
	}
	if n := int(*c.Hooknum); n < len(names) {
		return names[n]
	}
	return fmt.Sprint(*c.Hooknum)
}

// priority is the word that nft(8) has for a number, which depends on the hook.
func priority(c *nftables.Chain) string {
	switch p := *c.Priority; p {
	case -300:
		return "raw"
	case -150:
		return "mangle"
	case -100:
		if *c.Hooknum == unix.NF_INET_PRE_ROUTING {
			return "dstnat"
		}
		return fmt.Sprint(p)
	case 0:
		return "filter"
	case 50:
		return "security"
	case 100:
		if *c.Hooknum == unix.NF_INET_POST_ROUTING {
			return "srcnat"
		}
		return fmt.Sprint(p)
	default:
		return fmt.Sprint(p)
	}
}

func policy(c *nftables.Chain) string {
	if c.Policy != nil && *c.Policy == nftables.ChainPolicyDrop {
		return "drop"
	}
	return "accept"
}
