// Package telegram is the platform "telegram": a bot that people write to in
// private chats and in groups. It polls the Bot API, acknowledges an update only
// when its message is safe, and shows an answer by editing one message until it
// is whole.
package telegram

import (
	"errors"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/hermes-gateway/hermes/core/chat"
	"github.com/hermes-gateway/hermes/core/plugin"
)

// Config is the body of a platform "telegram" block.
type Config struct {
	Token       plugin.Secret   `hcl:"token" doc:"the bot's token, from @BotFather"`
	APIURL      string          `hcl:"api_url,optional" doc:"where the Bot API is: a local Bot API server or a test server goes here"`
	Allow       []string        `hcl:"allow,optional" doc:"who may write: user ids, or user names, each bound to the first id seen with it; \"*\" is everybody, an empty list nobody"`
	PollTimeout plugin.Duration `hcl:"poll_timeout,optional" doc:"how long one poll waits for messages, in whole seconds: 1s to 50s"`
	Rate        int             `hcl:"rate,optional" doc:"messages and edits a second in all chats together; Telegram allows about 30"`

	transport http.RoundTripper // nil: a new one
}

// Spec describes the plugin.
func Spec() plugin.Spec[chat.Platform] {
	return plugin.Spec[chat.Platform]{
		Type:    "telegram",
		Summary: "A Telegram bot: private chats, groups and topics, by long polling.",
		Default: func() plugin.Config[chat.Platform] {
			return &Config{APIURL: "https://api.telegram.org", PollTimeout: "30s", Rate: 30}
		},
	}
}

var (
	tokenShape = regexp.MustCompile(`^\d+:[\w-]{35}$`)
	idShape    = regexp.MustCompile(`^\d{1,19}$`)
	nameShape  = regexp.MustCompile(`^@?[A-Za-z]\w{3,31}$`)
)

// Validate checks the token's shape, the address, the allow list and the numbers.
func (c *Config) Validate() error {
	var problems []error
	if !tokenShape.MatchString(c.Token.Reveal()) {
		problems = append(problems, plugin.Attr("token", "is not a bot's token",
			"it looks like 123456789: and 35 letters and digits; @BotFather gives it out"))
	}
	if u, err := url.Parse(c.APIURL); err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		problems = append(problems, plugin.Attr("api_url", "must be an http or https address", `the default is "https://api.telegram.org"`))
	}
	for _, who := range c.Allow {
		if who != everybody && !idShape.MatchString(who) && !nameShape.MatchString(who) {
			problems = append(problems, plugin.Attr("allow", "has an entry that is neither a user id nor a user name",
				`write "123456789", "ada_lovelace", or "*" for everybody`))
			break
		}
	}
	if d := c.PollTimeout.Value(); d < time.Second || d > 50*time.Second || d%time.Second != 0 {
		problems = append(problems, plugin.Attr("poll_timeout", "must be whole seconds between 1s and 50s", ""))
	}
	if c.Rate < 1 || c.Rate > 1000 {
		problems = append(problems, plugin.Attr("rate", "must be between 1 and 1000", "Telegram allows about 30"))
	}
	return errors.Join(problems...)
}

// Warnings tells of a bot that answers nobody, or everybody, and of a token that
// travels unprotected.
func (c *Config) Warnings() []error {
	var out []error
	if len(c.Allow) == 0 {
		out = append(out, plugin.Attr("allow", "is empty: the bot answers nobody",
			`add your user id; the log names it when you write to the bot`))
	}
	for _, who := range c.Allow {
		if who == everybody {
			out = append(out, plugin.Attr("allow", `has "*": everybody who finds the bot can use your models`, "list user ids instead"))
		}
	}
	if u, err := url.Parse(c.APIURL); err == nil && u.Scheme == "http" && !loopback(u.Hostname()) {
		out = append(out, plugin.Attr("api_url", "is not https: the token travels unprotected", ""))
	}
	return out
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// New returns the platform. It calls nobody yet.
func (c *Config) New(env plugin.Env) (chat.Platform, error) {
	api, err := newAPI(c, env)
	if err != nil {
		return nil, err
	}
	id, _, _ := strings.Cut(c.Token.Reveal(), ":")
	return &platform{
		api:     api,
		log:     env.Logger,
		botID:   id,
		timeout: c.PollTimeout.Value(),
		access:  newAccess(c.Allow, env.Logger),
		pace:    newPace(c.Rate),
		moved:   newMoves(),
	}, nil
}
