package admin

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/hermes-gateway/hermes/core/config"
	"github.com/hermes-gateway/hermes/core/engine"
)

// maxWait bounds a reload or plan that a client waits for.
const maxWait = 5 * time.Minute

// Control is the server on the control socket. Whoever can open the socket may
// do everything.
type Control struct {
	r *running
}

// ControlOptions say what a Control serves.
type ControlOptions struct {
	Path    string // of the socket, as SocketPath returns it
	Gateway Gateway
	Facts   Facts
	Stop    func() // begins to drain the process; must not block
}

// NewControl opens the socket and serves it until Close.
func NewControl(o ControlOptions) (*Control, error) {
	l, err := listenSocket(o.Path)
	if err != nil {
		return nil, err
	}
	return &Control{r: serve(newServer(o.handler(), maxWait+endTimeout), l)}, nil
}

// Close removes the socket and waits for the answers that are being written.
func (c *Control) Close() error { return c.r.end() }

// reloadReply is the answer to a reload.
type reloadReply struct {
	Done    engine.ReloadDone `json:"done"`
	Refused string            `json:"refused,omitempty"`
}

// planReply is the answer to a plan.
type planReply struct {
	Plan     engine.Plan        `json:"plan"`
	Problems config.Diagnostics `json:"problems,omitempty"`
	Refused  string             `json:"refused,omitempty"`
}

// breakerOrder is the body of an order to a breaker.
type breakerOrder struct {
	Name string `json:"name"`
	For  string `json:"for,omitempty"`
}

type failure struct {
	Error string `json:"error"`
}

func (o *ControlOptions) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/status", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusOK, o.Facts(o.Gateway.Status()))
	})
	mux.HandleFunc("POST /v1/reload", o.reload)
	mux.HandleFunc("GET /v1/plan", o.plan)
	mux.HandleFunc("GET /v1/breakers", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusOK, o.Gateway.Status().Circuits)
	})
	mux.HandleFunc("POST /v1/breakers/reset", o.reset)
	mux.HandleFunc("POST /v1/breakers/open", o.open)
	mux.HandleFunc("POST /v1/stop", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusAccepted, struct{}{})
		o.Stop()
	})
	return mux
}

// reload goes on when its client hangs up.
func (o *ControlOptions) reload(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), maxWait)
	defer cancel()
	done, err := o.Gateway.Reload(ctx)
	reply(w, http.StatusOK, reloadReply{Done: done, Refused: refusal(err, done.Error)})
}

func (o *ControlOptions) plan(w http.ResponseWriter, r *http.Request) {
	p, problems, err := o.Gateway.Plan(r.Context())
	reply(w, http.StatusOK, planReply{Plan: p, Problems: problems, Refused: refusal(err, "")})
}

func refusal(err error, otherwise string) string {
	if err != nil {
		return err.Error()
	}
	return otherwise
}

func (o *ControlOptions) reset(w http.ResponseWriter, r *http.Request) {
	order, ok := readOrder(w, r)
	if !ok {
		return
	}
	obeyed(w, o.Gateway.ResetBreaker(order.Name))
}

func (o *ControlOptions) open(w http.ResponseWriter, r *http.Request) {
	order, ok := readOrder(w, r)
	if !ok {
		return
	}
	d, err := time.ParseDuration(order.For)
	if err != nil || d <= 0 {
		reply(w, http.StatusBadRequest, failure{"how long to open the circuit must be a duration such as 10m"})
		return
	}
	obeyed(w, o.Gateway.OpenBreaker(order.Name, d))
}

func readOrder(w http.ResponseWriter, r *http.Request) (order breakerOrder, ok bool) {
	if err := json.NewDecoder(r.Body).Decode(&order); err != nil {
		reply(w, http.StatusBadRequest, failure{"the order cannot be read"})
		return order, false
	}
	return order, true
}

func obeyed(w http.ResponseWriter, err error) {
	switch {
	case err == nil:
		reply(w, http.StatusOK, struct{}{})
	case errors.Is(err, engine.ErrUnknownProvider):
		reply(w, http.StatusNotFound, failure{err.Error()})
	default:
		reply(w, http.StatusConflict, failure{err.Error()})
	}
}

func reply(w http.ResponseWriter, code int, v any) {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		code, text = http.StatusInternalServerError, []byte(`{"error": "the answer cannot be written as JSON"}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	_, _ = w.Write(append(text, '\n')) // the client is gone
}
