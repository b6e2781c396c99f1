package main

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

// Each form of what a recording says of the standard is read, for its step, and
// what is of no known form is kept as it is.
func TestDeviations(t *testing.T) {
	got := deviations([]string{
		"requests [actual GET B/r], standard [preflight OPTIONS B/r > actual GET B/r]",
		"outcome load, standard error",
		"events: lacking xhr.progress:4(0/0)",
		"step 2: events: extra upload.error:4(0/0) upload.loadend:4(0/0)",
		"step 2: Range of request 2: bytes=0-1, standard bytes=0- 1",
		"step 2: requests [actual GET B/r], standard []",
		"step 2: Range of request 0: a, standard b",
		"step 9: outcome load, standard error",
		"teapot: short, standard stout",
	}, 2)
	want := []deviation{
		{
			requests: []string{"preflight OPTIONS B/r", "actual GET B/r"}, outcome: "error", lacking: []string{"xhr.progress:4(0/0)"},
			unread: []string{"step 9, of which there is none: outcome load, standard error", "teapot: short, standard stout"},
		},
		{
			requests: []string{}, extra: []string{"upload.error:4(0/0)", "upload.loadend:4(0/0)"},
			fields: []fieldDeviation{{request: 1, name: "Range", value: "bytes=0- 1"}},
			unread: []string{"Range of request 0: a, standard b"},
		},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v, want\n%+v", got, want)
	}
}

// Every text in the recordings is of a known form, so that every deviation is
// compared and none is only counted.
func TestEveryDeviationIsRead(t *testing.T) {
	scenarios, err := load(recorded, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range scenarios {
		for i, d := range deviations(s.Differs, len(s.Steps)) {
			if len(d.unread) > 0 {
				t.Errorf("%s, step %d: %q", s.ID, i+1, d.unread)
			}
		}
	}
}

// By the standards, a step differs exactly where the recording says so: doing as
// the browser did is as wrong there as anything else.
func TestByStandard(t *testing.T) {
	preflight := arrival{Kind: "preflight", Method: "OPTIONS", Origin: "B", Path: "/r"}
	actual := arrival{Kind: "actual", Method: "GET", Origin: "B", Path: "/r", Headers: [][2]string{{"Range", "bytes=0-1"}, {"Accept", "*/*"}}}
	spaced := actual.with("Range", "bytes=0- 1")
	state, progress, load := event{On: "xhr", Type: "readystatechange", ReadyState: 4, Status: 200}, event{On: "xhr", Type: "progress", ReadyState: 4, Status: 200}, event{On: "xhr", Type: "load", ReadyState: 4, Status: 200}
	recorded := seen{Requests: []arrival{actual}, Outcome: "load", Status: 200, Response: "ok", Events: []event{state, load}}
	did := func(change func(s *seen)) seen {
		s := recorded
		s.Requests, s.Events = slices.Clone(recorded.Requests), slices.Clone(recorded.Events)
		change(&s)
		return s
	}
	failed := did(func(s *seen) {
		*s = seen{Requests: []arrival{preflight}, Outcome: "error", Events: []event{state, {Type: "error"}, {Type: "loadend"}}, Failures: []failure{{}}}
	})
	asked := did(func(s *seen) { s.Requests = []arrival{preflight, actual} })
	const preflighted = "requests [actual GET B/r], standard [preflight OPTIONS B/r > actual GET B/r]"
	refused := []string{"requests [actual GET B/r], standard [preflight OPTIONS B/r]", "outcome load, standard error"}
	for _, test := range []struct {
		why     string
		differs []string
		got     seen
		want    string // how the first difference begins; "" for none
	}{
		{"nothing is said, and all is the same", nil, recorded, ""},
		{"a header of the browser's own", nil, did(func(s *seen) { s.Requests[0] = actual.with("Accept", "a/b") }), ""},
		{"another response", nil, did(func(s *seen) { s.Response = "no" }), "response"},
		{"another exception", nil, did(func(s *seen) { s.Threw = []thrown{{At: "open", Name: "SyntaxError"}} }), "threw"},
		{"a preflight too many", nil, asked, "requests"},
		{"the preflight that is said", []string{preflighted}, asked, ""},
		{"no preflight, as the browser", []string{preflighted}, recorded, "requests"},
		{"the header that is said", []string{"Range of request 1: bytes=0-1, standard bytes=0- 1"}, did(func(s *seen) { s.Requests[0] = spaced }), ""},
		{"the browser's header", []string{"Range of request 1: bytes=0-1, standard bytes=0- 1"}, recorded, "requests"},
		{"the event that is said", []string{"events: lacking xhr.progress:4(0/0)"}, did(func(s *seen) { s.Events = []event{state, progress, load} }), ""},
		{"without it, as the browser", []string{"events: lacking xhr.progress:4(0/0)"}, recorded, "event that the standard has"},
		{"without what the browser has on top", []string{"events: extra xhr.load:4(0/0)"}, did(func(s *seen) { s.Events = []event{state} }), ""},
		{"with it, as the browser", []string{"events: extra xhr.load:4(0/0)"}, recorded, "events"},
		{"the error that is said", refused, failed, ""},
		{"no error, as the browser", refused, recorded, "requests"},
		{"an error with a status", refused, did(func(s *seen) { *s = failed; s.Status = 200 }), "something to read"},
		{"an error that ends in load", refused, did(func(s *seen) { *s = failed; s.Events = []event{load} }), "last events"},
		{"something unreadable is said, and it differs", []string{"teapot: short"}, failed, ""},
		{"something unreadable is said, and it does not", []string{"teapot: short"}, recorded, "agrees"},
	} {
		found := byStandard(test.got, recorded, map[string]bool{"range": true}, deviations(test.differs, 1)[0])
		if len(found) == 0 && test.want == "" {
			continue
		}
		if first := strings.Join(found, "\n"); test.want == "" || !strings.HasPrefix(first, test.want) {
			t.Errorf("%s: found %q, want what begins with %q", test.why, first, test.want)
		}
	}
}

// Which of several refused headers the browser names is a matter of chance; one
// that was approved is none of them.
func TestRefusedHeaders(t *testing.T) {
	named := func(name string) seen {
		const reason = "HeaderDisallowedByPreflightResponse"
		return seen{
			Failures: []failure{{CORSError: reason, FailedParameter: &name, refused: []string{"x-a", "x-b"}}}, explained: reason,
			Console: []consoleLine{{"Access to fetch at 'u' from origin 'o' has been blocked by CORS policy: Request header field " + name + " is not allowed by Access-Control-Allow-Headers in preflight response."}},
		}
	}
	for name, same := range map[string]bool{"x-a": true, "x-b": true, "x-c": false} {
		if found := byRecording(named("x-a"), named(name), nil); (len(found) == 0) != same {
			t.Errorf("%s was named: %v", name, found)
		}
	}
}
