package llm

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const whole = `{
  "temperature": 0.30000000000000000001, "model":"gpt-5.2",
  "messages": [
    {"role":"system","content":"Be brief."},
    {"role":"user","name":"eva","content":[{"type":"text","text":"What is"},{"type":"image_url","image_url":{"url":"data:,"}},{"type":"text","text":"this?"}]},
    {"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}]},
    {"role":"assistant","content":[{"type":"refusal","refusal":"No."}]}
  ],
  "stream":true, "seed": 12345678901234567890, "x_vendor": {"a":[1, 2,{"b":null}]}
}`

func TestParseRequest(t *testing.T) {
	t.Parallel()
	r, err := ParseRequest([]byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	texts := make([]string, 0, len(r.Messages))
	for _, m := range r.Messages {
		texts = append(texts, string(m.Role)+": "+m.Text)
	}
	if diff := cmp.Diff([]string{"system: Be brief.", "user: What is\nthis?", "assistant: ", "assistant: No."}, texts); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
	fields := map[string]string{}
	for name, value := range r.Fields {
		fields[name] = string(value)
	}
	want := map[string]string{"temperature": "0.30000000000000000001", "seed": "12345678901234567890", "x_vendor": `{"a":[1, 2,{"b":null}]}`}
	if diff := cmp.Diff(want, fields); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	if r.Model != "gpt-5.2" || !r.Stream || string(r.Raw) != whole {
		t.Errorf("model %q, stream %v, raw kept: %v", r.Model, r.Stream, string(r.Raw) == whole)
	}
	if got := string(r.Messages[2].Raw); !strings.HasPrefix(got, `{"role":"assistant","content":null,"tool_calls"`) {
		t.Errorf("raw message %s", got)
	}
}

func TestParseRequestDefaults(t *testing.T) {
	t.Parallel()
	r, err := ParseRequest([]byte(`{"messages":[{"role":"user"}],"model":null,"stream":null}`))
	if err != nil || r.Model != "" || r.Stream || r.Messages[0].Text != "" {
		t.Errorf("got %+v, %v", r, err)
	}
}

func TestParseRequestMistakes(t *testing.T) {
	t.Parallel()
	const ok = `"messages":[{"role":"user","content":"hi"}]`
	for body, want := range map[string]string{
		``:                            `the body must be a JSON object`,
		`[]`:                          `the body must be a JSON object`,
		`null`:                        `the body must be a JSON object`,
		`{"messages":`:                `the body is not valid JSON`,
		`{` + ok + `,}`:               `the body is not valid JSON`,
		`{` + ok + `}{}`:              `the body holds more than one JSON value`,
		`{` + ok + `} x`:              `the body holds more than one JSON value`,
		"{\"a\":\"\xff\"," + ok + "}": `the body is not valid UTF-8`,
		`{}`:                          `messages is missing or empty`,
		`{"messages":[]}`:             `messages is missing or empty`,
		`{"messages":null}`:           `messages is missing or empty`,
		`{"messages":"hi"}`:           `messages must be a list`,
		`{"messages":["hi"]}`:         `messages[0] must be an object`,
		`{"messages":[{"role":"user","content":"a"},{"content":"b"}]}`:                         `messages[1].role is missing`,
		`{"messages":[{"role":1}]}`:                                                            `messages[0].role must be text`,
		`{"messages":[{"role":"user","content":7}]}`:                                           `messages[0].content must be text or a list of parts`,
		`{"messages":[{"role":"user","content":{"type":"text"}}]}`:                             `messages[0].content must be text or a list of parts`,
		`{"messages":[{"role":"user","content":["a"]}]}`:                                       `messages[0].content[0] must be a part with a type`,
		`{"messages":[{"role":"user","content":[{"text":"a"}]}]}`:                              `messages[0].content[0] must be a part with a type`,
		`{` + ok + `,"model":5}`:                                                               `model must be text`,
		`{` + ok + `,"stream":"yes"}`:                                                          `stream must be true or false`,
		`{"model":"cheap",` + ok + `,"mod\u0065l":"dear"}`:                                     `model is there twice`,
		`{` + ok + `,"` + strings.Repeat("ü", 99) + `":1,"` + strings.Repeat("ü", 99) + `":1}`: strings.Repeat("ü", 32) + "… is there twice",
	} {
		_, err := ParseRequest([]byte(body))
		if _, ok := errors.AsType[*FieldError](err); !ok || err.Error() != want {
			t.Errorf("%s\n got %v\nwant %s", body, err, want)
		}
	}
}

func TestEncodeRaw(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, raw, model string
		stream           bool
		defaults         []Field
		want             string
	}{
		{
			"everything else stays as it was", whole, "other", true, nil,
			strings.Replace(whole, `"gpt-5.2"`, `"other"`, 1),
		},
		{"no model of ours", `{"model" : "a", "x": 1.0}`, "", true, nil, `{"model" : "a","x": 1.0,"stream":true}`},
		{"missing ones are added", `{}`, "m", true, nil, `{"stream":true,"model":"m"}`},
		{"an absent stream stays absent", `{"model":"a"}`, "m", false, nil, `{"model":"m"}`},
		{"no stream, no options of one", `{"stream":true,"stream_options":{"include_usage":true},"n":1}`, "", false, nil, `{"stream":false,"n":1}`},
		{"twice becomes once", `{"model":"a","n":1,"mod\u0065l":"b","n":2}`, "m", false, nil, `{"model":"m","n":2}`},
		{"text is escaped as little as can be", `{"model":1}`, "a\"<b>&\xff", false, nil, `{"model":"a\"<b>&\ufffd"}`},
		{"other case is another field", `{"Model":"A","model":"a"}`, "m", false, nil, `{"Model":"A","model":"m"}`},
		{
			"defaults give way", `{"a":null}`, "", false,
			[]Field{{"a", []byte(`1`)}, {"b", []byte(`2`)}},
			`{"a":null,"b":2}`,
		},
	} {
		got, err := (&Request{Raw: []byte(c.raw)}).Encode(c.model, c.stream, c.defaults...)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if c.raw == whole { // spaces between members are nobody's
			got, c.want = compact(t, got), string(compact(t, []byte(c.want)))
		}
		if string(got) != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
	if _, err := (&Request{Raw: []byte(`nonsense`)}).Encode("", false); err == nil {
		t.Error("garbage in Raw was encoded")
	}
}

func compact(t *testing.T, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := json.Compact(&out, b); err != nil {
		t.Fatalf("%v in %s", err, b)
	}
	return out.Bytes()
}

func TestEncodeTyped(t *testing.T) {
	t.Parallel()
	r := &Request{
		Model: "m",
		Messages: []Message{
			{Role: System, Text: "a < b"},
			{Role: User, Raw: []byte(`{"role":"user","content":[{"type":"image_url"}]}`)},
		},
		Fields: map[string]json.RawMessage{
			"temperature": []byte("0.10"), "seed": []byte("9"), "model": []byte(`"trap"`), "stream": []byte("7"), "stream_options": []byte("{}"),
		},
	}
	got, err := r.Encode("", false)
	const want = `{"model":"m","messages":[{"role":"system","content":"a < b"},{"role":"user","content":[{"type":"image_url"}]}],"seed":9,"temperature":0.10}`
	if err != nil || string(got) != want {
		t.Errorf("got  %s, %v\nwant %s", got, err, want)
	}
	got, err = r.Encode("other", true, Field{"stream_options", []byte("1")}, Field{"extra", []byte("2")})
	const streamed = `{"model":"other","messages":[{"role":"system","content":"a < b"},{"role":"user","content":[{"type":"image_url"}]}],"stream":true,"seed":9,"stream_options":{},"temperature":0.10,"extra":2}`
	if err != nil || string(got) != streamed {
		t.Errorf("got  %s, %v\nwant %s", got, err, streamed)
	}
}

func TestEncodeTypedMistakes(t *testing.T) {
	t.Parallel()
	for want, r := range map[string]*Request{
		"messages[0] is not valid JSON": {Messages: []Message{{Raw: []byte("{")}}},
		"tools is not valid JSON":       {Fields: map[string]json.RawMessage{"tools": []byte("[")}},
	} {
		if _, err := r.Encode("m", false); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func seeds(f *testing.F) {
	f.Helper()
	for _, s := range []string{whole, `{}`, `{"messages":[{"role":"user","content":"hi"}]}`, `{"a":1,"a":2,"model":3}`, `{"":{}}`, ` { "a" : [ ] } `} {
		f.Add([]byte(s))
	}
}

// FuzzParseRequest looks for panics and for views that differ from Raw.
func FuzzParseRequest(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := ParseRequest(body)
		if err != nil {
			if _, ok := errors.AsType[*FieldError](err); !ok {
				t.Fatalf("error %v is no FieldError", err)
			}
			return
		}
		if !json.Valid(body) {
			t.Fatalf("took %q, which is not JSON", body)
		}
		again, err := (&Request{Model: r.Model, Messages: r.Messages, Fields: r.Fields}).Encode("", r.Stream, Field{"stream_options", []byte("0")})
		if err != nil {
			t.Fatal(err)
		}
		back, err := ParseRequest(again)
		if err != nil {
			t.Fatalf("%v in %s", err, again)
		}
		if back.Model != r.Model || back.Stream != r.Stream || len(back.Messages) != len(r.Messages) {
			t.Fatalf("%s became %s", body, again)
		}
	})
}

// FuzzEncode looks for bodies that change in what Encode must not touch.
func FuzzEncode(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := (&Request{Raw: body}).Encode("model", true)
		if err != nil {
			return
		}
		var before, after map[string]any
		if err := json.Unmarshal(got, &after); err != nil {
			t.Fatalf("%v in %s", err, got)
		}
		if err := json.Unmarshal(body, &before); err != nil {
			t.Fatalf("took %q: %v", body, err)
		}
		before["model"], before["stream"] = "model", true
		if !reflect.DeepEqual(before, after) {
			t.Fatalf("%s became %s", body, got)
		}
		twice, err := (&Request{Raw: got}).Encode("model", true)
		if err != nil || !bytes.Equal(twice, got) {
			t.Fatalf("encoding again: %s, %v; was %s", twice, err, got)
		}
	})
}
