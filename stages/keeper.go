package stages

import (
	"time"

	"glassbox/runtime/journal"
)

// What a journal keeps of one stream: the head as it comes, then a glimpse a
// second, and at the end the tail. All streams together stay below 16 MiB for
// any program that ends within the hour.
const (
	headBytes    = 4 << 20
	tailBytes    = 1 << 20
	glimpseBytes = 2 << 10
	glimpseEvery = time.Second
)

// keeper journals one stream of output.
type keeper struct {
	journal journal.Emitter
	stream  string
	head    int       // bytes journaled as head
	tail    []byte    // the newest bytes since the last event
	dropped int64     // bytes since the last event that are not in tail any more
	last    time.Time // when the last glimpse was given
}

func (k *keeper) write(b []byte) {
	if k.head < headBytes {
		k.head += len(b)
		k.emit(b, 0)
		return
	}
	k.tail = append(k.tail, b...)
	if n := len(k.tail) - tailBytes; n > tailBytes { // cut rarely: half of it at a time
		k.dropped += int64(n)
		k.tail = append(k.tail[:0], k.tail[n:]...)
	}
	if time.Since(k.last) >= glimpseEvery {
		k.last = time.Now()
		n := max(0, len(k.tail)-glimpseBytes)
		k.emit(k.tail[n:], k.dropped+int64(n))
		k.tail, k.dropped = k.tail[:0], 0
	}
}

// flush journals the tail, when the stream has ended.
func (k *keeper) flush() {
	if len(k.tail) == 0 {
		return
	}
	n := max(0, len(k.tail)-tailBytes)
	k.emit(k.tail[n:], k.dropped+int64(n))
	k.tail, k.dropped = nil, 0
}

func (k *keeper) emit(b []byte, dropped int64) {
	o := &journal.Output{Stream: k.stream, Dropped: dropped}
	o.SetBytes(b)
	k.journal.Emit(journal.Event{Stage: "exec", Side: journal.Container, Kind: journal.KindOutput, Output: o})
}
