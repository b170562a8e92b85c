// Package telegramtest is a Bot API server in memory, for tests: one bot, its
// chats, and a queue of updates that forgets an update only when a later offset
// is asked for. It answers as api.telegram.org does where that can be told from
// https://core.telegram.org/bots/api and from the public sources of
// tdlib/telegram-bot-api, and it can be told to fail in the ways that the real
// one fails.
//
// A Server is an http.Handler. Transport calls it without a network, which also
// works in a testing/synctest bubble; Listen serves it on a TCP address.
package telegramtest
