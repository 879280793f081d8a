package lessons

import "go.yaml.in/yaml/v3"

// Words is one word or a list of them.
type Words []string

// UnmarshalYAML takes a scalar as a list of one.
func (w *Words) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*w = Words{n.Value}
		return nil
	}
	var list []string
	if err := n.Decode(&list); err != nil {
		return err
	}
	*w = list
	return nil
}
