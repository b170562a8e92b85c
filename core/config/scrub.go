package config

import (
	"reflect"
	"strings"
)

// scrub takes secrets out of what a plugin says: the values of its Secret
// fields, and what came from variables.
func (l *loader) scrub(text string, cfg any) string {
	var hide []string
	if v, ok := cfg.(reflect.Value); ok {
		hide = secrets(v, hide)
	}
	for v := range l.env.values {
		if len(v) >= 8 {
			hide = append(hide, v)
		}
	}
	for _, h := range hide {
		text = strings.ReplaceAll(text, h, mask)
	}
	return text
}

// secrets collects the values of plugin.Secret in v, those too short to be one
// apart.
func secrets(v reflect.Value, to []string) []string {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			return secrets(v.Elem(), to)
		}
	case reflect.String:
		if v.Type() == secretType() && v.Len() >= 4 {
			return append(to, v.String())
		}
	case reflect.Struct:
		for _, field := range v.Fields() {
			to = secrets(field, to)
		}
	case reflect.Slice:
		for i := range v.Len() {
			to = secrets(v.Index(i), to)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			to = secrets(v.MapIndex(k), to)
		}
	default: // no other kind holds secrets
	}
	return to
}
