package stages

import (
	"errors"
	"strings"

	"glassbox/runtime/child"
	"glassbox/runtime/image"
	"glassbox/runtime/journal"
	"glassbox/runtime/kernel"
)

// wrong is what the journal says of an error: what was tried and why it was
// refused, and by itself, so that a view can say it in another language, what a
// person can do.
func wrong(err error) *journal.Error {
	e := &journal.Error{Text: err.Error(), Errno: kernel.Errno(err)}
	mend := mendOf(err)
	if text, ok := strings.CutSuffix(e.Text, ": "+mend); ok {
		e.Text, e.Mend = text, mend
	}
	return e
}

// mendOf is what a person can do about an error; "" where nothing is known.
func mendOf(err error) string {
	var (
		k *kernel.Error
		c *child.Refused
		i *image.Error
	)
	switch {
	case errors.As(err, &k):
		return k.Mend
	case errors.As(err, &c):
		return c.Mend
	case errors.As(err, &i):
		return i.Mend
	}
	return ""
}
