package fault

import "fmt"

// UnmarshalText reads the kind's name.
func (k *Kind) UnmarshalText(text []byte) error {
	kind, ok := ParseKind(string(text))
	if !ok {
		return fmt.Errorf("reading the kind of a fault: %q is none", text)
	}
	*k = kind
	return nil
}
