package lessons

import (
	"encoding/json"
	"reflect"
	"strings"
)

// Schema is the JSON schema (draft 2020-12) of a lesson's front matter and, under
// $defs, of its blocks: made of the same tags that the loader obeys.
func Schema() ([]byte, error) {
	front := object(reflect.TypeFor[Front]())
	front["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	front["$id"] = "https://glassbox/lesson.schema.json"
	front["title"] = "glassbox lesson: front matter"
	defs := map[string]any{}
	for name, t := range map[string]reflect.Type{
		"stop": reflect.TypeFor[Stop](), "look": reflect.TypeFor[Look](), "predict": reflect.TypeFor[Predict](), "timing": reflect.TypeFor[Timing](),
		"command": reflect.TypeFor[Command](),
	} {
		defs[name] = object(t)
	}
	for name, what := range map[string]string{
		"do": "a command that is run by a key", "check": "a command that exits with 0 when the task is done; its output is the feedback",
		"solve": "what makes the check pass",
	} {
		defs[name] = map[string]any{"type": "string", "description": what + "; the info string has command's fields as words: " + name + " outside timeout=5s"}
	}
	for name, what := range map[string]string{"hint": "a hint to the step's task, told one at a time", "note": "a note for who speaks"} {
		defs[name] = map[string]any{"type": "string", "description": what + ", Markdown"}
	}
	front["$defs"] = defs
	return json.MarshalIndent(front, "", "  ")
}

// object is a struct's schema.
func object(t reflect.Type) map[string]any {
	props, must := map[string]any{}, []string{}
	for _, f := range fieldsOf(t) {
		p := schemaOf(f.typ, strings.Fields(f.enum))
		p["description"] = f.doc
		props[f.name] = p
		if f.must {
			must = append(must, f.name)
		}
	}
	out := map[string]any{"type": "object", "additionalProperties": false, "properties": props}
	if len(must) > 0 {
		out["required"] = must
	}
	return out
}

func schemaOf(t reflect.Type, words []string) map[string]any {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	one := map[string]any{"type": "string"}
	if len(words) > 0 {
		one["enum"] = words
	}
	switch {
	case t == durationType:
		return map[string]any{"type": "string", "pattern": `^([0-9.]+(ns|us|ms|s|m|h))+$`}
	case t == wordsType:
		return map[string]any{"oneOf": []any{one, map[string]any{"type": "array", "items": one}}}
	case t.Kind() == reflect.Struct:
		return object(t)
	case t.Kind() == reflect.Slice:
		return map[string]any{"type": "array", "items": schemaOf(t.Elem(), words)}
	case t.Kind() == reflect.Map:
		m := map[string]any{"type": "object", "additionalProperties": map[string]any{"type": []string{"string", "number"}}}
		if len(words) > 0 {
			m["propertyNames"] = map[string]any{"enum": words}
		}
		return m
	case t.Kind() == reflect.Bool:
		return map[string]any{"type": "boolean"}
	case t.Kind() == reflect.Int:
		return map[string]any{"type": "integer"}
	}
	return one
}
