package cli

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"strings"
	"text/template"
)

// starter is what a first config says.
type starter struct {
	DataDir  string
	Token    string   // of the Telegram bot; empty: chat in the terminal
	Allow    string   // as typed
	Users    []string // the parts of Allow
	Primary  account
	Fallback account // BaseURL empty: none
}

// account is one provider of a first config.
type account struct{ BaseURL, Model, Key string }

// ask fills in what neither a flag nor a variable says.
func (s *starter) ask(q *interview) error {
	return first(
		func() error {
			return q.secret(&s.Token, tokenVar, "Telegram bot token, from @BotFather (empty: chat in this terminal)", plainSecret)
		},
		func() error {
			if s.Token == "" {
				return nil
			}
			return q.text(&s.Allow, "allow", "Telegram user ids that may write, separated by commas", s.users)
		},
		func() error { return q.text(&s.Primary.BaseURL, "base-url", "Address of the provider", webAddress) },
		func() error { return q.text(&s.Primary.Model, "model", "Model", filled) },
		func() error {
			return q.secret(&s.Primary.Key, keyVar, "API key (empty: the provider needs none)", plainSecret)
		},
		func() error {
			return q.text(&s.Fallback.BaseURL, "fallback-base-url", "Address of a second provider, for when the first cannot answer (empty: none)", optional(webAddress))
		},
		func() error {
			if s.Fallback.BaseURL == "" {
				return nil
			}
			return first(
				func() error { return q.text(&s.Fallback.Model, "fallback-model", "Its model", filled) },
				func() error {
					return q.secret(&s.Fallback.Key, fallbackVar, "Its API key (empty: it needs none)", plainSecret)
				},
			)
		},
	)
}

// first runs the steps until one fails.
func first(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

var userName = regexp.MustCompile(`^(@?[A-Za-z][A-Za-z0-9_]{3,31}|[0-9]{1,19})$`)

// users takes the user ids apart. An empty list lets nobody in, which is
// allowed: check says so.
func (s *starter) users(text string) error {
	s.Users = nil
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		switch {
		case part == "":
		case !userName.MatchString(part):
			return fmt.Errorf("%q is neither a numeric user id nor a user name", part)
		default:
			s.Users = append(s.Users, part)
		}
	}
	return nil
}

func webAddress(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("%q is not an address such as https://api.openai.com/v1", text)
	}
	return printable(text)
}

func filled(text string) error {
	if text == "" {
		return errors.New("it must not be empty")
	}
	return printable(text)
}

func optional(check func(string) error) func(string) error {
	return func(text string) error {
		if text == "" {
			return nil
		}
		return check(text)
	}
}

func printable(text string) error {
	if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\uFFFD' }) {
		return errors.New("it must be plain text")
	}
	return nil
}

// plainSecret says nothing of the secret itself.
func plainSecret(text string) error {
	if strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' || r == '\'' || r == '\\' }) {
		return errors.New("it must have no spaces, quotes or letters beyond ASCII")
	}
	return nil
}

// quoted writes an HCL string.
func quoted(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "${", "$${", "%{", "%%{").Replace(text) + `"`
}

const firstConfig = `# Who may write where, and who answers, in what order.
#
#   hermes check     says what is wrong with this file
#   hermes serve     runs it
#   hermes reload    takes changes into service; nothing changes when there is a mistake

hermes {
  data_dir = {{quoted .DataDir}} # state and the control socket
  env_file = "hermes.env" # the secrets, read before the process environment
}

# One account at one vendor. A provider that is out of money, or fails again and
# again, is left out for a while, and tried again by itself.
provider "openai" "primary" {
  base_url = {{quoted .Primary.BaseURL}}
{{- if .Primary.Key}}
  api_key  = env("OPENAI_API_KEY")
{{- end}}
  model    = {{quoted .Primary.Model}}
}
{{if .Fallback.BaseURL}}
# Asked when the first cannot answer.
provider "openai" "fallback" {
  base_url = {{quoted .Fallback.BaseURL}}
{{- if .Fallback.Key}}
  api_key  = env("FALLBACK_API_KEY")
{{- end}}
  model    = {{quoted .Fallback.Model}}
}
{{end}}
# Asked in this order, until one answers. A second provider from another vendor
# is what keeps a chat alive when the first one is down.
chain "default" {
  providers = [provider.openai.primary{{if .Fallback.BaseURL}}, provider.openai.fallback{{end}}]
}

agent "helper" {
  chain         = chain.default
  system_prompt = "You are a friendly, concise assistant."
}
{{if .Token}}
platform "telegram" "bot" {
  agent = agent.helper
  token = env("TELEGRAM_BOT_TOKEN")
  allow = [{{range $i, $u := .Users}}{{if $i}}, {{end}}{{quoted $u}}{{end}}] # who may write; nobody else gets an answer
}
{{else}}
platform "console" "terminal" {
  agent = agent.helper
}
{{end}}`

const firstEnv = `# The secrets of hermes.hcl. Keep this file to yourself: do not check it in.
{{if .Token}}TELEGRAM_BOT_TOKEN='{{.Token}}'
{{end}}{{if .Primary.Key}}OPENAI_API_KEY='{{.Primary.Key}}'
{{end}}{{if .Fallback.Key}}FALLBACK_API_KEY='{{.Fallback.Key}}'
{{end}}`

// render writes both files.
func (s *starter) render(hcl, env io.Writer) error {
	if s.DataDir == "" {
		s.DataDir = "./data"
	}
	for text, w := range map[string]io.Writer{firstConfig: hcl, firstEnv: env} {
		t, err := template.New("first").Funcs(template.FuncMap{"quoted": quoted}).Parse(text)
		if err == nil {
			err = t.Execute(w, s)
		}
		if err != nil {
			return fmt.Errorf("rendering the first config: %w", err)
		}
	}
	return nil
}
