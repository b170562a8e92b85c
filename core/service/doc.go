// Package service is Hermes as a process of the system: the lock on the data
// directory, what the last process left there, and the notifications to systemd.
package service
