package turn

import (
	"fmt"
	"runtime/debug"
)

// PanicError is a panic turned into an error. Its text names the value's type
// alone, because the value can hold anything; the stack is for the log.
type PanicError struct {
	Value any
	Stack []byte
}

// Error says that there was a panic, and what the runtime said of it.
func (p *PanicError) Error() string {
	if err, ok := p.Value.(interface {
		error
		RuntimeError()
	}); ok {
		return "panic: " + err.Error()
	}
	return fmt.Sprintf("panic of type %T", p.Value)
}

// Safely calls f and returns its error, or a *PanicError when it panicked.
func Safely(f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &PanicError{Value: v, Stack: debug.Stack()}
		}
	}()
	return f()
}
