package telegramtest

import (
	"context"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Token is a well-formed token for tests that do not care.
const Token = "4242:AAtest-token_of-nobody-0123456789ab"

// Server is one bot's view of Telegram. It may be used concurrently.
type Server struct {
	token string

	mu       sync.Mutex
	changed  chan struct{} // closed, and replaced, on every change
	me       User
	revoked  bool
	down     bool
	webhook  string
	commands []Command
	queue    queue
	chats    map[int64]*room
	lastID   int // of a message
	journal  []*Call
	faults   []*Fault
	limits   Limits
	flood    map[int64]*floodGate
}

// room is one chat with its messages.
type room struct {
	chat     Chat
	messages []*Message
	byID     map[int]*Message
	topics   map[int]bool
	blocked  bool
	migrated int64
}

// New returns a server for the bot with that token, named hermes_test_bot.
func New(token string) *Server {
	id, _, _ := strings.Cut(token, ":")
	n, _ := strconv.ParseInt(id, 10, 64)
	return &Server{
		token:   token,
		changed: make(chan struct{}),
		me:      User{ID: n, IsBot: true, FirstName: "Hermes", Username: "hermes_test_bot", ReadsGroup: true},
		queue:   queue{next: 1},
		chats:   map[int64]*room{},
		flood:   map[int64]*floodGate{},
	}
}

// Me returns the bot.
func (s *Server) Me() User {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.me
}

// Rename gives the bot another user name.
func (s *Server) Rename(username string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.me.Username = username
}

// Wait blocks until cond holds, asking again whenever something has changed.
// It returns ctx's error when ctx ends first.
func (s *Server) Wait(ctx context.Context, cond func() bool) error {
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if cond() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// wake tells those who wait; s.mu is held.
func (s *Server) wake() {
	close(s.changed)
	s.changed = make(chan struct{})
}

var (
	pathShape  = regexp.MustCompile(`^/bot([^/]+)/([A-Za-z]+)$`)
	tokenShape = regexp.MustCompile(`^\d+:[\w-]{30,}$`)
)

// ServeHTTP answers one call.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	down := s.down
	s.mu.Unlock()
	if down {
		panic(http.ErrAbortHandler)
	}
	path := pathShape.FindStringSubmatch(r.URL.Path)
	if path == nil || !tokenShape.MatchString(path[1]) {
		writeError(w, fail(404, "Not Found"))
		return
	}
	params, err := readParams(w, r)
	if err != nil {
		writeError(w, fail(400, "Bad Request: "+err.Error()))
		return
	}
	s.serve(w, r, &Call{Method: path[2], Params: params, At: time.Now(), token: path[1]})
}

// serve answers a call that could be read.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, c *Call) {
	s.mu.Lock()
	s.note(c)
	f := s.matchFault(c)
	s.mu.Unlock()
	if f != nil && !f.AfterProcessing {
		s.setStatus(c, f.status())
		f.act(w, r)
		return
	}
	result, apiErr := s.process(r.Context(), c)
	if f != nil {
		s.setStatus(c, 0)
		f.act(w, r)
		return
	}
	if apiErr != nil {
		s.setStatus(c, apiErr.Code)
		writeError(w, apiErr)
		return
	}
	s.setStatus(c, http.StatusOK)
	writeResult(w, result)
}

// process does what the call asks for.
func (s *Server) process(ctx context.Context, c *Call) (any, *apiError) {
	s.mu.Lock()
	if c.token != s.token || s.revoked {
		s.mu.Unlock()
		return nil, fail(401, "Unauthorized")
	}
	if err := s.tooFast(c); err != nil {
		s.mu.Unlock()
		return nil, err
	}
	s.mu.Unlock()
	if strings.EqualFold(c.Method, "getUpdates") {
		return s.getUpdates(ctx, c)
	}
	do, ok := methods()[strings.ToLower(c.Method)]
	if !ok {
		return nil, fail(404, "Not Found: method not found")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.wake()
	return do(s, c)
}

// methods are the calls that answer at once; s.mu is held while they run.
func methods() map[string]func(*Server, *Call) (any, *apiError) {
	return map[string]func(*Server, *Call) (any, *apiError){
		"getme":           (*Server).getMe,
		"sendmessage":     (*Server).sendMessage,
		"editmessagetext": (*Server).editMessageText,
		"deletemessage":   (*Server).deleteMessage,
		"sendchataction":  (*Server).sendChatAction,
		"setmycommands":   (*Server).setMyCommands,
		"getmycommands":   (*Server).getMyCommands,
		"setwebhook":      (*Server).setWebhook,
		"deletewebhook":   (*Server).deleteWebhook,
		"getwebhookinfo":  (*Server).getWebhookInfo,
	}
}
