package settings

import (
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

func anything(string) (string, bool) { return "", true }

func filled(v string) (string, bool) { return "a path that is not empty", v != "" }

func oneOf(allowed ...string) func(string) (string, bool) {
	return func(v string) (string, bool) {
		return "one of " + strings.Join(allowed, ", "), slices.Contains(allowed, v)
	}
}

const maxDrain = 24 * time.Hour

func duration(v string) (string, bool) {
	d, err := time.ParseDuration(v)
	return `a duration such as "30s", more than zero and at most 24h`, err == nil && d > 0 && d <= maxDrain
}

func address(v string) (string, bool) {
	const allowed = `host:port such as "127.0.0.1:8390", or empty for no listener`
	if v == "" {
		return allowed, true
	}
	_, port, err := net.SplitHostPort(v)
	if err != nil {
		return allowed, false
	}
	n, err := strconv.Atoi(port)
	return allowed, err == nil && n >= 0 && n <= 65535
}

// loopback reports whether the listen address is reached from this machine only.
func loopback(listen string) bool {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return false
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}
