package telegram

import (
	"context"
	"log/slog"
	"testing"

	"go.uber.org/goleak"

	"github.com/hermes-gateway/hermes/core/chat"
	"github.com/hermes-gateway/hermes/core/chat/chattest"
	"github.com/hermes-gateway/hermes/core/plugin"
	"github.com/hermes-gateway/hermes/plugins/platforms/telegram/telegramtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func ada() telegramtest.User {
	return telegramtest.User{ID: 1001, FirstName: "Ada", LastName: "Lovelace", Username: "Ada_L"}
}

// build returns the platform in front of a server, without a network.
func build(t *testing.T, s *telegramtest.Server, allow ...string) *platform {
	t.Helper()
	return buildWith(t, s, slog.New(slog.DiscardHandler), allow...)
}

func buildWith(t *testing.T, s *telegramtest.Server, log *slog.Logger, allow ...string) *platform {
	t.Helper()
	c := Spec().Default().(*Config)
	c.Token, c.transport = telegramtest.Token, s.Transport()
	if c.Allow = allow; allow == nil {
		c.Allow = []string{"1001"}
	}
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	p, err := c.New(plugin.Env{Address: "platform.telegram.bot", Logger: log, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return p.(*platform)
}

// running runs p until the test ends, or until stop is called.
func running(t *testing.T, p *platform, h chat.Host) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := p.Run(ctx, h); err != nil {
			t.Errorf("Run: %v", err)
		}
	}()
	stop = func() { cancel(); <-done }
	t.Cleanup(stop)
	return stop
}

func nothing(chat.Ref) error { return nil }

func fixture(t *testing.T) chattest.Fixture {
	s := telegramtest.New(telegramtest.Token)
	s.AddChat(telegramtest.Private(ada()))
	return chattest.Fixture{
		Platform: build(t, s),
		Say:      func(text string) { s.Say(ada(), text) },
		Visible:  func() []string { return s.Texts(ada().ID) },
		To:       chat.Address{Chat: "1001"},
		Offers:   true,
		Block: func() func() {
			return s.Inject(telegramtest.Fault{Method: "editMessageText", Hang: true})
		},
	}
}

func TestConformance(t *testing.T) { chattest.RunInBubble(t, fixture) }
