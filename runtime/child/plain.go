package child

import (
	"encoding"
	"errors"
	"fmt"
	"reflect"
)

// Encode writes a half's arguments, or what it returned, as In.Decode reads them:
// any plain value, field by field in the order of its type, which is the same at
// both ends since both are this program. It is reflection, but without the tables
// that encoding/json and encoding/gob build first, which cost more than all the
// values of a start. Types that have a text form (netip.Prefix) go as that.
// Nil is nothing.
func Encode(v any) ([]byte, error) {
	if v == nil {
		return nil, nil
	}
	w := wire{put: true}
	w.value(reflect.ValueOf(v))
	return w.b, w.err
}

// decode reads into what v points to.
func decode(b []byte, v any) error {
	w := wire{b: b}
	w.value(reflect.ValueOf(v).Elem())
	if w.err == nil && len(w.b) > 0 {
		w.fail()
	}
	return w.err
}

// maxDepth is how deep values may lie within each other: a type that contains itself has no end.
const maxDepth = 32

func (w *wire) value(v reflect.Value) {
	if w.depth++; w.depth > maxDepth {
		w.fail()
	}
	defer func() { w.depth-- }()
	if !w.put && !v.CanSet() && w.err == nil {
		w.err = errors.New("a field without a capital letter can't go over the child's socket")
	}
	if w.err != nil || w.text(v) {
		return
	}
	switch v.Kind() {
	case reflect.Bool, reflect.String, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		w.scalar(v)
	case reflect.Struct:
		for i := range v.NumField() {
			w.value(v.Field(i))
		}
	case reflect.Pointer:
		there := !v.IsNil()
		if w.bool(&there); there {
			if !w.put {
				v.Set(reflect.New(v.Type().Elem()))
			}
			w.value(v.Elem())
		}
	case reflect.Slice:
		w.slice(v)
	case reflect.Map:
		w.mapping(v)
	default:
		w.err = fmt.Errorf("a %s can't go over the child's socket", v.Type())
	}
}

// scalar is a value that holds no other one.
func (w *wire) scalar(v reflect.Value) {
	switch {
	case v.Kind() == reflect.String:
		s := v.String()
		w.str(&s)
		if !w.put {
			v.SetString(s)
		}
	case v.Kind() == reflect.Bool:
		b := v.Bool()
		w.bool(&b)
		if !w.put {
			v.SetBool(b)
		}
	case v.CanInt():
		n := v.Int()
		w.int(&n)
		if !w.put {
			v.SetInt(n)
		}
	default:
		n := int64(v.Uint())
		w.int(&n)
		if !w.put {
			v.SetUint(uint64(n))
		}
	}
}

func (w *wire) slice(v reflect.Value) {
	n := w.size(v.Len())
	if v.Type().Elem().Kind() == reflect.Uint8 {
		if w.put {
			w.b = append(w.b, v.Bytes()...)
		} else if n > 0 {
			v.SetBytes(append([]byte(nil), w.b[:n]...))
			w.b = w.b[n:]
		}
		return
	}
	for i := 0; i < n && w.err == nil; i++ {
		if !w.put {
			v.Grow(1)
			v.SetLen(i + 1)
		}
		w.value(v.Index(i))
	}
}

func (w *wire) mapping(v reflect.Value) {
	n := w.size(v.Len())
	if w.put {
		for it := v.MapRange(); it.Next(); {
			w.value(it.Key())
			w.value(it.Value())
		}
		return
	}
	for i := 0; i < n && w.err == nil; i++ {
		if v.IsNil() {
			v.Set(reflect.MakeMap(v.Type()))
		}
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		w.value(key)
		w.value(value)
		v.SetMapIndex(key, value)
	}
}

// text is a value that has a text form; ok says that it has.
func (w *wire) text(v reflect.Value) (ok bool) {
	if v.Kind() != reflect.Struct || !reflect.PointerTo(v.Type()).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
		return false
	}
	var s string
	if w.put {
		m, is := v.Interface().(encoding.TextMarshaler)
		if !is {
			return false
		}
		b, err := m.MarshalText()
		w.err, s = err, string(b)
	}
	w.str(&s)
	if w.put || w.err != nil {
		return true
	}
	u, is := v.Addr().Interface().(encoding.TextUnmarshaler)
	if !is {
		return false
	}
	w.err = u.UnmarshalText([]byte(s))
	return true
}
