package observe

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"github.com/google/nftables"
	"github.com/google/nftables/expr"
	"golang.org/x/sys/unix"
)

// set is what a rule needs to know of the set that it looks into.
type set struct {
	*nftables.Set
	elements []nftables.SetElement
}

// sets writes the named sets of a table, and returns all of them by name.
func sets(out *strings.Builder, conn *nftables.Conn, t *nftables.Table) (map[string]set, error) {
	list, err := conn.GetSets(t)
	if err != nil {
		return nil, fmt.Errorf("list the sets of table %s: %w", t.Name, err)
	}
	all := map[string]set{}
	for _, s := range list {
		elements, err := conn.GetSetElements(s)
		if err != nil {
			return nil, fmt.Errorf("list the elements of set %s: %w", s.Name, err)
		}
		all[s.Name] = set{s, elements}
		if s.Anonymous {
			continue
		}
		kind := "set"
		typ := s.KeyType.Name
		if s.IsMap {
			kind, typ = "map", typ+" : "+s.DataType.Name
		}
		fmt.Fprintf(out, "\t%s %s {\n\t\ttype %s\n", kind, s.Name, typ)
		if s.Interval {
			out.WriteString("\t\tflags interval\n")
		}
		if len(elements) > 0 {
			fmt.Fprintf(out, "\t\telements = %s\n", braces(all[s.Name], kindOf(s.KeyType)))
		}
		out.WriteString("\t}\n\n")
	}
	return all, nil
}

// braces writes elements as nft(8) does, with keys of a kind. The kernel has an
// interval as its first key and, marked as the end, the first one behind it.
func braces(s set, kind kind) string {
	elements := slices.Clone(s.elements)
	slices.SortFunc(elements, func(a, b nftables.SetElement) int { return strings.Compare(string(a.Key), string(b.Key)) })
	var words []string
	for i, e := range elements {
		if e.IntervalEnd {
			continue
		}
		word := datum(kind, e.Key)
		if s.Interval && i+1 < len(elements) && elements[i+1].IntervalEnd {
			word = span(kind, e.Key, elements[i+1].Key)
		}
		switch {
		case s.IsMap && (s.DataType.Name == nftables.TypeVerdict.Name || s.KeyType.Name == nftables.TypeVerdict.Name):
			// The library notes a map's type of verdict as that of its keys.
			// Its code is big-endian, as all numbers of nf_tables; attribute 2 is a chain.
			a := parse(e.Val)
			code := append(a[unix.NFTA_VERDICT_CODE], 0, 0, 0, 0)
			word += " : " + verdict(&expr.Verdict{
				Kind: expr.VerdictKind(int32(binary.BigEndian.Uint32(code))), Chain: a.text(unix.NFTA_VERDICT_CHAIN),
			})
		case s.IsMap:
			word += " : " + datum(kindOf(s.DataType), e.Val)
		}
		words = append(words, word)
	}
	return "{ " + strings.Join(words, ", ") + " }"
}

func kindOf(t nftables.SetDatatype) kind {
	switch t.Name {
	case nftables.TypeIPAddr.Name, nftables.TypeIP6Addr.Name:
		return address
	case nftables.TypeInetService.Name:
		return port
	case nftables.TypeIFName.Name:
		return name
	case nftables.TypeInetProto.Name:
		return protocol
	case nftables.TypeMark.Name:
		return hostHex
	}
	return raw
}

func verdict(v *expr.Verdict) string {
	switch v.Kind {
	case expr.VerdictAccept:
		return "accept"
	case expr.VerdictDrop:
		return "drop"
	case expr.VerdictReturn:
		return "return"
	case expr.VerdictContinue:
		return "continue"
	case expr.VerdictJump:
		return "jump " + v.Chain
	case expr.VerdictGoto:
		return "goto " + v.Chain
	}
	return fmt.Sprintf("verdict %d", v.Kind)
}
