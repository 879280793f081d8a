package tui

import (
	"slices"
	"strings"
	"sync"
)

// form is a sentence in both languages: what stands between its gaps. In the catalogues
// {} is a gap for what is known only when the sentence is said, {!} one for an error,
// which is said in Korean in its turn; they are in the same order in both. A form that
// ends in a colon is only said where another link of the chain follows.
type form struct {
	en, ko []string // one more than there are gaps
	err    []bool   // whether a gap is an error's
	more   bool
	said   int // bytes of the English sentence without its gaps
}

// forms are all that there are.
var forms = sync.OnceValue(func() []form {
	var list []form
	for _, p := range slices.Concat(catalogues...) {
		list = append(list, newForm(p[0], p[1]))
	}
	return list
})

// catalogues are the engine's sentences in Korean, by where they are said.
var catalogues = [][][2]string{
	errnosKO, librariesKO, kernelKO, childKO, limitsKO, imageKO, layerKO, stageKO, mountsKO, networkKO, commandKO, lessonsKO, faultsKO, doctorKO, phrasesKO,
}

func newForm(en, ko string) form {
	f := form{said: len(en) - 2*strings.Count(en, "{")}
	en, f.more = strings.CutSuffix(en, ":")
	const mark = "\x00" // of an error's gap, at the beginning of what comes next
	f.en = strings.Split(strings.ReplaceAll(en, "{!}", "{}"+mark), "{}")
	f.err = make([]bool, len(f.en)-1)
	for i := range f.err {
		f.en[i+1], f.err[i] = strings.CutPrefix(f.en[i+1], mark)
	}
	f.ko = strings.Split(strings.ReplaceAll(strings.TrimSuffix(ko, ":"), "{!}", "{}"), "{}")
	return f
}
