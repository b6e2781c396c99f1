package trace_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/cors/trace"
)

// A log keeps the last exchanges, each as it was told last, and says how many it
// has let go.
func TestLog(t *testing.T) {
	log := trace.Log{Limits: trace.Limits{Exchanges: 3, Events: 2}}
	for i := range 5 {
		log.Add(&trace.Exchange{ID: strconv.Itoa(i)})
		log.Add(&trace.Exchange{ID: strconv.Itoa(i), Done: true})
		log.AddEvent(trace.Event{Type: strconv.Itoa(i)})
	}
	tr := log.Trace()
	if len(tr.Exchanges) != 3 || tr.Dropped != 2 || tr.Exchanges[0].ID != "2" || !tr.Exchanges[2].Done || len(tr.Events) != 2 {
		t.Errorf("%+v", tr)
	}
	log.Clear()
	if tr := log.Trace(); len(tr.Exchanges) != 0 || tr.Dropped != 0 || len(tr.Events) != 0 {
		t.Errorf("after clearing: %+v", tr)
	}
}

// Preflights whose requests never come are forgotten, so that nobody can fill the
// memory with them.
func TestLinkedForgets(t *testing.T) {
	var log trace.Log
	sink := trace.Linked(log.Sink())
	preflight := func(id int) *trace.Exchange {
		return &trace.Exchange{
			ID: "p" + strconv.Itoa(id), Preflight: true, Origin: "https://app.example",
			Request: trace.Request{Method: "OPTIONS", URL: "https://api.example/" + strconv.Itoa(id), Header: trace.Header{{Name: "Access-Control-Request-Method", Value: "PUT"}}},
		}
	}
	request := func(id int) *trace.Exchange {
		return &trace.Exchange{ID: "r" + strconv.Itoa(id), Origin: "https://app.example", Request: trace.Request{Method: "PUT", URL: "https://api.example/" + strconv.Itoa(id)}}
	}
	for i := range 2000 {
		sink.Exchange(preflight(i))
	}
	sink.Exchange(request(0))
	sink.Exchange(request(1999))
	tr := log.Trace()
	if got := tr.ByID("r0").PreflightID; got != "" {
		t.Errorf("the oldest is remembered: %q", got)
	}
	if got := tr.ByID("r1999").PreflightID; got != "p1999" || tr.ByID("p1999").PreflightFor != "r1999" {
		t.Errorf("the newest is %q, made for %q", got, tr.ByID("p1999").PreflightFor)
	}
}

// Requests that overlap get each its own preflight, the first the first, however
// often they are told.
func TestLinkedOverlapping(t *testing.T) {
	exchange := func(id string) *trace.Exchange {
		x := &trace.Exchange{ID: id, Origin: "https://app.example", Request: trace.Request{Method: "PUT", URL: "https://api.example/albums"}}
		if x.Preflight = id[0] == 'p'; x.Preflight {
			x.Request.Method, x.Request.Header = "OPTIONS", trace.Header{{Name: "Access-Control-Request-Method", Value: "PUT"}}
		}
		return x
	}
	for _, order := range []string{"p1 r1 p2 r1 r2 r2", "p1 p2 r1 r2 r1 r2", "p1 r1 p1 p2 p2 r2", "p1 p1 r1 p1 p2 r2 r1"} {
		var log trace.Log
		sink := trace.Linked(log.Sink())
		for id := range strings.FieldsSeq(order) {
			sink.Exchange(exchange(id))
		}
		tr := log.Trace()
		for _, n := range []string{"1", "2"} {
			if r, p := tr.ByID("r"+n), tr.ByID("p"+n); r.PreflightID != p.ID || p.PreflightFor != r.ID {
				t.Errorf("%s: request %s has the preflight %q, and %s was made for %q", order, r.ID, r.PreflightID, p.ID, p.PreflightFor)
			}
		}
	}
}
