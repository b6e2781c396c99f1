package explain

import (
	"strconv"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/trace"
)

// ConsoleTrace makes a trace of messages of a browser, so that they are explained
// as any other: with the facts that they hold, and no more. origin is that of the
// page, for messages that do not name it; "" if it is not known.
func ConsoleTrace(messages []Message, origin string, r trace.Redaction) *trace.Trace {
	t := &trace.Trace{}
	for i := range messages {
		m := messages[i]
		if m.Origin == "" {
			m.Origin = origin
		}
		t.Recorder = m.Browser
		if m.RedirectedFrom != "" {
			t.Exchanges = append(t.Exchanges, m.first(len(t.Exchanges)+1))
		}
		t.Exchanges = append(t.Exchanges, m.exchange(len(t.Exchanges)+1))
	}
	for i := range t.Exchanges {
		x := &t.Exchanges[i]
		x.Clean(r, trace.Limits{})
		if x.Verdict != nil {
			x.Verdict = trace.NewVerdict(x.Verdict.Verdict, r, trace.Limits{})
		}
	}
	return t
}

// first is the request with which a way of redirects began.
func (m Message) first(id int) trace.Exchange {
	return trace.Exchange{
		ID: strconv.Itoa(id), End: trace.AtPage, Origin: m.Origin, Page: m.Page, Mode: "cors", Type: m.initiatorType(), Timings: trace.NoTimings,
		Sent: true, Done: true, Reported: true, Request: trace.Request{Method: m.Method, URL: m.RedirectedFrom, BodySize: -1},
	}
}

func (m Message) exchange(id int) trace.Exchange {
	x := m.first(id)
	x.Request.URL = m.URL
	x.Verdict = &trace.Verdict{Verdict: m.Verdict}
	if m.Origin != "" {
		x.Request.Header = append(x.Request.Header, trace.Field{Name: cors.HeaderOrigin, Value: m.Origin})
	}
	if m.RedirectedFrom != "" {
		x.RedirectedBy, x.Hop = strconv.Itoa(id-1), 1
	}
	if m.Verdict.On == cors.OnPreflight {
		x.Preflight, x.Request.Method = true, "OPTIONS"
		if m.Method != "" {
			x.Request.Header = append(x.Request.Header, trace.Field{Name: cors.HeaderRequestMethod, Value: m.Method})
		}
	}
	switch m.Verdict.Reason {
	case cors.WildcardWithCredentials, cors.AllowCredentialsInvalid:
		x.Credentials = "include"
	}
	if m.Verdict.On != cors.OnRequest && m.Verdict.Reason != cors.NetworkFailed {
		x.Response = &trace.Response{Status: m.Status, Header: m.header(), BodySize: -1, Content: -1}
	}
	return x
}

func (m Message) initiatorType() string {
	switch m.Initiator {
	case "", "XMLHttpRequest":
		return "xhr"
	default:
		return m.Initiator
	}
}

// header holds the lines of the answer that a message quotes.
func (m Message) header() trace.Header {
	switch v := m.Verdict; v.Reason {
	case cors.AllowOriginMismatch, cors.AllowOriginInvalid, cors.AllowOriginMultiple, cors.WildcardWithCredentials:
		if v.Observed != "" || v.Reason == cors.AllowOriginInvalid {
			return trace.Header{{Name: cors.HeaderAllowOrigin, Value: v.Observed}}
		}
	case cors.AllowCredentialsInvalid:
		if v.Observed != "" {
			return trace.Header{{Name: cors.HeaderAllowCredentials, Value: v.Observed}}
		}
	}
	return nil
}
