package journal

import "unicode/utf8"

// SetBytes stores what was read: as text if it is UTF-8, else as bytes that
// JSON carries in base64. Nothing is replaced.
func (v *Value) SetBytes(b []byte) { v.Text, v.B64 = split(b) }

// Bytes returns what was read.
func (v *Value) Bytes() []byte { return join(v.Text, v.B64) }

// SetBytes stores a piece of output.
func (o *Output) SetBytes(b []byte) { o.Text, o.B64 = split(b) }

// Bytes returns the piece of output.
func (o *Output) Bytes() []byte { return join(o.Text, o.B64) }

func split(b []byte) (*string, []byte) {
	if utf8.Valid(b) {
		s := string(b)
		return &s, nil
	}
	return nil, append([]byte(nil), b...)
}

func join(s *string, b []byte) []byte {
	if s != nil {
		return []byte(*s)
	}
	return b
}
