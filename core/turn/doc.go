// Package turn makes one reply of one message: commands, history, the draft,
// the call to the chain, delivery.
package turn
