package panel

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/trace"
)

var began = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

// exchange is one that was allowed.
func exchange(id string) *trace.Exchange {
	return &trace.Exchange{
		ID: id, Sent: true, Done: true, Type: "xhr", Origin: "http://localhost:8402", Started: began, Timings: trace.NoTimings,
		Request: trace.Request{
			Method: "GET", URL: "http://127.0.0.1:8401/albums/" + id,
			Header: trace.Header{{Name: "Origin", Value: "http://localhost:8402"}},
		},
		Response: &trace.Response{Status: 200, Header: trace.Header{{Name: "Access-Control-Allow-Origin", Value: "*"}}},
		Verdict:  &trace.Verdict{Verdict: cors.Verdict{Reason: cors.Allowed, On: cors.OnResponse}},
	}
}

// blocked is one that was not.
func blocked(id string) *trace.Exchange {
	x := exchange(id)
	x.Response.Header = trace.Header{{Name: "Content-Type", Value: "text/plain"}}
	x.Verdict = &trace.Verdict{Verdict: cors.Verdict{Reason: cors.AllowOriginMissing, On: cors.OnResponse, Expected: x.Origin}}
	return x
}

func recording(n int) *trace.Trace {
	t := &trace.Trace{Recorder: "Test 1"}
	for i := range n {
		t.Exchanges = append(t.Exchanges, *exchange(fmt.Sprint("x", i)))
	}
	return t
}

// ids lists what is new since a cursor, in batches.
func ids(s *store, cursor uint64, most int) (list []string, next uint64) {
	for {
		n := s.since(cursor, most)
		for _, sub := range n.rows {
			list = append(list, sub.x.ID)
		}
		cursor = n.cursor
		if !n.more {
			return list, cursor
		}
	}
}

// A reader gets everything, and then what has changed since, each exchange once
// however often it has changed; in batches or at once.
func TestSince(t *testing.T) {
	for _, most := range []int{1, 2, 100} {
		s := newStore(trace.Limits{})
		for _, id := range []string{"a", "b", "c"} {
			s.add(exchange(id))
		}
		got, cursor := ids(s, 0, most)
		if !slices.Equal(got, []string{"a", "b", "c"}) {
			t.Errorf("by %d, at first: %q", most, got)
		}
		if got, _ := ids(s, cursor, most); got != nil {
			t.Errorf("by %d, nothing has changed: %q", most, got)
		}
		for _, id := range []string{"a", "d", "a", "a"} {
			s.add(exchange(id))
		}
		if got, _ := ids(s, cursor, most); !slices.Equal(got, []string{"d", "a"}) {
			t.Errorf("by %d, then: %q", most, got)
		}
	}
}

// A mark leads back to where a reader was, and that of another panel to the
// beginning.
func TestMark(t *testing.T) {
	s, other := newStore(trace.Limits{}), newStore(trace.Limits{})
	if cursor, ok := s.cursor(s.mark(77)); cursor != 77 || !ok {
		t.Errorf("%d %v, want 77", cursor, ok)
	}
	for _, mark := range []string{"", "-", "77", other.mark(77), s.epoch + "-", s.epoch + "--1", s.epoch + "-" + strings.Repeat("z", 99)} {
		if cursor, ok := s.cursor(mark); cursor != 0 || ok {
			t.Errorf("%q: %d %v, want none", mark, cursor, ok)
		}
	}
}

// What is kept is bounded by number and by bytes; the oldest go first, and
// readers are told.
func TestForget(t *testing.T) {
	s := newStore(trace.Limits{Exchanges: 3})
	for i := range 10 {
		s.add(exchange(fmt.Sprint(i)))
	}
	s.add(exchange("8")) // known again, and no older for it
	n := s.since(0, 100)
	if n.first != 7 || n.dropped != 7 || len(n.rows) != 3 {
		t.Errorf("first %d, dropped %d, %d rows; want 7, 7 and 3", n.first, n.dropped, len(n.rows))
	}
	if tr := s.trace(); tr.Dropped != 7 || tr.Exchanges[0].ID != "7" || tr.Exchanges[2].ID != "9" {
		t.Errorf("the trace has dropped %d: %v", tr.Dropped, tr.Exchanges)
	}

	s = newStore(trace.Limits{})
	for i := range 40 {
		x := exchange(fmt.Sprint(i))
		x.Response.Body = &trace.Body{Text: strings.Repeat("x", maxBytes/10)}
		s.add(x)
	}
	if n := len(s.byPlace); n != 9 || s.bytes > maxBytes || s.changes.Len() != n || len(s.byID) != n {
		t.Errorf("%d are kept with %d bytes, want 9 and no more than %d", n, s.bytes, maxBytes)
	}
}

// Events are bounded too, and the latest are kept.
func TestForgetEvents(t *testing.T) {
	s := newStore(trace.Limits{Events: 10})
	for i := range 100 {
		s.addEvent(trace.Event{Fetch: "1", Loaded: int64(i)})
	}
	if n := len(s.events); n > 10 || s.events[n-1].Loaded != 99 {
		t.Errorf("%d events, the last %+v", n, s.events[n-1])
	}
}

// After Clear there is nothing, and readers are told that what they have is gone.
func TestClear(t *testing.T) {
	s := newStore(trace.Limits{})
	s.add(exchange("a"))
	_, cursor := ids(s, 0, 10)
	changed := s.since(cursor, 10).changed
	s.clear()
	select {
	case <-changed:
	default:
		t.Error("nobody was told")
	}
	if n := s.since(cursor, 10); len(n.rows) != 0 || n.first != 1 || n.cursor == cursor {
		t.Errorf("%d rows, first %d, cursor %d after %d", len(n.rows), n.first, n.cursor, cursor)
	}
	s.add(exchange("b"))
	if got, _ := ids(s, cursor, 10); !slices.Equal(got, []string{"b"}) {
		t.Errorf("then: %q", got)
	}
}

// An explanation looks at the preflight of a request, the request of a preflight
// and what redirected it, and never at more than a few.
func TestAround(t *testing.T) {
	s := newStore(trace.Limits{})
	add := func(id, preflight, request, from string) {
		x := exchange(id)
		x.PreflightID, x.PreflightFor, x.RedirectedBy = preflight, request, from
		s.add(x)
	}
	add("p", "", "a", "")
	add("a", "p", "", "")
	add("b", "", "", "a")
	for i := range 100 { // a circle, which no recorder makes
		add(fmt.Sprint(i), "", "", fmt.Sprint((i+1)%100))
	}
	for id, want := range map[string]int{"p": 1, "a": 1, "b": 2, "0": maxAround} {
		if got := len(s.subject(s.byID[id]).around); got != want {
			t.Errorf("around %s: %d, want %d", id, got, want)
		}
	}
}
