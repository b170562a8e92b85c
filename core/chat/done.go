package chat

import "errors"

// ErrDone is what a Platform's Run returns when its input has ended for good,
// such as a terminal's. The platform is not started again; when every platform
// has ended the gateway ends cleanly.
var ErrDone = errors.New("input has ended")
