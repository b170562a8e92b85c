package admin

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"html"
	"net/http"
	"time"
)

const style = `:root{color-scheme:light dark}body{font:15px/1.5 ui-monospace,monospace;margin:2rem auto;max-width:60rem;padding:0 1rem}pre{white-space:pre-wrap}`

// policy lets the page have its own style and nothing else.
func policy() string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}

// page shows the status as `hermes status` does. It needs no script.
func (l *Listener) page(w http.ResponseWriter, _ *http.Request) {
	var text, b bytes.Buffer
	WriteStatus(&text, l.o.Facts(l.o.Gateway.Status()), time.Now())
	b.WriteString("<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta http-equiv=\"refresh\" content=\"5\">\n" +
		"<meta name=\"viewport\" content=\"width=device-width\">\n<title>Hermes</title>\n<style>" + style + "</style>\n<h1>Hermes</h1>\n<pre>\n")
	b.WriteString(html.EscapeString(text.String()))
	b.WriteString("</pre>\n<p><a href=\"/status\">as JSON</a> · <a href=\"/metrics\">metrics</a></p>\n</html>\n")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", policy())
	_, _ = w.Write(b.Bytes()) // the client is gone
}
